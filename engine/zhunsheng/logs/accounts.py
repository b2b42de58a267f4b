"""Keys and links of the canonical tables: which keys are missing or occur twice, which links lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

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
    to_sql,
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


def keys(record: Record, connection: duckdb.DuckDBPyConnection) -> KeyAccount:
    """Count the keys of a canonical table; the distinct count is made once."""
    key = record.key
    counted = select([count(), count(column(key)), count_distinct(column(key))], table(record.name))
    rows, known, different = _row(counted, connection)
    if known == different:
        return KeyAccount(rows, rows - known)

    def repeated(*columns: Expression) -> exp.Select:
        groups = select(
            [named(column(key), "k"), named(count(), "n")], table(record.name), is_known(column(key))
        )
        groups.group_by(column(key), copy=False)
        groups.having(exp.GT(this=count(), expression=number(1)), copy=False)
        return select(columns, subquery(groups, "repeated"))

    values, held = _row(repeated(count(), exp.Sum(this=column("n"))), connection)
    samples = _first(repeated(column("k")), connection)
    return KeyAccount(rows, rows - known, int(values), int(held), samples)


def links(
    record: Record,
    records: Mapping[str, Record],
    late: Mapping[str, str],
    connection: duckdb.DuckDBPyConnection,
) -> list[LinkQuality]:
    """Links of a record type, and how many of each lead nowhere.

    `records` are the supplied ones; `late` names, per record type, a table of the keys of its rows after the
    observation time: these exist, they have only not happened yet.
    """
    found = []
    for parent in record.parents:
        if parent.record not in records:
            continue
        key, later = records[parent.record].key, late.get(parent.record)
        (dangling,) = _row(_dangling(record, parent, key, later, [count()]), connection)
        samples: tuple[str, ...] = ()
        if dangling:
            samples = _first(
                _dangling(record, parent, key, later, [named(_link(parent), "k")]).distinct(), connection
            )
        personal = record.fields[parent.field].personal
        found.append(LinkQuality(record.name, parent.field, parent.record, dangling, samples, personal))
    return found


def _link(parent: Parent) -> Expression:
    return column(parent.field, "child")


def _dangling(
    record: Record, parent: Parent, key: str, late: str | None, columns: Sequence[Expression]
) -> exp.Select:
    query = select(columns, table(record.name, "child"), is_known(_link(parent)))
    here = equal(_link(parent), column(key, "parent"))
    query.join(table(parent.record, "parent"), on=here, join_type="anti", copy=False)
    if late is not None:
        later = equal(_link(parent), column("k", "later"))
        query.join(table(late, "later"), on=later, join_type="anti", copy=False)
    return query


def _row(query: exp.Select, connection: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    found = connection.execute(to_sql(query)).fetchone()
    assert found is not None
    return found


def _first(query: exp.Select, connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    query = query.order_by(column("k")).limit(SAMPLES)
    return tuple(str(row[0]) for row in connection.execute(to_sql(query)).fetchall())
