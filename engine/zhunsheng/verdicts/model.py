"""Verdicts and what an evaluation hands back: contract of evaluators and reports (language.md section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction


class Verdict(StrEnum):
    FAIL = "fail"
    ERROR = "error"
    UNKNOWN = "unknown"
    PENDING = "pending"
    PASS = "pass"
    NOTAPPLICABLE = "notapplicable"
    WAIVED = "waived"


class Reason(StrEnum):
    """Why a verdict is what it is; stable codes that stand in reports and findings."""

    CONDITION_FALSE = "condition_false"
    TOO_FEW = "too_few"
    """A required event is missing, its window is over."""
    LATE = "late"
    """As too_few, but a row that would match but for the window's end exists after it."""
    TOO_MANY = "too_many"
    WINDOW_OPEN = "window_open"
    FIELD_MISSING = "field_missing"
    TIME_MISSING = "time_missing"
    NOT_SUPPLIED = "not_supplied"
    """The record type was not handed in."""
    OUTSIDE_COVERAGE = "outside_coverage"
    """The window reaches outside the log's coverage or into a gap."""
    CALENDAR = "calendar"
    """The working-day calendar does not cover the days asked for."""
    PARAMETER_NOT_IN_FORCE = "parameter_not_in_force"
    AMBIGUOUS_KEY = "ambiguous_key"
    UNDECIDED_ROWS = "undecided_rows"
    """Rows that may match, or may be the first or last, leave it open."""
    DIVISION_BY_ZERO = "division_by_zero"
    OUT_OF_RANGE = "out_of_range"
    NOT_USED = "not_used"
    """A permission that this subject did not use."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Exact counts of subjects by verdict: subjects = applicable + notapplicable."""

    subjects: int = 0
    passed: int = 0
    fail: int = 0
    pending: int = 0
    unknown: int = 0
    notapplicable: int = 0
    waived: int = 0
    error: int = 0

    @property
    def applicable(self) -> int:
        return self.subjects - self.notapplicable


@dataclass(frozen=True, slots=True)
class Finding:
    """One subject whose verdict is neither pass nor notapplicable."""

    rule: str
    record: str
    key: str | None
    row: int
    """Row number in the canonical table, from 1: tells apart subjects that share a key."""
    verdict: Verdict
    reason: Reason
    deadline: datetime | None = None
    """The norm's window end, where the norm is `have PATTERN` with one (aware, UTC)."""
    observed: datetime | None = None
    """Time of the first row that matches but for the window, if any."""
    fields: tuple[str, ...] = ()
    """For field_missing, best effort: which fields were missing."""


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    rule: str
    counts: Counts
    samples: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a measure; both None when there is no value (zero subjects) or nothing bounds it."""

    low: Fraction | None
    high: Fraction | None

    @property
    def exact(self) -> bool:
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """A measure over one group; `group`: dimension name -> value (None = missing), {} is the whole log."""

    group: Mapping[str, str | None]
    numerator: int | Fraction
    """share: subjects surely counted; count: surely applicable; sum and average: sum over known values."""
    denominator: int
    """Subjects surely applicable (average: those with a known value)."""
    undecided: int
    """Subjects whose applicability or outcome is unknown, pending or in error."""
    errors: int
    interval: Interval
    verdict: Verdict
    """Of the threshold; notapplicable without one or without subjects."""


@dataclass(frozen=True, slots=True)
class AgreementOutcome:
    """One published figure beside the recomputed one."""

    publication: str | None
    group: Mapping[str, str | None]
    published: Fraction | None
    interval: Interval
    verdict: Verdict
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class MeasureOutcome:
    measure: str
    groups: tuple[GroupOutcome, ...]
    """The whole log first, then the groups in sorted order (missing last)."""
    agreement: tuple[AgreementOutcome, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexOutcome:
    index: str
    interval: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Evaluation:
    as_of: datetime
    rules: Mapping[str, RuleOutcome]
    measures: Mapping[str, MeasureOutcome] = field(default_factory=dict)
    indices: Mapping[str, IndexOutcome] = field(default_factory=dict)
