"""Measures with undecided subjects: interval, threshold, agreement, index (docs/meaning.md M22 to M25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from zhunsheng.verdicts.model import Interval, Verdict

NOTHING = Interval(None, None)


@dataclass(frozen=True, slots=True)
class Tally:
    """Subjects of a measure (or of one of its groups), by applicability and outcome."""

    counted: int = 0
    """Applicable, outcome true (n)."""
    applicable: int = 0
    """Surely applicable (d)."""
    open: int = 0
    """Applicable, outcome undecided (u)."""
    perhaps_true: int = 0
    """Applicability undecided, outcome true (aT), false (aF), undecided (aU)."""
    perhaps_false: int = 0
    perhaps_open: int = 0

    @property
    def perhaps(self) -> int:
        return self.perhaps_true + self.perhaps_false + self.perhaps_open


@dataclass(frozen=True, slots=True)
class Amount:
    """The value of a measure. `exists` is False where there is nothing to measure (a share over no subjects);
    an existing amount without ends is bounded by nothing."""

    interval: Interval
    exists: bool = True


def share(tally: Tally) -> Amount:
    """M22, the closed form: every completion of the undecided subjects gives a share within it."""
    if tally.applicable + tally.perhaps == 0:
        return Amount(NOTHING, exists=False)
    low_of = tally.applicable + tally.perhaps_false + tally.perhaps_open
    high_of = tally.applicable + tally.perhaps_true + tally.perhaps_open
    most = tally.counted + tally.open + tally.perhaps_true + tally.perhaps_open
    low = Fraction(tally.counted, low_of) if low_of else Fraction(0)
    high = Fraction(most, high_of) if high_of else Fraction(1)
    return Amount(Interval(low, high))


def count(tally: Tally) -> Amount:
    low = Fraction(tally.applicable)
    return Amount(Interval(low, low + tally.perhaps))


def total(values: Sequence[int | Fraction], *, undecided: int) -> Amount:
    """A sum: exact when nothing is undecided, else without bounds (a value can be anything)."""
    return Amount(NOTHING) if undecided else _exactly(Fraction(sum(values)))


def mean(values: Sequence[int | Fraction], *, undecided: int) -> Amount:
    """An average: as a sum; of no values it does not exist."""
    if undecided:
        return Amount(NOTHING)
    return _exactly(Fraction(sum(values)) / len(values)) if values else Amount(NOTHING, exists=False)


def _exactly(value: Fraction) -> Amount:
    return Amount(Interval(value, value))


def threshold(
    bound: Literal["at_least", "at_most", "exactly"],
    limit: Fraction | None,
    amount: Amount,
    *,
    errors: int = 0,
    enough: bool = True,
) -> Verdict:
    """M23. `limit` None is an unknown one; `enough` False means fewer subjects than the measure's minimum."""
    if not amount.exists:
        return Verdict.NOTAPPLICABLE
    decided = _decided(bound, limit, amount.interval) if enough else Verdict.UNKNOWN
    return Verdict.ERROR if errors and decided is not Verdict.FAIL else decided


def _decided(
    bound: Literal["at_least", "at_most", "exactly"], limit: Fraction | None, interval: Interval
) -> Verdict:
    low, high = interval.low, interval.high
    if limit is None or low is None or high is None:
        return Verdict.UNKNOWN
    holds = {"at_least": low >= limit, "at_most": high <= limit, "exactly": low == high == limit}[bound]
    cannot = {"at_least": high < limit, "at_most": low > limit, "exactly": not low <= limit <= high}[bound]
    if holds:
        return Verdict.PASS
    return Verdict.FAIL if cannot else Verdict.UNKNOWN


def agreement(published: Fraction | None, tolerance: Fraction, amount: Amount, *, errors: int = 0) -> Verdict:
    """M24: pass when the interval lies wholly within the tolerance around the figure, fail when no point
    does."""
    if not amount.exists:
        return Verdict.NOTAPPLICABLE
    decided = Verdict.UNKNOWN
    low, high = amount.interval.low, amount.interval.high
    if published is not None and low is not None and high is not None:
        if high < published - tolerance or low > published + tolerance:
            decided = Verdict.FAIL
        elif published - tolerance <= low and high <= published + tolerance:
            decided = Verdict.PASS
    return Verdict.ERROR if errors and decided is not Verdict.FAIL else decided


def index(terms: Sequence[tuple[Fraction | None, Amount]]) -> Amount:
    """M25, the weighted mean; None is an unknown weight. Raises ZeroDivisionError for weights of sum 0."""
    if not all(amount.exists for _, amount in terms):
        return Amount(NOTHING, exists=False)
    lows: list[Fraction] = []
    highs: list[Fraction] = []
    weights: list[Fraction] = []
    for weight, amount in terms:
        if weight is None or amount.interval.low is None or amount.interval.high is None:
            return Amount(NOTHING)
        weights.append(weight)
        lows.append(weight * amount.interval.low)
        highs.append(weight * amount.interval.high)
    whole = sum(weights, Fraction(0))
    return Amount(Interval(sum(lows, Fraction(0)) / whole, sum(highs, Fraction(0)) / whole))
