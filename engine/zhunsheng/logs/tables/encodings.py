"""Which encoding a text is in, and its way to UTF-8.

The order of evidence: what the manifest declares, a byte order mark, the zero bytes of UTF-16, then which of
UTF-8 and GB18030 fewer lines contradict. Bytes that are no text in the encoding become one byte that is no
UTF-8 either, so that the line they stand in is rejected with its place and nothing else is lost.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
_SCORED = 16 << 20
"""Bytes whose lines are asked for their encoding."""
_ASCII = 20
"""Chinese text still has digits, separators and line ends: at least one character in so many is ASCII."""
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
    if head.isascii():
        return "utf-8"
    text = _decoded(head, "utf-8")
    return "utf-8" if text is not None and _is_eastern(text) else score(path).best


def is_utf8(head: bytes) -> bool:
    """Whether bytes are UTF-8, a character cut at their end aside."""
    return _decoded(head, "utf-8") is not None


def _utf16(head: bytes) -> str | None:
    """UTF-16 without mark: zero bytes, and read so nearly all is Chinese or ASCII, with some of both sorts of
    characters that no table is without.
    """
    if 0 not in head:
        return None
    for name in ("utf-16-le", "utf-16-be"):
        text = _decoded(head, name)
        if text is None:
            continue
        ascii_ones = sum(letter in "\t\r\n" or " " <= letter <= "~" for letter in text)
        likely = ascii_ones + sum(_is_likely(letter) for letter in text)
        if ascii_ones >= 3 and ascii_ones * _ASCII >= len(text) and likely * 10 >= len(text) * 9:
            return name
    return None


def _is_likely(letter: str) -> bool:
    return "\u2000" <= letter <= "\u206f" or "\u3000" <= letter <= "\u9fff" or letter >= "\uff00"


def _is_eastern(text: str) -> bool:
    return any(letter > "\u2000" for letter in text)


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
    text, other = _decoded(line, "utf-8"), _decoded(line, "gb18030")
    if text is None:
        return "neither" if other is None else "gb18030"
    if _is_eastern(text):
        return "utf8"
    # Accents of the West are likelier than what they would be in Chinese; other alphabets are not.
    is_western = all(letter < "\u0100" for letter in text)
    # Only the characters of everyday writing (GB 2312) are likelier than a letter of another alphabet.
    chinese = other is not None and _decoded(line, "gb2312") is not None
    return "gb18030" if chinese and not is_western else "either"


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
