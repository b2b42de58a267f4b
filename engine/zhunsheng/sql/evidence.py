"""Whether the log could show every row that a pattern asks for (docs/meaning.md M9, M15)."""

from __future__ import annotations

from datetime import datetime

from zhunsheng.semantics.typed import Pattern
from zhunsheng.sql.context import Compiler
from zhunsheng.sql.expressions import (
    FALSE,
    TRUE,
    E,
    all_of,
    any_of,
    boolean,
    coalesce,
    compare,
    is_false,
    least,
    missing,
    moment,
    negated,
)
from zhunsheng.sql.records import Found
from zhunsheng.sql.values import Cause, Scalar, flag
from zhunsheng.verdicts.model import Reason


def doubts(
    compiler: Compiler, pattern: Pattern, anchor: Found | None, low: Scalar | None, high: Scalar | None
) -> tuple[E | None, tuple[Cause, ...]]:
    """Whether rows may exist that the log does not show (None: the rows shown are all), and why. Never
    NULL."""
    records = _needed(pattern)
    if not all(compiler.facts(record).supplied for record in records):
        return TRUE, (Cause("unknown", TRUE, Reason.NOT_SUPPLIED),)
    causes: list[Cause] = []
    flags: list[E] = []
    for end in (low, high):
        if end is not None:
            lost = missing(end.value)
            if not is_false(lost):
                flags.append(lost)
                causes += [_only(cause, lost) for cause in end.causes if cause.kind == "unknown"]
                causes.append(Cause("unknown", lost, Reason.FIELD_MISSING))
    if anchor is not None and anchor.unknown is not None:
        flags.append(anchor.unknown)
        causes += [
            cause
            for cause in anchor.causes
            if cause.kind == "unknown" and cause.reason is not Reason.FIELD_MISSING
        ]
        causes.append(Cause("unknown", anchor.unknown, Reason.UNDECIDED_ROWS))
    uncovered = _uncovered(compiler, records, _since(compiler, pattern, anchor, low), high)
    if not is_false(uncovered):
        flags.append(uncovered)
        causes.append(Cause("unknown", uncovered, Reason.OUTSIDE_COVERAGE))
    return flag(*flags), tuple(causes)


def _only(cause: Cause, where: E) -> Cause:
    return Cause(cause.kind, all_of([where, cause.when]), cause.reason, cause.field)


def _needed(pattern: Pattern) -> set[str]:
    """The record types that a missing row could hide in: the pattern's, and those on the way to the
    anchor."""
    if pattern.link is None:
        return {pattern.var.record}
    between = pattern.link.path if pattern.link.direction == "down" else pattern.link.path[1:]
    return {pattern.var.record, *(record for record, _ in between)}


def _since(compiler: Compiler, pattern: Pattern, anchor: Found | None, low: Scalar | None) -> E | None:
    """The start of the stretch; NULL or None = the start of the coverage."""
    if low is not None:
        return low.value
    if anchor is None or pattern.link is None:
        return None
    time = compiler.record(anchor.record).time
    return None if time is None else anchor.column(time)


def _uncovered(compiler: Compiler, records: set[str], since: E | None, high: Scalar | None) -> E:
    """Whether [since, until] reaches outside the coverage or into a gap. Never NULL."""
    evidence, coverage = compiler.evidence, compiler.evidence.coverage
    until = _Until(None if high is None else high.value, evidence.as_of)
    found: list[E] = []
    if coverage.start is not None and since is not None:
        found.append(coalesce(compare("<", since, moment(coverage.start)), FALSE))
    if coverage.until is not None:
        found.append(until.after(coverage.until))
    for gap in evidence.gaps:
        if any(gap.concerns(record) for record in records):
            reaches = TRUE if since is None else coalesce(compare("<=", since, moment(gap.until)), TRUE)
            if coverage.start is not None:
                begins_before = boolean(coverage.start <= gap.until)
                if since is None:
                    reaches = begins_before
                else:
                    reaches = any_of(
                        [
                            coalesce(compare("<=", since, moment(gap.until)), FALSE),
                            all_of([missing(since), begins_before]),
                        ]
                    )
            found.append(all_of([until.not_before(gap.start), reaches]))
    outside = any_of(found)
    if is_false(outside):
        return FALSE
    return all_of([negated(_empty(since, until, coverage.start)), outside])


def _empty(since: E | None, until: _Until, coverage_start: datetime | None) -> E:
    """Whether the stretch starts after it ends. Never NULL."""
    start = moment(coverage_start) if coverage_start is not None else None
    if since is None:
        return FALSE if start is None else until.before(start)
    known_start = since if start is None else coalesce(since, start)
    return coalesce(until.before(known_start), FALSE)


class _Until:
    """The end of the stretch: the window's, or the observation time, whichever is earlier."""

    def __init__(self, high: E | None, as_of: datetime) -> None:
        self.high, self.as_of = high, as_of

    def after(self, instant: datetime) -> E:
        if self.as_of <= instant:
            return FALSE
        return TRUE if self.high is None else coalesce(compare(">", self.high, moment(instant)), TRUE)

    def not_before(self, instant: datetime) -> E:
        if self.as_of < instant:
            return FALSE
        return TRUE if self.high is None else coalesce(compare(">=", self.high, moment(instant)), TRUE)

    def before(self, instant: E) -> E:
        """Whether the end lies before an instant."""
        end = moment(self.as_of)
        return compare("<", end if self.high is None else least(self.high, end), instant)
