"""Numbers, durations and times: exact, without conversion between units."""

from __future__ import annotations

from typing import cast

from zhunsheng.semantics import typed
from zhunsheng.semantics.context import Context
from zhunsheng.semantics.infer import value
from zhunsheng.semantics.kinds import INTEGER, NUMBER, is_number, type_of
from zhunsheng.semantics.sizes import check_size
from zhunsheng.semantics.types import (
    DateType,
    DurationType,
    DurationUnit,
    InstantType,
    IntegerType,
    TextType,
    Type,
)
from zhunsheng.syntax import tree


def arithmetic(ctx: Context, expr: tree.Binary) -> typed.Expr | None:
    """`+ - * /`."""
    left, right = value(ctx, expr.left), value(ctx, expr.right)
    if left is None or right is None:
        return None
    a, b = type_of(left), type_of(right)
    if isinstance(b, InstantType) and isinstance(a, DurationType) and expr.op == "+":
        left, right, a, b = right, left, b, a
    if isinstance(b, DurationType) and isinstance(a, IntegerType) and expr.op == "*":
        left, right, a, b = right, left, b, a
    type_ = _result(expr.op, a, b)
    if type_ is None:
        _report(ctx, expr, a, b)
        return None
    found = typed.Arithmetic(expr.op, left, right, type_, span=expr.span)  # type: ignore[arg-type]
    return found if check_size(ctx, found, expr.span) else None


def _result(op: str, a: Type, b: Type) -> Type | None:
    """The type of a calculation, None when there is none."""
    if is_number(a) and is_number(b):
        return INTEGER if a == b == INTEGER and op != "/" else NUMBER
    if isinstance(a, DurationType) and isinstance(b, DurationType) and a.unit == b.unit and op in "+-":
        return DurationType(a.unit, a.rolling or b.rolling)
    if isinstance(a, DurationType) and isinstance(b, IntegerType) and op == "*":
        return a
    if isinstance(a, InstantType) and isinstance(b, DurationType) and b.unit == "exact" and op in "+-":
        return a
    return None


def _report(ctx: Context, expr: tree.Binary, a: Type, b: Type) -> None:
    if isinstance(a, DurationType) and isinstance(b, DurationType) and a.unit != b.unit:
        code = "ZS2038"
    elif isinstance(a, (InstantType, DateType)) and type(a) is type(b) and expr.op == "-":
        code = "ZS2039"
    elif isinstance(a, (InstantType, DateType)) and isinstance(b, DurationType):
        code = "ZS2040"
    else:
        code = "ZS2041"
    ctx.error(code, expr.span, (), left=a, right=b, op=expr.op)


def negative(ctx: Context, expr: tree.Unary) -> typed.Expr | None:
    """`-x`: of a literal a literal, else zero less x."""
    operand = value(ctx, expr.operand)
    if operand is None:
        return None
    type_ = type_of(operand)
    if not is_number(type_) and not isinstance(type_, DurationType):
        ctx.error("ZS2041", expr.span, (), op="-", left=type_, right=type_)
        return None
    if isinstance(operand, typed.Const):
        return typed.Const(-operand.value, type_, span=expr.span)  # type: ignore[operator]
    zero = typed.Const(0, INTEGER if is_number(type_) else type_, span=expr.span)
    return typed.Arithmetic(
        "-", zero, operand, type_ if type_ == INTEGER or not is_number(type_) else NUMBER, span=expr.span
    )


def duration_between(ctx: Context, expr: tree.DurationBetween, expected: Type | None) -> typed.Expr | None:
    """`working days from a to b`: minutes and hours of instants, days also of dates."""
    start, end = value(ctx, expr.start), value(ctx, expr.end)
    if expr.unit == "month":
        ctx.error("ZS2042", expr.span)
        return None
    if start is None or end is None:
        return None
    exact = expr.unit in ("minute", "hour")
    allowed = (InstantType,) if exact else (InstantType, DateType)
    wrong = False
    for side, written in ((start, expr.start), (end, expr.end)):
        if not isinstance(type_of(side), allowed):
            ctx.error(
                "ZS2044",
                written.span,
                (),
                found=type_of(side),
                wanted=InstantType(),
            )
            wrong = True
    if not wrong and type_of(start) != type_of(end):
        ctx.error("ZS2032", expr.span, (), left=type_of(start), right=type_of(end))
        wrong = True
    if wrong:
        return None
    unit: DurationUnit = "exact" if exact else cast("DurationUnit", expr.unit)
    return typed.DurationOf(unit, start, end, DurationType(unit), span=expr.span)


def date_part(ctx: Context, expr: tree.DatePart, expected: Type | None) -> typed.Expr | None:
    """`month of t`, `year of t`, `date of t`, `hour of t`."""
    operand = value(ctx, expr.operand)
    if operand is None:
        return None
    type_ = type_of(operand)
    allowed = (InstantType,) if expr.part == "hour" else (InstantType, DateType)
    if not isinstance(type_, allowed):
        ctx.error("ZS2044", expr.operand.span, (), found=type_, wanted=InstantType())
        return None
    results: dict[str, Type] = {"month": TextType(), "year": INTEGER, "hour": INTEGER, "date": DateType()}
    return typed.PartOf(expr.part, operand, results[expr.part], span=expr.span)
