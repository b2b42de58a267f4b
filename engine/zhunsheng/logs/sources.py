"""Which files a log consists of: a manifest, or a folder whose file names say the record type."""

from __future__ import annotations

import zipfile
from pathlib import Path

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.manifest import read_manifest
from zhunsheng.logs.paths import FORMATS, MANIFEST, LogFiles, SourceFile, inside, record_names
from zhunsheng.semantics.nearest import nearest
from zhunsheng.semantics.vocabulary import Vocabulary

ARCHIVES = {".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst"}


def find(path: Path, vocabulary: Vocabulary) -> LogFiles:
    """The files of a log. Raises LogError (ZS40xx) when there is no log at the path."""
    name = str(path)
    try:
        if not path.exists():
            raise log_error("ZS4001", name)
        if path.is_dir():
            manifest = path / MANIFEST
            if manifest.exists():
                return read_manifest(manifest, str(manifest), vocabulary)
            return _folder(path, vocabulary)
        if path.suffix.lower() in {".yaml", ".yml"} and path.is_file():
            return read_manifest(path, name, vocabulary)
        if path.suffix.lower() in ARCHIVES or (path.is_file() and is_archive(path)):
            raise log_error("ZS4006", name)
    except OSError as error:
        raise log_error("ZS4003", name, reason=error.strerror or "") from None
    raise log_error("ZS4002", name)


def is_archive(path: Path) -> bool:
    """Whether a file is a zip or gzip by its first bytes, whatever it is called."""
    with path.open("rb") as file:
        head = file.read(4)
    return head[:2] == b"\x1f\x8b" or (head == b"PK\x03\x04" and zipfile.is_zipfile(path))


def _folder(path: Path, vocabulary: Vocabulary) -> LogFiles:
    known = record_names(vocabulary)
    sources: dict[str, SourceFile] = {}
    unread: list[str] = []
    files = sorted(file for file in path.iterdir() if file.is_file() or file.is_symlink())
    for file in files:
        format_ = FORMATS.get(file.suffix.lower())
        record = known.get(file.stem)
        if format_ is None or record is None:
            if format_ is not None or file.suffix.lower() in ARCHIVES:
                unread.append(file.name)
            continue
        if not inside(path, file):
            raise log_error("ZS4016", str(path), file=file.name)
        if not file.is_file():
            raise log_error("ZS4015", str(path), file=file.name)
        if record in sources:
            raise log_error("ZS4008", str(path), record=record, file=file.name, other=sources[record].name)
        sources[record] = SourceFile(record, file.resolve(), file.name, format_)
    if not sources:
        raise _nothing_found(path, unread, known)
    return LogFiles(sources=sources, unread=tuple(unread))


def _nothing_found(path: Path, unread: list[str], known: dict[str, str]) -> Exception:
    if not unread:
        return log_error("ZS4004", str(path))
    if all(Path(name).suffix.lower() in ARCHIVES for name in unread):
        return log_error("ZS4006", str(path / unread[0]))
    meant = next(
        (found for name in unread if (found := nearest(Path(name).stem, known))), next(iter(known), "")
    )
    return log_error("ZS4005", str(path), files=", ".join(unread[:5]), meant=meant)
