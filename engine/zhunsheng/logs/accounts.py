"""Keys and links of the canonical tables: which keys are missing or occur twice, which links lead nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.canonical import table, to_sql
from zhunsheng.logs.conversion import is_known
from zhunsheng.logs.quality import SAMPLES, LinkQuality
from zhunsheng.logs.staging import column
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
    key = column(record.key)
    distinct = exp.Count(this=exp.Distinct(expressions=[key]))
    query = exp.select(exp.Count(this=exp.Star()), exp.Count(this=key.copy()), distinct).from_(
        table(record.name)
    )
    counts = connection.execute(to_sql(query)).fetchone()
    assert counts is not None
    rows, known, different = counts
    if known == different:
        return KeyAccount(rows, rows - known)
    times = exp.alias_(exp.Count(this=exp.Star()), "n")
    groups = exp.select(exp.alias_(key.copy(), "k"), times).from_(table(record.name)).where(is_known(key))
    groups = groups.group_by(key.copy()).having(
        exp.GT(this=exp.Count(this=exp.Star()), expression=_number(1))
    )
    total = exp.select(exp.Count(this=exp.Star()), exp.Sum(this=exp.column("n"))).from_(
        groups.subquery("twice")
    )
    found = connection.execute(to_sql(total)).fetchone()
    assert found is not None
    first = (
        exp.select(exp.column("k")).from_(groups.subquery("twice")).order_by(exp.column("k")).limit(SAMPLES)
    )
    samples = tuple(str(row[0]) for row in connection.execute(to_sql(first)).fetchall())
    return KeyAccount(rows, rows - known, int(found[0]), int(found[1]), samples)


def links(
    record: Record,
    records: Mapping[str, Record],
    late: Mapping[str, str],
    connection: duckdb.DuckDBPyConnection,
) -> list[LinkQuality]:
    """Links of a record type that lead nowhere. `records` are the supplied ones; `late` names, per record type,
    a table of the keys of its rows after the observation time: these exist, they have only not happened yet."""
    found = []
    for parent in record.parents:
        if parent.record not in records:
            continue
        dangling = _dangling(record, parent, records[parent.record].key, late.get(parent.record))
        count = connection.execute(to_sql(exp.select(exp.Count(this=exp.Star())).from_(dangling))).fetchone()
        assert count is not None
        samples: tuple[str, ...] = ()
        if count[0]:
            first = (
                exp.select(exp.column("k"))
                .distinct()
                .from_(dangling)
                .order_by(exp.column("k"))
                .limit(SAMPLES)
            )
            samples = tuple(str(row[0]) for row in connection.execute(to_sql(first)).fetchall())
        personal = record.fields[parent.field].personal
        found.append(LinkQuality(record.name, parent.field, parent.record, count[0], samples, personal))
    return found


def _dangling(record: Record, parent: Parent, key: str, late: str | None) -> exp.Subquery:
    link = exp.column(parent.field, table="child", quoted=True)
    query = exp.select(exp.alias_(link, "k")).from_(_as(record.name, "child")).where(is_known(link))
    query = query.join(_as(parent.record, "parent"), on=_equal(link, "parent", key), join_type="anti")
    if late is not None:
        query = query.join(_as(late, "later"), on=_equal(link, "later", "k"), join_type="anti")
    return query.subquery("dangling")


def _equal(link: exp.Expression, other: str, key: str) -> exp.Expression:
    return exp.EQ(this=link.copy(), expression=exp.column(key, table=other, quoted=True))


def _as(name: str, alias: str) -> exp.Table:
    found = table(name)
    found.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    return found


def _number(value: int) -> exp.Expression:
    return exp.Literal.number(value)
