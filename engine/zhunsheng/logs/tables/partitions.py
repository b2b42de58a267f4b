"""Files that are parts of one table: what their folders say is a column of every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from zhunsheng.logs.expressions import cast, named, select, subquery, text
from zhunsheng.logs.tables.model import RawTable


def with_constants(table: RawTable, constants: Sequence[tuple[str, str]]) -> RawTable:
    """The table with a further column per constant, unless a column of that name is there."""
    new = [(name, value) for name, value in constants if name not in table.columns]
    if not new:
        return table
    first = len(table.columns)
    added = [
        named(cast(text(value), "VARCHAR") if value else cast(exp.Null(), "VARCHAR"), f"c{first + place}")
        for place, (_, value) in enumerate(new)
    ]
    relation = subquery(select([exp.Star(), *added], table.relation), "partition")
    return replace(table, columns=(*table.columns, *(name for name, _ in new)), relation=relation)
