"""Which files a log consists of: a manifest, or a folder whose file names say the record type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.semantics.vocabulary import Vocabulary

FORMATS = {".csv": "csv", ".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}
MANIFEST = "log.yaml"
DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of one record type. `name` is the path as messages show it."""

    record: str
    path: Path
    name: str
    format: str


@dataclass(frozen=True, slots=True)
class LogFiles:
    """What was handed in, before a row is read."""

    zone: str = DEFAULT_ZONE
    coverage: Coverage = Coverage()
    gaps: tuple[Gap, ...] = ()
    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    """Record type -> its file; record types that are not here were not supplied."""
    unread: tuple[str, ...] = ()
    manifest: Path | None = None


def record_names(vocabulary: Vocabulary) -> dict[str, str]:
    """Every name of a record type (canonical or in a surface language) -> canonical name."""
    names = {name: name for name in vocabulary.records}
    for name, record in vocabulary.records.items():
        for other in record.names.values():
            names.setdefault(other, name)
    return names


def find(path: Path, vocabulary: Vocabulary) -> LogFiles:
    """The files of a log. Raises LogError (ZS40xx) when there is no log at the path."""
    folder_files = sorted(file for file in path.iterdir() if file.is_file())
    known = record_names(vocabulary)
    sources: dict[str, SourceFile] = {}
    unread: list[str] = []
    for file in folder_files:
        format_ = FORMATS.get(file.suffix.lower())
        if format_ is None:
            continue
        name = known.get(file.stem)
        if name is None:
            unread.append(file.name)
        elif name in sources:
            raise log_error("ZS4008", str(path), record=name, file=file.name, other=sources[name].name)
        else:
            sources[name] = SourceFile(name, file.resolve(), file.name, format_)
    return LogFiles(sources=sources, unread=tuple(unread))
