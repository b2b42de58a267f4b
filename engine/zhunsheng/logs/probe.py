"""What whole passes over a file's bytes tell: its digest, its lines, the first byte that is no text."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.tables.model import RawTable

LONGEST_LINE = 2_000_000
"""Bytes in one line; the database's reader keeps a few lines of this length in memory, no more."""
_ENDLESS = 8 << 20
_HEAD = 65_536
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Digest:
    """A whole pass over a file."""

    sha256: str
    nul: int | None
    """Offset of the first NUL byte."""
    endless: bool = False
    """Whether a line is so long that the database might pass over it."""


def line_of(path: Path, offset: int) -> int:
    """Physical line, from 1, of a byte offset."""
    lines, left = 1, offset
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            lines += chunk.count(b"\n")
            left -= len(chunk)
    return lines


def nul_error(table: RawTable, offset: int) -> LogError:
    """ZS4011 at the line of the first zero byte of the table's text."""
    assert table.path is not None
    return log_error("ZS4011", f"{table.source}:{line_of(table.path, offset)}", offset=offset)


def encoding_error(table: RawTable, offset: int, *, share: int) -> LogError:
    """ZS4010 at the first byte that is no UTF-8, with what the file probably is; for another encoding ZS4059
    at the first line that is no text of it, when these are more than `share` percent.
    """
    assert table.path is not None
    if table.encoding != "utf-8":
        place = f"{table.source}:{line_of(table.path, offset)}"
        return log_error("ZS4059", place, encoding=(table.encoding or "").upper(), limit=share)
    return encoding_error_at(table.path, table.source, offset)


def encoding_error_at(path: Path, name: str, offset: int) -> LogError:
    """ZS4010 at a byte that is no UTF-8."""
    with path.open("rb") as file:
        if offset > _HEAD // 2:
            file.seek(offset - _HEAD // 2)
            file.readline()
        sample = file.read(_HEAD)
    place = f"{name}:{line_of(path, offset)}"
    return log_error("ZS4010", place, offset=offset, guess=guess_encoding(sample))


def guess_encoding(sample: bytes) -> str:
    """What bytes that are no UTF-8 probably are. Most exports of Chinese systems that are not UTF-8 are
    GB18030; name it where the bytes allow it.
    """
    try:
        codecs.getincrementaldecoder("gb18030")().decode(sample)
    except UnicodeDecodeError:
        return "⟨unknown_encoding⟩"
    return "GB18030"


def first_bad_byte(path: Path) -> int | None:
    """Offset of the first byte that is no UTF-8, None when the file is clean."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return offset - held + error.start
            offset += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return offset - len(decoder.getstate()[0])
    return None


def digest(path: Path, *, text: bool) -> Digest:
    """Digest of a file; for text also its first NUL byte and whether its lines end. Raises OSError."""
    sha = hashlib.sha256()
    nul, offset = None, 0
    run = longest = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
            if text:
                run = 0 if b"\n" in chunk or b"\r" in chunk else run + len(chunk)
                longest = max(longest, run)
                if nul is None and (found := chunk.find(b"\0")) >= 0:
                    nul = offset + found
                offset += len(chunk)
    return Digest(sha.hexdigest(), nul, longest > _ENDLESS)


def count_lines(path: Path) -> int:
    """Physical lines of a text. As long as the digest of the whole file: not part of every reading."""
    lines, last = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return lines + (last not in (b"", b"\n"))


def unify_line_ends(source: Path, target: Path) -> bool:
    """Copy a text with every line end written as a line feed; False (and no copy) when it has only those."""
    found = False
    with source.open("rb") as old, target.open("wb") as new:
        held = b""
        while chunk := old.read(_CHUNK):
            chunk = held + chunk
            # A carriage return at the end of a chunk may be half of a line end.
            held = b"\r" if chunk.endswith(b"\r") else b""
            chunk = chunk.removesuffix(b"\r")
            found = found or b"\r" in chunk or bool(held)
            new.write(chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        new.write(held.replace(b"\r", b"\n"))
    if not found:
        target.unlink()
    return found
