"""What an expression can be for one subject (docs/meaning.md M1 to M3, M5): four states, five truths.

Every state but the known one says why, and which fields were empty, so a verdict can say it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zhunsheng.verdicts.model import Reason
from zhunsheng.verdicts.truth import Truth, all_of, any_of, negation


@dataclass(frozen=True, slots=True)
class Known:
    """A value as `logs.model` lists them by type; for a record expression, the row."""

    value: Any


@dataclass(frozen=True, slots=True)
class Missing:
    fields: tuple[str, ...] = ()
    """The empty field, as "record.field"; none for a binding without row."""

    @property
    def reason(self) -> Reason:
        return Reason.FIELD_MISSING


@dataclass(frozen=True, slots=True)
class Unknown:
    reason: Reason
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Error:
    reason: Reason
    fields: tuple[str, ...] = ()


Value = Known | Missing | Unknown | Error
Unsettled = Missing | Unknown | Error


def unsettled(operands: Iterable[Value]) -> Unsettled:
    """M3, of operands that are not all known: an error in any, else any unknown, else any missing one."""
    found = [operand for operand in operands if not isinstance(operand, Known)]
    return min(found, key=lambda operand: (Error, Unknown, Missing).index(type(operand)))


def settled(operands: Iterable[Value]) -> bool:
    return all(isinstance(operand, Known) for operand in operands)


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition decided for one subject. `reason` is None exactly when it is true."""

    truth: Truth
    reason: Reason | None = None
    fields: tuple[str, ...] = ()


TRUE = Judged(Truth.TRUE)
FALSE = Judged(Truth.FALSE, Reason.CONDITION_FALSE)


def decided(holds: bool) -> Judged:
    return TRUE if holds else FALSE


def undecided(operand: Unsettled) -> Judged:
    """A condition over an operand that is not known (M3: missing is unknown, too)."""
    return Judged(
        Truth.ERROR if isinstance(operand, Error) else Truth.UNKNOWN, operand.reason, operand.fields
    )


def conjunction(operands: Sequence[Judged]) -> Judged:
    return _first(all_of(each.truth for each in operands), operands)


def disjunction(operands: Sequence[Judged]) -> Judged:
    return _first(any_of(each.truth for each in operands), operands)


def _first(truth: Truth, operands: Sequence[Judged]) -> Judged:
    """The first operand that is what the whole is: its reason is the whole's reason."""
    return next((each for each in operands if each.truth is truth), TRUE if truth is Truth.TRUE else FALSE)


def inverse(operand: Judged) -> Judged:
    truth = negation(operand.truth)
    if truth is operand.truth:
        return operand
    return TRUE if truth is Truth.TRUE else FALSE


def as_value(condition: Judged) -> Value:
    """A condition used as a value; a pending one is not settled yet, so unknown."""
    if condition.truth in (Truth.TRUE, Truth.FALSE):
        return Known(condition.truth is Truth.TRUE)
    assert condition.reason is not None
    if condition.truth is Truth.ERROR:
        return Error(condition.reason, condition.fields)
    return Unknown(condition.reason, condition.fields)


def as_condition(value: Value) -> Judged:
    """A boolean field (or binding's field) used as a condition; missing is unknown (M3)."""
    return decided(value.value) if isinstance(value, Known) else undecided(value)
