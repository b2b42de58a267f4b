"""Keys and links of the canonical tables: which keys are missing or occur twice, which links lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.canonical import ROW
from zhunsheng.logs.expressions import (
    Expression,
    column,
    count,
    count_distinct,
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
from zhunsheng.logs.quality import SAMPLES, LinkQuality
from zhunsheng.semantics.vocabulary import Parent, Record

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class KeyAccount:
    rows: int
    missing: int
    duplicate_keys: int = 0
    duplicate_rows: int = 0
    samples: tuple[str, ...] = ()


def keys(records: Sequence[Record], connection: duckdb.DuckDBPyConnection) -> dict[str, KeyAccount]:
    """Count the keys of canonical tables, per record type; the distinct count is made once."""
    found: dict[str, KeyAccount] = {}
    if not records:
        return found
    by_name = {record.name: record for record in records}
    counted = union([_key_counts(record) for record in records])
    for name, rows, known, different in connection.execute(counted).fetchall():
        found[name] = KeyAccount(rows, rows - known)
        if known != different:
            found[name] = _repeated(by_name[name], found[name], connection)
    return found


def _key_counts(record: Record) -> exp.Select:
    key = record.key
    counts = [count(), count(column(key)), count_distinct(column(key))]
    return select([text(record.name), *counts], table(record.name))


def _repeated(record: Record, account: KeyAccount, connection: duckdb.DuckDBPyConnection) -> KeyAccount:
    key = record.key

    def repeated(*columns: Expression) -> exp.Select:
        groups = select(
            [named(column(key), "k"), named(count(), "n")], table(record.name), is_known(column(key))
        )
        groups.group_by(column(key), copy=False)
        groups.having(exp.GT(this=count(), expression=number(1)), copy=False)
        return select(columns, subquery(groups, "repeated"))

    held = connection.execute(to_sql(repeated(count(), exp.Sum(this=column("n"))))).fetchone()
    assert held is not None
    samples = _first(repeated(column("k")), connection)
    return replace(account, duplicate_keys=int(held[0]), duplicate_rows=int(held[1]), samples=samples)


def drop_equal(record: Record, connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Delete rows that equal an earlier one in every field, key included; returns their numbers (`_row`).

    Asked for only where a key occurs twice: rows without key are never taken for the same.
    """
    key = record.key
    again = select([column(key)], table(record.name), is_known(column(key)))
    again.group_by(column(key), copy=False)
    again.having(exp.GT(this=count(), expression=number(1)), copy=False)
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(name) for name in record.fields],
        order=exp.Order(expressions=[exp.Ordered(this=column(ROW))]),
    )
    among = exp.In(this=column(key), query=exp.Subquery(this=again))
    numbered = select([column(ROW), named(place, "place")], table(record.name), among)
    later = exp.GT(this=column("place"), expression=number(1))
    query = select([column(ROW)], subquery(numbered, "numbered"), later)
    rows = [int(row) for (row,) in connection.execute(to_sql(query.copy())).fetchall()]
    if rows:
        gone = exp.In(this=column(ROW), query=exp.Subquery(this=query))
        connection.execute(to_sql(exp.Delete(this=table(record.name), where=exp.Where(this=gone))))
    return sorted(rows)


def links(
    records: Mapping[str, Record], late: Mapping[str, str], connection: duckdb.DuckDBPyConnection
) -> list[LinkQuality]:
    """Links that lead nowhere, per field that has such.

    `records` are the supplied ones; `late` names, per record type, a table of the keys of its rows after the
    observation time: these exist, they have only not happened yet.
    """
    known = [
        _Link(record, parent, records[parent.record].key, late.get(parent.record))
        for record in records.values()
        for parent in record.parents
        if parent.record in records
    ]
    if not known:
        return []
    counted = union([_dangling(link, [number(place), count()]) for place, link in enumerate(known)])
    found = []
    for place, dangling in sorted(connection.execute(counted).fetchall()):
        if dangling:
            link = known[place]
            samples = _first(_dangling(link, [named(_value(link), "k")]).distinct(), connection)
            field = link.record.fields[link.parent.field]
            found.append(
                LinkQuality(
                    link.record.name, field.name, link.parent.record, dangling, samples, field.personal
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class _Link:
    record: Record
    parent: Parent
    key: str
    late: str | None


def _value(link: _Link) -> Expression:
    return column(link.parent.field, "child")


def _dangling(link: _Link, columns: Sequence[Expression]) -> exp.Select:
    query = select(columns, table(link.record.name, "child"), is_known(_value(link)))
    here = equal(_value(link), column(link.key, "parent"))
    query.join(table(link.parent.record, "parent"), on=here, join_type="anti", copy=False)
    if link.late is not None:
        later = equal(_value(link), column("k", "later"))
        query.join(table(link.late, "later"), on=later, join_type="anti", copy=False)
    return query


def _first(query: exp.Select, connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    query = query.order_by(column("k")).limit(SAMPLES)
    return tuple(str(row[0]) for row in connection.execute(to_sql(query)).fetchall())
