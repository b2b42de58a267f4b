"""Which records were kept out, and why: exact counts, and the first ones with file, line, value and
reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.expressions import (
    Expression,
    call,
    case,
    cast,
    column,
    count,
    count_distinct,
    equal,
    named,
    number,
    select,
    subquery,
    table,
    text,
    to_sql,
    union,
)
from zhunsheng.logs.lines import csv_lines
from zhunsheng.logs.quality import BadValue
from zhunsheng.logs.staging import BLANK, CELLS, FAULT, LEFT_OUT, MARKS, Staged, bad, good, value_of
from zhunsheng.logs.tables.model import LINE, RawTable
from zhunsheng.logs.tables.requoting import MARK

if TYPE_CHECKING:
    import duckdb

ENCODING = "ZS4258"
STRAY_QUOTE = "ZS4256"
_NOT_JSON = "ZS4252"
_REJECTS = {
    "MISSING COLUMNS": "ZS4254",
    "TOO MANY COLUMNS": "ZS4255",
    "UNQUOTED VALUE": STRAY_QUOTE,
    "LINE SIZE OVER MAXIMUM": "ZS4257",
    "INVALID ENCODING": ENCODING,
}
_SWALLOWING = ("UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM", "INVALID ENCODING")
_OTHER_REJECT = "ZS4259"
_SHOWN_VALUE = 200
"""Characters of a rejected value that are kept."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows of one source. `split` rows could be read as rows and are of the record type, `rejected` lines
    could not be read.
    """

    split: int
    bad: int
    left_out: int = 0
    """Rows that a profile's filter leaves out, beside those."""
    blank: int = 0
    rejected: int = 0
    encoding: int = 0
    """How many of the rejected lines hold bytes that are no UTF-8."""
    swallowing: int = 0
    """How many of them may be more than one record: a quote that is never closed takes what follows."""
    latest: datetime | None = None
    """The latest time of a good row, aware UTC."""
    mended: frozenset[int] = frozenset()
    """Byte offsets of lines that could not be split and that a mended file replaces; not in `rejected`."""

    @property
    def read(self) -> int:
        return self.split + self.rejected

    @property
    def staged(self) -> int:
        """Rows of the staging table."""
        return self.split + self.left_out + self.blank

    @property
    def kept_out(self) -> int:
        return self.bad + self.rejected


@dataclass(frozen=True, slots=True)
class BadRecord:
    """One record that is kept out, as it stands in its source."""

    row: int | None
    """Its place among the rows that could be split, from 0; None for a line that could not be."""
    offset: int | None
    """Of such a line, its first byte."""
    line: int | None
    cells: tuple[str | None, ...] | None
    """Texts in the order of `Staged.fields`; None where it cannot be read as a row."""
    text: str | None
    """Of a line that could not be split, the line."""
    values: tuple[BadValue, ...]


@dataclass(frozen=True, slots=True)
class _Reject:
    offset: int
    kind: str
    lines: int
    text: str
    message: str


def tally(all_staged: Sequence[Staged], connection: duckdb.DuckDBPyConnection) -> dict[str, Tally]:
    """Count, per staging table, what was read and what is bad."""
    found: dict[str, Tally] = {}
    if not all_staged:
        return found
    for name, rows, blank, left_out, wrong, latest in _counted(all_staged, connection):
        at = latest.replace(tzinfo=UTC) if latest else None
        found[name] = Tally(rows - blank - left_out, wrong, left_out, blank, latest=at)
    rejecting = [staged for staged in all_staged if staged.mapped.table.rejects is not None]
    if rejecting:
        counts = union([_reject_counts(staged) for staged in rejecting])
        for name, rejected, encoding, swallowing in connection.execute(counts).fetchall():
            counted = {"rejected": rejected, "encoding": encoding, "swallowing": swallowing}
            found[name] = replace(found[name], **counted)
    return found


def _counted(
    all_staged: Sequence[Staged], connection: duckdb.DuckDBPyConnection
) -> list[tuple[str, int, int, int, int, datetime | None]]:
    """Per staging table its rows, the blank, left out and bad ones among them, and the latest time."""
    known = [
        (each.table, counted.rows, counted.blank, counted.left_out, counted.bad, counted.latest)
        for each in all_staged
        if (counted := each.counted) is not None
    ]
    uncounted = [_row_counts(each) for each in all_staged if each.counted is None]
    return [*known, *(connection.execute(union(uncounted)).fetchall() if uncounted else ())]


def _row_counts(staged: Staged) -> exp.Select:
    record = staged.record
    latest = cast(exp.Null(), "TIMESTAMP")
    if record.time is not None:
        latest = _where(exp.Max(this=value_of(staged, record.time)), good())
    blank, left_out = (equal(column(FAULT), text(fault)) for fault in (BLANK, LEFT_OUT))
    wrong = _where(count(), bad())
    counts = [text(staged.table), count(), _where(count(), blank), _where(count(), left_out), wrong, latest]
    return select(counts, table(staged.table))


def _reject_counts(staged: Staged) -> exp.Select:
    garbled = equal(column("error_type"), text("INVALID ENCODING"))
    swallowing = exp.In(this=column("error_type"), expressions=[text(kind) for kind in _SWALLOWING])
    lines = [count_distinct(column("line_byte_position")) for _ in range(3)]
    rejects = staged.mapped.table.rejects
    assert rejects is not None
    counts = [lines[0], _where(lines[1], garbled), _where(lines[2], swallowing)]
    return select([text(staged.table), *counts], table(rejects))


def _where(aggregate: Expression, condition: Expression) -> Expression:
    return exp.Filter(this=aggregate, expression=exp.Where(this=condition))


def bad_values(
    staged: Staged,
    count: Tally,
    connection: duckdb.DuckDBPyConnection,
    *,
    limit: int,
    lines: int,
) -> list[BadValue]:
    """The first bad values of a source, at most `limit`, in the order of the file.

    `lines` is the number of lines in the file: it tells whether row numbers need translating to lines.
    """
    records = bad_records(staged, count, connection, limit=limit, lines=lines)
    return [value for record in records for value in record.values][: max(0, limit)]


def bad_records(
    staged: Staged,
    count: Tally,
    connection: duckdb.DuckDBPyConnection,
    *,
    limit: int,
    lines: int,
) -> list[BadRecord]:
    """The first records of a source that are kept out, at most `limit` (of each kind: rows with a bad value,
    lines that could not be split), in the order of the file."""
    if count.kept_out == 0 or limit <= 0:
        return []
    rows = _bad_rows(staged, limit, connection) if count.bad else []
    rejects = _rejects(staged, limit + len(count.mended), connection) if count.rejected else []
    numbers = [row[0] for row in rows]
    row_lines, reject_lines = _lines(staged.mapped.table, numbers, rejects, lines - count.read)
    found = [_record_of(staged, row, row_lines) for row in rows]
    for reject in rejects:
        if reject.offset not in count.mended:
            value = _of_reject(staged, reject, reject_lines.get(reject.offset), clean=not count.encoding)
            found.append(BadRecord(None, reject.offset, value.line, None, reject.text, (value,)))
    found.sort(key=lambda each: each.line or 0)
    return found


def _bad_rows(staged: Staged, limit: int, connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """(rowid, line or None, fault, cells, failing check per field) of the first bad rows."""
    values = [column(f"v{index}") for index, _ in staged.fields]
    texts = [
        named(call("list_extract", column(CELLS), number(place)), f"t{index}")
        for place, (index, _) in enumerate(staged.fields, start=1)
    ]
    marks = [
        named(call("list_extract", column(MARKS), number(place)), f"w{index}")
        for place, index in enumerate(staged.marked, start=1)
    ]
    has_line = staged.mapped.table.lines == "column"
    row = named(exp.column("rowid"), "r")
    line = named(column(LINE) if has_line else cast(exp.Null(), "BIGINT"), "l")
    held = [row, line, column(FAULT), column(CELLS), *values, *texts, *marks]
    inner = select(held, table(staged.table), bad())
    inner = inner.order_by(column("r")).limit(limit)
    failing = [
        case(
            *(
                (check.fails.copy(), number(i))
                for i, (field, check) in enumerate(staged.checks)
                if field == name
            )
        )
        for _, name in staged.fields
    ]
    wanted = [column("r"), column("l"), column(FAULT), column(CELLS), *failing]
    query = select(wanted, subquery(inner, "bad"))
    rows: list[tuple[object, ...]] = connection.execute(to_sql(query.order_by(column("r")))).fetchall()
    return rows


def _record_of(staged: Staged, row: tuple[object, ...], lines: Mapping[int, int]) -> BadRecord:
    number, known_line, fault, cells, *failing = row
    assert isinstance(number, int)
    line = known_line if isinstance(known_line, int) else lines.get(number)
    source = staged.mapped.table.source
    if fault is not None:
        whole = BadValue(staged.record.name, source, line, None, None, None, str(fault))
        return BadRecord(number, None, line, None, None, (whole,))
    assert isinstance(cells, list)
    found: list[BadValue] = []
    for (_, name), cell, place in zip(staged.fields, cells, failing, strict=True):
        if place is None:
            continue
        assert isinstance(place, int)
        check = staged.checks[place][1]
        field = staged.record.fields[name]
        value = None if cell is None else str(cell)[:_SHOWN_VALUE]
        origin = staged.mapped.origins.get(name)
        header = ", ".join(origin.columns) if origin is not None and origin.columns else name
        found.append(
            BadValue(
                staged.record.name,
                source,
                line,
                name,
                header,
                value,
                check.code,
                check.values,
                field.personal,
            )
        )
    return BadRecord(number, None, line, tuple(cells), None, tuple(found))


def _rejects(staged: Staged, limit: int, connection: duckdb.DuckDBPyConnection) -> list[_Reject]:
    rejects = staged.mapped.table.rejects
    assert rejects is not None
    names = ("line_byte_position", "error_type", "csv_line", "error_message")
    query = select([column(name) for name in names], table(rejects))
    # A line can have several errors; the first column's stands for it. Twice the limit leaves room for them.
    query = query.order_by(column("line_byte_position"), column("column_idx")).limit(limit * 2)
    found: dict[int, _Reject] = {}
    for offset, kind, line, message in connection.execute(to_sql(query)).fetchall():
        start = int(offset) - 1
        whole = (line or "").strip("\r\n").removesuffix(MARK)
        found.setdefault(start, _Reject(start, kind, whole.count("\n") + 1, whole, message or ""))
    return list(found.values())[:limit]


def _of_reject(staged: Staged, reject: _Reject, line: int | None, *, clean: bool) -> BadValue:
    """What is wrong with a line that could not be split. In a `clean` file all bytes are UTF-8."""
    raw = staged.mapped.table
    code = _REJECTS.get(reject.kind, _OTHER_REJECT)
    if code == ENCODING and clean:
        code = STRAY_QUOTE
    if raw.delimiter is None and code not in (ENCODING, "ZS4257"):
        code = _NOT_JSON
    values = {"expected": str(len(raw.columns))}
    if counted := re.search(r"Found: (\d+)", reject.message):
        values["found"] = counted.group(1)
    elif code in ("ZS4254", "ZS4255"):
        values["found"] = "?"
    # A line as a whole may hold personal data of any field.
    personal = any(field.personal for field in staged.record.fields.values())
    value = None if code == ENCODING else reject.text[:_SHOWN_VALUE]
    return BadValue(staged.record.name, raw.source, line, None, None, value, code, values, personal)


def _lines(
    raw: RawTable, rows: list[object], rejects: list[_Reject], extra_lines: int
) -> tuple[Mapping[int, int], Mapping[int, int]]:
    numbers = [row for row in rows if isinstance(row, int)]
    first = raw.first_line
    if raw.path is None or raw.lines == "row":
        return {row: row + first for row in numbers}, {}
    if extra_lines == first - 1 and not rejects:
        # As many rows as lines: no quoted line breaks, no blank lines.
        return {row: row + first for row in numbers}, {}
    # Beyond the last listed reject a row may be placed too early, but it is then no longer listed itself.
    return csv_lines(
        raw.path,
        first,
        numbers,
        {reject.offset: reject.lines for reject in rejects},
        raw.delimiter is None or len(raw.columns) == 1,
        delimiter=raw.delimiter,
    )
