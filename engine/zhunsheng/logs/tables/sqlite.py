"""SQLite files: every table and view as a raw table, read only, through Python's own SQLite.

The file is opened immutable, so nothing is written beside it. A database that was not closed keeps its last
changes in a second file (`-wal`, `-journal`); reading without them would lose records, so it is refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlglot import exp

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import Expression, column, select, table
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.spool import Spool
from zhunsheng.semantics.nearest import nearest

if TYPE_CHECKING:
    from zhunsheng.logs.session import Session

MAGIC = b"SQLite format 3\0"
OCEL = frozenset({"event_map_type", "object_map_type", "event", "object", "event_object", "object_object"})
"""Tables that every object-centric log has."""


def open_sqlite(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """All tables and views, or the one that `source.options.table` names. A file that has the tables of OCEL
    is opened as such a log, unless one of them is named.

    Raises LogError: ZS4003, ZS4009, ZS4145 (no such table), ZS4147 (none at all), ZS415x.
    """
    with opened(source.path, source.name) as connection:
        names = tables(connection)
        wanted = source.options.table
        if wanted is not None and wanted not in names:
            raise table_missing(source.name, wanted, names)
        if not names:
            raise log_error("ZS4147", source.name)
        if wanted is None and OCEL.issubset(names):
            from zhunsheng.logs.tables.ocel_sqlite import read_sqlite

            return read_sqlite(source, session)
        return tuple(_table(connection, name, source, session) for name in ([wanted] if wanted else names))


@contextmanager
def opened(path: Path, name: str) -> Iterator[sqlite3.Connection]:
    """A read-only connection. Raises LogError for what is no whole, closed database."""
    _probe(path, name)
    url = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(url, uri=True, check_same_thread=False)
    with closing(connection):
        # Nothing that the file itself defines may call functions with effects.
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        try:
            yield connection
        except sqlite3.DatabaseError as error:
            raise log_error("ZS4153", name, table="sqlite_master", rows=0, reason=error) from None


def tables(connection: sqlite3.Connection) -> list[str]:
    """Tables and views in the order of their making, without SQLite's own."""
    kinds = exp.In(this=column("type"), expressions=[exp.Literal.string(kind) for kind in ("table", "view")])
    listed = connection.execute(to_sqlite(select([column("name")], table("sqlite_master"), kinds)))
    return [str(name) for (name,) in listed if not str(name).startswith("sqlite_")]


def columns(connection: sqlite3.Connection, name: str) -> list[str]:
    """Columns of a table or view."""
    found = connection.execute(to_sqlite(select([exp.Star()], table(name)).limit(0)))
    return [str(each[0]) for each in found.description]


def rows(
    connection: sqlite3.Connection, query: exp.Select, source: str, name: str, *values: object
) -> Iterator[tuple[str | None, ...]]:
    """Rows as text. Raises LogError (ZS4153, ZS4154) with how many were read."""
    read = 0
    try:
        for row in connection.execute(to_sqlite(query), values):
            yield tuple(map(_text, row))
            read += 1
    except (sqlite3.OperationalError, UnicodeDecodeError) as error:
        if isinstance(error, UnicodeDecodeError) or "decode" in str(error).lower():
            raise log_error("ZS4154", source, table=name, rows=read) from None
        raise log_error("ZS4153", source, table=name, rows=read, reason=error) from None
    except sqlite3.DatabaseError as error:
        raise log_error("ZS4153", source, table=name, rows=read, reason=error) from None


def table_missing(source: str, wanted: str, names: list[str]) -> Exception:
    """What is said of a table that is not there."""
    meant = nearest(wanted, names) or (names[0] if names else "")
    return log_error("ZS4145", source, table=wanted, meant=meant, tables=", ".join(names[:20]))


def to_sqlite(query: Expression) -> str:
    return query.sql(dialect="sqlite", identify=True)


def _table(connection: sqlite3.Connection, name: str, source: SourceFile, session: Session) -> RawTable:
    try:
        headers = columns(connection, name)
    except sqlite3.DatabaseError as error:  # as of a view whose table is gone
        raise log_error("ZS4153", source.name, table=name, rows=0, reason=error) from None
    query = select([column(header) for header in headers], table(name))
    with Spool(session, source.name, name, headers) as spool:
        for row in rows(connection, query, source.name, name):
            spool.add(row)
        return spool.table(source, "sqlite")


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return f"0x{value.hex()}" if isinstance(value, bytes) else repr(value)


def _probe(path: Path, name: str) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(100)
        size = path.stat().st_size
        if size == 0:
            raise log_error("ZS4009", name)
        if not head.startswith(MAGIC):
            raise log_error("ZS4151", name)
        for end in ("-wal", "-journal"):
            beside = path.with_name(path.name + end)
            if beside.is_file() and beside.stat().st_size:
                raise log_error("ZS4152", name, file=beside.name)
    except OSError as error:
        raise log_error("ZS4003", name, reason=error.strerror or "") from None
    page = int.from_bytes(head[16:18], "big")
    whole = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    counted = head[24:28] == head[92:96]  # else an old SQLite did not keep the number of pages
    if len(head) < 100 or (counted and size < whole):
        raise log_error("ZS4155", name, size=f"{size:,}", whole=f"{whole:,}")
