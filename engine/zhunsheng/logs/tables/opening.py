"""From a file to raw tables: which function opens which format.

Every opener has the same shape, `open_<format>(source: SourceFile, session: Session) -> tuple[RawTable, …]`:
`source` says where the bytes lie and what the manifest wishes (`source.options`, `source.url`), `session` has
the database's connection and a folder for copies (`session.spill`), gone when the log is closed. An opener
raises LogError and never shows a password. Openers are imported when their format occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.model import RawTable

Opener = Callable[[SourceFile, Session], tuple[RawTable, ...]]

OPENERS = {
    "csv": "zhunsheng.logs.tables.delimited:open_csv",
    "jsonl": "zhunsheng.logs.tables.jsonl:open_jsonl",
    "json": "zhunsheng.logs.tables.json_arrays:open_json",
    "parquet": "zhunsheng.logs.tables.parquet:open_parquet",
    "arrow": "zhunsheng.logs.tables.arrow:open_arrow",
    "xlsx": "zhunsheng.logs.tables.xlsx:open_xlsx",
    "xml": "zhunsheng.logs.tables.event_xml:open_xml",
    "xes": "zhunsheng.logs.tables.xes:open_xes",
    "ocel": "zhunsheng.logs.tables.ocel:open_ocel",
    "sqlite": "zhunsheng.logs.tables.sqlite:open_sqlite",
    "postgresql": "zhunsheng.logs.tables.postgresql:open_postgresql",
    "mysql": "zhunsheng.logs.tables.mysql:open_mysql",
}
"""Format -> module:function."""
SCHEMES = {"postgresql": "postgresql", "postgres": "postgresql", "mysql": "mysql", "mariadb": "mysql"}
"""Scheme of a database's URL -> format."""
TEXT_FORMATS = frozenset({"csv", "jsonl"})
"""Formats that the database reads line by line: their line ends and NUL bytes are counted."""


def opener(format_: str) -> Opener:
    """The function that opens a format. Raises KeyError for an unknown one."""
    module, name = OPENERS[format_].split(":")
    found: Opener = getattr(import_module(module), name)
    return found


def open_tables(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The tables of one file or database. Raises LogError (ZS40xx) when it cannot be read."""
    try:
        return opener(source.format)(source, session)
    except OSError as error:
        raise log_error("ZS4003", source.name, reason=error.strerror or "") from None
