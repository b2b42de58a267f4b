"""Which encoding a text is in, and its way to UTF-8.

The order of evidence: what the manifest declares, a byte order mark, the zero bytes of UTF-16, then which of
UTF-8 and GB18030 fewer lines contradict. Bytes that are no text in the encoding become one byte that is no UTF-8
either, so that the line they stand in is rejected with its place and nothing else is lost.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
_SCORED = 16 << 20
"""Bytes whose lines are asked for their encoding."""
_ZEROS = 20
"""UTF-16 of Chinese text still has digits, separators and line ends: at least one byte in so many is zero."""
_FEW = 20
"""One line in so many may say another encoding than the rest."""
_HANDLER = "zhunsheng.wrong"

NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "gb18030": "GB18030",
    "big5": "Big5",
}
"""Encodings that are read, as messages write them."""
_DECLARED = {
    "utf-16": "utf-16-le",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Score:
    """Lines that are no ASCII, by what they can be.

    GB18030 fits nearly everything, UTF-8 too, so a line that is UTF-8 and reads as Chinese is one; a GB18030
    text of a few letters can be UTF-8 by chance, but then reads as no Chinese.
    """

    utf8: int = 0
    """UTF-8 with a character of the East."""
    either: int = 0
    """UTF-8, but only letters of other scripts: told by the others."""
    gb18030: int = 0
    """No UTF-8, but GB18030."""
    neither: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.utf8 + other.utf8,
            self.either + other.either,
            self.gb18030 + other.gb18030,
            self.neither + other.neither,
        )

    @property
    def best(self) -> str:
        """UTF-8, unless nearly all lines say GB18030."""
        is_other = self.gb18030 > self.neither and self.gb18030 > self.utf8 * _FEW
        return "gb18030" if is_other else "utf-8"

    @property
    def mixed(self) -> bool:
        """Whether whole parts are in one encoding and others in the other."""
        different = self.gb18030 + self.neither
        return self.gb18030 > self.neither and self.utf8 * _FEW >= different > self.utf8 // 100


def detect(path: Path, head: bytes, declared: str | None) -> str:
    """Name of a file's encoding (a key of `NAMES`); `head` is how it begins. Raises OSError."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if declared is not None:
        lower = declared.lower()
        return _DECLARED.get(lower, lower)
    if (wide := _utf16(head)) is not None:
        return wide
    if head.isascii() or is_utf8(head):
        return "utf-8"
    return score(path).best


def is_utf8(head: bytes) -> bool:
    """Whether bytes are UTF-8, a character cut at their end aside."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _utf16(head: bytes) -> str | None:
    """UTF-16 without mark: every second byte of what is ASCII is zero, and only every second."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) > 0 or max(even, odd) * _ZEROS < len(head):
        return None
    name = "utf-16-le" if odd else "utf-16-be"
    try:
        codecs.getincrementaldecoder(name)().decode(head)
    except UnicodeDecodeError:
        return None
    return name


def score(path: Path, start: int = 0) -> Score:
    """What the lines from a place on (the first 16 MB of them) can be. Raises OSError."""
    counts = dict.fromkeys(("utf8", "either", "gb18030", "neither"), 0)
    read = 0
    with path.open("rb") as file:
        file.seek(start)
        while read < _SCORED and (line := file.readline(CHUNK)):
            read += len(line)
            if not line.isascii():
                counts[_kind(line)] += 1
    return Score(**counts)


def _kind(line: bytes) -> str:
    text = _decoded(line, "utf-8")
    if text is not None:
        return "utf8" if any(letter > "\u2000" for letter in text) else "either"
    return "neither" if _decoded(line, "gb18030") is None else "gb18030"


def _decoded(line: bytes, encoding: str) -> str | None:
    """None for what is no text; a character that is cut at the end does not count."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(line)
    except UnicodeDecodeError:
        return None


def _wrong(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end


codecs.register_error(_HANDLER, _wrong)


def transcode(source: Path, encoding: str, target: Path) -> None:
    """Copy a text as UTF-8 without mark, in flat memory. Raises OSError."""
    mark = next((mark for mark, name in _MARKS if name == encoding), b"")
    decoder = codecs.getincrementaldecoder(encoding)(_HANDLER)
    with source.open("rb") as old, target.open("wb") as new:
        if not mark or old.read(len(mark)) != mark:
            old.seek(0)
        while chunk := old.read(CHUNK):
            new.write(decoder.decode(chunk).encode("utf-8", "surrogateescape"))
        new.write(decoder.decode(b"", final=True).encode("utf-8", "surrogateescape"))
