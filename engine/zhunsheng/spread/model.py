"""What the spread of a measure holds; JSON and text are made from it (`schemas/measures.schema.json`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from zhunsheng.reports.model import IntervalPart
from zhunsheng.verdicts.model import Verdict


@dataclass(frozen=True, slots=True)
class SettingPart:
    """One setting of a switch, as a reader sees it; `value` is as rule files write it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class SwitchPart:
    parameter: str
    label: str
    basis: str
    source: str
    settings: tuple[SettingPart, ...]
    """The pack's own first."""


@dataclass(frozen=True, slots=True)
class Value:
    """A published figure beside what one choice of settings gives for its period and group."""

    publication: str | None
    interval: IntervalPart
    distance: Fraction | None
    """Published minus recomputed, to the nearer end of the interval; 0 inside it; None without a value. A
    fraction of 1 for shares."""
    verdict: Verdict
    """pass: this choice reproduces the figure; fail: it does not; unknown: it may."""


@dataclass(frozen=True, slots=True)
class Row:
    """One choice of settings over the whole log."""

    number: int
    settings: Mapping[str, str]
    """Parameter -> value of the setting."""
    own: bool
    """Whether these are the pack's own settings."""
    numerator: Fraction | None
    denominator: int | None
    """None for an index, which has no subjects of its own."""
    undecided: int
    interval: IntervalPart
    verdict: Verdict
    """Of the threshold; notapplicable without one."""
    published: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure, and which choices come to it."""

    publication: str | None
    group: Mapping[str, str | None]
    labels: Mapping[str, str]
    period: tuple[str | None, str | None]
    published: Fraction | None
    tolerance: Fraction
    declared: bool
    """Whether the tolerance is the measure's own; else it is ours."""
    reproduced_by: tuple[int, ...]
    """Numbers of the rows that reproduce it."""
    possible: tuple[int, ...]
    """Rows that may, their value being an interval."""
    nearest: int | None
    """The row that comes nearest; the pack's own, then the first, among equals."""


@dataclass(frozen=True, slots=True)
class Spread:
    id: str
    label: str
    pack: str
    clauses: tuple[str, ...]
    kind: str
    """share, count, average, sum; number for an index that is no share."""
    switches: tuple[SwitchPart, ...]
    combinations: int
    """How many choices there are in all."""
    complete: bool
    """Whether each of them is a row; else one switch at a time was changed."""
    lowest: int | None
    """The row with the least value, and the one with the greatest; None without values."""
    highest: int | None
    low: Fraction | None
    """The least and the greatest value any row allows, and the distance between them."""
    high: Fraction | None
    width: Fraction | None
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]
