"""Why one subject has its verdict, as data; `reports/explanation.py` makes text and JSON of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from zhunsheng.logs.model import Value as Cell
from zhunsheng.semantics.typed import Const
from zhunsheng.semantics.types import DurationType
from zhunsheng.verdicts.model import Reason, Verdict
from zhunsheng.verdicts.truth import Truth

Part = Literal["where", "binding", "unless", "norm"]
"""The part of the rule that a condition or a pattern stands in."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A field that the rule reads. `reason` is None when the value is known."""

    record: str
    field: str
    value: Cell
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class InForce:
    """A parameter's value for this subject; None when none is in force, for the reason given."""

    parameter: str
    value: Const | None
    since: date | None
    """First day of the value in force; None from the beginning."""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of `where`, `unless` or the norm; `text` is the source text, None when it is not kept."""

    part: Part
    text: str | None
    truth: Truth
    reason: Reason | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that a limit steps over, or a weekend day that it counts because it was worked."""

    day: date
    kind: Literal["weekend", "holiday", "worked_weekend"]


@dataclass(frozen=True, slots=True)
class Limit:
    """How a window came about: from which instant, how long, to which ends (None: open, or not settled)."""

    kind: Literal["within_after", "within_before", "bounds", "same_day"]
    since: datetime | date | None
    amount: int | None
    type: DurationType | None
    low: datetime | None
    high: datetime | None
    reason: Reason | None
    """Why an end is not settled."""
    days: tuple[DayOff, ...] = ()


Ruling = Literal["matches", "open", "too_early", "too_late", "outside", "condition", "undecided", "error"]
"""What became of a row: it matches; its condition holds a pattern that is still open; it lies outside the
window; its condition is false; it may match; its condition is an error."""


@dataclass(frozen=True, slots=True)
class RowLooked:
    """A row that a pattern looked at."""

    record: str
    key: str | None
    row: int
    time: datetime | None
    ruling: Ruling
    reason: Reason | None = None
    fields: tuple[str, ...] = ()
    condition: str | None = None
    """Source text of the condition that decided, where there is one."""
    chosen: bool = False
    """It is the first or last row that a binding took."""


Bound = Literal["at_least", "at_most", "exactly"]
Use = Bound | Literal["count", "sum", "min", "max", "average", "distinct", "first", "last"]


@dataclass(frozen=True, slots=True)
class Looked:
    """One pattern: what was asked, what was found, and whether the log could be hiding more."""

    part: Part
    use: Use
    asked: int | None
    record: str
    sure: int
    possible: int | None
    """None: no limit, for the reason `limitless`."""
    limitless: Reason | None
    limit: Limit | None
    rows: tuple[RowLooked, ...]
    omitted: int = 0
    """Rows looked at beyond those listed."""


EventKind = Literal[
    "subject", "row", "limit_starts", "limit_ends", "coverage_starts", "coverage_ends", "observed"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """A point on the timeline; `looked` is the index of its pattern in `Explanation.looked`."""

    time: datetime | None
    kind: EventKind
    record: str | None = None
    key: str | None = None
    row: int | None = None
    looked: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    rule: str
    record: str
    key: str | None
    row: int
    time: datetime | None
    as_of: datetime
    zone: str
    verdict: Verdict
    reason: Reason | None
    fields: tuple[str, ...]
    applicability: Truth
    effective: Truth
    """Whether the subject's day lies in the rule's effective dates."""
    norm: Truth | None
    """None where the subject lies outside the rule."""
    deadline: datetime | None
    observed: datetime | None
    facts: tuple[Fact, ...]
    parameters: tuple[InForce, ...]
    conditions: tuple[Condition, ...]
    looked: tuple[Looked, ...]
    timeline: tuple[Event, ...]
    """Sorted by time; what has no time comes last."""
