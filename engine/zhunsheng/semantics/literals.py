"""Literals: exact numbers, dates, instants and durations in the units they are written in."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from zhunsheng.semantics import typed
from zhunsheng.semantics.context import Context
from zhunsheng.semantics.kinds import BOOLEAN, INTEGER, NUMBER
from zhunsheng.semantics.types import DateType, DurationType, DurationUnit, InstantType, TextType, Type
from zhunsheng.syntax import tree

_MICROSECONDS = {"minute": 60_000_000, "hour": 3_600_000_000}
_LONGEST_DAYS = 36_525
"""meaning.md M4."""
_WHOLE_UNITS: dict[str, DurationUnit] = {"day": "day", "working_day": "working_day", "month": "month"}


def literal(ctx: Context, expr: tree.Literal_, expected: Type | None) -> typed.Const | None:
    """A number, text, boolean, date or instant."""
    written = expr.value
    if isinstance(written, bool):
        return typed.Const(written, BOOLEAN, span=expr.span)
    if isinstance(written, int) and not expr.percent:
        if abs(written) >= 10**15:
            ctx.error(
                "ZS2021",
                expr.span,
                digits=str(len(str(abs(written)))) if abs(written) < 10**1000 else "> 1000",
            )
            return None
        return typed.Const(written, INTEGER, span=expr.span)
    if isinstance(written, (int, Decimal)):
        return _decimal(ctx, expr, Decimal(written))
    if isinstance(written, datetime):
        if written.tzinfo is None:
            ctx.error("ZS2024", expr.span, text=expr.span.text)
            return None
        try:
            return typed.Const(written.astimezone(UTC), InstantType(), span=expr.span)
        except (OverflowError, ValueError):
            ctx.error("ZS2021", expr.span, digits=expr.span.text)
            return None
    if isinstance(written, date):
        return typed.Const(written, DateType(), span=expr.span)
    return typed.Const(unicodedata.normalize("NFC", written), TextType(), span=expr.span)


def _decimal(ctx: Context, expr: tree.Literal_, number: Decimal) -> typed.Const | None:
    _, digits, exponent = number.as_tuple()
    scale = max(0, -exponent) if isinstance(exponent, int) else 99
    if not number.is_finite() or len(digits) > 18 or scale > 12 or number.adjusted() >= 14:
        ctx.error("ZS2021", expr.span, digits=str(len(digits)))
        return None
    return typed.Const(Fraction(number), NUMBER, span=expr.span)


def duration(ctx: Context, expr: tree.DurationLiteral, expected: Type | None) -> typed.Const | None:
    """`15 working days`: minutes and hours in microseconds, the other units in whole numbers."""
    if not expr.amount.is_finite() or expr.amount.adjusted() > 9:
        ctx.error("ZS2021", expr.span, digits=expr.span.text)
        return None
    amount = Fraction(expr.amount)
    if expr.unit in _MICROSECONDS:
        micros = amount * _MICROSECONDS[expr.unit]
        days, unit = micros / 86_400_000_000, DurationType("exact")
        whole = micros
    else:
        days, unit, whole = amount, DurationType(_WHOLE_UNITS[expr.unit]), amount
    if whole.denominator != 1:
        ctx.error("ZS2022", expr.span, text=expr.span.text)
        return None
    if days > _LONGEST_DAYS:
        ctx.error("ZS2023", expr.span, text=expr.span.text, limit=str(_LONGEST_DAYS))
        return None
    return typed.Const(int(whole), unit, span=expr.span)
