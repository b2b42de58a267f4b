"""PostgreSQL through its ADBC driver: every value as the server writes it, in Arrow batches, in one snapshot.

The transaction is read-only and repeatable: several tables show one moment. Who may read is the server's
affair; the password comes from PGPASSWORD or a password file, never from the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from sqlglot import exp

from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    call,
    case,
    cast,
    column,
    equal,
    is_known,
    named,
    number,
    select,
    text,
)
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.reasons import reason
from zhunsheng.logs.tables.spool import Spool
from zhunsheng.logs.tables.sqlite import table_missing
from zhunsheng.logs.tables.urls import Address, address

if TYPE_CHECKING:
    from zhunsheng.logs.session import Session

SCHEMA = "public"
_PARAMETERS = {"host", "sslmode", "sslrootcert", "connect_timeout", "require_auth", "target_session_attrs"}
_BATCH_BYTES = "2097152"
_SETTINGS = {
    "default_transaction_isolation": "repeatable read",
    "default_transaction_read_only": "on",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
"""How the server writes values, whatever its own configuration says."""


def open_postgresql(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The table or view that `source.options.table` names (`schema.table`, or one of `public`); without it
    every table and view of `public`.

    Raises LogError: ZS4141 (driver not installed), ZS4142, ZS4143, ZS4148 (URL), ZS4144 (no connection),
    ZS4145, ZS4147 (no such table), ZS4146 (reading ended early, with the number of rows).
    """
    where = address(source.url or "", source.name, _PARAMETERS)
    with _connected(where, source.name) as connection:
        wanted = source.options.table
        schema, found = _chosen(connection, wanted, source.name)
        return tuple(_table(connection, schema, name, source, session) for name in found)


@contextmanager
def _connected(where: Address, name: str) -> Iterator[Any]:
    try:
        from adbc_driver_manager import Error
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise log_error("ZS4141", name, package="adbc-driver-postgresql", extra="postgresql") from None
    try:
        connection = dbapi.connect(_uri(where))
    except Error as error:
        raise log_error("ZS4144", name, where=where.shown, reason=reason(error)) from None
    with closing(connection):
        yield connection


def _uri(where: Address) -> str:
    """For libpq. A server that asks for the password in the clear is not given it, unless the URL says so."""
    parameters = {
        "application_name": "zhunsheng",
        "connect_timeout": "10",
        "require_auth": "!password",
        **where.parameters,
        "options": " ".join(f"-c {key}={_escaped(value)}" for key, value in _SETTINGS.items()),
    }
    user = f"{quote(where.user, safe='')}@" if where.user else ""
    host = f"[{where.host}]" if where.host and ":" in where.host else where.host or ""
    port = f":{where.port}" if where.port else ""
    query = urlencode(parameters, quote_via=quote)
    return f"postgresql://{user}{host}{port}/{quote(where.database, safe='')}?{query}"


def _escaped(value: str) -> str:
    return value.replace(" ", "\\ ")


def _chosen(connection: Any, wanted: str | None, name: str) -> tuple[str, list[str]]:
    """Schema and tables. A name with a dot may be that of a table all the same."""
    every = _names(connection, name)
    if wanted is None:
        found = [table for schema, table in every if schema == SCHEMA]
        if not found:
            raise log_error("ZS4147", name)
        return SCHEMA, found
    for schema, table in every:
        if wanted == f"{schema}.{table}" or (schema, table) == (SCHEMA, wanted):
            return schema, [table]
    raise table_missing(
        name, wanted, [table if schema == SCHEMA else f"{schema}.{table}" for schema, table in every]
    )


def _names(connection: Any, name: str) -> list[tuple[str, str]]:
    """(schema, table) of every table and view that this user may read."""
    kinds = exp.In(this=column("relkind", "c"), expressions=[text(kind) for kind in "rvmfp"])
    own = exp.In(this=column("nspname", "n"), expressions=[text("pg_catalog"), text("information_schema")])
    may = call("has_table_privilege", column("oid", "c"), text("SELECT"))
    query = (
        select(
            [cast(column("nspname", "n"), "TEXT"), cast(column("relname", "c"), "TEXT")],
            _of("pg_catalog", "pg_class", "c"),
            all_of(kinds, exp.Not(this=own), may, exp.Not(this=_starts(column("nspname", "n"), "pg_toast"))),
        )
        .join(
            _of("pg_catalog", "pg_namespace", "n"), on=equal(column("oid", "n"), column("relnamespace", "c"))
        )
        .order_by(column("nspname", "n"), column("relname", "c"))
    )
    return [(str(schema), str(table)) for schema, table in _fetched(connection, query, name)]


def _columns(connection: Any, schema: str, table: str, name: str) -> list[tuple[str, bool]]:
    """(column, whether it holds arrays), in their order."""
    query = (
        select(
            [
                cast(column("column_name"), "TEXT"),
                equal(column("data_type"), text("ARRAY")),
            ],
            _of("information_schema", "columns", "i"),
            all_of(
                equal(column("table_schema"), text(schema)),
                equal(column("table_name"), text(table)),
            ),
        )
    ).order_by(column("ordinal_position"))
    found = [(str(each), bool(array)) for each, array in _fetched(connection, query, name)]
    # Materialised views are not in the standard's catalogue.
    return found or [(each, False) for each in _described(connection, schema, table, name)]


def _described(connection: Any, schema: str, table: str, name: str) -> list[str]:
    with _reading(name, table) as _, connection.cursor() as cursor:
        cursor.execute(_sql(select([exp.Star()], _of(schema, table)).limit(0)))
        return [str(each[0]) for each in cursor.description]


def _table(connection: Any, schema: str, table: str, source: SourceFile, session: Session) -> RawTable:
    columns = _columns(connection, schema, table, source.name)
    shown = table if schema == SCHEMA else f"{schema}.{table}"
    cells = [named(_cell(each, is_array), f"c{place}") for place, (each, is_array) in enumerate(columns)]
    with Spool(session, source.name, shown, [each for each, _ in columns]) as spool:
        with _reading(source.name, shown, spool), connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": _BATCH_BYTES})
            cursor.execute(_sql(select(cells, _of(schema, table))))
            with cursor.fetch_record_batch() as batches:
                for batch in batches:
                    spool.extend(batch)
        return spool.table(source, "postgresql")


def _cell(name: str, is_array: bool) -> Expression:
    """The value as text; a list as in `docs/logs.md`: `a|b`, `[]` when it is empty, no list with a hole."""
    value = column(name)
    if not is_array:
        return call("nullif", cast(value, "TEXT"), text(""))
    empty = equal(call("cardinality", value), number(0))
    hole = is_known(call("array_position", value.copy(), exp.Null()))
    joined = call("array_to_string", value.copy(), text("|"))
    return case((empty, text("[]")), (hole, text("[null]")), default=joined)


def _fetched(connection: Any, query: exp.Select, name: str) -> list[tuple[Any, ...]]:
    with _reading(name, "pg_catalog"), connection.cursor() as cursor:
        cursor.execute(_sql(query))
        return list(cursor.fetchall())


@contextmanager
def _reading(name: str, table: str, spool: Spool | None = None) -> Iterator[None]:
    """Errors of the driver, and of Arrow when it asks the driver for the next batch."""
    from adbc_driver_manager import Error
    from pyarrow import ArrowException

    try:
        yield
    except LogError:
        raise
    except (Error, ArrowException, OSError) as error:
        rows = spool.rows if spool is not None else 0
        raise log_error("ZS4146", name, table=table, rows=rows, reason=reason(error)) from None


def _of(schema: str, name: str, alias: str | None = None) -> exp.Table:
    return exp.table_(name, db=schema, quoted=True, alias=alias)


def _starts(value: Expression, prefix: str) -> Expression:
    return call("starts_with", cast(value, "TEXT"), text(prefix))


def _sql(query: Expression) -> str:
    return query.sql(dialect="postgres", identify=True)
