"""Parameters: values over time, each a literal, all of one type."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Literal, cast

from zhunsheng.diagnostics import Related
from zhunsheng.semantics import typed
from zhunsheng.semantics.context import Context
from zhunsheng.semantics.infer import mismatch, value
from zhunsheng.semantics.kinds import NUMBER, is_number, same, type_of
from zhunsheng.semantics.types import DurationType, Type
from zhunsheng.semantics.wording import suggestion
from zhunsheng.syntax import tree

_BASES = ("normative", "secondary", "assumption")


def labels(text: tree.Text | None) -> typed.Labels:
    """A text by language; empty when it was not written."""
    return {} if text is None else dict(text.by_language)


def parameter(ctx: Context, written: tree.Parameter) -> typed.Parameter | None:
    """The typed parameter, or None after reporting what is wrong."""
    periods: list[tuple[date | None, typed.Const]] = []
    wrong = False
    for period in written.periods:
        if isinstance(period.value, tree.Ref):
            ctx.error("ZS2060", period.value.span, name=written.name.text)
            wrong = True
            continue
        found = value(ctx, period.value)
        if found is None:
            wrong = True
        elif not isinstance(found, typed.Const):
            ctx.error("ZS2060", period.value.span, name=written.name.text)
            wrong = True
        elif periods and not same(type_of(periods[0][1]), found.type):
            mismatch(ctx, period.value.span, type_of(periods[0][1]), found.type)
            wrong = True
        else:
            periods.append((period.start, found))
    wrong |= not _check_starts(ctx, written)
    if wrong or not periods:
        return None
    type_ = _type(ctx, written, [found.type for _, found in periods])
    if type_ is None:
        return None
    if type_ == NUMBER:
        # One of the periods has a fraction: all are numbers of one type.
        periods = [(start, _as_number(found)) for start, found in periods]
    periods.sort(key=lambda one: (one[0] is not None, one[0] or date.min))
    return typed.Parameter(
        id=written.name.text,
        type=type_,
        periods=tuple((start, replace(found, type=type_)) for start, found in periods),
        basis=_basis(ctx, written),
        label=labels(written.label),
        source=labels(written.source),
        span=written.name.span,
    )


def _as_number(found: typed.Const) -> typed.Const:
    return replace(found, value=Fraction(cast("int | Fraction", found.value)))


def _check_starts(ctx: Context, written: tree.Parameter) -> bool:
    seen: dict[date | None, tree.Period] = {}
    good = True
    for period in written.periods:
        other = seen.setdefault(period.start, period)
        if other is not period:
            day = period.start.isoformat() if period.start else "—"
            ctx.error("ZS2061", period.span, (Related(other.span, "first"),), name=written.name.text, day=day)
            good = False
    return good


def _type(ctx: Context, written: tree.Parameter, types: list[Type]) -> Type | None:
    type_ = NUMBER if is_number(types[0]) and any(one != types[0] for one in types) else types[0]
    if not written.rolling:
        return type_
    if isinstance(type_, DurationType) and type_.unit in ("day", "month"):
        return DurationType(type_.unit, rolling=True)
    ctx.error("ZS2062", written.name.span, (), name=written.name.text, found=type_)
    return None


def _basis(ctx: Context, written: tree.Parameter) -> Literal["normative", "secondary", "assumption"]:
    """What is not said to be known is an assumption."""
    if written.basis is None:
        return "assumption"
    if written.basis.text not in _BASES:
        values = suggestion(written.basis.text, _BASES)
        ctx.error("ZS2063", written.basis.span, (), name=written.basis.text, **values)
        return "assumption"
    return cast("Literal['normative', 'secondary', 'assumption']", written.basis.text)
