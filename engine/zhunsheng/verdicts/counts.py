"""Counts of rows when some may match: pattern norms (docs/meaning.md M9), comparisons of `count of` (M6).

Everywhere `sure` rows match, `possible` further rows may; None for `possible` means without limit: the
evidence is incomplete, so rows may exist that the log does not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from zhunsheng.verdicts.truth import Truth, all_of, negation

Bound = Literal["at_least", "at_most", "exactly"]
Operator = Literal["=", "!=", "<", "<=", ">", ">="]


def counted(bound: Bound, number: int | None, sure: int, possible: int | None, *, window_open: bool) -> Truth:
    """Whether `at least|at most|exactly number` rows match (M9). A number of None is unknown."""
    if number is None:
        return Truth.UNKNOWN
    if bound == "at_least":
        return _at_least(number, sure, possible, window_open)
    if bound == "at_most":
        return _at_most(number, sure, possible)
    return _exactly(number, sure, possible, window_open)


def _at_least(number: int, sure: int, possible: int | None, window_open: bool) -> Truth:
    if sure >= number:
        return Truth.TRUE
    if possible is None or sure + possible >= number:
        return Truth.UNKNOWN
    return Truth.PENDING if window_open else Truth.FALSE


def _at_most(number: int, sure: int, possible: int | None) -> Truth:
    if sure > number:
        return Truth.FALSE
    return Truth.UNKNOWN if possible is None or sure + possible > number else Truth.TRUE


def _exactly(number: int, sure: int, possible: int | None, window_open: bool) -> Truth:
    if sure > number:
        return Truth.FALSE
    if possible is not None and sure + possible < number:
        return Truth.PENDING if window_open else Truth.FALSE
    return Truth.TRUE if sure == number and possible == 0 else Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class Range:
    """All numbers that a count can be; `high` None = no upper end."""

    low: int | Fraction
    high: int | Fraction | None


def compared(operator: Operator, left: Range, right: Range) -> Truth:
    """The comparison of two ranges: true or false only when every pair of numbers agrees (M6)."""
    if operator == ">":
        return compared("<", right, left)
    if operator == ">=":
        return compared("<=", right, left)
    if operator == "<":
        if left.high is not None and left.high < right.low:
            return Truth.TRUE
        return Truth.FALSE if right.high is not None and left.low >= right.high else Truth.UNKNOWN
    if operator == "<=":
        if left.high is not None and left.high <= right.low:
            return Truth.TRUE
        return Truth.FALSE if right.high is not None and left.low > right.high else Truth.UNKNOWN
    equal = all_of((compared("<=", left, right), compared("<=", right, left)))
    return equal if operator == "=" else negation(equal)
