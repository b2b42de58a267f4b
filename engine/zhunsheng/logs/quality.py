"""What loading found: bad records, keys, links, columns. Counts are exact, samples are capped.

Values are as they stand in the source. Those of personal fields are marked, and reports mask them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.personal import hidden
from zhunsheng.logs.tables.model import Origin

LISTED = 1000
"""At most so many rejected values are listed; all are counted."""
SAMPLES = 10
"""At most so many keys or link values are shown per finding."""


@dataclass(frozen=True, slots=True)
class BadValue:
    """One value, or one line, that does not fit; its record was kept out."""

    record: str
    file: str
    line: int | None
    """Physical line from 1; in Parquet the row number from 1."""
    field: str | None
    """Canonical field name; None when the line as a whole cannot be read."""
    column: str | None
    """The column's header in the file."""
    value: str | None
    code: str
    """Diagnostic code (ZS42xx); `values` fill its message."""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    personal: bool = False

    @property
    def place(self) -> str:
        """`ratings.csv:12`, or the file alone when the line is not known."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def diagnostic(self) -> Diagnostic:
        """The same as a diagnostic; the value of a personal field is left out, and what looks like personal
        data in another (columns slip)."""
        shown = "***" if self.personal else hidden(self.value or "")
        values = {"column": self.column or self.field or "", "value": shown, **self.values}
        return Diagnostic(self.code, None, values, severity=Severity.WARNING, place=self.place)


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """One source (a file, a sheet, a table) of one record type. rows_read = left_out + accepted + bad +
    duplicates;
    accepted = rows in the table + after_as_of.

    What is counted over all rows of a record type (keys) stands with its first source.
    """

    record: str
    file: str
    format: str
    rows_read: int = 0
    left_out: int = 0
    """Rows that the profile's filter leaves out: they are no records of this type."""
    accepted: int = 0
    bad: int = 0
    duplicates: int = 0
    """Rows equal to an earlier row of the record type in every field: that one is kept."""
    after_as_of: int = 0
    missing_keys: int = 0
    duplicate_keys: int = 0
    """Key values that occur more than once."""
    duplicate_rows: int = 0
    """Rows that hold such a key."""
    duplicate_samples: tuple[str, ...] = ()
    key_personal: bool = False
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    """Fields that no column holds: they are missing in every row."""
    origins: Mapping[str, Origin] = dataclasses.field(default_factory=dict)
    """Field -> the columns and the transformation that it comes from."""
    encoding: str | None = None
    """Of text formats: utf-8, gb18030 …"""


@dataclass(frozen=True, slots=True)
class LinkQuality:
    """Links of one field that lead nowhere (counted only when the parent record type was supplied)."""

    record: str
    field: str
    parent: str
    dangling: int
    samples: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    sources: tuple[SourceQuality, ...] = ()
    not_supplied: tuple[str, ...] = ()
    bad_values: tuple[BadValue, ...] = ()
    """The first `LISTED`, by record type, then by line."""
    links: tuple[LinkQuality, ...] = ()
    unread_files: tuple[str, ...] = ()
    """Files in the folder that belong to no record type and were not read."""
    notes: tuple[Diagnostic, ...] = ()

    @property
    def rows_read(self) -> int:
        return sum(source.rows_read for source in self.sources)

    @property
    def accepted(self) -> int:
        return sum(source.accepted for source in self.sources)

    @property
    def bad_records(self) -> int:
        return sum(source.bad for source in self.sources)

    @property
    def duplicates(self) -> int:
        return sum(source.duplicates for source in self.sources)

    @property
    def left_out(self) -> int:
        return sum(source.left_out for source in self.sources)

    @property
    def after_as_of(self) -> int:
        return sum(source.after_as_of for source in self.sources)
