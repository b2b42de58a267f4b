"""One source into one staging table: values converted, bad records marked, in one pass of the database.

The staging table has a column `v<i>` per field, `_cells` (the cells' texts, only where the record is bad) and
`_fault`. Its `rowid` is the row's place among the rows that could be split. `settle` then copies the
good rows.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    is_known,
    is_null,
    named,
    number,
    select,
    subquery,
    table,
    text,
)
from zhunsheng.logs.readers import BLANK, FAULT, Reading
from zhunsheng.semantics.vocabulary import Record, Vocabulary

if TYPE_CHECKING:
    import duckdb

CELLS = "_cells"


@dataclass(frozen=True, slots=True)
class Staged:
    """A staging table and how to read it."""

    record: Record
    table: str
    reading: Reading
    checks: tuple[tuple[str, Check], ...]
    """(field, check) in order; over the columns `v<i>` and the texts `t<i>`."""
    fields: tuple[tuple[int, str], ...]
    """(i, field) of the fields that have a column, in the order of `_cells`."""


def stage(
    record: Record, reading: Reading, vocabulary: Vocabulary, zone: str, connection: duckdb.DuckDBPyConnection
) -> Staged:
    """Read a source into its staging table. Raises duckdb.Error when the database cannot read it."""
    present = tuple((index, name) for index, name in enumerate(record.fields) if name in reading.cells)
    cells: list[Expression] = []
    parsed: list[Expression] = []
    values: list[Expression] = []
    checks: list[tuple[str, Check]] = []
    for index, (name, field) in enumerate(record.fields.items()):
        cell = reading.cells.get(name)
        if cell is None:
            values.append(named(cast(exp.Null(), column_type(field.type)), f"v{index}"))
            continue
        cells.append(named(cell.text, f"t{index}"))
        columns = Columns(column(f"t{index}"), column(f"p{index}"), column(f"v{index}"))
        conversion = convert(field, columns, vocabulary, zone)
        if conversion.parsed is not None:
            parsed.append(named(conversion.parsed, f"p{index}"))
        value = conversion.value
        if cell.wrong is not None:
            cells.append(named(cell.wrong, f"w{index}"))
            value = case((column(f"w{index}"), exp.Null()), default=value)
        values.append(named(value, f"v{index}"))
        # Text is only wrong where the source's own type says so.
        checks.extend((name, each) for each in conversion.checks if cell.wrong or each.code != NOT_TEXT)

    def texts() -> list[Expression]:
        return [column(f"t{index}") for index, _ in present]

    inner = select([*cells, named(reading.fault, FAULT)], reading.relation)
    first = select([exp.Star(), *parsed], subquery(inner, "cells"))
    middle = select([*texts(), *values, column(FAULT)], subquery(first, "parsed"))
    kept: Expression = cast(exp.Null(), "VARCHAR[]")
    if checks:
        failing = any_of(*(check.fails.copy() for _, check in checks))
        kept = case((failing, array(texts())))
    outputs = [column(f"v{index}") for index in range(len(record.fields))]
    outer = select([*outputs, named(kept, CELLS), column(FAULT)], subquery(middle, "converted"))
    name = f"zhunsheng_stage_{record.name}"
    connection.execute(create_table(name, outer), list(reading.parameters))
    return Staged(record, name, reading, tuple(checks), present)


def good() -> Expression:
    """Condition of the rows that are kept."""
    return all_of(is_null(column(CELLS)), is_null(column(FAULT)))


def bad() -> Expression:
    """Condition of the rows that are kept out; blank lines are neither."""
    no_fault = all_of(is_null(column(FAULT)), is_known(column(CELLS)))
    return any_of(no_fault, exp.NEQ(this=column(FAULT), expression=text(BLANK)))


def value_of(staged: Staged, field: str) -> exp.Column:
    """The staging column of a field."""
    return column(f"v{list(staged.record.fields).index(field)}")


def settle(staged: Staged, condition: Expression, connection: duckdb.DuckDBPyConnection) -> None:
    """Copy the rows that the condition keeps into the canonical table and drop the staging table."""
    row = exp.Add(this=exp.column("rowid"), expression=number(1))
    columns = [named(column(f"v{index}"), name) for index, name in enumerate(staged.record.fields)]
    rows = select([named(row, ROW), *columns], table(staged.table), condition)
    connection.execute(create_table(staged.record.name, rows))
    connection.execute(drop_table(staged.table))
