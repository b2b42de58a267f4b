"""Which row of a table that people made holds the headers: above it stand titles, dates, units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import SourceFile

LOOKED_AT = 60
"""Rows from which separator and header are told."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was cut into cells."""

    cells: Sequence[str]
    line: int
    """Physical line (row of a sheet) on which it begins, from 1."""
    end: int
    """The line on which it ends."""

    @property
    def filled(self) -> int:
        """Cells that hold something."""
        return sum(1 for cell in self.cells if cell.strip())


_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


def tidy(header: str) -> str:
    """A header without the spaces around it and without characters that nobody sees (a byte order mark, a
    zero-width space): two headers that look the same are the same.
    """
    return header.translate(_UNSEEN).strip()


def usual(widths: Sequence[int]) -> tuple[int, int]:
    """The most frequent width (the greater of two as frequent ones), how often it occurs; (0, 0) of none."""
    if not widths:
        return 0, 0
    return max(Counter(widths).items(), key=lambda each: (each[1], each[0]))


def header_place(rows: Sequence[Row], source: SourceFile) -> int:
    """Index of the row that holds the headers: as declared, or the first that is no title.

    Raises LogError: ZS4034 when the declared row is not there, ZS4009 when all rows are empty.
    """
    if source.options.header_row is not None:
        wanted = source.options.header_row
        found = next((place for place, row in enumerate(rows) if row.line <= wanted <= row.end), None)
        if found is None:
            raise log_error("ZS4034", source.name, row=wanted)
        return found
    width, _ = usual([len(row.cells) for row in rows if row.filled])
    filled = [place for place, row in enumerate(rows) if row.filled]
    if not filled:
        raise log_error("ZS4009", source.name)
    # A title stands in one cell of many; a header fills more than half of them.
    return next((place for place in filled if width < 2 or rows[place].filled * 2 > width), filled[0])


def titles(rows: Sequence[Row]) -> tuple[str, ...]:
    """What the rows above a header say, those that say something."""
    said = (" ".join(cell.strip() for cell in row.cells if cell.strip()) for row in rows)
    return tuple(each for each in said if each)


def title_notes(name: str, said: Sequence[str], header_line: int) -> tuple[Diagnostic, ...]:
    """ZS4076: rows above the header were not taken as records."""
    if not said:
        return ()
    values = {"file": name, "lines": str(header_line - 1), "text": said[0][:60]}
    return (Diagnostic("ZS4076", None, values, severity=Severity.WARNING, place=f"{name}:{header_line}"),)
