"""Exact numbers in SQL: never a binary fraction, never a rounding (language.md section 13).

A number is an integer counting units of 10^-scale, a DECIMAL column as it lies, or a quotient kept as
numerator and positive denominator and compared by cross multiplication. Every number knows how large it can
be; where a result could need more than 38 digits, it is computed on texts by the exact functions of
`engines.exact`.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from sqlglot import exp

from zhunsheng.sql import dialect
from zhunsheng.sql.expressions import (
    E,
    all_of,
    any_of,
    boolean,
    cast,
    compare,
    contained,
    integer,
    known,
    missing,
    unless,
)
from zhunsheng.sql.values import Cause, Scalar, flag
from zhunsheng.verdicts.model import Reason

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
SMALL = 2**63 - 1
LARGE = 10**38 - 1


def constant(value: int | Fraction) -> Scalar:
    """A literal. A decimal literal has a finite number of digits."""
    number = Fraction(value)
    scale = 0
    while (number * 10**scale).denominator != 1:
        scale += 1
        if scale > 38:
            raise ValueError(f"{value} is no finite decimal")
    units = int(number * 10**scale)
    return Scalar(integer(units), scale=scale, bound=abs(units), constant=number)


def field(value: E, scale: int | None) -> Scalar:
    """A column: DECIMAL with a scale, else BIGINT."""
    if scale is None:
        return Scalar(value, bound=10**18)
    return Scalar(value, scale=scale, decimal=True, bound=10**18)


def exactly(number: Scalar) -> bool:
    return number.text


def units(number: Scalar, scale: int) -> E:
    """The number as an integer counting 10^-scale; `scale` is at least its own. Not for quotients."""
    if number.constant is not None:
        return integer(int(number.constant * 10**scale))
    value = number.value
    if number.decimal:
        wide = cast(value, f"DECIMAL(38, {number.scale})")
        value = cast(
            compare("*", wide, integer(10**number.scale)), "BIGINT" if number.bound <= SMALL else "HUGEINT"
        )
    return scaled(value, number.bound, 10 ** (scale - number.scale))


def scaled(value: E, bound: int, factor: int) -> E:
    if factor == 1:
        return value
    return compare("*", wide(value, bound * factor), wide(integer(factor), bound * factor))


def wide(value: E, bound: int) -> E:
    """An operand of a result that can be as large as `bound`; a literal alone would be a short integer."""
    if bound > SMALL:
        return cast(value, "HUGEINT")
    literal = value.this.this if isinstance(value, exp.Paren) and isinstance(value.this, exp.Neg) else value
    return cast(value, "BIGINT") if isinstance(literal, exp.Literal) else value


def _ends(number: Scalar) -> tuple[E, int, E | None, int]:
    """Numerator, its bound, denominator (None = 1) and its bound."""
    if number.denominator is not None:
        return number.value, number.bound, number.denominator, number.denominator_bound
    below = 10**number.scale
    return units(number, number.scale), number.bound, None if below == 1 else integer(below), below


def _times(left: E, right: E | None, bound: int) -> E:
    return left if right is None else compare("*", wide(left, bound), wide(right, bound))


def long(*bounds: int) -> bool:
    return any(bound > LARGE for bound in bounds)


# ---- comparison --------------------------------------------------------------------------------------------


def compared(operator: Operator, left: Scalar, right: Scalar) -> E:
    """The comparison as a nullable boolean."""
    if left.constant is not None and right.constant is not None:
        return boolean(_holds(operator, left.constant, right.constant))
    if left.text or right.text:
        return _text_compared(operator, left, right)
    if left.denominator is not None or right.denominator is not None:
        one, one_bound, below_one, below_one_bound = _ends(left)
        two, two_bound, below_two, below_two_bound = _ends(right)
        bounds = (one_bound * below_two_bound, two_bound * below_one_bound)
        if long(*bounds):
            return _text_compared(operator, left, right)
        return compare(operator, _times(one, below_two, bounds[0]), _times(two, below_one, bounds[1]))
    if _as_they_lie(left, right):
        return compare(operator, _natural(left), _natural(right))
    scale = max(left.scale, right.scale)
    if long(left.bound * 10 ** (scale - left.scale), right.bound * 10 ** (scale - right.scale)):
        return _text_compared(operator, left, right)
    return compare(operator, units(left, scale), units(right, scale))


def _holds(operator: Operator, left: Fraction, right: Fraction) -> bool:
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
    return left >= right


def _as_they_lie(left: Scalar, right: Scalar) -> bool:
    """DECIMAL columns compare with each other and with literals."""
    some = left.decimal or right.decimal
    return some and all(each.decimal or each.constant is not None for each in (left, right))


def _natural(number: Scalar) -> E:
    if number.constant is None or number.scale == 0:
        return number.value
    digits = f"{abs(int(number.constant * 10**number.scale)):0{number.scale + 1}d}"
    written = exp.Literal.number(f"{digits[: -number.scale]}.{digits[-number.scale :]}")
    return exp.Paren(this=exp.Neg(this=written)) if number.constant < 0 else written


def one_of(number: Scalar, values: tuple[Fraction, ...]) -> E:
    """Whether the number is one of the values: a nullable boolean."""
    if not values:
        return all_of([missing(number.value), exp.null()])
    if number.text or number.denominator is not None or number.constant is not None:
        return any_of(compared("=", number, constant(value)) for value in values)
    fitting = [constant(value) for value in values if (value * 10**number.scale).denominator == 1]
    if not fitting:
        return compare("!=", number.value, number.value)
    if number.decimal:
        return contained(number.value, [_natural(each) for each in fitting])
    return contained(number.value, [units(each, number.scale) for each in fitting])


# ---- arithmetic --------------------------------------------------------------------------------------------


def sum_of(operator: Literal["+", "-"], left: Scalar, right: Scalar) -> Scalar:
    if left.text or right.text:
        return _text_result("add" if operator == "+" else "subtract", left, right)
    if left.denominator is None and right.denominator is None:
        scale = max(left.scale, right.scale)
        bound = left.bound * 10 ** (scale - left.scale) + right.bound * 10 ** (scale - right.scale)
        if long(bound):
            return _text_result("add" if operator == "+" else "subtract", left, right)
        value = compare(operator, wide(units(left, scale), bound), wide(units(right, scale), bound))
        return Scalar(value, scale=scale, bound=bound).with_flags(left, right)
    one, one_bound, below_one, below_one_bound = _ends(left)
    two, two_bound, below_two, below_two_bound = _ends(right)
    bound, below = (
        one_bound * below_two_bound + two_bound * below_one_bound,
        below_one_bound * below_two_bound,
    )
    if long(bound, below):
        return _text_result("add" if operator == "+" else "subtract", left, right)
    value = compare(operator, _times(one, below_two, bound), _times(two, below_one, bound))
    return _quotient(value, bound, _times(below_one or integer(1), below_two, below), below, left, right)


def product(left: Scalar, right: Scalar) -> Scalar:
    if left.text or right.text:
        return _text_result("multiply", left, right)
    bound = left.bound * right.bound
    if left.denominator is None and right.denominator is None:
        if long(bound):
            return _text_result("multiply", left, right)
        value = compare("*", wide(units(left, left.scale), bound), wide(units(right, right.scale), bound))
        return Scalar(value, scale=left.scale + right.scale, bound=bound).with_flags(left, right)
    one, one_bound, below_one, below_one_bound = _ends(left)
    two, two_bound, below_two, below_two_bound = _ends(right)
    below = below_one_bound * below_two_bound
    if long(one_bound * two_bound, below):
        return _text_result("multiply", left, right)
    value = _times(one, two, one_bound * two_bound)
    return _quotient(value, bound, _times(below_one or integer(1), below_two, below), below, left, right)


def division(left: Scalar, right: Scalar) -> Scalar:
    """The exact quotient; by zero it is an error (M4), once both operands are known (M3)."""
    zero = compared("=", right, constant(0))
    failed = all_of([known(left.value), known(right.value), zero])
    cause = Cause("error", failed, Reason.DIVISION_BY_ZERO)
    one, one_bound, below_one, below_one_bound = (left.value, 1, None, 1) if left.text else _ends(left)
    two, two_bound, below_two, below_two_bound = (right.value, 1, None, 1) if right.text else _ends(right)
    bound, below = one_bound * below_two_bound, two_bound * below_one_bound
    if left.text or right.text or long(bound, below):
        made = _text_result("divide", left, right)
    else:
        above, under = _times(one, below_two, bound), _times(two, below_one, below)
        # The sign goes up, so that cross multiplication keeps the direction of a comparison.
        signed = (
            under if isinstance(under, exp.Literal) else compare("*", wide(above, bound), dialect.sign(under))
        )
        value = above if isinstance(under, exp.Literal) else unless(zero, signed)
        made = _quotient(value, bound, dialect.absolute(under), below, left, right)
    return replace(made, error=flag(made.error, failed), causes=(*made.causes, cause))


def _quotient(value: E, bound: int, below: E, below_bound: int, *operands: Scalar) -> Scalar:
    return Scalar(value, bound=bound, denominator=below, denominator_bound=below_bound).with_flags(*operands)


def otherwise(first: Scalar, second: Scalar) -> tuple[Scalar, Scalar]:
    """Both numbers in one form, so that one can stand for the other."""
    if first.text or second.text:
        return as_text(first), as_text(second)
    if first.denominator is not None or second.denominator is not None:
        return _as_quotient(first), _as_quotient(second)
    scale = max(first.scale, second.scale)
    if long(*(each.bound * 10 ** (scale - each.scale) for each in (first, second))):
        return as_text(first), as_text(second)
    return _at_scale(first, scale), _at_scale(second, scale)


def _as_quotient(number: Scalar) -> Scalar:
    value, bound, below, below_bound = _ends(number)
    return replace(
        number,
        value=value,
        scale=0,
        decimal=False,
        bound=bound,
        denominator=below or integer(1),
        denominator_bound=below_bound,
        constant=None,
    )


def _at_scale(number: Scalar, scale: int) -> Scalar:
    return replace(
        number,
        value=units(number, scale),
        scale=scale,
        decimal=False,
        bound=number.bound * 10 ** (scale - number.scale),
        constant=None,
    )


# ---- numbers of any length ---------------------------------------------------------------------------------


def as_text(number: Scalar) -> Scalar:
    """The number as a text "numerator/denominator", which the exact functions take."""
    if number.text:
        return number
    above, _, below, _ = _ends(number)
    joined = exp.DPipe(
        this=exp.DPipe(this=cast(above, "VARCHAR"), expression=exp.Literal.string("/")),
        expression=cast(below or integer(1), "VARCHAR"),
    )
    return replace(
        number,
        value=exp.Paren(this=joined),
        scale=0,
        decimal=False,
        bound=0,
        denominator=None,
        constant=None,
        text=True,
    )


def _text_result(name: str, left: Scalar, right: Scalar) -> Scalar:
    value = dialect.exact(name, as_text(left).value, as_text(right).value)
    return Scalar(value, text=True).with_flags(left, right)


def _text_compared(operator: Operator, left: Scalar, right: Scalar) -> E:
    order = dialect.exact("compare", as_text(left).value, as_text(right).value)
    return compare(operator, order, integer(0))
