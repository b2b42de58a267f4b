"""Parquet: typed columns as the text that a CSV would hold."""

from __future__ import annotations

import duckdb
from sqlglot import exp

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import (
    Expression,
    call,
    case,
    cast,
    column,
    equal,
    is_known,
    named,
    number,
    select,
    subquery,
    text,
    to_sql,
)
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.partitions import with_constants
from zhunsheng.logs.tables.scanning import escaped

_MAGIC = b"PAR1"


def open_parquet(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The one table of a Parquet file; fields of structures are columns `a.b`. Raises LogError (ZS4009,
    ZS401x).
    """
    _probe(source)
    scan = call(
        "read_parquet",
        exp.Placeholder(),
        exp.EQ(this=exp.var("hive_partitioning"), expression=exp.false()),
    )
    path = escaped(source.path)
    try:
        described = session.connection.execute(
            to_sql(select([exp.Star()], scan.copy()).limit(0)), [path]
        ).description
    except duckdb.Error:
        raise log_error("ZS4014", source.name) from None
    headers: list[str] = []
    cells: list[Expression] = []
    typed: set[int] = set()
    for name, kind in [(str(item[0]), item[1]) for item in described or ()]:
        for header, value, leaf in _leaves(name, column(name), kind):
            index = len(headers)
            headers.append(header)
            cells.append(named(_cell(value, leaf), f"c{index}"))
            if not (leaf == "VARCHAR" or leaf.startswith("ENUM")):
                typed.add(index)
                cells.append(named(is_known(value), f"n{index}"))
    table = RawTable(
        name=source.stem,
        source=source.name,
        format="parquet",
        columns=tuple(header.strip() for header in headers),
        relation=subquery(select(cells, scan), "parquet"),
        parameters=(path,),
        lines="row",
        first_line=1,
        typed=frozenset(typed),
    )
    return (with_constants(table, source.constants),)


def _probe(source: SourceFile) -> None:
    with source.path.open("rb") as file:
        head = file.read(4)
        size = file.seek(0, 2)
        file.seek(max(0, size - 4))
        tail = file.read(4)
    if size == 0:
        raise log_error("ZS4009", source.name)
    if head != _MAGIC:
        raise log_error("ZS4013", source.name)
    if size < 12 or tail != _MAGIC:
        raise log_error("ZS4014", source.name)


def _leaves(header: str, value: Expression, kind: object) -> list[tuple[str, Expression, str]]:
    """(header, value, type) of a column, or of the fields of a structure."""
    if getattr(kind, "id", "") == "struct":
        found = []
        for name, inner in kind.children:  # type: ignore[attr-defined]
            part = call("struct_extract", value.copy(), text(name))
            found += _leaves(f"{header}.{name}", part, inner)
        return found
    return [(header, value, str(kind))]


def _cell(value: Expression, kind: str) -> Expression:
    if kind.endswith("[]"):
        return case((is_known(value), joined(cast(value.copy(), "VARCHAR[]"))))
    if kind.startswith("TIMESTAMP") and kind != "TIMESTAMP WITH TIME ZONE":
        value = cast(value, "TIMESTAMP")
    return call("nullif", cast(value.copy(), "VARCHAR"), text(""))


def joined(items: Expression) -> Expression:
    """A list as cell text: `a|b`; an empty list is known to be empty; one with a hole is no list of codes."""
    size = call("len", items)
    holes = exp.NEQ(this=call("list_count", items.copy()), expression=size)
    return case(
        (equal(size.copy(), number(0)), text("[]")),
        (holes, text("[null]")),
        default=call("array_to_string", items.copy(), text("|")),
    )
