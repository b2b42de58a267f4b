"""How many digits exact arithmetic can need: every engine computes with 38, so no rule may ask for
more.

A number is a fraction of two whole numbers; a `Size` bounds the digits of both. As long as nothing was
divided the denominator is a power of ten, the scale, and numbers are brought to one scale before they
are added or compared. Comparing quotients multiplies across: a/b < c/d is a·d < c·b.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from zhunsheng.diagnostics import Span
from zhunsheng.semantics import typed
from zhunsheng.semantics.context import Context
from zhunsheng.semantics.kinds import is_number, type_of
from zhunsheng.semantics.types import DecimalType, DurationType, InstantType, IntegerType, Type

MOST_DIGITS = 38
ROWS = 10
"""Digits of a number of rows."""


@dataclass(frozen=True, slots=True)
class Size:
    """Digits of numerator and denominator; `scale` is set while the denominator is 10 to that power."""

    numerator: int
    denominator: int = 1
    scale: int | None = 0

    @property
    def digits(self) -> int:
        return max(self.numerator, self.denominator)


def _scaled(numerator: int, scale: int) -> Size:
    return Size(numerator, scale + 1 if scale else 1, scale)


def _of_type(type_: Type) -> Size:
    if isinstance(type_, IntegerType):
        return Size(15)
    if isinstance(type_, DecimalType):
        return _scaled(18, type_.scale if type_.scale is not None else 4)
    if isinstance(type_, DurationType):
        # Microseconds of up to 36 525 days; other units are loaded as whole numbers of at most 15 digits.
        return Size(25 if type_.unit == "exact" else 15)
    return Size(1)


def _of_constant(value: object) -> Size:
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return Size(1)
    if isinstance(value, int):
        return Size(len(str(abs(value))))
    scale, rest = 0, value.denominator
    while rest % 10 == 0:
        scale, rest = scale + 1, rest // 10
    while rest != 1:
        # What is left is a power of two or five, each step of which needs one more decimal place.
        divisor = 2 if rest % 2 == 0 else 5
        scale, rest = scale + 1, rest // divisor
    return _scaled(len(str(abs(value.numerator * 10**scale // value.denominator))), scale)


def _sum(a: Size, b: Size) -> Size:
    if a.scale is not None and b.scale is not None:
        scale = max(a.scale, b.scale)
        return _scaled(max(a.numerator + scale - a.scale, b.numerator + scale - b.scale) + 1, scale)
    numerator = max(a.numerator + b.denominator, b.numerator + a.denominator) + 1
    return Size(numerator, a.denominator + b.denominator, None)


def _product(a: Size, b: Size) -> Size:
    if a.scale is not None and b.scale is not None:
        return _scaled(a.numerator + b.numerator, a.scale + b.scale)
    return Size(a.numerator + b.numerator, a.denominator + b.denominator, None)


def _quotient(a: Size, b: Size) -> Size:
    if a.scale is not None and b.scale is not None:
        scale = max(a.scale, b.scale)
        return Size(a.numerator + scale - a.scale, b.numerator + scale - b.scale, None)
    return Size(a.numerator + b.denominator, a.denominator + b.numerator, None)


def _wider(a: Size, b: Size) -> Size:
    if a.scale is not None and b.scale is not None:
        scale = max(a.scale, b.scale)
        return _scaled(max(a.numerator + scale - a.scale, b.numerator + scale - b.scale), scale)
    return Size(max(a.numerator, b.numerator), max(a.denominator, b.denominator), None)


def size(expr: typed.Expr, parameters: dict[str, typed.Parameter]) -> Size:
    """An upper bound for the digits of a number or duration."""
    if isinstance(expr, typed.Const):
        return _of_constant(expr.value)
    if isinstance(expr, typed.ParamRef):
        values = [_of_constant(one.value) for _, one in parameters[expr.parameter].periods]
        result = values[0]
        for one in values[1:]:
            result = _wider(result, one)
        return result
    if isinstance(expr, typed.CountOf):
        return Size(ROWS)
    if isinstance(expr, typed.AggregateOf):
        return _aggregate(expr, parameters)
    if isinstance(expr, typed.DurationOf):
        return Size(17 if expr.unit == "exact" else 6)
    if isinstance(expr, typed.PartOf):
        return Size(4)
    if isinstance(expr, typed.Otherwise):
        return _wider(size(expr.operand, parameters), size(expr.default, parameters))
    if isinstance(expr, typed.Arithmetic):
        if isinstance(expr.type, InstantType):
            return Size(17)
        make = {"+": _sum, "-": _sum, "*": _product, "/": _quotient}[expr.op]
        return make(size(expr.left, parameters), size(expr.right, parameters))
    return _of_type(type_of(expr))


def _aggregate(expr: typed.AggregateOf, parameters: dict[str, typed.Parameter]) -> Size:
    if expr.fn == "distinct":
        return Size(ROWS)
    one = size(expr.value, parameters)
    if expr.fn in ("min", "max"):
        return one
    if one.scale is None:
        # Rows with denominators of their own have no common one of bounded size.
        return Size(MOST_DIGITS + 1, MOST_DIGITS + 1, None)
    total = _scaled(one.numerator + ROWS, one.scale)
    return total if expr.fn == "sum" else _quotient(total, Size(ROWS))


def check_size(ctx: Context, expr: typed.Expr, span: Span) -> bool:
    """Whether a calculation fits; reports when it does not."""
    digits = size(expr, ctx.pack.parameters).digits
    if digits > MOST_DIGITS:
        ctx.error("ZS2045", span, digits=str(digits), limit=str(MOST_DIGITS))
    return digits <= MOST_DIGITS


def check_comparison(ctx: Context, left: typed.Expr, right: typed.Expr, span: Span) -> bool:
    """Whether two numbers can be compared exactly; reports when they cannot."""
    if not is_number(type_of(left)) and not isinstance(type_of(left), DurationType):
        return True
    a, b = size(left, ctx.pack.parameters), size(right, ctx.pack.parameters)
    if a.scale is not None and b.scale is not None:
        digits = _wider(a, b).digits
    else:
        digits = max(a.numerator + b.denominator, b.numerator + a.denominator)
    if digits > MOST_DIGITS:
        ctx.error("ZS2045", span, digits=str(digits), limit=str(MOST_DIGITS))
    return digits <= MOST_DIGITS
