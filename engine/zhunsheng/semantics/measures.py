"""Measures and indices: figures over all subjects, with groups, thresholds and published values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from zhunsheng.diagnostics import Related, Span
from zhunsheng.semantics import typed
from zhunsheng.semantics.context import Context
from zhunsheng.semantics.infer import condition, value
from zhunsheng.semantics.kinds import is_number, type_of
from zhunsheng.semantics.parameters import labels
from zhunsheng.semantics.patterns import number as whole_number
from zhunsheng.semantics.rewrite import RowNumbering
from zhunsheng.semantics.rules import check_whole, clauses, head
from zhunsheng.semantics.types import (
    BooleanType,
    CodeType,
    DateType,
    DecimalType,
    IntegerType,
    TextType,
)
from zhunsheng.semantics.wording import suggestion
from zhunsheng.syntax import tree

_GROUPED = (TextType, CodeType, BooleanType, IntegerType, DateType)


def measure(ctx: Context, written: tree.Measure) -> typed.Measure | None:
    """The typed measure, or None after reporting what is wrong."""
    common = head(ctx, written)
    if common is None:
        return None
    figure = _figure(ctx, written)
    dimensions = _dimensions(ctx, written)
    minimum = None if written.minimum is None else whole_number(ctx, written.minimum)
    bound = None if written.threshold is None else _threshold(ctx, written.threshold, written.kind == "share")
    agreement = None if written.agreement is None else _agreement(ctx, written, dimensions or ())
    complete = (
        (written.value is None or figure is not None)
        and dimensions is not None
        and (written.minimum is None or minimum is not None)
        and (written.threshold is None or bound is not None)
        and (written.agreement is None or agreement is not None)
    )
    if not common.good or not complete or dimensions is None:
        return None
    number = RowNumbering()
    found = typed.Measure(
        id=written.name.text,
        clauses=common.clauses,
        effective=common.effective,
        subject=number(common.subject),
        bindings=tuple(number(one) for one in common.bindings),
        kind=written.kind,
        value=None if figure is None else number(figure),
        by=tuple(number(one) for one in dimensions),
        minimum=minimum,
        threshold=bound,
        agreement=agreement,
        label=labels(written.label),
        note=labels(written.note),
        remedy=labels(written.remedy),
        span=written.name.span,
    )
    return found if check_whole(ctx, found) else None


def _figure(ctx: Context, written: tree.Measure) -> typed.Expr | None:
    if written.value is None:
        return None
    if written.kind == "share":
        return condition(ctx, written.value)
    found = value(ctx, written.value)
    if found is not None and not is_number(type_of(found)):
        ctx.error("ZS2067", written.value.span, (), found=type_of(found))
        return None
    return found


def _dimensions(ctx: Context, written: tree.Measure) -> tuple[typed.Dimension, ...] | None:
    found: dict[str, typed.Dimension] = {}
    places: dict[str, Span] = {}
    wrong = False
    ctx.bare = True
    for expr in written.by:
        one = value(ctx, expr)
        if one is None:
            wrong = True
            continue
        name = (
            one.field
            if isinstance(one, typed.FieldOf)
            else one.part
            if isinstance(one, typed.PartOf)
            else None
        )
        if name is None or not isinstance(type_of(one), _GROUPED):
            ctx.error("ZS2068", expr.span, (), found=type_of(one))
            wrong = True
        elif name in found:
            ctx.error("ZS2069", expr.span, (Related(places[name], "first"),), name=name)
            wrong = True
        else:
            found[name], places[name] = typed.Dimension(name, one), expr.span
    ctx.bare = False
    return None if wrong else tuple(found.values())


def _constant(ctx: Context, written: tree.Expr) -> typed.Const | typed.ParamRef | None:
    """A number that stands fast: a literal or a parameter."""
    found = value(ctx, written)
    if found is None:
        return None
    if not isinstance(found, (typed.Const, typed.ParamRef)) or not is_number(type_of(found)):
        ctx.error("ZS2070", written.span, (), found=type_of(found))
        return None
    return found


def _values(ctx: Context, found: typed.Const | typed.ParamRef) -> list[Fraction]:
    constants = (
        [found]
        if isinstance(found, typed.Const)
        else [one for _, one in ctx.pack.parameters[found.parameter].periods]
    )
    return [Fraction(one.value) for one in constants if isinstance(one.value, (int, Fraction))]


def _threshold(ctx: Context, written: tree.Threshold, share: bool) -> typed.Threshold | None:
    found = _constant(ctx, written.value)
    if found is None:
        return None
    outside = [one for one in _values(ctx, found) if not 0 <= one <= 1]
    if share and outside:
        # `at least 95` was meant as 95 %: a share of 95 can never be reached.
        ctx.error("ZS2071", written.value.span, value=str(outside[0]))
        return None
    return typed.Threshold(written.force, written.bound, found)


def _agreement(
    ctx: Context, written: tree.Measure, dimensions: tuple[typed.Dimension, ...]
) -> typed.Agreement | None:
    """Agreement with published figures, for which the vocabulary must have a record `publication` (M24)."""
    agreement = written.agreement
    assert agreement is not None
    if written.kind != "share":
        ctx.error("ZS2072", agreement.span)
        return None
    record = ctx.index.vocabulary.records.get("publication")
    if record is None:
        ctx.error("ZS2073", agreement.span, field="publication")
        return None
    wanted: Mapping[str, type] = {"measure": TextType, "value": DecimalType}
    optional: Mapping[str, type] = {"period_from": DateType, "period_until": DateType}
    good = True
    for name, kind in {**wanted, **optional}.items():
        field = record.fields.get(name)
        if (field is None and name in wanted) or (field is not None and not isinstance(field.type, kind)):
            ctx.error("ZS2073", agreement.span, field=f"publication.{name}")
            good = False
    for dimension in dimensions:
        field = record.fields.get(dimension.name)
        if field is not None and field.type != type_of(dimension.value):
            left, right = type_of(dimension.value), field.type
            ctx.error("ZS2074", agreement.span, (), name=dimension.name, left=left, right=right)
            good = False
    if not agreement.points.is_finite() or not 0 <= agreement.points <= 100:
        ctx.error("ZS2075", agreement.span, value=str(agreement.points))
        return None
    return typed.Agreement(agreement.force, Fraction(agreement.points) / 100) if good else None


def index(ctx: Context, written: tree.Index, measures: Mapping[str, tree.Measure]) -> typed.Index | None:
    """The typed index: its measures and weights."""
    refs = clauses(ctx, written.clauses)
    terms: list[tuple[str, typed.Expr]] = []
    seen: dict[str, tree.Term] = {}
    wrong = not written.terms
    for term in written.terms:
        if term.measure.text not in measures and term.measure.text in ctx.pack.unread:
            wrong = True
        elif term.measure.text not in measures:
            values = suggestion(term.measure.text, measures)
            ctx.error("ZS2076", term.measure.span, (), name=term.measure.text, **values)
            wrong = True
        other = seen.setdefault(term.measure.text, term)
        if other is not term:
            related = (Related(other.measure.span, "first"),)
            ctx.error("ZS2069", term.measure.span, related, name=term.measure.text)
            wrong = True
        weight = _constant(ctx, term.weight)
        if weight is None:
            wrong = True
        elif any(one < 0 for one in _values(ctx, weight)):
            ctx.error("ZS2077", term.weight.span)
            wrong = True
        else:
            terms.append((term.measure.text, weight))
    bound = None if written.threshold is None else _threshold(ctx, written.threshold, share=False)
    if wrong or (written.threshold is not None and bound is None):
        return None
    return typed.Index(
        id=written.name.text,
        clauses=refs,
        terms=tuple(terms),
        threshold=bound,
        label=labels(written.label),
        note=labels(written.note),
        span=written.name.span,
    )
