"""Tests of rules as values: a small log with its evidence, and what is expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from zhunsheng.diagnostics import Span
from zhunsheng.logs.model import Coverage, Gap, Row
from zhunsheng.semantics.typed import Const
from zhunsheng.verdicts.model import Reason, Verdict


@dataclass(frozen=True, slots=True)
class ExpectedVerdict:
    verdict: Verdict
    reason: Reason | None = None
    """None: any reason will do."""

    def __str__(self) -> str:
        return self.verdict.value if self.reason is None else f"{self.verdict.value} {self.reason.value}"


@dataclass(frozen=True, slots=True)
class ExpectedSubject:
    key: str
    verdicts: tuple[ExpectedVerdict, ...]
    """One per row with that key, in the order of rows."""
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectedRule:
    """All subjects of the rule: one that the log holds and the test does not list is a failure."""

    rule: str
    subjects: tuple[ExpectedSubject, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectedGroup:
    """One group of a measure; `by` maps dimension names to the group's name there (None: the group without
    name). Dimensions that it leaves out are not compared."""

    by: Mapping[str, str | None]
    numbers: Mapping[str, Fraction | None]
    verdict: Verdict | None
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectedMeasure:
    """A measure or index over the whole log; `numbers` maps value, low, high, numerator, denominator or
    undecided to what it must be (None: has no value)."""

    measure: str
    numbers: Mapping[str, Fraction | None]
    verdict: Verdict | None
    published: Mapping[str, Verdict] | None
    """Publication key -> verdict of the comparison, for every publication of the measure."""
    span: Span
    groups: tuple[ExpectedGroup, ...] | None = None
    """Every group of the measure, each told by one of these; None: not compared."""


@dataclass(frozen=True, slots=True)
class Case:
    title: Mapping[str, str]
    span: Span
    zone: str
    as_of: datetime
    coverage: Coverage
    gaps: tuple[Gap, ...]
    not_supplied: frozenset[str]
    rows: Mapping[str, tuple[Row, ...]]
    rules: tuple[ExpectedRule, ...]
    measures: tuple[ExpectedMeasure, ...]
    id: str | None = None
    parameters: Mapping[str, Const] = field(default_factory=dict)
    """Parameters that have another value in this case, from the beginning."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One file of `tests/`, by the name that messages show."""

    name: str
    cases: tuple[Case, ...]
