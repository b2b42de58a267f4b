"""Which files a log consists of: a manifest, a folder whose names say the record types, or a single file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.manifest import read_manifest
from zhunsheng.logs.paths import MANIFEST, UNREAD, LogFiles, SourceFile, inside, record_names
from zhunsheng.logs.tables.packing import packed_format
from zhunsheng.semantics.nearest import nearest
from zhunsheng.semantics.vocabulary import Vocabulary

_ARCHIVES = {".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst"}
_NAMED_BY_FILE = frozenset({"csv", "jsonl", "parquet", "xml"})
"""Formats whose tables have no names of their own (and XML, which may be anything)."""
_PART = re.compile(r"(.+?)[-_. ]?(?:part)?[-_. ]?\d[\d_.-]*")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_DIGITS = re.compile(r"(\d+)")


def find(path: Path, vocabulary: Vocabulary, *, named: bool = True) -> LogFiles:
    """The files of a log. `named`: names of files and tables tell the record types; otherwise a profile will.

    Raises LogError (ZS40xx) when there is no log at the path.
    """
    name = str(path)
    try:
        if not path.exists():
            raise log_error("ZS4001", name)
        if path.is_dir():
            manifest = path / MANIFEST
            if manifest.exists():
                return read_manifest(manifest, str(manifest), vocabulary)
            return _folder(path, vocabulary, named)
        if path.suffix.lower() in {".yaml", ".yml"} and path.is_file():
            return read_manifest(path, name, vocabulary)
        if path.is_file():
            return _single(path, vocabulary)
    except OSError as error:
        raise log_error("ZS4003", name, reason=error.strerror or "") from None
    raise log_error("ZS4002", name)


def _single(path: Path, vocabulary: Vocabulary) -> LogFiles:
    if path.suffix.lower() in _ARCHIVES:
        raise log_error("ZS4006", str(path))
    format_ = packed_format(path.name)
    if format_ is None:
        raise log_error("ZS4002", str(path))
    record = record_of(PurePosixPath(path.name), record_names(vocabulary))
    return LogFiles(sources=(SourceFile(path.resolve(), path.name, format_, record),))


def record_of(path: PurePosixPath, known: Mapping[str, str]) -> str | None:
    """The record type that a file's name, its name without number (`rating_2021-01.csv`), or a folder above
    it names; None when none does.
    """
    stem = path.name.split(".")[0]
    if stem in known:
        return known[stem]
    part = _PART.fullmatch(stem)
    if part is not None and part[1] in known:
        return known[part[1]]
    return next((known[folder] for folder in reversed(path.parts[:-1]) if folder in known), None)


def constants_of(path: PurePosixPath) -> tuple[tuple[str, str], ...]:
    """Columns that the folders above a file give, as `month=2021-01`."""
    pairs = (folder.split("=", 1) for folder in path.parts[:-1] if "=" in folder)
    return tuple((name, "" if value == _NO_VALUE else unquote(value)) for name, value in pairs if name)


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder that is not hidden, in the order of people: part 2 before part 10.

    Raises LogError (ZS4016) for a link that leads out of the folder.
    """

    def walk(here: Path) -> Iterator[Path]:
        for path in sorted(here.iterdir(), key=lambda each: natural(each.name)):
            if path.name.startswith("."):
                continue
            if path.is_symlink() and not inside(folder, path):
                raise log_error("ZS4016", str(folder), file=path.relative_to(folder).as_posix())
            if path.is_symlink() and not path.exists():
                raise log_error("ZS4015", str(folder), file=path.relative_to(folder).as_posix())
            if path.is_dir():
                # A link to a folder could lead in a circle.
                yield from () if path.is_symlink() else walk(path)
            elif path.is_file():
                yield path

    yield from walk(folder)


def natural(name: str) -> list[tuple[int, str]]:
    """Sorts names with numbers in them as people do."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(name) if part]


def _folder(path: Path, vocabulary: Vocabulary, named: bool) -> LogFiles:
    known = record_names(vocabulary)
    sources: list[SourceFile] = []
    unread: list[str] = []
    exact: dict[str, str] = {}
    for file in files_below(path):
        name = file.relative_to(path).as_posix()
        inner = PurePosixPath(name)
        format_ = packed_format(file.name)
        record = record_of(inner, known)
        if format_ is None or (named and record is None and format_ in _NAMED_BY_FILE):
            if format_ is not None or file.suffix.lower() in UNREAD:
                unread.append(name)
            continue
        if named and known.get(name.split(".")[0]) is not None:
            assert record is not None
            if record in exact:
                raise log_error("ZS4008", str(path), record=record, file=name, other=exact[record])
            exact[record] = name
        sources.append(SourceFile(file.resolve(), name, format_, record, constants=constants_of(inner)))
    if not sources:
        raise _nothing_found(path, unread, known)
    return LogFiles(sources=tuple(sources), unread=tuple(unread))


def _nothing_found(path: Path, unread: list[str], known: Mapping[str, str]) -> Exception:
    if not unread:
        return log_error("ZS4004", str(path))
    if all(Path(name).suffix.lower() in _ARCHIVES for name in unread):
        return log_error("ZS4006", str(path / unread[0]))
    meant = next(
        (found for name in unread if (found := nearest(Path(name).stem, known))), next(iter(known), "")
    )
    return log_error("ZS4005", str(path), files=", ".join(unread[:5]), meant=meant)
