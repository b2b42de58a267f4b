"""What one subject can see: the log as of the observation time, records in scope, parameters in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from zhunsheng.calendars.model import Calendar
from zhunsheng.logs.model import Evidence, Row, Store
from zhunsheng.logs.model import Value as Cell
from zhunsheng.reference.days import day_of
from zhunsheng.reference.values import Known, Missing, Unknown, Value
from zhunsheng.semantics.typed import ParamRef, Pattern, Program, RecordExpr, Var
from zhunsheng.verdicts.model import Reason


def number(row: Row) -> int:
    """The row number, which makes every order of rows one and the same."""
    return row["_row"]  # type: ignore[return-value]


@dataclass(frozen=True)
class World:
    """The log, the calendar and the program, the same for every subject."""

    program: Program
    store: Store
    evidence: Evidence
    calendar: Calendar
    in_memory: bool = False
    """Whether rows are read once and looked up in memory: for all subjects, not for one of millions."""

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.evidence.zone)

    @cached_property
    def observation_day(self) -> date:
        return day_of(self.evidence.as_of, self.zone)

    @cached_property
    def _all(self) -> dict[str, tuple[Row, ...]]:
        return {}

    @cached_property
    def _indices(self) -> dict[tuple[str, str], dict[Cell, tuple[Row, ...]]]:
        return {}

    def rows(self, record: str) -> tuple[Row, ...]:
        """All rows that have happened (M26), in row order."""
        if record not in self._all:
            self._all[record] = self._happened(record, self.store.rows(record))
        return self._all[record]

    def lookup(self, record: str, field_: str, value: Cell) -> tuple[Row, ...]:
        """Rows whose field equals the value; none for a missing value."""
        if value is None:
            return ()
        if not self.in_memory:
            return self._happened(record, self.store.lookup(record, field_, value))
        if (record, field_) not in self._indices:
            index: dict[Cell, list[Row]] = {}
            for row in self.rows(record):
                index.setdefault(row.get(field_), []).append(row)
            self._indices[record, field_] = {each: tuple(rows) for each, rows in index.items()}
        return self._indices[record, field_].get(value, ())

    def _happened(self, record: str, rows: Iterable[Row]) -> tuple[Row, ...]:
        kept = [row for row in rows if not self._later(self.time(record, row))]
        return tuple(sorted(kept, key=number))

    def _later(self, moment: datetime | None) -> bool:
        return moment is not None and moment > self.evidence.as_of

    def time(self, record: str, row: Row) -> datetime | None:
        """The record's own time (x-time)."""
        name = self.program.vocabulary.records[record].time
        return None if name is None else row.get(name)  # type: ignore[return-value]

    def key(self, record: str, row: Row) -> Cell:
        return row.get(self.program.vocabulary.records[record].key)

    def supplied(self, record: str) -> bool:
        facts = self.evidence.tables.get(record)
        return facts is not None and facts.supplied

    def day(self, record: str, row: Row) -> date | None:
        moment = self.time(record, row)
        return None if moment is None else day_of(moment, self.zone)


@dataclass(frozen=True)
class Scope:
    """The records that an expression can name, and the day that decides which parameter values apply."""

    world: World
    day: date | None
    """Day of the root subject's time; None when it has none."""
    subject: int | None = None
    """Row number of the root subject, for `other`."""
    records: Mapping[str, Value] = field(default_factory=dict)
    """Variable name -> Known(row), or why there is no row."""
    trace: list[tuple[Pattern, Any]] | None = None
    """Where `explain` collects what patterns found; None while evaluating and inside patterns."""

    def with_record(self, name: str, state: Value) -> Scope:
        return replace(self, records={**self.records, name: state})

    def with_row(self, name: str, row: Row) -> Scope:
        """Inside a pattern, for one of its rows."""
        return replace(self, records={**self.records, name: Known(row)}, trace=None)

    def parameter(self, reference: ParamRef) -> Value:
        """The value in force on the subject's day (M2)."""
        periods = self.world.program.parameters[reference.parameter].periods
        if self.day is None and any(start is not None for start, _ in periods):
            return Unknown(Reason.TIME_MISSING)
        in_force = [
            value for start, value in periods if start is None or (self.day is not None and start <= self.day)
        ]
        return Known(in_force[-1].value) if in_force else Unknown(Reason.PARAMETER_NOT_IN_FORCE)

    def record(self, expression: RecordExpr) -> Value:
        """The row a variable or parent stands for; missing for an empty or dangling link (M1, M2)."""
        links: list[tuple[str, str, str]] = []
        while not isinstance(expression, Var):
            links.append((expression.base.record, expression.link_field, expression.record))
            expression = expression.base
        state = self.records[expression.name]
        for child, link, parent in reversed(links):
            if not isinstance(state, Known):
                return state
            state = self._parent(state.value, child, link, parent)
        return state

    def _parent(self, row: Row, child: str, link: str, parent: str) -> Value:
        key = row.get(link)
        if key is None:
            return Missing((f"{child}.{link}",))
        if not self.world.supplied(parent):
            return Unknown(Reason.NOT_SUPPLIED)
        found: Sequence[Row] = self.world.lookup(
            parent, self.world.program.vocabulary.records[parent].key, key
        )
        if len(found) > 1:
            return Unknown(Reason.AMBIGUOUS_KEY)
        return Known(found[0]) if found else Missing((f"{child}.{link}",))
