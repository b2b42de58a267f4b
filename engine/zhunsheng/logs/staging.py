"""One source into one staging table: values converted, bad records marked, in one pass of the database.

The staging table has a column `v<i>` per field, `_cells` (the cells' texts, only where the record is bad) and
`_fault`. Its `rowid` is the row's place among the rows that could be split. `settle` then copies the good rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.canonical import ROW, column_type, data_type, table, to_sql
from zhunsheng.logs.conversion import Check, convert, is_known, is_null
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


def column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def named(value: exp.Expression, name: str) -> exp.Expression:
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def stage(
    record: Record, reading: Reading, vocabulary: Vocabulary, zone: str, connection: duckdb.DuckDBPyConnection
) -> Staged:
    """Read a source into its staging table. Raises duckdb.Error when the database cannot read it."""
    present = tuple((index, name) for index, name in enumerate(record.fields) if name in reading.cells)
    cells: list[exp.Expression] = []
    values: list[exp.Expression] = []
    checks: list[tuple[str, Check]] = []
    for index, name in enumerate(record.fields):
        field, text, value = record.fields[name], column(f"t{index}"), column(f"v{index}")
        cell = reading.cells.get(name)
        if cell is None:
            values.append(
                named(exp.Cast(this=exp.Null(), to=data_type(column_type(field.type))), f"v{index}")
            )
            continue
        cells.append(named(cell.text, f"t{index}"))
        conversion = convert(field, text, value, vocabulary, zone)
        converted = conversion.value
        if cell.wrong is not None:
            cells.append(named(cell.wrong, f"w{index}"))
            converted = exp.Case().when(column(f"w{index}"), exp.Null()).else_(converted)
        values.append(named(converted, f"v{index}"))
        checks.extend((name, check) for check in conversion.checks)
    texts = [column(f"t{index}") for index, _ in present]
    inner = exp.select(*cells, named(reading.fault, FAULT)).from_(reading.relation)
    middle = exp.select(*texts, *values, column(FAULT)).from_(inner.subquery("cells"))
    bad = exp.or_(*(check.fails for _, check in checks))
    kept = exp.Case().when(bad, exp.Array(expressions=[each.copy() for each in texts]))
    outputs = [column(f"v{index}") for index in range(len(record.fields))]
    outer = exp.select(*outputs, named(kept, CELLS), column(FAULT)).from_(middle.subquery("converted"))
    name = f"zhunsheng_stage_{record.name}"
    create = exp.Create(this=table(name), kind="TABLE", replace=True, expression=outer)
    connection.execute(to_sql(create), list(reading.parameters))
    return Staged(record, name, reading, tuple(checks), present)


def good() -> exp.Expression:
    """Condition of the rows that are kept."""
    return exp.and_(is_null(column(CELLS)), is_null(column(FAULT)))


def bad() -> exp.Expression:
    """Condition of the rows that are kept out; blank lines are neither."""
    fault = column(FAULT)
    return exp.or_(
        exp.and_(is_null(fault), is_known(column(CELLS))),
        exp.and_(is_known(fault), exp.NEQ(this=fault.copy(), expression=exp.Literal.string(BLANK))),
    )


def value_of(staged: Staged, field: str) -> exp.Column:
    """The staging column of a field."""
    return column(f"v{list(staged.record.fields).index(field)}")


def settle(staged: Staged, condition: exp.Expression, connection: duckdb.DuckDBPyConnection) -> None:
    """Copy the rows that the condition keeps into the canonical table and drop the staging table."""
    number = exp.Add(this=exp.column("rowid"), expression=exp.Literal.number(1))
    columns = [named(column(f"v{index}"), name) for index, name in enumerate(staged.record.fields)]
    select = exp.select(named(number, ROW), *columns).from_(table(staged.table)).where(condition)
    create = exp.Create(this=table(staged.record.name), kind="TABLE", replace=True, expression=select)
    connection.execute(to_sql(create))
    drop(staged.table, connection)


def drop(name: str, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(to_sql(exp.Drop(tables=[table(name)], kind="TABLE", exists=True)))
