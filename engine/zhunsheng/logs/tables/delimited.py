"""CSV and its relatives: separator, title rows and header are found, the rows are left to the database."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.headers import LOOKED_AT, Row, header_place, tidy, title_notes, titles, usual
from zhunsheng.logs.tables.jsonl import MOST_COLUMNS
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.partitions import with_constants
from zhunsheng.logs.tables.scanning import escaped, scan
from zhunsheng.logs.tables.text import Text, open_text

DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a delimited text are to be read."""

    delimiter: str
    headers: tuple[str, ...]
    skip: int
    """Rows up to the header, the header too."""
    header_line: int
    first_line: int
    titles: tuple[str, ...] = ()
    """Lines above the header that hold something."""


def open_csv(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The one table of a CSV or TSV file. Raises LogError (ZS4009 to ZS4012, ZS4033, ZS4035)."""
    text = open_text(source, session)
    layout = layout_of(source, text)
    if len(layout.headers) > MOST_COLUMNS:
        raise log_error("ZS4035", f"{source.name}:{layout.header_line}", limit=MOST_COLUMNS)
    notes = (*text.notes, *title_notes(source.name, layout.titles, layout.header_line))
    rejects, scans = session.name("rejects"), session.name("scans")
    names = [f"c{index}" for index in range(len(layout.headers))]
    relation = scan(names, layout.delimiter, '"', skip=layout.skip, rejects=rejects, scans=scans)
    table = RawTable(
        name=source.stem,
        source=source.name,
        format="csv",
        columns=layout.headers,
        relation=relation,
        parameters=(escaped(text.path),),
        lines="text",
        first_line=layout.first_line,
        rejects=rejects,
        scans=scans,
        encoding=text.encoding,
        notes=notes,
        path=text.path,
        delimiter=layout.delimiter,
    )
    return (with_constants(table, source.constants),)


def layout_of(source: SourceFile, text: Text) -> Layout:
    """Separator, header and title rows of a text, as declared or as its first rows tell."""
    declared = source.options.delimiter
    delimiter = declared or _delimiter(text.head, source)
    rows = _rows(text.head, delimiter, source)
    if not text.complete and len(rows) < LOOKED_AT and rows and rows[-1].end >= text.head.count("\n"):
        # The last row may have been cut; when it is the first, its quotes are never closed.
        if len(rows) == 1:
            raise log_error("ZS4033", f"{source.name}:1")
        rows = rows[:-1]
    place = header_place(rows, source)
    header = rows[place]
    return Layout(
        delimiter,
        tuple(tidy(cell) for cell in header.cells),
        place + 1,
        header.line,
        header.end + 1,
        titles(rows[:place]),
    )


def _rows(head: str, delimiter: str, source: SourceFile) -> list[Row]:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    line = 0
    try:
        for cells in islice(reader, LOOKED_AT):
            rows.append(Row(cells, line + 1, reader.line_num))
            line = reader.line_num
    except csv.Error:
        if not rows:
            raise log_error("ZS4033", f"{source.name}:1") from None
    return rows


def _delimiter(head: str, source: SourceFile) -> str:
    """The separator that cuts most of the first rows into equally many cells; a comma where none does."""
    first = next((line for line in head.splitlines() if line.strip()), "")
    present = [each for each in DELIMITERS if each in head]
    if present in ([], [","]):
        return ","
    best, best_score = ",", (0.0, 0)
    for each in present:
        widths = [len(row.cells) for row in _rows(head, each, source) if row.filled]
        width, times = usual(widths)
        score = (round(times / len(widths), 1), width) if width > 1 else (0.0, len(first.split(each)))
        if score > best_score:
            best, best_score = each, score
    return best
