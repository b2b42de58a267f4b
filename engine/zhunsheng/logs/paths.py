"""Where a log's files lie, and what may be read: nothing outside the log's own folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.semantics.vocabulary import Vocabulary

FORMATS = {".csv": "csv", ".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}
MANIFEST = "log.yaml"
DEFAULT_ZONE = "Asia/Shanghai"

_UNDECLARED = Coverage()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of one record type. `name` is the path as messages show it."""

    record: str
    path: Path
    name: str
    format: str
    unified: bool = False
    """`path` is a copy with one kind of line end: the original mixes them."""


@dataclass(frozen=True, slots=True)
class LogFiles:
    """What was handed in, before a row is read."""

    zone: str = DEFAULT_ZONE
    coverage: Coverage = _UNDECLARED
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


def inside(folder: Path, path: Path) -> bool:
    """Whether a path, links followed, lies in a folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False
