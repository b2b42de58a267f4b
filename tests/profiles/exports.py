"""Small exports: raw tables over DuckDB tables, without files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from zhunsheng.logs.expressions import named, table, to_sql
from zhunsheng.logs.expressions import select as select_
from zhunsheng.logs.tables.model import Mapped, RawTable
from zhunsheng.packs import locations
from zhunsheng.semantics import load_vocabulary

VOCABULARY, _ = load_vocabulary(locations.records())
Rows = Sequence[Mapping[str, str | None]]


def connect() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def raw(name: str, rows: Rows, connection: duckdb.DuckDBPyConnection) -> RawTable:
    """A raw table of these rows; columns in the order of the first row."""
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    place = f"raw_{name}".replace(".", "_")
    definition = ", ".join(f"c{index} VARCHAR" for index in range(len(columns)))
    connection.execute(f'CREATE OR REPLACE TABLE "{place}" (_line BIGINT, {definition})')
    marks = ", ".join("?" for _ in range(len(columns) + 1))
    for line, row in enumerate(rows, start=2):
        cells = [row.get(column) or None for column in columns]
        connection.execute(f'INSERT INTO "{place}" VALUES ({marks})', [line, *cells])
    return RawTable(name, f"{name}.csv", "csv", columns, table(place))


def cells(mapped: Mapped, connection: duckdb.DuckDBPyConnection) -> list[dict[str, str | None]]:
    """The cells of every row that is taken."""
    columns = [named(cell.copy(), name) for name, cell in mapped.cells.items()]
    query = select_(columns, mapped.table.relation.copy(), mapped.where)
    found = connection.execute(to_sql(query), list(mapped.table.parameters)).fetchall()
    return [dict(zip(mapped.cells, row, strict=True)) for row in found]


def faults(mapped: Mapped, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """(field, code, rows) of what the mapping finds wrong."""
    found = []
    for field, each in mapped.faults.items():
        for fault in each:
            query = select_([named(fault.when.copy(), "wrong")], mapped.table.relation.copy())
            rows = connection.execute(to_sql(query), list(mapped.table.parameters)).fetchall()
            wrong = sum(row[0] is True for row in rows)
            if wrong:
                found.append((field, fault.code, wrong))
    return found
