"""Rules, and what they share with measures: subject, lets, clauses, effective dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zhunsheng.semantics import typed
from zhunsheng.semantics.context import DEEPEST_TYPED, Context
from zhunsheng.semantics.infer import condition, infer
from zhunsheng.semantics.kinds import INTEGER, Value
from zhunsheng.semantics.parameters import labels
from zhunsheng.semantics.patterns import pattern
from zhunsheng.semantics.rewrite import RowNumbering, extent
from zhunsheng.semantics.scope import Entry
from zhunsheng.semantics.suggestions import records_like
from zhunsheng.semantics.wording import suggestion
from zhunsheng.syntax import tree


@dataclass(frozen=True, slots=True)
class Head:
    """The parts that rules and measures have in common, typed; `good` is False when one of them is wrong."""

    clauses: tuple[typed.ClauseRef, ...]
    effective: tuple[date | None, date | None]
    subject: typed.Subject
    bindings: tuple[typed.Binding, ...]
    good: bool


def clauses(ctx: Context, written: Sequence[tree.Clause]) -> tuple[typed.ClauseRef, ...]:
    """The clauses named; an undeclared standard is reported."""
    for clause in written:
        if clause.standard.text not in ctx.pack.standards and clause.standard.text not in ctx.pack.unread:
            values = suggestion(clause.standard.text, ctx.pack.standards)
            ctx.error("ZS2064", clause.standard.span, (), name=clause.standard.text, **values)
    return tuple(dict.fromkeys(typed.ClauseRef(one.standard.text, one.number) for one in written))


def _effective(ctx: Context, written: tree.Effective | None) -> tuple[date | None, date | None]:
    if written is None:
        return None, None
    if written.start is not None and written.until is not None and written.until < written.start:
        ctx.error("ZS2065", written.span, start=str(written.start), until=str(written.until))
    return written.start, written.until


def head(ctx: Context, written: tree.Rule | tree.Measure) -> Head | None:
    """Type the common parts and bring the subject and the lets into scope; None without a subject record."""
    refs = clauses(ctx, written.clauses)
    effective = _effective(ctx, written.effective)
    found = ctx.record(written.subject.record)
    if found is None:
        values = records_like(written.subject.record.text, ctx.index)
        ctx.error("ZS2007", written.subject.record.span, (), name=written.subject.record.text, **values)
        return None
    var = typed.Var("s", found.name)
    ctx.subject = var
    ctx.check_free(written.subject.name)
    ctx.declare(Entry(written.subject.name.text, "variable", var, written.subject.name.span))
    where = None if written.subject.where is None else condition(ctx, written.subject.where)
    good = written.subject.where is None or where is not None
    bindings: list[typed.Binding] = []
    for let in written.lets:
        ctx.check_free(let.name)
        bound = _let(ctx, let, bindings)
        good &= bound is not None
        ctx.declare(Entry(let.name.text, "let", bound, let.name.span))
    return Head(refs, effective, typed.Subject(var, where), tuple(bindings), good)


def _let(ctx: Context, let: tree.Let, bindings: list[typed.Binding]) -> Value | None:
    """A value or record to put in the let's place; `first` and `last` bind a record of their own."""
    if not isinstance(let.value, tree.FirstLast):
        return infer(ctx, let.value)
    written = let.value.pattern
    if written.count is not None:
        ctx.error("ZS2052", written.count.span)
    found = pattern(ctx, written, own_name=let.name)
    if found is None:
        return None
    if found[0].time_field is None:
        ctx.error("ZS2051", written.span, record=found[0].var.record)
        return None
    var = typed.Var(f"b{len(bindings)}", found[0].var.record)
    bindings.append(typed.Binding(var, let.value.which, found[0]))
    return var


def norm(ctx: Context, written: tree.Norm) -> typed.Expr | None:
    """The norm with `must not` folded in (meaning.md M10)."""
    body = condition(ctx, written.body)
    if body is None or written.force not in ("must_not", "should_not"):
        return body
    if isinstance(written.body, tree.HasExpr) and isinstance(body, typed.Has):
        opposite = _opposite(body)
        if opposite is not None:
            return opposite
    return typed.Not(body, span=written.span)


def _opposite(body: typed.Has) -> typed.Has | None:
    """`not at least n` is at most n-1, `not at most n` is at least n+1, for a literal n."""
    wanted = body.number
    if not isinstance(wanted, typed.Const) or not isinstance(wanted.value, int):
        return None
    if body.bound == "at_least" and wanted.value > 0:
        less = typed.Const(wanted.value - 1, INTEGER, span=wanted.span)
        return typed.Has("at_most", less, body.pattern, span=body.span)
    if body.bound == "at_most":
        more = typed.Const(wanted.value + 1, INTEGER, span=wanted.span)
        return typed.Has("at_least", more, body.pattern, span=body.span)
    return None


def rule(ctx: Context, written: tree.Rule) -> typed.Rule | None:
    """The typed rule, or None after reporting what is wrong."""
    common = head(ctx, written)
    if common is None:
        return None
    body = norm(ctx, written.norm)
    unless = None if written.unless is None else condition(ctx, written.unless)
    if not common.good or body is None or (written.unless is not None and unless is None):
        return None
    force = written.norm.force
    modality: Literal["must", "should", "may"] = (
        "may" if force == "may" else "must" if force.startswith("must") else "should"
    )
    number = RowNumbering()
    found = typed.Rule(
        id=written.name.text,
        clauses=common.clauses,
        effective=common.effective,
        subject=number(common.subject),
        bindings=tuple(number(one) for one in common.bindings),
        modality=modality,
        negated=force in ("must_not", "should_not"),
        norm=number(body),
        unless=None if unless is None else number(unless),
        label=labels(written.label),
        note=labels(written.note),
        remedy=labels(written.remedy),
        span=written.name.span,
    )
    return found if check_whole(ctx, found) else None


def check_whole(ctx: Context, declaration: typed.Rule | typed.Measure) -> bool:
    """Whether the whole is small and flat enough for every later stage; reports when it is not."""
    size, depth = extent(declaration)
    ctx.size = 0
    ctx.grow(size)
    if depth > DEEPEST_TYPED:
        ctx.error("ZS2031", ctx.place, limit=str(DEEPEST_TYPED))
    return depth <= DEEPEST_TYPED
