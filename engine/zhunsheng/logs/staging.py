"""One source into one staging table: values converted, bad records marked, in one pass of the database.

The staging table has a column `v<i>` per field, `_cells` and `_marks` (the cells' texts and what the mapping
finds wrong, only where the record is bad), `_fault`, and `_line` where the raw table knows it. Its `rowid` is
the row's place among the rows that could be split. `settle` then copies the good rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.canonical import ROW, column_type
from zhunsheng.logs.conversion import NOT_TEXT, Check, Columns, convert
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    any_of,
    array,
    case,
    cast,
    column,
    create_table,
    drop_table,
    equal,
    insert_into,
    is_known,
    is_null,
    named,
    number,
    select,
    subquery,
    table,
    text,
)
from zhunsheng.logs.tables.model import LINE, Mapped
from zhunsheng.semantics.vocabulary import Record, Vocabulary

if TYPE_CHECKING:
    import duckdb

CELLS = "_cells"
MARKS = "_marks"
FAULT = "_fault"
BLANK = "blank"
"""Fault of a line that holds nothing: it is no record and is not counted."""
LEFT_OUT = "left out"
"""Fault of a row that the profile's filter leaves out: it is no record of this type and is counted apart."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows counted while a source was read; its staging table then holds only the bad ones."""

    rows: int
    blank: int
    left_out: int
    bad: int
    latest: datetime | None
    """The latest time of a good row, UTC without zone."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A staging table and how to read it."""

    record: Record
    table: str
    mapped: Mapped
    checks: tuple[tuple[str, Check], ...]
    """(field, check) in order; over the columns `v<i>`, the texts `t<i>` and the marks `w<i>`."""
    fields: tuple[tuple[int, str], ...]
    """(i, field) of the fields that have a cell, in the order of `_cells`."""
    marked: tuple[int, ...]
    """Fields (their i) with checks of the mapping's own, in the order of `_marks`."""
    counted: Counted | None = None
    """Known where the good rows are not in the table (`logs.importing`)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The statement that reads a source: columns `v<i>`, `_cells`, `_marks`, `_line`, `_fault` as in a
    staging table; its placeholders are the raw table's.
    """

    rows: exp.Select
    checks: tuple[tuple[str, Check], ...]
    present: tuple[tuple[int, str], ...]
    marked: tuple[int, ...]


def stage(  # noqa: PLR0917
    mapped: Mapped,
    record: Record,
    name: str,
    vocabulary: Vocabulary,
    zone: str,
    connection: duckdb.DuckDBPyConnection,
) -> Staged:
    """Read a source into the staging table `name`. Raises duckdb.Error when the database cannot read it."""
    found = reading(mapped, record, vocabulary, zone)
    connection.execute(create_table(name, found.rows), list(mapped.table.parameters))
    return Staged(record, name, mapped, found.checks, found.present, found.marked)


def reading(mapped: Mapped, record: Record, vocabulary: Vocabulary, zone: str) -> Reading:
    """How a source is read as rows of a record type."""
    present = tuple((index, each) for index, each in enumerate(record.fields) if each in mapped.cells)
    marked = tuple(index for index, each in present if mapped.faults.get(each))
    cells: list[Expression] = []
    parsed: list[Expression] = []
    values: list[Expression] = []
    checks: list[tuple[str, Check]] = []
    for index, (each, field) in enumerate(record.fields.items()):
        if each not in mapped.cells:
            values.append(named(cast(exp.Null(), column_type(field.type)), f"v{index}"))
            continue
        cells.append(named(mapped.cells[each].copy(), f"t{index}"))
        columns = Columns(column(f"t{index}"), column(f"p{index}"), column(f"v{index}"))
        conversion = convert(field, columns, vocabulary, zone)
        if conversion.parsed is not None:
            parsed.append(named(conversion.parsed, f"p{index}"))
        value = conversion.value
        if index in marked:
            faults = mapped.faults[each]
            mark = case(*((fault.when.copy(), number(place)) for place, fault in enumerate(faults)))
            cells.append(named(mark, f"w{index}"))
            value = case((is_null(column(f"w{index}")), value))
            checks.extend(
                (each, Check(fault.code, equal(column(f"w{index}"), number(place)), fault.values))
                for place, fault in enumerate(faults)
            )
        values.append(named(value, f"v{index}"))
        # Every text is a text: only a mapping can find it wrong.
        checks.extend((each, check) for check in conversion.checks if check.code != NOT_TEXT)
    name_of = _Names(present, marked, has_line=mapped.table.lines == "column")
    inner = select([*cells, *name_of.places(), named(_fault(mapped), FAULT)], mapped.table.relation.copy())
    first = select([exp.Star(), *parsed], subquery(inner, "cells"))
    middle = select(
        [*name_of.texts(), *name_of.marks(), *values, *name_of.places(), column(FAULT)],
        subquery(first, "parsed"),
    )
    kept: Expression = cast(exp.Null(), "VARCHAR[]")
    kept_marks: Expression = cast(exp.Null(), "INTEGER[]")
    if checks:
        failing = any_of(*(check.fails.copy() for _, check in checks))
        kept = case((failing, array(name_of.texts())))
        if marked:
            kept_marks = case((failing.copy(), array(name_of.marks())))
    outputs = [column(f"v{index}") for index in range(len(record.fields))]
    ends = [named(kept, CELLS), *([named(kept_marks, MARKS)] if marked else []), *name_of.places()]
    outer = select([*outputs, *ends, column(FAULT)], subquery(middle, "converted"))
    return Reading(outer, tuple(checks), present, marked)


@dataclass(frozen=True, slots=True)
class _Names:
    """Columns that pass through the steps of a staging statement; nodes are made anew for each."""

    present: tuple[tuple[int, str], ...]
    marked: tuple[int, ...]
    has_line: bool

    def texts(self) -> list[Expression]:
        return [column(f"t{index}") for index, _ in self.present]

    def marks(self) -> list[Expression]:
        return [column(f"w{index}") for index in self.marked]

    def places(self) -> list[Expression]:
        return [column(LINE)] if self.has_line else []


def _fault(mapped: Mapped) -> Expression:
    fault = mapped.table.fault
    if mapped.where is None:
        return fault.copy() if fault is not None else cast(exp.Null(), "VARCHAR")
    chosen = exp.Coalesce(this=mapped.where.copy(), expressions=[exp.false()])
    left_out = (exp.Not(this=exp.Paren(this=chosen)), text(LEFT_OUT))
    if fault is None:
        return case(left_out)
    return case((is_known(fault.copy()), fault.copy()), left_out)


def good() -> Expression:
    """Condition of the rows that are kept."""
    return all_of(is_null(column(CELLS)), is_null(column(FAULT)))


def bad() -> Expression:
    """Condition of the rows that are kept out; blank lines and rows left out are neither."""
    no_fault = all_of(is_null(column(FAULT)), is_known(column(CELLS)))
    unread = [text(BLANK), text(LEFT_OUT)]
    return any_of(no_fault, exp.Not(this=exp.In(this=column(FAULT), expressions=unread)))


def value_of(staged: Staged, field: str) -> exp.Column:
    """The staging column of a field."""
    return column(f"v{list(staged.record.fields).index(field)}")


def settle(
    staged: Staged,
    condition: Expression,
    connection: duckdb.DuckDBPyConnection,
    *,
    before: int | None = None,
) -> None:
    """Copy the rows that the condition keeps into the canonical table and drop the staging table.

    The first source of a record type (`before` is None) makes the table; a further one is numbered after the
    `before` rows of the sources that came before it.
    """
    row = exp.Add(this=exp.column("rowid"), expression=number((before or 0) + 1))
    columns = [named(column(f"v{index}"), name) for index, name in enumerate(staged.record.fields)]
    rows = select([named(row, ROW), *columns], table(staged.table), condition)
    write = create_table if before is None else insert_into
    connection.execute(write(staged.record.name, rows))
    connection.execute(drop_table(staged.table))
