"""CSV and its relatives: the separator, the title rows and the header are found, the rows left to the database."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.partitions import with_constants
from zhunsheng.logs.tables.scanning import escaped, scan
from zhunsheng.logs.tables.text import Text, open_text

DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 60
"""Rows from which separator and header are told."""


@dataclass(frozen=True, slots=True)
class _Row:
    cells: list[str]
    line: int
    """Physical line on which it begins."""
    end: int
    """Physical line on which it ends."""

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if cell.strip())


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
    """The one table of a CSV or TSV file. Raises LogError (ZS4009 to ZS4012, ZS4033)."""
    text = open_text(source, session)
    layout = layout_of(source, text)
    notes = text.notes
    if layout.titles:
        values = {"file": source.name, "lines": str(layout.header_line - 1), "text": layout.titles[0][:60]}
        place = f"{source.name}:{layout.header_line}"
        notes = (*notes, Diagnostic("ZS4076", None, values, severity=Severity.WARNING, place=place))
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
    if not text.complete and len(rows) < _LOOKED_AT and rows and rows[-1].end >= text.head.count("\n"):
        # The last row may have been cut; when it is the first, its quotes are never closed.
        if len(rows) == 1:
            raise log_error("ZS4033", f"{source.name}:1")
        rows = rows[:-1]
    place = _header(rows, source)
    header = rows[place]
    titles = tuple(" ".join(cell.strip() for cell in row.cells if cell.strip()) for row in rows[:place])
    return Layout(
        delimiter,
        tuple(cell.strip() for cell in header.cells),
        place + 1,
        header.line,
        header.end + 1,
        tuple(title for title in titles if title),
    )


def _rows(head: str, delimiter: str, source: SourceFile) -> list[_Row]:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    rows: list[_Row] = []
    line = 0
    try:
        for cells in islice(reader, _LOOKED_AT):
            rows.append(_Row(cells, line + 1, reader.line_num))
            line = reader.line_num
    except csv.Error:
        if not rows:
            raise log_error("ZS4033", f"{source.name}:1") from None
    return rows


def _delimiter(head: str, source: SourceFile) -> str:
    """The separator that cuts most of the first rows into the same number of cells; a comma where none does."""
    first = next((line for line in head.splitlines() if line.strip()), "")
    present = [each for each in DELIMITERS if each in head]
    if present in ([], [","]):
        return ","
    best, best_score = ",", (0.0, 0)
    for each in present:
        widths = [len(row.cells) for row in _rows(head, each, source) if row.filled]
        width, times = _usual(widths)
        score = (round(times / len(widths), 1), width) if width > 1 else (0.0, len(first.split(each)))
        if score > best_score:
            best, best_score = each, score
    return best


def _usual(widths: Sequence[int]) -> tuple[int, int]:
    """The most frequent width and how often it occurs; the greater of two as frequent ones."""
    if not widths:
        return 0, 0
    return max(Counter(widths).items(), key=lambda each: (each[1], each[0]))


def _header(rows: Sequence[_Row], source: SourceFile) -> int:
    """Index of the row that holds the headers: the first that is no title."""
    if source.options.header_row is not None:
        wanted = source.options.header_row
        found = next((place for place, row in enumerate(rows) if row.line <= wanted <= row.end), None)
        if found is None:
            raise log_error("ZS4034", source.name, row=wanted)
        return found
    width, _ = _usual([len(row.cells) for row in rows if row.filled])
    filled = [place for place, row in enumerate(rows) if row.filled]
    if not filled:
        raise log_error("ZS4009", source.name)
    # A title stands in one cell of many; a header fills more than half of them.
    return next((place for place in filled if width < 2 or rows[place].filled * 2 > width), filled[0])
