"""Patterns: which rows are candidates, how they hang together with the rest, and when they may lie."""

from __future__ import annotations

from zhunsheng.semantics import typed
from zhunsheng.semantics.context import Context
from zhunsheng.semantics.infer import condition, record, value
from zhunsheng.semantics.kinds import INTEGER, NUMBER, is_number, type_of
from zhunsheng.semantics.rewrite import walk
from zhunsheng.semantics.scope import Entry
from zhunsheng.semantics.sizes import check_size
from zhunsheng.semantics.suggestions import records_like
from zhunsheng.semantics.types import (
    CodesType,
    DateType,
    DurationType,
    InstantType,
    IntegerType,
    Type,
)
from zhunsheng.semantics.windows import time_field, window
from zhunsheng.semantics.wording import both
from zhunsheng.syntax import tree

_FUNCTIONS = {
    "sum": ("合计", "a sum"),
    "average": ("平均值", "an average"),
    "min": ("最小值", "a minimum"),
    "max": ("最大值", "a maximum"),
    "distinct": ("不同值数", "a number of distinct values"),
}


def pattern(
    ctx: Context, written: tree.Pattern, own_name: tree.Name | None = None, valued: tree.Expr | None = None
) -> tuple[typed.Pattern, typed.Expr | None] | None:
    """The typed pattern, and the value that is written over its rows (`sum of e.granted for extension e …`).

    `own_name` is a let's name, by which an anonymous pattern may speak of its own rows.
    """
    found = ctx.record(written.record)
    if found is None:
        values = records_like(written.record.text, ctx.index)
        ctx.error("ZS2007", written.record.span, (), name=written.record.text, **values)
        if written.of is not None:
            record(ctx, written.of)
        return None
    if written.other and ctx.subject is not None and ctx.subject.record != found.name:
        ctx.error("ZS2043", written.span, record=found.name, subject=ctx.subject.record)
    var = typed.Var(f"row{next(ctx.pack.rows)}", found.name)
    wrong = False
    link = None
    if written.of is not None:
        anchor = record(ctx, written.of)
        link = None if anchor is None else _link(ctx, anchor, found.name, written.of)
        wrong = link is None
    name = written.name or own_name
    if written.name is not None:
        ctx.check_free(written.name)
    entry = Entry(name.text if name else "", "variable", var, name.span if name else written.span)
    with ctx.inside(entry):
        where = None if written.where is None else condition(ctx, written.where)
        over = None if valued is None else value(ctx, valued)
        time, good = time_field(ctx, found, written)
        limits = None if written.window is None else window(ctx, written.window)
    if limits is not None and var in _variables(limits):
        # A window is one stretch for all candidates: only so can evidence be held against it.
        ctx.error("ZS2055", written.span, record=found.name)
        limits = None
    if written.window is not None and time is None and good:
        ctx.error("ZS2051", written.span, record=found.name)
        good = False
    wrong |= (written.where is not None and where is None) or (written.window is not None and limits is None)
    wrong |= not good or (valued is not None and over is None)
    if wrong:
        return None
    if written.of is None and not _tied(where, var):
        ctx.error("ZS2048", written.span, record=found.name)
        return None
    return typed.Pattern(var, link, written.other, where, limits, time, span=written.span), over


def _link(ctx: Context, anchor: typed.RecordExpr, target: str, at: tree.Expr) -> typed.Link | None:
    """The one way along parent links between the anchor and the pattern's record."""
    down = ctx.index.paths(target, anchor.record)
    up = ctx.index.paths(anchor.record, target)
    ways = [("down", path) for path in down] + [("up", path) for path in up]
    if not ways:
        ctx.error("ZS2046", at.span, record=target, anchor=anchor.record)
        return None
    if len(ways) > 1:
        (zh1, en1), (zh2, en2) = (_way(ctx, path, target, anchor, way) for way, path in ways[:2])
        said = {**both("first", (zh1, en1)), **both("second", (zh2, en2))}
        ctx.error("ZS2047", at.span, (), record=target, anchor=anchor.record, **said)
        return None
    direction, path = ways[0]
    return typed.Link(anchor, "down" if direction == "down" else "up", path)


def _way(
    ctx: Context, path: tuple[tuple[str, str], ...], target: str, anchor: typed.RecordExpr, direction: str
) -> tuple[str, str]:
    """A path in words, Chinese and English: `reply.rating_id → rating`."""
    end = anchor.record if direction == "down" else target
    records = ctx.index.vocabulary.records
    chinese = [f"{records[one].names['zh']}.{records[one].fields[field].names['zh']}" for one, field in path]
    english = [f"{one}.{field}" for one, field in path]
    return " → ".join([*chinese, records[end].names["zh"]]), " → ".join([*english, end])


def _tied(where: typed.Expr | None, var: typed.Var) -> bool:
    """Whether `where` holds an equality that ties the row to something that does not depend on the row."""
    parts = where.operands if isinstance(where, typed.And) else (where,)
    for part in parts:
        if not isinstance(part, typed.Compare) or part.op != "=":
            continue
        for own, other in ((part.left, part.right), (part.right, part.left)):
            if isinstance(own, typed.FieldOf) and own.record == var and var not in set(_variables(other)):
                return True
    return False


def _variables(expr: typed.Expr | typed.Window) -> list[typed.Var]:
    return [node for node in walk(expr) if isinstance(node, typed.Var)]


def number(ctx: Context, written: tree.Expr) -> typed.Expr | None:
    """The n of a count: a whole number or an integer parameter."""
    found = value(ctx, written)
    if found is None:
        return None
    if not isinstance(found, (typed.Const, typed.ParamRef)) or not isinstance(type_of(found), IntegerType):
        ctx.error("ZS2049", written.span, (), found=type_of(found))
        return None
    if isinstance(found, typed.Const) and isinstance(found.value, int) and not 0 <= found.value <= 10**9:
        ctx.error("ZS2050", written.span, number=str(found.value))
        return None
    return found


def has(ctx: Context, expr: tree.HasExpr, expected: Type | None) -> typed.Expr | None:
    """`has PATTERN`: at least one unless a count is written; `no` is at most none."""
    count = expr.pattern.count
    wanted: typed.Expr | None = typed.Const(1, INTEGER, span=expr.span)
    if count is not None:
        zero = typed.Const(0, INTEGER, span=count.span)
        wanted = zero if count.number is None else number(ctx, count.number)
    found = pattern(ctx, expr.pattern)
    if found is None or wanted is None:
        return None
    if count is None:
        return typed.Has("at_least", wanted, found[0], span=expr.span)
    return typed.Has("at_most" if count.bound == "no" else count.bound, wanted, found[0], span=expr.span)


def aggregate(ctx: Context, expr: tree.Aggregate, expected: Type | None) -> typed.Expr | None:
    """`count of P`, `sum of f for P`, `distinct f for P`."""
    if expr.pattern.count is not None:
        ctx.error("ZS2052", expr.pattern.count.span)
    found = pattern(ctx, expr.pattern, valued=expr.value)
    if found is None:
        return None
    rows, over = found
    if over is None:
        return typed.CountOf(rows, INTEGER, span=expr.span)
    type_ = _aggregate_type(ctx, expr, type_of(over))
    if type_ is None:
        return None
    result = typed.AggregateOf(expr.fn, over, rows, type_, span=expr.span)  # type: ignore[arg-type]
    return result if check_size(ctx, result, expr.span) else None


def _aggregate_type(ctx: Context, expr: tree.Aggregate, type_: Type) -> Type | None:
    number_like = is_number(type_)
    result: Type
    if expr.fn == "distinct":
        allowed, result = not isinstance(type_, (CodesType,)), INTEGER
    elif expr.fn == "sum":
        allowed, result = number_like or isinstance(type_, DurationType), type_
    elif expr.fn == "average":
        allowed, result = number_like, NUMBER
    else:
        allowed, result = number_like or isinstance(type_, (DurationType, DateType, InstantType)), type_
    if not allowed:
        assert expr.value is not None
        ctx.error("ZS2053", expr.value.span, (), **both("fn", _FUNCTIONS[expr.fn]), found=type_)
        return None
    return result
