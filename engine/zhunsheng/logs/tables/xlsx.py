"""Workbooks: every sheet is a table, its cells the text that a CSV would hold.

Dates are numbers that a format shows as dates, counted from 1900 or 1904: the reader knows. A number of more
than 15 digits has lost its last ones when the workbook was saved; where it should be a code, its row is
refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from typing import Any

from sqlglot import exp

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import Expression, call, column, is_known, named, select, subquery, text
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.headers import LOOKED_AT, Row, header_place, tidy, title_notes, titles
from zhunsheng.logs.tables.model import LINE, RawTable
from zhunsheng.logs.tables.packing import ZIP
from zhunsheng.logs.tables.partitions import with_constants
from zhunsheng.logs.tables.spool import Spool
from zhunsheng.logs.tables.workbook_xml import Seen, look_into

_OLE = b"\xd0\xcf\x11\xe0"
_EXACT = 10**15
"""Numbers below this are saved with all their digits."""
_MIDNIGHT = " 00:00:00"


def open_xlsx(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The sheets of a workbook that hold anything, or the one that `source.options.sheet` names.

    Raises LogError (ZS4009, ZS4023, ZS4024, ZS4027, ZS4034, ZS4037, ZS4038).
    """
    with source.path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise log_error("ZS4009", source.name)
    if head[:4] not in (ZIP, _OLE):
        return _no_workbook(source, head, session)
    seen = look_into(source.path, source.name) if head[:4] == ZIP else Seen()
    tables = list(_sheets(source, session))
    if not tables:
        raise log_error("ZS4009", source.name)
    notes = (
        *_cell_note("ZS4077", source.name, seen.formulas, seen.first_formula),
        *_cell_note("ZS4080", source.name, seen.errors, seen.first_error),
    )
    return (replace(tables[0], notes=(*notes, *tables[0].notes)), *tables[1:])


def _cell_note(code: str, name: str, count: int, cell: str) -> Iterator[Diagnostic]:
    if count:
        values = {"file": name, "count": str(count), "cell": cell}
        yield Diagnostic(code, None, values, severity=Severity.WARNING, place=name)


def _no_workbook(source: SourceFile, head: bytes, session: Session) -> tuple[RawTable, ...]:
    """Systems write web pages and delimited text and call them .xls."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise log_error("ZS4037", source.name, reason="⟨web_page⟩")
    from zhunsheng.logs.tables.delimited import open_csv

    return open_csv(replace(source, format="csv"), session)


def _sheets(source: SourceFile, session: Session) -> Iterator[RawTable]:
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(str(source.path)) as book:
            wanted = source.options.sheet
            if wanted is not None and wanted not in book.sheet_names:
                raise log_error("ZS4038", source.name, table=wanted, found=", ".join(book.sheet_names))
            for name in book.sheet_names:
                if wanted in (None, name):
                    sheet = book.get_sheet_by_name(name)
                    first = sheet.start[0] + 1 if sheet.start else 1
                    found = _table(source, name, first, sheet.iter_rows(), session)
                    if found is not None:
                        yield found
    except calamine.PasswordError:
        raise log_error("ZS4027", source.name, member=source.name) from None
    except (calamine.CalamineError, UnicodeDecodeError):
        raise log_error("ZS4037", source.name, reason="⟨workbook_damaged⟩") from None


@dataclass(slots=True)
class _Column:
    """What was seen of a column while its cells were written."""

    dates: bool = False
    times: bool = False
    long: int = 0
    first_long: int = 0


@dataclass(slots=True)
class _Sheet:
    columns: list[_Column] = field(default_factory=list)
    filled: int = 0
    """Columns up to the last that holds anything."""

    def cells(self, values: Sequence[Any], line: int) -> dict[str, str | None]:
        """The cells of a row by `c<i>`, and a mark by `x<i>` where a number has lost digits."""
        cells: dict[str, str | None] = {}
        while len(self.columns) < len(values):
            self.columns.append(_Column())
        for index, value in enumerate(values):
            if value == "" or value is None:
                continue
            seen = self.columns[index]
            cells[f"c{index}"] = shown(value)
            if isinstance(value, datetime):
                seen.times = seen.times or value.time() != time()
                seen.dates = True
            elif isinstance(value, date):
                cells[f"c{index}"] = f"{value.isoformat()}{_MIDNIGHT}"
                seen.dates = True
            elif is_long(value):
                cells[f"x{index}"] = "1"
                seen.long, seen.first_long = seen.long + 1, seen.first_long or line
            self.filled = max(self.filled, index + 1)
        return cells


def shown(value: Any) -> str:
    """A cell as a CSV would hold it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if isfinite(value):
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case datetime():
            # Times are fractions of a day: what is left below a millisecond is rounding.
            rounded = (value + timedelta(microseconds=500)).replace(tzinfo=None)
            milliseconds = rounded.microsecond // 1000
            return f"{rounded:%Y-%m-%d %H:%M:%S}" + (f".{milliseconds:03d}" if milliseconds else "")
        case time():
            return value.isoformat("seconds")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        case _:
            return str(value)


def is_long(value: Any) -> bool:
    """Whether a number has more digits than the workbook holds."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _EXACT


def _table(
    source: SourceFile, name: str, first_line: int, values: Iterable[Sequence[Any]], session: Session
) -> RawTable | None:
    numbered = enumerate(values, start=first_line)
    ahead = list(islice(numbered, LOOKED_AT))
    rows = [Row([shown(value) for value in cells], line, line) for line, cells in ahead]
    if not any(row.filled for row in rows):
        return None
    place = header_place(rows, source)
    headers = [tidy(cell) for cell in rows[place].cells]
    sheet = _Sheet()
    with Spool(
        session, source.name, name, [f"c{index}" for index in range(len(headers))], lines=True
    ) as spool:
        for line, cells in chain(ahead[place + 1 :], numbered):
            row = sheet.cells(cells, line)
            if row:
                spool.append(row, line)
        spooled = spool.table(replace(source, constants=()), "xlsx")
    width = max(sheet.filled, max((i + 1 for i, header in enumerate(headers) if header), default=0))
    headers = (headers + [""] * width)[:width]
    at = f"{source.name} [{name}]"
    notes = (
        *title_notes(at, titles(rows[:place]), rows[place].line),
        *_long_notes(at, headers, sheet),
    )
    table = replace(
        spooled,
        columns=tuple(headers),
        relation=_relation(spooled, sheet, width),
        first_line=rows[place].line + 1,
        typed=frozenset(index for index, seen in enumerate(sheet.columns[:width]) if seen.long),
        notes=notes,
    )
    return with_constants(table, source.constants)


def _relation(spooled: RawTable, sheet: _Sheet, width: int) -> Expression:
    """The sheet's columns in order; days in a column without any time of day are written as days."""
    place = {name: index for index, name in enumerate(spooled.columns)}
    held: list[Expression] = [column(LINE)]
    for index in range(width):
        seen = sheet.columns[index] if index < len(sheet.columns) else _Column()
        known = place.get(f"c{index}")
        value: Expression = exp.Null() if known is None else column(f"c{known}")
        if seen.dates and not seen.times:
            value = call("regexp_replace", value, text(f"{_MIDNIGHT}$"), text(""))
        held.append(named(exp.Cast(this=value, to=exp.DataType.build("VARCHAR")), f"c{index}"))
        if seen.long:
            held.append(named(is_known(column(f"c{place[f'x{index}']}")), f"n{index}"))
    return subquery(select(held, spooled.relation), "sheet")


def _long_notes(at: str, headers: Sequence[str], sheet: _Sheet) -> Iterator[Diagnostic]:
    for index, seen in enumerate(sheet.columns):
        if seen.long:
            header = headers[index] if index < len(headers) else ""
            values = {"file": at, "column": header, "count": str(seen.long), "row": str(seen.first_long)}
            place = f"{at}:{seen.first_long}"
            yield Diagnostic("ZS4078", None, values, severity=Severity.WARNING, place=place)
