"""The three questions asked of a written expression: what is it, which value, does it hold."""

from __future__ import annotations

from zhunsheng.diagnostics import Span
from zhunsheng.semantics import typed
from zhunsheng.semantics.context import DEEPEST, Context
from zhunsheng.semantics.kinds import Value, type_of
from zhunsheng.semantics.types import BooleanType, Type
from zhunsheng.syntax import tree


def infer(ctx: Context, expr: tree.Expr, expected: Type | None = None) -> Value | None:
    """The typed value or record, or None after reporting what is wrong.

    `expected` is the type of what it is compared with, by which bare code names are understood.
    """
    if ctx.depth >= DEEPEST:
        ctx.error("ZS2031", expr.span, limit=str(DEEPEST))
        return None
    ctx.depth += 1
    try:
        ctx.grow(1)
        return ctx.handlers[type(expr)](ctx, expr, expected)
    finally:
        ctx.depth -= 1


def value(ctx: Context, expr: tree.Expr, expected: Type | None = None) -> typed.Expr | None:
    """A value; a record where a value is wanted is reported."""
    found = infer(ctx, expr, expected)
    if isinstance(found, (typed.Var, typed.ParentOf)):
        ctx.error("ZS2008", expr.span, record=found.record)
        return None
    return found


def record(ctx: Context, expr: tree.Expr) -> typed.RecordExpr | None:
    """A record; a value where a record is wanted is reported."""
    found = infer(ctx, expr)
    if found is None or isinstance(found, (typed.Var, typed.ParentOf)):
        return found
    ctx.error("ZS2009", expr.span, found=type_of(found))
    return None


def condition(ctx: Context, expr: tree.Expr) -> typed.Expr | None:
    """A condition; a value of another type is reported."""
    found = value(ctx, expr)
    if found is not None and not isinstance(type_of(found), BooleanType):
        ctx.error("ZS2010", expr.span, found=type_of(found))
        return None
    return found


def mismatch(ctx: Context, span: Span, left: Type, right: Type) -> None:
    """Report two types that do not go together."""
    ctx.error("ZS2011", span, left=left, right=right)
