"""What a look at a file's bytes tells before (and while) the database reads it: is it what it says it is?"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.paths import SourceFile

LONGEST_LINE = 2_000_000
"""Bytes in one line; the database's reader keeps a few lines of this length in memory, no more."""
_HEAD = 65_536
_CHUNK = 1 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class Digest:
    """A whole pass over a file."""

    sha256: str
    lines: int
    """Physical lines; 0 when they were not counted."""
    nul: int | None
    """Offset of the first NUL byte."""


def probe(source: SourceFile) -> None:
    """Refuse what cannot be a file of its format. Reads the first part of the file. Raises LogError."""
    try:
        size = source.path.stat().st_size
        with source.path.open("rb") as file:
            head = file.read(_HEAD)
            if size == 0 or head == codecs.BOM_UTF8:
                raise log_error("ZS4009", source.name)
            if head[:2] == b"\x1f\x8b" or head[:4] == b"PK\x03\x04":
                raise log_error("ZS4006", source.name)
            if source.format == "parquet":
                _probe_parquet(source, head, size)
            else:
                _probe_text(source, head)
                rest = file.read(max(0, LONGEST_LINE + 1 - len(head))) if b"\n" not in head else b""
                _probe_line(source, head + rest, size)
    except OSError as error:
        raise log_error("ZS4003", source.name, reason=error.strerror or "") from None


def _probe_parquet(source: SourceFile, head: bytes, size: int) -> None:
    if head[:4] != _PARQUET:
        raise log_error("ZS4013", source.name)
    with source.path.open("rb") as file:
        file.seek(max(0, size - 4))
        if size < 12 or file.read(4) != _PARQUET:
            raise log_error("ZS4014", source.name)


def _probe_text(source: SourceFile, head: bytes) -> None:
    if head[:2] in _UTF16:
        raise log_error("ZS4010", f"{source.name}:1", offset=0, guess="UTF-16")
    if head[:4] == _PARQUET:
        raise log_error("ZS4021", source.name)
    if (nul := head.find(b"\0")) >= 0:
        raise nul_error(source, nul)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        raise encoding_error(source, error.start) from None


def _probe_line(source: SourceFile, head: bytes, size: int) -> None:
    if b"\n" not in head and b"\r" not in head and len(head) > LONGEST_LINE:
        raise log_error("ZS4012", f"{source.name}:1", limit=LONGEST_LINE, size=size)


def line_of(path: Path, offset: int) -> int:
    """Physical line, from 1, of a byte offset."""
    lines, left = 1, offset
    with path.open("rb") as file:
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            lines += chunk.count(b"\n")
            left -= len(chunk)
    return lines


def nul_error(source: SourceFile, offset: int) -> LogError:
    return log_error("ZS4011", f"{source.name}:{line_of(source.path, offset)}", offset=offset)


def encoding_error(source: SourceFile, offset: int) -> LogError:
    """ZS4010 at the first byte that is no UTF-8, with what the file probably is."""
    with source.path.open("rb") as file:
        sample = file.read(max(_HEAD, offset + 4096))[-_HEAD:] if offset < 50 * _CHUNK else b""
    return log_error(
        "ZS4010", f"{source.name}:{line_of(source.path, offset)}", offset=offset, guess=guess_encoding(sample)
    )


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
    """Digest of a file; for text also its line ends and its first NUL byte. Raises OSError."""
    sha = hashlib.sha256()
    lines, nul, offset, last = 0, None, 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
            if text:
                lines += chunk.count(b"\n")
                last = chunk[-1:]
                if nul is None and (found := chunk.find(b"\0")) >= 0:
                    nul = offset + found
                offset += len(chunk)
    return Digest(sha.hexdigest(), lines + (last not in (b"", b"\n")), nul)


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
