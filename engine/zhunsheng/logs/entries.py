"""One entry of a manifest (`{file: …}`, `{files: […]}`, `{url: …}`) as the sources it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from zhunsheng.diagnostics.model import Span
from zhunsheng.logs.documents import Document, Path_
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import Options, SourceFile, inside
from zhunsheng.logs.tables.opening import SCHEMES
from zhunsheng.logs.tables.packing import packed_format

_PLACES = ("file", "files", "url")
_PATTERN = frozenset("*?[")


def entry_sources(
    folder: Path, record: str | None, entry: str | Mapping[str, Any], document: Document, at: Path_
) -> Iterator[SourceFile]:
    """The sources of an entry, in the order in which rows are numbered. Raises LogError (ZS4015 to ZS4017,
    ZS4054 to ZS4057) at the place of what is wrong.
    """
    if isinstance(entry, str):
        for path in _matching(folder, entry, document.place(at)):
            yield _file(folder, path, record, {}, span=document.place(at))
        return
    given = [key for key in _PLACES if key in entry]
    if len(given) != 1:
        raise log_error("ZS4055", span=document.place(at), keys=", ".join(_PLACES))
    options = _options(entry)
    (key,) = given
    place = document.place((*at, key))
    if key == "url":
        yield _database(entry, record, options, place)
    elif key == "file":
        yield _file(
            folder, _existing(folder, entry["file"], place), record, entry, span=place, options=options
        )
    else:
        for index, pattern in enumerate(entry["files"]):
            span = document.place((*at, "files", index))
            for path in _matching(folder, pattern, span):
                yield _file(folder, path, record, entry, span=span, options=options)


def _options(entry: Mapping[str, Any]) -> Options:
    row = entry.get("header_row")
    delimiter = {"tab": "\t", "\\t": "\t"}.get(entry.get("delimiter", ""), entry.get("delimiter"))
    return Options(
        encoding=entry.get("encoding"),
        delimiter=delimiter,
        header_row=None if row is None else int(row),
        sheet=entry.get("sheet"),
        table=entry.get("table"),
        member=entry.get("member"),
    )


def _existing(folder: Path, written: str, span: Span) -> Path:
    path = folder / written
    if not inside(folder, path):
        raise log_error("ZS4016", span=span, file=written)
    if not path.exists():
        raise log_error("ZS4015", span=span, file=written)
    return path


def _matching(folder: Path, pattern: str, span: Span) -> list[Path]:
    """The file of this name, every file below the folder of this name, or the files that fit a pattern."""
    from zhunsheng.logs.sources import files_below, natural

    path = folder / pattern
    if path.is_dir() and inside(folder, path):
        found = [each for each in files_below(path) if packed_format(each.name) is not None]
    elif path.exists() or not _PATTERN.intersection(pattern):
        return [_existing(folder, pattern, span)]
    elif PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
        raise log_error("ZS4016", span=span, file=pattern)
    else:
        found = sorted(
            (each for each in folder.glob(pattern) if each.is_file()), key=lambda each: natural(str(each))
        )
    if not found:
        raise log_error("ZS4056", span=span, pattern=pattern)
    return [_existing(folder, each.relative_to(folder).as_posix(), span) for each in found]


def _file(
    folder: Path,
    path: Path,
    record: str | None,
    entry: Mapping[str, Any],
    *,
    span: Span,
    options: Options | None = None,
) -> SourceFile:
    from zhunsheng.logs.sources import constants_of

    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
    if not path.is_file():
        raise log_error("ZS4017", span=span, file=name)
    format_ = entry.get("format") or packed_format(path.name)
    if format_ is None:
        raise log_error("ZS4054", span=span, file=name)
    constants = constants_of(PurePosixPath(name))
    return SourceFile(path.resolve(), name, format_, record, options or Options(), constants=constants)


def _database(entry: Mapping[str, Any], record: str | None, options: Options, span: Span) -> SourceFile:
    """A table of a database. The name that messages show holds neither user nor password."""
    url = entry["url"]
    try:
        parts = urlsplit(url)
        name = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    except ValueError:
        raise log_error("ZS4057", span=span, scheme="") from None
    format_ = SCHEMES.get(parts.scheme)
    if format_ is None:
        raise log_error("ZS4057", span=span, scheme=parts.scheme)
    return SourceFile(Path(options.table or ""), name, format_, record, replace(options), url=url)
