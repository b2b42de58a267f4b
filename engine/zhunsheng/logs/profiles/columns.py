"""A look at the columns of a table: how full, how many values, what they look like. Personal data stay
hidden.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
from sqlglot import exp

from zhunsheng.logs.expressions import (
    call,
    column,
    count,
    count_distinct,
    create_table,
    drop_table,
    is_known,
    named,
    select,
    table,
    to_sql,
)
from zhunsheng.logs.profiles.formats import EPOCHS
from zhunsheng.logs.tables.model import RawTable

LOOKED_AT = 20_000
"""Rows of a table that are looked at."""
_FEW = 12
_SHORT = 20
_TIMES = (
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?", "yyyy-MM-dd HH:mm:ss"),
    (r"20\d{12}", "yyyyMMddHHmmss"),
    (r"20\d{6}T\d{6}", "yyyyMMdd'T'HHmmss"),
    (r"\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d\d:\d\d", "yyyy/M/d H:mm:ss"),
    (r"\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d\d", "yyyy/M/d H:mm"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", "yyyy-MM-dd HH:mm"),
    (r"\d{4}-\d\d-\d\d", "yyyy-MM-dd"),
    (r"\d{4}/\d{1,2}/\d{1,2}", "yyyy/M/d"),
    (r"1\d{12}", next(name for name in EPOCHS if "milli" in name)),
)
_OF_PEOPLE = re.compile(
    "姓名|名字|人员|经办|联系|电话|手机|证件|证号|身份|地址|邮箱|备注|内容|意见|说明|描述|人$"
    "|name|mobile|phone|tel|cert|card|addr|mail|remark|memo|comment|content|writing|text|user",
    re.IGNORECASE,
)
_IDENTITY = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]|\d{15}")


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column of the rows looked at."""

    header: str
    rows: int
    filled: int
    distinct: int
    values: tuple[tuple[str, int], ...]
    """The most frequent ones and how often."""
    format: str | None = None
    """The way in which its times are written; None for what is no time."""

    @property
    def is_code(self) -> bool:
        """Few short values that come again."""
        again = 0 < self.distinct <= _FEW and self.distinct * 2 <= self.filled
        return again and all(len(value) <= _SHORT for value, _ in self.values)

    @property
    def may_be_personal(self) -> bool:
        """Whether its name or its values are those of people, or free text that may hold them."""
        written = any(_IDENTITY.search(value) for value, _ in self.values)
        return written or _OF_PEOPLE.search(self.header) is not None

    def shown(self) -> str:
        """What its values look like: codes and times as they are, anything else by its shape only."""
        if not self.values:
            return ""
        if self.format is not None:
            return self.values[0][0]
        if self.is_code and not self.may_be_personal:
            return ", ".join(f"{value} ×{rows}" for value, rows in self.values)
        return shape(self.values[0][0])


def shape(value: str) -> str:
    """A value without what it says: digits as 9, letters as a, others as 字, cut at 24 characters."""
    drawn = "".join(
        "9" if one.isdigit() else "a" if one.isascii() and one.isalpha() else "字" if one.isalpha() else one
        for one in value[:24]
    )
    return drawn + ("…" if len(value) > 24 else "")


def look(raw: RawTable, connection: duckdb.DuckDBPyConnection) -> tuple[ColumnSeen, ...]:
    """Every column of the table's first rows."""
    name = "zhunsheng_look"
    cells = [column(f"c{place}") for place in range(len(raw.columns))]
    rows = select(cells, raw.relation.copy()).limit(LOOKED_AT)
    connection.execute(create_table(name, rows), list(raw.parameters))
    try:
        return tuple(_column(header, place, name, connection) for place, header in enumerate(raw.columns))
    finally:
        connection.execute(drop_table(name))


def _column(header: str, place: int, name: str, connection: duckdb.DuckDBPyConnection) -> ColumnSeen:
    cell = column(f"c{place}")
    counts = select([count(), count(cell), count_distinct(cell.copy())], table(name))
    row = connection.execute(to_sql(counts)).fetchone()
    assert row is not None
    groups = select([named(call("trim", cell.copy()), "v"), named(count(), "n")], table(name), is_known(cell))
    groups.group_by(column("v"), copy=False)
    query = groups.order_by(exp.Ordered(this=column("n"), desc=True), column("v")).limit(_FEW)
    values = tuple((str(value), int(n)) for value, n in connection.execute(to_sql(query)).fetchall())
    return ColumnSeen(header, int(row[0]), int(row[1]), int(row[2]), values, _format([v for v, _ in values]))


def _format(values: Sequence[str]) -> str | None:
    for pattern, written in _TIMES:
        if values and all(re.fullmatch(pattern, value) for value in values):
            return written
    return None
