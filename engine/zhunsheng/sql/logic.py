"""Logic with five values in SQL (docs/meaning.md M5), on `values.Truth`.

>>> negation(Truth(plain=column("t", "a"))).plain.sql()
'NOT "t"."a"'
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from zhunsheng.sql.expressions import (
    FALSE,
    TRUE,
    E,
    all_of,
    any_of,
    case,
    closed,
    compare,
    greatest,
    integer,
    is_false,
    is_true,
    least,
    missing,
    negated,
)
from zhunsheng.sql.values import Cause, Scalar, Truth, several
from zhunsheng.verdicts.model import Reason

F, ERROR, U, P, T = range(5)
"""Codes in the order of `and`."""

ALWAYS = Truth(plain=TRUE)
NEVER = Truth(plain=FALSE)


def code_of(truth: Truth) -> E:
    """The five values as a number, in the order of `and`. Never NULL."""
    if truth.code is not None:
        return truth.code
    assert truth.plain is not None
    if is_true(truth.plain):
        return integer(T)
    if is_false(truth.plain):
        return integer(F)
    return case([(truth.plain, integer(T)), (missing(truth.plain), integer(U))], integer(F))


def surely(truth: Truth) -> E:
    """True where the truth is true; else false or NULL: for FILTER and WHEN, which take NULL as false."""
    return truth.plain if truth.plain is not None else compare("=", code_of(truth), integer(T))


def surely_not(truth: Truth) -> E:
    """True where the truth is false; else false or NULL."""
    return negated(truth.plain) if truth.plain is not None else compare("=", code_of(truth), integer(F))


def perhaps(truth: Truth) -> E:
    """True where the truth is unknown or pending. Never NULL."""
    if truth.plain is not None:
        return FALSE if isinstance(truth.plain, exp.Boolean) else missing(truth.plain)
    return exp.In(this=closed(code_of(truth)), expressions=[integer(U), integer(P)])


def in_error(truth: Truth) -> E | None:
    """True where the truth is an error; None when it cannot be one."""
    return None if truth.code is None else compare("=", truth.code, integer(ERROR))


def _causes(operands: Sequence[Truth]) -> tuple[Cause, ...]:
    return several(*(each.causes for each in operands))


def conjunction(operands: Sequence[Truth]) -> Truth:
    """`and`; true for no operands."""
    plain = all_of(each.plain for each in operands)
    if is_false(plain):
        return NEVER
    coded = [each.code for each in operands if each.code is not None]
    causes = _causes(operands)
    if not coded:
        return Truth(plain=plain, causes=causes)
    others = [] if is_true(plain) else [code_of(Truth(plain=plain))]
    return Truth(code=least(*others, *coded), causes=causes)


def disjunction(operands: Sequence[Truth]) -> Truth:
    """`or`; false for no operands."""
    plain = any_of(each.plain for each in operands)
    if is_true(plain):
        return ALWAYS
    coded = [each.code for each in operands if each.code is not None]
    causes = _causes(operands)
    if not coded:
        return Truth(plain=plain, causes=causes)
    others = [] if is_false(plain) else [code_of(Truth(plain=plain))]
    highest = greatest(*(turned(each) for each in (*others, *coded)))
    return Truth(code=turned(highest), causes=causes)


def _recoded(code: E, to: tuple[int, int, int, int, int]) -> E:
    """Another number for each of the five. The operand stands once, so nesting does not multiply it."""
    branches = [exp.If(this=integer(old), true=integer(new)) for old, new in enumerate(to[:-1])]
    return exp.Case(this=code, ifs=branches, default=integer(to[-1]))


def turned(code: E) -> E:
    """From the order of `and` to that of `or` (false, pending, unknown, error, true), or back."""
    return _recoded(code, (F, P, U, ERROR, T))


def negation(operand: Truth) -> Truth:
    if operand.plain is not None:
        return Truth(plain=negated(operand.plain), causes=operand.causes)
    assert operand.code is not None
    return Truth(code=_recoded(operand.code, (T, ERROR, U, P, F)), causes=operand.causes)


def from_scalar(scalar: Scalar) -> Truth:
    """A boolean value as a condition: missing and unknown are both unknown (M3)."""
    return flagged(scalar.value, scalar.error, scalar.causes)


def flagged(value: E, error: E | None, causes: tuple[Cause, ...] = ()) -> Truth:
    """A nullable boolean with an error flag."""
    if error is None or is_false(error):
        return Truth(plain=value, causes=causes)
    branches = [(error, integer(ERROR)), (value, integer(T)), (missing(value), integer(U))]
    return Truth(code=case(branches, integer(F)), causes=causes)


def to_scalar(truth: Truth) -> Scalar:
    """A condition as a boolean value: unknown where it is neither true nor false."""
    if truth.plain is not None:
        lost = perhaps(truth)
        return Scalar(truth.plain, unknown=None if is_false(lost) else lost, causes=truth.causes)
    code = code_of(truth)
    value = case(
        [(compare("=", code, integer(T)), TRUE), (compare("=", code, integer(F)), FALSE)], exp.null()
    )
    waiting = Cause("unknown", compare("=", code, integer(P)), Reason.WINDOW_OPEN)
    return Scalar(value, unknown=perhaps(truth), error=in_error(truth), causes=(waiting, *truth.causes))
