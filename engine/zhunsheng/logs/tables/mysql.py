"""MySQL and MariaDB through PyMySQL, row by row from the server: every value as the server writes it.

One read-only snapshot for all tables. The password comes from MYSQL_PWD, never from the manifest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.expressions import Expression, column, named, select, text
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.reasons import reason
from zhunsheng.logs.tables.spool import Spool
from zhunsheng.logs.tables.sqlite import table_missing
from zhunsheng.logs.tables.urls import Address, address

if TYPE_CHECKING:
    from zhunsheng.logs.session import Session

PASSWORD = "MYSQL_PWD"
"""Environment variable of the password, as MySQL's own programs name it."""
_PARAMETERS = {"connect_timeout", "ssl_ca", "unix_socket", "read_timeout"}
_FETCHED = 1000
_BINARY = frozenset({"binary", "varbinary", "blob", "tinyblob", "mediumblob", "longblob", "bit"})


def open_mysql(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The table or view that `source.options.table` names, of the URL's database or `database.table`; without
    it every table and view of the URL's database.

    Raises LogError: ZS4141 (driver not installed), ZS4142, ZS4143, ZS4148 (URL), ZS4144 (no connection),
    ZS4145, ZS4147 (no such table), ZS4146 (reading ended early, with the number of rows).
    """
    where = address(source.url or "", source.name, _PARAMETERS)
    with _connected(where, source.name) as connection:
        schema, found = _chosen(connection, where.database, source.options.table, source.name)
        prefix = "" if schema == where.database else f"{schema}."
        return tuple(_table(connection, (schema, name, prefix + name), source, session) for name in found)


@contextmanager
def _connected(where: Address, name: str) -> Iterator[Any]:
    try:
        import pymysql
    except ImportError:
        raise log_error("ZS4141", name, package="PyMySQL", extra="mysql") from None
    given = where.parameters
    try:
        connection = pymysql.connect(
            host=where.host or "localhost",
            port=where.port or 3306,
            user=where.user,
            password=os.environ.get(PASSWORD, "").encode(),  # a text it would write as Latin-1
            database=where.database,
            unix_socket=given.get("unix_socket"),
            charset="utf8mb4",
            connect_timeout=_seconds(given, "connect_timeout", 10, name),
            read_timeout=_seconds(given, "read_timeout", 600, name),
            ssl_ca=given.get("ssl_ca"),
            ssl_verify_identity="ssl_ca" in given or None,
            # A server may neither ask for files of this machine nor for the password in the clear.
            local_infile=False,
            auth_plugin_map={"mysql_clear_password": _NoClearPassword},
            conv=_encoders(),
            cursorclass=pymysql.cursors.SSCursor,
            autocommit=True,
        )
    except (pymysql.Error, OSError, RuntimeError) as error:
        raise log_error("ZS4144", name, where=where.shown, reason=_said(error)) from None
    with closing(connection):
        for statement in (
            "SET SESSION time_zone = '+00:00'",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ):
            _fetched(connection, statement, name)
        yield connection


class _NoClearPassword:
    def __init__(self, connection: object) -> None: ...

    def authenticate(self, packet: object) -> None:
        raise RuntimeError("the server asks for the password in the clear")


def _encoders() -> dict[Any, Any]:
    """How parameters are written; no value that is read is converted: it stays text."""
    from pymysql.converters import encoders

    return dict(encoders)


def _seconds(given: Any, key: str, default: int, name: str) -> int:
    written = given.get(key, str(default))
    if not written.isdecimal() or not 0 < int(written) < 100_000:
        raise log_error("ZS4142", name, reason="⟨url_seconds⟩")
    return int(written)


def _chosen(connection: Any, database: str, wanted: str | None, name: str) -> tuple[str, list[str]]:
    """Database and tables. A name with a dot may be that of a table all the same."""
    query = (
        select([column("table_schema"), column("table_name")], _of("information_schema", "tables"))
        .where(exp.Not(this=exp.In(this=column("table_schema"), expressions=_own())))
        .order_by(column("table_schema"), column("table_name"))
    )
    every = [(str(schema), str(table)) for schema, table in _fetched(connection, _sql(query), name)]
    if wanted is None:
        found = [table for schema, table in every if schema == database]
        if not found:
            raise log_error("ZS4147", name)
        return database, found
    for schema, table in every:
        if wanted == f"{schema}.{table}" or (schema, table) == (database, wanted):
            return schema, [table]
    raise table_missing(
        name, wanted, [table if schema == database else f"{schema}.{table}" for schema, table in every]
    )


def _own() -> list[Expression]:
    return [text(each) for each in ("information_schema", "mysql", "performance_schema", "sys")]


def _columns(connection: Any, schema: str, table: str, name: str) -> list[tuple[str, str]]:
    query = (
        select([column("column_name"), column("data_type")], _of("information_schema", "columns"))
        .where(exp.EQ(this=column("table_schema"), expression=text(schema)))
        .where(exp.EQ(this=column("table_name"), expression=text(table)))
        .order_by(column("ordinal_position"))
    )
    return [(str(each), str(kind).lower()) for each, kind in _fetched(connection, _sql(query), name)]


def _table(connection: Any, place: tuple[str, str, str], source: SourceFile, session: Session) -> RawTable:
    """`place` is the database, the table, and what the table is called here."""
    schema, table, shown = place
    columns = _columns(connection, schema, table, source.name)
    headers = [each for each, _ in columns]
    cells = [named(_cell(each, kind), f"c{place}") for place, (each, kind) in enumerate(columns)]
    with Spool(session, source.name, shown, headers) as spool:
        with _reading(source.name, shown, spool), _streaming(connection) as cursor:
            cursor.execute(_sql(select(cells, _of(schema, table))))
            while batch := cursor.fetchmany(_FETCHED):
                for row in batch:
                    spool.add(tuple(map(_text, row)))
        return spool.table(source, "mysql")


@contextmanager
def _streaming(connection: Any) -> Iterator[Any]:
    """A cursor that is left where it stands when something fails: closed as usual, it would first read all
    rows that are left, from a server that may be gone.
    """
    cursor = connection.cursor()
    try:
        yield cursor
    except BaseException:
        if cursor._result is not None:
            cursor._result.unbuffered_active = False
        raise
    finally:
        cursor.close()


def _cell(name: str, kind: str) -> Expression:
    """A TIMESTAMP is an instant, and this session sees it in UTC; a DATETIME is as the log's zone has it."""
    value = column(name)
    if kind == "timestamp":
        return exp.Anonymous(this="concat", expressions=[value, text("+00:00")])
    if kind in _BINARY:
        hexadecimal = exp.Anonymous(this="hex", expressions=[value])
        return exp.Anonymous(this="concat", expressions=[text("0x"), hexadecimal])
    return value


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _fetched(connection: Any, query: str, name: str) -> list[tuple[Any, ...]]:
    with _reading(name, "information_schema"), connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@contextmanager
def _reading(name: str, table: str, spool: Spool | None = None) -> Iterator[None]:
    import pymysql

    try:
        yield
    except LogError:
        raise
    except (pymysql.Error, OSError, UnicodeDecodeError) as error:
        rows = spool.rows if spool is not None else 0
        raise log_error("ZS4146", name, table=table, rows=rows, reason=_said(error)) from None


def _said(error: BaseException) -> str:
    """PyMySQL gives a number and a text."""
    return reason(Exception(error.args[1]) if len(error.args) > 1 else error)


def _of(schema: str, name: str) -> exp.Table:
    return exp.table_(name, db=schema, quoted=True)


def _sql(query: Expression) -> str:
    return query.sql(dialect="mysql", identify=True)
