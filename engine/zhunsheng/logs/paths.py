"""Where a log's files lie, and what may be read: nothing outside the log's own folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.semantics.vocabulary import Vocabulary

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xlsb": "xlsx",
    ".xls": "xlsx",
    ".ods": "xlsx",
    ".xes": "xes",
    ".xml": "xml",
    ".ocel": "ocel",
    ".jsonocel": "ocel",
    ".xmlocel": "ocel",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}
"""Extension -> format. `xml` is an event log, xes or ocel: its first element tells."""
PACKED = {".gz": "gzip", ".zip": "zip"}
"""Extension -> how a file is packed; what is inside has a format of its own."""
UNREAD = {
    ".tgz",
    ".tar",
    ".bz2",
    ".xz",
    ".7z",
    ".rar",
    ".zst",
    ".txt",
    ".dat",
    ".xml",
    ".html",
    ".doc",
    ".pdf",
}
"""What may hold records and is not read as it is: it is named, so that nobody thinks it was."""
MANIFEST = "log.yaml"
DEFAULT_ZONE = "Asia/Shanghai"

_UNDECLARED = Coverage()


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read, where its manifest says so; None = found out from the file itself."""

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    """Row of the headers, from 1, counted as the file's format counts rows (lines of a CSV)."""
    sheet: str | None = None
    table: str | None = None
    member: str | None = None
    """The file inside an archive."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file (or database) that was handed in, as it is to be opened."""

    path: Path
    """Where its bytes lie: the file itself, or a copy unpacked into the session's folder. A database has no
    path of its own; it then is the name of the table that is read."""
    name: str
    """As messages show it: the path inside the log, `export.zip/rating.csv` for a file of an archive."""
    format: str
    record: str | None = None
    """The record type it was declared or named to hold; None: its tables' names, or a profile, tell."""
    options: Options = Options()
    url: str | None = None
    """Of a database. May hold a password: never shown, `name` stands for it."""
    constants: tuple[tuple[str, str], ...] = ()
    """Columns that the folders of a partition give (`month=2021-01`): name and value."""

    @property
    def stem(self) -> str:
        """The name of its table where the format has none of its own."""
        return Path(self.name).name.split(".")[0]


@dataclass(frozen=True, slots=True)
class LogFiles:
    """What was handed in, before a row is read."""

    zone: str = DEFAULT_ZONE
    coverage: Coverage = _UNDECLARED
    gaps: tuple[Gap, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    """In the order in which rows are numbered."""
    unread: tuple[str, ...] = ()
    """Files in the folder that nothing was read from."""
    manifest: Path | None = None
    profile: str | None = None
    """As the manifest names it: a shipped profile, or a path from the manifest's folder."""
    canonical: Mapping[str, Any] | None = None
    """The section by which a manifest says that its files were written by an import (`logs.importing`)."""


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
