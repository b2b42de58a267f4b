"""Windows: the stretch of time in which a pattern's rows may lie."""

from __future__ import annotations

from typing import Literal

from zhunsheng.semantics import typed
from zhunsheng.semantics.context import Context
from zhunsheng.semantics.infer import value
from zhunsheng.semantics.kinds import type_of
from zhunsheng.semantics.types import DateType, DurationType, InstantType
from zhunsheng.semantics.vocabulary import Field, Record
from zhunsheng.semantics.wording import suggestion
from zhunsheng.syntax import tree


def time_field(ctx: Context, record: Record, written: tree.Pattern) -> tuple[str | None, bool]:
    """The field that dates the pattern's rows, and whether `at` names one that can."""
    if written.at is None:
        return record.time, True
    found = ctx.member(record.name, written.at)
    if not isinstance(found, Field):
        times = [
            name
            for one in record.fields.values()
            if isinstance(one.type, InstantType)
            for name in one.names.values()
        ]
        values = suggestion(written.at.text, times)
        ctx.error("ZS2002", written.at.span, (), record=record.name, name=written.at.text, **values)
        return None, False
    if not isinstance(found.type, InstantType):
        ctx.error("ZS2044", written.at.span, (), found=found.type, wanted=InstantType())
        return None, False
    return found.name, True


def _instant(ctx: Context, written: tree.Expr, dates: bool = False) -> typed.Expr | None:
    found = value(ctx, written)
    if found is None:
        return None
    type_ = type_of(found)
    if isinstance(type_, InstantType) or (dates and isinstance(type_, DateType)):
        return found
    ctx.error("ZS2044", written.span, (), found=type_, wanted=InstantType())
    return None


def window(ctx: Context, written: tree.Window) -> typed.Window | None:
    """The typed window, or None after reporting what is wrong."""
    if isinstance(written, tree.Within):
        return _within(ctx, written)
    if isinstance(written, tree.SameDay):
        day = _instant(ctx, written.anchor, dates=True)
        return None if day is None else typed.Window("same_day", anchor=day)
    if isinstance(written, tree.Side):
        end = _instant(ctx, written.anchor)
        if end is None:
            return None
        return (
            typed.Window("bounds", low=end) if written.side == "after" else typed.Window("bounds", high=end)
        )
    low, high = _instant(ctx, written.low), _instant(ctx, written.high)
    return None if low is None or high is None else typed.Window("bounds", low=low, high=high)


def _within(ctx: Context, written: tree.Within) -> typed.Window | None:
    length = value(ctx, written.duration)
    anchor = _instant(ctx, written.anchor)
    if length is not None and not isinstance(type_of(length), DurationType):
        ctx.error("ZS2054", written.duration.span, (), found=type_of(length))
        return None
    if length is None or anchor is None:
        return None
    kind: Literal["within_after", "within_before"] = (
        "within_after" if written.side == "after" else "within_before"
    )
    return typed.Window(kind, anchor=anchor, duration=length)
