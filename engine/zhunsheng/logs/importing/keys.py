"""Keys of a record type over all parts of a copy, and rows that two parts both hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhunsheng.logs.expressions import (
    array,
    call,
    column,
    count,
    count_distinct,
    create_table,
    drop_table,
    equal,
    is_known,
    named,
    number,
    select,
    subquery,
    table,
    text,
    to_sql,
    union,
)
from zhunsheng.logs.importing.parts import NUMBER, copy, scan
from zhunsheng.logs.tables.scanning import escaped
from zhunsheng.semantics.vocabulary import Record

if TYPE_CHECKING:
    import duckdb

_PART = "_part"
_EVERY, _GONE = "zhunsheng_every", "zhunsheng_gone"


@dataclass(frozen=True, slots=True)
class Keys:
    rows: int
    missing: int
    unique: bool


def keys(paths: Sequence[Path], record: Record, connection: duckdb.DuckDBPyConnection) -> Keys:
    """Count the keys of all parts of a record type.

    Keys that ascend from row to row, as numbers given one after the other do, are all different: to see that
    takes a sixth of counting them.
    """
    rows = call("read_parquet", array([text(escaped(path)) for path in paths]))
    before = exp.Window(this=call("lag", column(record.key)))
    pairs = select([named(column(record.key), "k"), named(before, "before")], rows.copy())
    ascending = call("bool_and", exp.GT(this=column("k"), expression=column("before")))
    counts = [count(), count(column("k")), exp.Coalesce(this=ascending, expressions=[exp.true()])]
    total, known, ordered = _one(select(counts, subquery(pairs, "pairs")), connection)
    # A missing key between two others would hide that they are the same.
    if ordered and known == total:
        return Keys(total, 0, True)
    (different,) = _one(select([count_distinct(column(record.key))], rows), connection)
    return Keys(total, total - known, known == different)


def _one(query: exp.Select, connection: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    found = connection.execute(to_sql(query)).fetchone()
    assert found is not None
    return tuple(found)


def drop_equal(
    old: Sequence[Path], new: Sequence[Path], record: Record, connection: duckdb.DuckDBPyConnection
) -> list[int]:
    """Write the new parts again without the rows that equal an earlier row in every field; returns per new
    part how many. Asked for only where a key occurs twice: rows without key are never taken for the same.
    """
    paths = [*old, *new]
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {_EVERY} AS {_all(paths, record)}")
    connection.execute(create_table(_GONE, _repeated(record)))
    counted = select([column(_PART), count()], table(_GONE)).group_by(column(_PART))
    gone: dict[int, int] = dict(connection.execute(to_sql(counted)).fetchall())
    # Of rows that were accepted once none equals an earlier one: only new parts can hold any.
    for place in range(len(old), len(paths)):
        if gone.get(place):
            _without(paths[place], place, record, connection)
    connection.execute(drop_table(_GONE))
    connection.execute(f"DROP VIEW {_EVERY}")
    return [gone.get(place, 0) for place in range(len(old), len(paths))]


def _repeated(record: Record) -> exp.Select:
    """(part, row) of the rows that equal an earlier one."""
    again = select([column(record.key)], table(_EVERY), is_known(column(record.key)))
    again.group_by(column(record.key), copy=False)
    again.having(exp.GT(this=count(), expression=number(1)), copy=False)
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(name) for name in record.fields],
        order=exp.Order(expressions=[exp.Ordered(this=column(name)) for name in (_PART, NUMBER)]),
    )
    among = exp.In(this=column(record.key), query=exp.Subquery(this=again))
    numbered = select([column(_PART), column(NUMBER), named(place, "place")], table(_EVERY), among)
    later = exp.GT(this=column("place"), expression=number(1))
    return select([column(_PART), column(NUMBER)], subquery(numbered, "numbered"), later)


def _all(paths: Sequence[Path], record: Record) -> str:
    return union(
        [
            select([named(number(place), _PART), column(NUMBER), *map(column, record.fields)], scan(path))
            for place, path in enumerate(paths)
        ]
    )


def _without(path: Path, place: int, record: Record, connection: duckdb.DuckDBPyConnection) -> None:
    mine = select([column(NUMBER)], table(_GONE), equal(column(_PART), number(place)))
    held = exp.In(this=column(NUMBER), query=exp.Subquery(this=mine))
    rows = select([column(name) for name in record.fields], scan(path), exp.Not(this=held))
    rest = path.with_suffix(".rest")
    copy(rows, rest, connection)
    rest.replace(path)
