"""The database's reader of delimited text, told everything: it must guess nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.expressions import Expression, call, drop_table, number, text
from zhunsheng.logs.probe import LONGEST_LINE
from zhunsheng.logs.tables.model import RawTable

if TYPE_CHECKING:
    import duckdb


def escaped(path: Path) -> str:
    """The path as the database takes it: a file name is a name, never a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def scan(
    columns: Sequence[str], delimiter: str, quote: str, *, skip: int, rejects: str, scans: str
) -> Expression:
    """A relation over the file named by its one placeholder. `skip` counts rows, as quotes make them."""
    fields = [exp.PropertyEQ(this=exp.to_identifier(name), expression=text("VARCHAR")) for name in columns]
    return call(
        "read_csv",
        exp.Placeholder(),
        _option("header", exp.false()),
        _option("auto_detect", exp.false()),
        _option("columns", exp.Struct(expressions=fields)),
        # What is packed was unpacked: a file is never packed because of its name.
        _option("compression", text("none")),
        _option("delim", text(delimiter)),
        _option("quote", text(quote)),
        _option("escape", text(quote)),
        _option("skip", number(skip)),
        _option("max_line_size", number(LONGEST_LINE)),
        _option("store_rejects", exp.true()),
        _option("rejects_table", text(rejects)),
        _option("rejects_scan", text(scans)),
    )


def _option(name: str, value: Expression) -> Expression:
    return exp.EQ(this=exp.var(name), expression=value)


def forget_rejects(table: RawTable, connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what the database noted of lines that it could not split: a second reading would add to it."""
    for name in (table.rejects, table.scans):
        if name is not None:
            connection.execute(drop_table(name))
