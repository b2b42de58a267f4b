"""Files that are packed: gzip and zip, unpacked into the session's folder within limits.

Nothing is written under a name that an archive gives. An archive that could hurt (one that unpacks to far
more than it holds, names outside itself, links) is refused as a whole: what made it is not to be trusted.
"""

from __future__ import annotations

import gzip
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import FORMATS, PACKED, UNREAD, SourceFile
from zhunsheng.logs.session import Session

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
MOST_MEMBERS = 10_000
LARGEST_RATIO = 200
"""So many times its packed size a file may take, once it is larger than `_FREE`: logs pack 5 to 30 times."""
_FREE = 64 << 20
_DEEPEST = 3
_KEPT_FREE = 1 << 30
"""Bytes of the disk that unpacking leaves free."""
_CHUNK = 1 << 20
_NO_MEMBERS = ("__MACOSX/", ".")
_OPEN_OFFICE = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsx", "content.xml": "xlsx"}
_ZIPPED_FORMATS = frozenset({"xlsx"})


@dataclass(slots=True)
class Budget:
    """What unpacking may still do for this log, and what it has passed over."""

    left: int
    """Bytes."""
    unread: list[str] = field(default_factory=list)
    """Files inside archives that may hold records and are not read, as messages name them."""

    @classmethod
    def of(cls, session: Session) -> Budget:
        return cls(max(0, shutil.disk_usage(session.spill).free - _KEPT_FREE))


def unpacked(source: SourceFile, session: Session, budget: Budget, depth: int = 0) -> Iterator[SourceFile]:
    """The files inside a source, or the source itself when it is not packed. What it is, its first bytes say.

    Raises LogError (ZS4006, ZS4023 to ZS4029) for an archive that is damaged, locked or may hurt.
    """
    if source.url is not None:
        yield source
        return
    with source.path.open("rb") as file:
        head = file.read(4)
    if head[:2] == GZIP:
        inner = _gunzip(source, session, budget, depth)
        yield from unpacked(inner, session, budget, depth + 1)
    elif head in (ZIP, _EMPTY_ZIP) and source.format not in _ZIPPED_FORMATS:
        yield from _unzip(source, session, budget, depth)
    elif source.format in ("gzip", "zip"):
        raise log_error("ZS4009" if not head else "ZS4023", source.name)
    else:
        yield source


def packed_format(name: str) -> str | None:
    """Format that a file's name tells: of `rating.csv.gz` csv, of an archive `zip`; None of another name."""
    path = PurePosixPath(name.lower())
    if path.suffix == ".gz":
        return FORMATS.get(PurePosixPath(path.stem).suffix, "csv")
    return PACKED.get(path.suffix) or FORMATS.get(path.suffix)


def _gunzip(source: SourceFile, session: Session, budget: Budget, depth: int) -> SourceFile:
    _not_too_deep(source.name, depth)
    if PurePosixPath(source.name.lower().removesuffix(".gz")).suffix == ".tar":
        raise log_error("ZS4006", source.name)
    format_ = source.format if source.format != "gzip" else packed_format(source.name) or "csv"
    copy = session.copy(source.stem, format_)
    size = source.path.stat().st_size
    with gzip.open(source.path) as packed:
        _copy(packed, copy, size, source.name, budget)
    return replace(source, path=copy, format=format_)


def _unzip(source: SourceFile, session: Session, budget: Budget, depth: int) -> Iterator[SourceFile]:
    _not_too_deep(source.name, depth)
    try:
        archive = zipfile.ZipFile(source.path)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise log_error("ZS4023", source.name) from None
    with archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise log_error("ZS4024", source.name, limit=LARGEST_RATIO)
        names = {member.filename for member in members}
        if (office := next((kind for part, kind in _OPEN_OFFICE.items() if part in names), None)) is not None:
            yield replace(source, format=office)
            return
        wanted = list(_wanted(source, members, budget))
        if not wanted:
            raise log_error("ZS4028", source.name)
        for member, name, format_ in wanted:
            copy = session.copy(PurePosixPath(name).stem, format_)
            _extract(archive, member, copy, f"{source.name}/{name}", budget)
            inner = replace(source, path=copy, name=f"{source.name}/{name}", format=format_)
            yield from unpacked(inner, session, budget, depth + 1)


def _wanted(
    source: SourceFile, members: list[zipfile.ZipInfo], budget: Budget
) -> Iterator[tuple[zipfile.ZipInfo, str, str]]:
    for member in members:
        name = _name(member)
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
            raise log_error("ZS4025", source.name, member=name)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise log_error("ZS4026", source.name, member=name)
        if member.is_dir() or any(name.startswith(each) for each in _NO_MEMBERS):
            continue
        if member.flag_bits & 1:
            raise log_error("ZS4027", source.name, member=name)
        if source.options.member is not None and name != source.options.member:
            continue
        format_ = packed_format(name)
        if format_ is None and source.options.member is not None:
            format_ = source.format if source.format != "zip" else "csv"
        if format_ is not None:
            yield member, name, format_
        elif path.suffix.lower() in UNREAD:
            budget.unread.append(f"{source.name}/{name}")


def _name(member: zipfile.ZipInfo) -> str:
    """The name of a member; what older programs write in GB18030 is read as such."""
    if member.flag_bits & 0x800 or member.filename.isascii():
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _extract(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, copy: Path, name: str, budget: Budget
) -> None:
    try:
        with archive.open(member) as packed:
            _copy(packed, copy, member.compress_size, name, budget)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise log_error("ZS4023", name) from None
    except (NotImplementedError, RuntimeError):
        raise log_error("ZS4029", name) from None


def _copy(packed: IO[bytes] | gzip.GzipFile, copy: Path, size: int, name: str, budget: Budget) -> None:
    written = 0
    try:
        with copy.open("wb") as target:
            while chunk := packed.read(_CHUNK):
                written += len(chunk)
                budget.left -= len(chunk)
                if written > _FREE and written > size * LARGEST_RATIO:
                    raise log_error("ZS4024", name, limit=LARGEST_RATIO)
                if budget.left < 0:
                    raise log_error("ZS4030", name)
                target.write(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise log_error("ZS4023", name) from None


def _not_too_deep(name: str, depth: int) -> None:
    if depth >= _DEEPEST:
        raise log_error("ZS4024", name, limit=LARGEST_RATIO)
