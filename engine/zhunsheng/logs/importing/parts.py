"""A source written as a part in the one pass that reads it.

Rows that are kept out are only counted on the way; where there are any, the source is read a second time for
these alone, so that complaints and the quarantine get what they get from a staging table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import (
    Expression,
    any_of,
    call,
    case,
    column,
    create_table,
    equal,
    is_known,
    named,
    number,
    select,
    subquery,
    text,
    to_sql,
)
from zhunsheng.logs.importing.columns import written
from zhunsheng.logs.importing.masking import masked
from zhunsheng.logs.staging import BLANK, CELLS, FAULT, LEFT_OUT, Counted, Staged, bad, reading
from zhunsheng.logs.tables.model import Mapped
from zhunsheng.logs.tables.scanning import escaped, forget_rejects
from zhunsheng.semantics.vocabulary import Record, Vocabulary

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NUMBER = "file_row_number"
"""Column of a Parquet scan: the row's place in the file, from 0."""
_WHY = ("bad", "left", "blank")


@dataclass(frozen=True, slots=True)
class PartWriter:
    """Stages sources as parts in a folder (`Session.stage`)."""

    folder: Path
    is_masked: bool
    begins: Callable[[str], None] = lambda _: None
    """Called with a source's name before it is read."""
    paths: dict[str, Path] = field(default_factory=dict)
    """Name of a staging table -> the part with its good rows."""

    def __call__(  # noqa: PLR0917 - as `logs.staging.stage`
        self,
        mapped: Mapped,
        record: Record,
        name: str,
        vocabulary: Vocabulary,
        zone: str,
        connection: DuckDBPyConnection,
    ) -> Staged:
        """Read a source into a part; the table `name` then holds the rows that are kept out. Raises
        duckdb.Error when the database cannot read it, LogError (ZS4512) when the part cannot be written."""
        self.begins(mapped.table.source)
        found = reading(mapped, record, vocabulary, zone)
        path = self.folder / f"{name}.parquet"
        for why in _WHY:
            connection.execute(f"CREATE OR REPLACE SEQUENCE {_counter(name, why)}")
        rows = select([exp.Star()], subquery(found.rows.copy(), "read"), _kept(name))
        if self.is_masked:
            rows = masked(rows, record)
        rows = select(_columns(record, vocabulary), subquery(rows, "kept"))
        accepted = copy(rows, path, connection, list(mapped.table.parameters))
        wrong, left_out, blank = (_counted(name, why, connection) for why in _WHY)
        _keep_bad(found.rows, mapped, name, connection, any_bad=wrong > 0)
        total = accepted + wrong + left_out + blank
        _, latest = times(path, record, connection)
        counted = Counted(total, blank, left_out, wrong, latest)
        self.paths[name] = path
        return Staged(record, name, mapped, found.checks, found.present, found.marked, counted)


def copy(
    rows: exp.Select, path: Path, connection: DuckDBPyConnection, parameters: list[object] | None = None
) -> int:
    """Write rows as a Parquet file; returns how many. Raises LogError (ZS4512)."""
    target = to_sql(text(str(path)))
    try:
        done = connection.execute(f"COPY ({to_sql(rows)}) TO {target} (FORMAT parquet)", parameters or [])
    except duckdb.IOException as error:
        if str(path) not in str(error):
            raise
        raise log_error("ZS4512", str(path.parent), reason=str(error).splitlines()[0]) from None
    written_rows = done.fetchone()
    assert written_rows is not None
    return int(written_rows[0])


def scan(path: Path) -> Expression:
    """The rows of a part, with their place in it."""
    option = exp.EQ(this=exp.var(NUMBER), expression=exp.true())
    flat = exp.EQ(this=exp.var("hive_partitioning"), expression=exp.false())
    return call("read_parquet", text(escaped(path)), option, flat)


def times(
    path: Path, record: Record, connection: DuckDBPyConnection
) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest time of a part's rows, UTC without zone."""
    if record.time is None:
        return None, None

    def utc(end: Expression) -> Expression:
        return call("make_timestamp", call("epoch_us", end))

    ends = [utc(exp.Min(this=column(record.time))), utc(exp.Max(this=column(record.time)))]
    found = connection.execute(to_sql(select(ends, scan(path)))).fetchone()
    assert found is not None
    return found[0], found[1]


def _columns(record: Record, vocabulary: Vocabulary) -> list[Expression]:
    return [
        named(written(column(f"v{index}"), each.type, vocabulary), name)
        for index, (name, each) in enumerate(record.fields.items())
    ]


def _kept(name: str) -> Expression:
    """Condition of the good rows; any other is counted by what is wrong with it."""

    def counting(why: str) -> Expression:
        # A sequence counts from 1: never true.
        return exp.LT(this=call("nextval", text(_counter(name, why))), expression=number(0))

    fault = column(FAULT)
    return case(
        (equal(fault.copy(), text(LEFT_OUT)), counting("left")),
        (equal(fault.copy(), text(BLANK)), counting("blank")),
        (any_of(is_known(column(CELLS)), is_known(fault)), counting("bad")),
        default=exp.true(),
    )


def _counter(name: str, why: str) -> str:
    return f"{name}_{why}"


def _counted(name: str, why: str, connection: DuckDBPyConnection) -> int:
    query = "SELECT last_value FROM duckdb_sequences() WHERE sequence_name = ?"
    found = connection.execute(query, [_counter(name, why)]).fetchone()
    return int(found[0]) if found is not None and found[0] is not None else 0


def _keep_bad(
    rows: exp.Select, mapped: Mapped, name: str, connection: DuckDBPyConnection, *, any_bad: bool
) -> None:
    """The table of the rows that are kept out, each with its place among all rows of the source."""
    if not any_bad:
        return
    forget_rejects(mapped.table, connection)
    place = exp.Sub(this=exp.Window(this=exp.RowNumber()), expression=number(1))
    numbered = select([exp.Star(), named(place, "rowid")], subquery(rows, "read"))
    wrong = select([exp.Star()], subquery(numbered, "numbered"), bad())
    connection.execute(create_table(name, wrong), list(mapped.table.parameters))
