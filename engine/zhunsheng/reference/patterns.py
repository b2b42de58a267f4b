"""Patterns for one subject: which rows match, which may, could there be more (docs/meaning.md M6 to M18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from zhunsheng.logs.model import Row

# Conditions hold patterns and patterns hold conditions: the two modules call each other.
from zhunsheng.reference import expressions
from zhunsheng.reference.days import day_of, end_of_day, limit_after, limit_before, start_of_day, too_long
from zhunsheng.reference.scope import Scope, World, number
from zhunsheng.reference.values import (
    TRUE,
    Error,
    Judged,
    Known,
    Missing,
    Unknown,
    Value,
    settled,
    undecided,
    unsettled,
)
from zhunsheng.semantics.typed import AggregateOf, Binding, Has, Pattern, Window
from zhunsheng.semantics.types import DurationType
from zhunsheng.verdicts.counts import Range, counted
from zhunsheng.verdicts.model import Reason
from zhunsheng.verdicts.truth import Truth, all_of, truth


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row that the pattern looked at."""

    row: Row
    time: datetime | None
    where: Judged
    in_window: Truth
    match: Truth


@dataclass(frozen=True, slots=True)
class Found:
    """All that the log says about one pattern; `low` and `high` are the window's ends, None for an open
    end."""

    candidates: tuple[Candidate, ...]
    low: Value | None
    high: Value | None
    error: Judged | None
    """An error in a window's end or in a row's condition (M8, M9)."""
    limitless: Judged | None
    """Why there may be matching rows that the log does not show, or None: the rows shown are all (M15)."""

    def of(self, *truths: Truth) -> list[Candidate]:
        return [each for each in self.candidates if each.match in truths]

    @property
    def sure(self) -> int:
        return len(self.of(Truth.TRUE))

    @property
    def possible(self) -> int | None:
        return None if self.limitless else len(self.of(Truth.UNKNOWN, Truth.PENDING))

    def open(self, as_of: datetime) -> bool:
        """M14: the end of the window lies after the observation time."""
        return isinstance(self.high, Known) and self.high.value > as_of

    def doubt(self) -> Judged:
        """Why the number of rows is not certain."""
        fields = tuple(name for each in self.of(Truth.UNKNOWN) for name in each.where.fields)
        return self.limitless or Judged(Truth.UNKNOWN, Reason.UNDECIDED_ROWS, tuple(dict.fromkeys(fields)))


# ---- which rows --------------------------------------------------------------------------------------------


def find(scope: Scope, pattern: Pattern) -> Found:
    low, high = window_ends(scope, pattern.window) if pattern.window else (None, None)
    anchor = scope.record(pattern.link.anchor) if pattern.link else None
    rows = _linked(scope.world, pattern, anchor)
    if pattern.other:
        rows = [row for row in rows if number(row) != scope.subject]
    candidates = tuple(_candidate(scope, pattern, row, low, high) for row in rows)
    error = _first_error([low, high, anchor]) or next(
        (c.where for c in candidates if c.match is Truth.ERROR), None
    )
    found = Found(candidates, low, high, error, _limitless(scope.world, pattern, anchor, low, high))
    if scope.trace is not None:
        scope.trace.append((pattern, found))
    return found


def _first_error(values: Sequence[Value | None]) -> Judged | None:
    return next((undecided(value) for value in values if isinstance(value, Error)), None)


def _linked(world: World, pattern: Pattern, anchor: Value | None) -> list[Row]:
    """M7: the rows at the other end of the path, each once; all rows without a link."""
    link, record = pattern.link, pattern.var.record
    if link is None:
        return list(world.rows(record))
    if not isinstance(anchor, Known):
        return []
    keys = {name: of_record.key for name, of_record in world.program.vocabulary.records.items()}
    reached: list[Row] = [anchor.value]
    if link.direction == "down":
        above = link.anchor.record
        for child, field in reversed(link.path):
            reached = _once(
                [row for one in reached for row in world.lookup(child, field, one.get(keys[above]))]
            )
            above = child
    else:
        parents = [child for child, _ in link.path[1:]] + [record]
        for (_, field), parent in zip(link.path, parents, strict=True):
            reached = _once(
                [row for one in reached for row in world.lookup(parent, keys[parent], one.get(field))]
            )
    return reached


def _once(rows: list[Row]) -> list[Row]:
    by_number = {number(row): row for row in rows}
    return [by_number[each] for each in sorted(by_number)]


def _candidate(scope: Scope, pattern: Pattern, row: Row, low: Value | None, high: Value | None) -> Candidate:
    """M8: condition and window together."""
    moment = row.get(pattern.time_field) if pattern.time_field else None
    time = _as_instant(moment, scope)
    where = expressions.judge(scope.with_row(pattern.var.name, row), pattern.where) if pattern.where else TRUE
    in_window = all_of((_beyond(low, time, after=True), _beyond(high, time, after=False)))
    return Candidate(row, time, where, in_window, all_of((where.truth, in_window)))


def _as_instant(moment: object, scope: Scope) -> datetime | None:
    if isinstance(moment, date) and not isinstance(moment, datetime):
        return start_of_day(moment, scope.world.zone)
    return moment if isinstance(moment, datetime) else None


def _beyond(end: Value | None, time: datetime | None, *, after: bool) -> Truth:
    """Whether a row lies on the right side of one end; a row without time may lie anywhere (M13)."""
    if end is None:
        return Truth.TRUE
    if time is None or not isinstance(end, Known):
        return Truth.UNKNOWN
    return truth(time >= end.value if after else time <= end.value)


# ---- windows -----------------------------------------------------------------------------------------------


def window_ends(scope: Scope, window: Window) -> tuple[Value | None, Value | None]:
    """First and last instant that belong to the window (M11)."""
    zone, calendar = scope.world.zone, scope.world.calendar
    if window.kind == "bounds":
        low = expressions.value(scope, window.low) if window.low else None
        return low, expressions.value(scope, window.high) if window.high else None
    assert window.anchor is not None
    anchor = expressions.value(scope, window.anchor)
    if window.kind == "same_day":
        if not isinstance(anchor, Known):
            return anchor, anchor
        day = day_of(anchor.value, zone)
        return Known(start_of_day(day, zone)), Known(end_of_day(day, zone))
    assert window.duration is not None
    length, type_ = expressions.value(scope, window.duration), expressions.type_of(window.duration)
    assert isinstance(type_, DurationType)
    if isinstance(length, Known) and too_long(length.value, type_):
        length = Error(Reason.OUT_OF_RANGE)
    move = limit_after if window.kind == "within_after" else limit_before
    if isinstance(anchor, Known) and isinstance(length, Known):
        end = move(anchor.value, length.value, type_, zone, calendar)
    else:
        end = unsettled((anchor, length))
    return (anchor, end) if window.kind == "within_after" else (end, anchor)


# ---- evidence ----------------------------------------------------------------------------------------------


def _limitless(
    world: World, pattern: Pattern, anchor: Value | None, low: Value | None, high: Value | None
) -> Judged | None:
    """M9, M15: why rows may exist that were not seen, the plainest reason first."""
    records = _needed(pattern)
    if not all(world.supplied(record) for record in records):
        return Judged(Truth.UNKNOWN, Reason.NOT_SUPPLIED)
    for end in (low, high):
        if isinstance(end, Missing | Unknown):
            return undecided(end)
    if isinstance(anchor, Unknown):
        return undecided(anchor)
    if low is None and pattern.link and isinstance(anchor, Known):
        since = world.time(pattern.link.anchor.record, anchor.value)
    else:
        since = low.value if isinstance(low, Known) else None
    as_of = world.evidence.as_of
    until = min(high.value, as_of) if isinstance(high, Known) else as_of
    return None if _covered(world, records, since, until) else Judged(Truth.UNKNOWN, Reason.OUTSIDE_COVERAGE)


def _needed(pattern: Pattern) -> set[str]:
    """The record types that a missing row could hide in: the pattern's, those on the way to the anchor."""
    if pattern.link is None:
        return {pattern.var.record}
    between = pattern.link.path if pattern.link.direction == "down" else pattern.link.path[1:]
    return {pattern.var.record, *(record for record, _ in between)}


def _covered(world: World, records: set[str], since: datetime | None, until: datetime) -> bool:
    """Whether the log holds all of [since, until]; since None is the start of the coverage."""
    coverage = world.evidence.coverage
    since = coverage.start if since is None else since
    if since is not None and since > until:
        return True
    if since is not None and coverage.start is not None and since < coverage.start:
        return False
    if coverage.until is not None and until > coverage.until:
        return False
    return not any(
        gap.start <= until and (since is None or gap.until >= since)
        for gap in world.evidence.gaps
        if any(gap.concerns(record) for record in records)
    )


# ---- what patterns are used for ----------------------------------------------------------------------------


def has(scope: Scope, expression: Has) -> Judged:
    """M9, with the reason of a pattern norm."""
    asked = expressions.value(scope, expression.number)
    found = find(scope, expression.pattern)
    return _has(scope, expression, asked, found)


def _has(scope: Scope, expression: Has, asked: Value, found: Found) -> Judged:
    if expression.bound == "at_least" and isinstance(asked, Known) and asked.value <= 0:
        return TRUE
    if isinstance(asked, Error):
        return undecided(asked)
    if found.error:
        return found.error
    if not isinstance(asked, Known):
        return undecided(asked)
    is_open = found.open(scope.world.evidence.as_of)
    result = counted(expression.bound, asked.value, found.sure, found.possible, window_open=is_open)
    if result is Truth.UNKNOWN:
        return found.doubt()
    if result is Truth.FALSE:
        return Judged(result, _why_false(expression, asked.value, found))
    return TRUE if result is Truth.TRUE else Judged(result, Reason.WINDOW_OPEN)


def _why_false(expression: Has, asked: int, found: Found) -> Reason:
    if expression.bound == "at_most" or found.sure > asked:
        return Reason.TOO_MANY
    end = found.high.value if isinstance(found.high, Known) else None
    late = any(
        c.where.truth is Truth.TRUE and c.time is not None and end and c.time > end for c in found.candidates
    )
    return Reason.LATE if late else Reason.TOO_FEW


def observed(found: Found) -> datetime | None:
    """Time of the first row that satisfies the condition, inside the window or not."""
    times = [
        each.time for each in found.candidates if each.where.truth is Truth.TRUE and each.time is not None
    ]
    return min(times, default=None)


def count_range(found: Found) -> Range:
    """M6: the numbers that `count of` can be."""
    return Range(found.sure, None if found.possible is None else found.sure + found.possible)


def bind(scope: Scope, binding: Binding) -> Value:
    """The first or last row (M17): Known(row), Missing, or why it is not settled."""
    found = find(scope, binding.pattern)
    if found.error:
        return Error(found.error.reason or Reason.OUT_OF_RANGE, found.error.fields)
    sure, perhaps = found.of(Truth.TRUE), found.of(Truth.UNKNOWN, Truth.PENDING)
    doubt = found.doubt()
    unclear = Unknown(doubt.reason or Reason.UNDECIDED_ROWS, doubt.fields)
    if found.limitless or any(each.time is None for each in sure + perhaps) or (perhaps and not sure):
        return unclear
    if not sure:
        return Missing()
    world, record = scope.world, binding.pattern.var.record

    def place(each: Candidate) -> tuple[Any, ...]:
        key = world.key(record, each.row)
        return (each.time, key is None, "" if key is None else key, number(each.row))

    pick = min if binding.which == "first" else max
    chosen = pick(sure, key=place)
    # A row that only may match leaves it open unless it would come later (earlier) by its time alone.
    rivals = [each for each in perhaps if pick(each.time, chosen.time) == each.time]  # type: ignore[type-var]
    return unclear if rivals else Known(chosen.row)


def aggregate(scope: Scope, expression: AggregateOf) -> Value:
    """M18: over matching rows, when it is certain which they are and every value is known."""
    found = find(scope, expression.pattern)
    name = expression.pattern.var.name
    values = [
        expressions.value(scope.with_row(name, each.row), expression.value) for each in found.of(Truth.TRUE)
    ]
    if found.error:
        return Error(found.error.reason or Reason.OUT_OF_RANGE, found.error.fields)
    blocked = None if settled(values) else unsettled(values)
    if isinstance(blocked, Error):
        return blocked
    if found.possible != 0:
        doubt = found.doubt()
        return Unknown(doubt.reason or Reason.UNDECIDED_ROWS, doubt.fields)
    if blocked:
        return Unknown(blocked.reason, blocked.fields)
    return _folded(scope, expression, [value.value for value in values if isinstance(value, Known)])


def _folded(scope: Scope, expression: AggregateOf, values: list[Any]) -> Value:
    if expression.fn == "distinct":
        return Known(len(set(values)))
    if expression.fn == "sum":
        return Known(sum(values))
    if not values:
        return Missing()
    if expression.fn == "average":
        return Known(Fraction(sum(values)) / len(values))
    order = expressions.order(scope, expression.value)
    return Known((min if expression.fn == "min" else max)(values, key=order))
