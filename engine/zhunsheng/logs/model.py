"""A loaded log, as both evaluators see it: what was handed in, over which time, and where the rows lie.

Canonical tables (one per record type of the vocabulary, in the DuckDB connection, named like the record)
have a column `_row` BIGINT (1, 2, … in the order of the source) and one column per field:

| type | column | Python value in `Row` |
|---|---|---|
| text | VARCHAR, NFC | str |
| integer | BIGINT, at most 15 digits | int |
| decimal | DECIMAL(18, scale) | Fraction |
| boolean | BOOLEAN | bool |
| date | DATE | date |
| instant | TIMESTAMP, UTC, microseconds | aware datetime, UTC |
| code | SMALLINT, position in the code list | str, the code's canonical name |
| list of codes | SMALLINT[] | tuple of str |
| duration | BIGINT, in the type's unit | int |

Missing is NULL / None. A record type without source has an empty table and `supplied` False. Rows whose
x-time lies after the observation time are not in the tables: they have not happened yet (they are
counted in `after_as_of`). Instants lie between 1900-01-01 and 2199-12-31.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

Value = str | int | bool | Fraction | date | datetime | tuple[str, ...] | None
Row = Mapping[str, Value]
"""Field name -> value; "_row" holds the row number."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch, both ends inclusive, for which rows are known to be missing. No records = all of them."""

    start: datetime
    until: datetime
    records: frozenset[str] = frozenset()
    reason: str = ""

    def concerns(self, record: str) -> bool:
        return not self.records or record in self.records


@dataclass(frozen=True, slots=True)
class Coverage:
    """Both ends inclusive, aware UTC; None = not declared (nothing is then said to lie outside)."""

    start: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What the planner may rely on, counted at load time."""

    supplied: bool
    rows: int = 0
    unique_key: bool = True
    """No key value occurs twice (missing keys aside)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the log can tell at all. The same object drives both evaluators."""

    zone: str
    as_of: datetime
    """The observation time, aware UTC."""
    coverage: Coverage = Coverage()
    gaps: tuple[Gap, ...] = ()
    tables: Mapping[str, TableFacts] = field(default_factory=dict)
    """Per record type of the vocabulary."""


class Store(Protocol):
    """Rows by equality: all the reference evaluator needs, so it runs on lists in tests and on DuckDB in
    `explain`.
    """

    def rows(self, record: str) -> Iterable[Row]: ...

    def lookup(self, record: str, field: str, value: Value) -> Iterable[Row]:
        """Rows whose field equals the value, in `_row` order; none for value None."""
        ...
