"""A table as a vendor hands it over, before anything is known of its meaning: columns of text.

Every format (CSV in any encoding, a spreadsheet's sheet, JSON, an event log, a database's table) is opened
as one or more raw tables. A profile, or the names of the columns alone, then says which canonical field is
computed from which columns (`Mapped`); staging converts and validates in bulk, whatever the format was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from zhunsheng.diagnostics.model import Diagnostic
from zhunsheng.logs.expressions import Expression

LINE = "_line"
"""Column of a relation that knows where its rows stand: BIGINT, from 1."""

Lines = Literal["column", "row", "text"]
"""How a row's place in the file is known: the relation has a column `_line`; it is the row's number (Parquet,
a database's table: there is no line); or the text is walked when a complaint needs it (`logs.lines`)."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """One table of one file, ready to be selected from."""

    name: str
    """As a profile calls it: the file's stem, the sheet, the database's table, `events` of an event log."""
    source: str
    """As messages show it: `export.zip/评价.csv`, `book.xlsx [评价]`, `postgresql://host/db evaluate`.
    No secrets."""
    format: str
    """csv, jsonl, json, parquet, xlsx, xes, ocel, sqlite, postgresql, mysql, arrow."""
    columns: tuple[str, ...]
    """Headers as they stand, trimmed. Column i is called `c<i>` in the relation: VARCHAR, NULL when empty."""
    relation: Expression
    parameters: tuple[object, ...] = ()
    """Values of the relation's placeholders."""
    lines: Lines = "column"
    first_line: int = 2
    """Physical line of the first row, where lines are counted."""
    fault: Expression | None = None
    """Per row: the code of what makes it unreadable as a whole; NULL where it can be read."""
    rejects: str | None = None
    """Table in which the database lists lines that it could not split."""
    scans: str | None = None
    encoding: str | None = None
    """As detected or declared, of text formats: utf-8, utf-16-le, gb18030 …"""
    notes: tuple[Diagnostic, ...] = ()
    """What was done to read it: an encoding detected, title rows skipped, a line end unified."""
    path: Path | None = None
    """Where `lines` is `text`: the file (or its UTF-8 copy) whose lines are counted."""
    delimiter: str | None = ","
    """Where `lines` is `text`: what separates cells; None where quotes mean nothing (JSON lines)."""
    typed: frozenset[int] = frozenset()
    """Columns of formats with types: for these the relation also has `n<i>`, BOOLEAN, true where the cell is
    no text in the source (a number, a date): a code written as a number has lost its leading zeros.
    """


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a canonical field comes from."""

    columns: tuple[str, ...]
    """Headers of the columns read; none for a constant."""
    transformation: str = ""
    """As the profile writes it, in the rule language; empty when the cell is taken as it stands."""
    source: str = ""
    """What the mapping rests on (a document, a section of the evidence)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a profile knows to be wrong with a cell before its type is asked: a code outside its map, a time
    in none of its formats. The cell holds the text as the file writes it, and must be rejected with this
    code: `0` outside a map of 1 and 2 would otherwise pass as a boolean.
    """

    code: str
    """Diagnostic code (ZS43xx); `values` fill its message beside column and value."""
    when: Expression
    """Over the relation's columns; true for a wrong cell, else false or NULL."""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapped:
    """One raw table as rows of one record type. A record type may have several: partitions, or two tables."""

    record: str
    table: RawTable
    cells: Mapping[str, Expression]
    """Canonical field -> its cell's text over the relation's columns, as `docs/logs.md` writes values."""
    where: Expression | None = None
    """Which rows are of this record type (true: it is); the others are counted as left out."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    faults: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    """Canonical field -> checks of its cell that come before those of its type."""
    unused: tuple[str, ...] = ()
    """Headers that no field is computed from."""
