"""One source into one staging table: values converted, bad records marked, in one pass of the database.

The staging table has a column `v<i>` per field, `_cells` (the cells' texts, only where the record is bad) and
`_fault`. Its `rowid` is the row's place among the rows that could be split. `settle` then copies the good rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.canonical import ROW, column_type, table, to_sql
from zhunsheng.logs.conversion import Check, convert
from zhunsheng.logs.readers import FAULT, Reading
from zhunsheng.semantics.vocabulary import Record, Vocabulary

if TYPE_CHECKING:
    import duckdb

CELLS = "_cells"


@dataclass(frozen=True, slots=True)
class Staged:
    """A staging table and how to read it. `checks` are over `v<i>` and the texts in `_cells`."""

    record: Record
    table: str
    reading: Reading
    checks: tuple[tuple[str, Check], ...]


def column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)


def stage(
    record: Record, reading: Reading, vocabulary: Vocabulary, zone: str, connection: duckdb.DuckDBPyConnection
) -> Staged:
    """Read a source into its staging table."""
    present = [(index, name) for index, name in enumerate(record.fields) if name in reading.cells]
    cells = [exp.alias_(reading.cells[name].text, f"t{index}", quoted=True) for index, name in present]
    inner = exp.select(*cells, exp.alias_(reading.fault, FAULT, quoted=True)).from_(reading.relation)

    checks: list[tuple[str, Check]] = []
    values: list[exp.Expression] = []
    for index, name in enumerate(record.fields):
        field = record.fields[name]
        if name not in reading.cells:
            kind = exp.DataType.build(column_type(field.type), dialect="duckdb")
            values.append(exp.alias_(exp.cast(exp.Null(), kind), f"v{index}", quoted=True))
            continue
        conversion = convert(field, column(f"t{index}"), column(f"v{index}"), vocabulary, zone)
        values.append(exp.alias_(conversion.value, f"v{index}", quoted=True))
        checks.extend((name, check) for check in conversion.checks)
    texts = [column(f"t{index}") for index, _ in present]
    middle = exp.select(*texts, *values, column(FAULT)).from_(inner.subquery("cells"))

    bad = exp.or_(*(check.fails for _, check in checks)) if checks else exp.false()
    kept = exp.Case().when(bad, exp.array(*(cell.copy() for cell in texts), dialect="duckdb"))
    outer = exp.select(
        *(column(f"v{index}") for index in range(len(record.fields))),
        exp.alias_(kept, CELLS, quoted=True),
        column(FAULT),
    ).from_(middle.subquery("converted"))
    name = f"zhunsheng_stage_{record.name}"
    create = exp.Create(this=table(name), kind="TABLE", replace=True, expression=outer)
    connection.execute(to_sql(create), list(reading.parameters))
    return Staged(record, name, reading, tuple(checks))


def good() -> exp.Expression:
    """Condition of the rows that are kept."""
    return exp.and_(
        exp.Is(this=column(CELLS), expression=exp.Null()), exp.Is(this=column(FAULT), expression=exp.Null())
    )


def settle(staged: Staged, condition: exp.Expression, connection: duckdb.DuckDBPyConnection) -> None:
    """Copy the rows that the condition keeps into the canonical table and drop the staging table."""
    number = exp.Add(this=exp.column("rowid"), expression=exp.Literal.number(1))
    select = (
        exp.select(
            exp.alias_(number, ROW, quoted=True),
            *(
                exp.alias_(column(f"v{index}"), name, quoted=True)
                for index, name in enumerate(staged.record.fields)
            ),
        )
        .from_(table(staged.table))
        .where(condition)
    )
    connection.execute(
        to_sql(exp.Create(this=table(staged.record.name), kind="TABLE", replace=True, expression=select))
    )
    connection.execute(to_sql(exp.Drop(tables=[table(staged.table)], kind="TABLE")))
