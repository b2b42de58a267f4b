"""Conditions: and, or, not, comparison, membership, missing and known, regular expressions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any, Literal, cast

from zhunsheng.semantics import typed
from zhunsheng.semantics.arithmetic import arithmetic, negative
from zhunsheng.semantics.context import Context
from zhunsheng.semantics.infer import condition, infer, mismatch, value
from zhunsheng.semantics.kinds import NUMBER, is_number, same, type_of
from zhunsheng.semantics.references import in_codelist, types_of
from zhunsheng.semantics.regex import problem
from zhunsheng.semantics.sizes import check_comparison
from zhunsheng.semantics.types import (
    BooleanType,
    CodesType,
    CodeType,
    DateType,
    InstantType,
    TextType,
    Type,
)
from zhunsheng.syntax import tree

_ORDER = ("<", "<=", ">", ">=")


def unary(ctx: Context, expr: tree.Unary, expected: Type | None) -> typed.Expr | None:
    """`not x`, `-x`."""
    if expr.op == "-":
        return negative(ctx, expr)
    operand = condition(ctx, expr.operand)
    return None if operand is None else typed.Not(operand, span=expr.span)


def _chain(expr: tree.Expr, op: str) -> Iterator[tree.Expr]:
    """The operands of `a and b and c`, however the parser nested them; long chains cost no depth."""
    stack = [expr]
    while stack:
        current = stack.pop()
        if isinstance(current, tree.Binary) and current.op == op:
            stack += [current.right, current.left]
        else:
            yield current


def connective(ctx: Context, expr: tree.Binary) -> typed.Expr | None:
    """`and`, `or`, `implies`."""
    if expr.op == "implies":
        left, right = condition(ctx, expr.left), condition(ctx, expr.right)
        if left is None or right is None:
            return None
        return either(typed.Not(left, span=expr.left.span), right, span=expr)
    parts = [condition(ctx, part) for part in _chain(expr, expr.op)]
    if any(part is None for part in parts):
        return None
    make = both_hold if expr.op == "and" else either
    return make(*cast("list[typed.Expr]", parts), span=expr)


def both_hold(*operands: typed.Expr, span: tree.Expr) -> typed.Expr:
    """All operands, nested `and` flattened."""
    flat = tuple(x for one in operands for x in (one.operands if isinstance(one, typed.And) else (one,)))
    return typed.And(flat, span=span.span)


def either(*operands: typed.Expr, span: tree.Expr) -> typed.Expr:
    """Any operand, nested `or` flattened."""
    flat = tuple(x for one in operands for x in (one.operands if isinstance(one, typed.Or) else (one,)))
    return typed.Or(flat, span=span.span)


def pair(ctx: Context, left: tree.Expr, right: tree.Expr) -> tuple[typed.Expr, typed.Expr] | None:
    """Two values side by side; a bare code name is understood by the type of the other one."""
    first, second = (
        (right, left) if _may_be_code(ctx, left) and not _may_be_code(ctx, right) else (left, right)
    )
    one = value(ctx, first)
    other = beside(ctx, second, one)
    if one is None or other is None:
        return None
    return (other, one) if first is right else (one, other)


def beside(ctx: Context, expr: tree.Expr, neighbour: typed.Expr | None) -> typed.Expr | None:
    """A value beside another one. Beside something wrong a bare name cannot be judged: silence, not a
    second message."""
    if neighbour is None and _may_be_code(ctx, expr):
        return None
    return value(ctx, expr, types_of(neighbour))


def _may_be_code(ctx: Context, expr: tree.Expr) -> bool:
    return isinstance(expr, tree.Ref) and ctx.scope.find(expr.name.text) is None


def compare(ctx: Context, expr: tree.Binary) -> typed.Expr | None:
    """`= != < <= > >=` between two values of one type."""
    sides = pair(ctx, expr.left, expr.right)
    if sides is None:
        return None
    op = cast("Literal['=', '!=', '<', '<=', '>', '>=']", expr.op)
    return comparison(ctx, op, sides[0], sides[1], expr)


def comparison(
    ctx: Context,
    op: Literal["=", "!=", "<", "<=", ">", ">="],
    left: typed.Expr,
    right: typed.Expr,
    at: tree.Expr,
) -> typed.Expr | None:
    """One comparison, after checking that its two sides can be compared that way."""
    a, b = type_of(left), type_of(right)
    if not same(a, b):
        _report_mismatch(ctx, at, left, right)
        return None
    if isinstance(a, CodesType):
        ctx.error("ZS2028", at.span, (), found=a)
        return None
    if op in _ORDER:
        unordered = isinstance(a, (TextType, BooleanType)) or (
            isinstance(a, CodeType) and not ctx.index.vocabulary.codelists[a.codelist].ordered
        )
        if unordered:
            ctx.error("ZS2029", at.span, (), op=op, found=a)
            return None
    if not check_comparison(ctx, left, right, at.span):
        return None
    return typed.Compare(op, left, right, span=at.span)


def _report_mismatch(ctx: Context, at: tree.Expr, left: typed.Expr, right: typed.Expr) -> None:
    a, b = type_of(left), type_of(right)
    if {type(a), type(b)} == {DateType, InstantType}:
        ctx.error("ZS2032", at.span, (), left=a, right=b)
    elif isinstance(a, (CodeType, CodesType)) and isinstance(b, CodeType):
        ctx.error("ZS2020", at.span, (), list=a.codelist, other=b.codelist)
    elif {type(a), type(b)} == {CodeType, TextType}:
        ctx.error("ZS2033", at.span, (), left=a, right=b)
    else:
        mismatch(ctx, at.span, a, b)


def between(ctx: Context, expr: tree.BetweenExpr, expected: Type | None) -> typed.Expr | None:
    """`x between a and b`: both ends belong to it."""
    operand = value(ctx, expr.operand)
    low = beside(ctx, expr.low, operand)
    high = beside(ctx, expr.high, operand)
    if operand is None or low is None or high is None:
        return None
    above = comparison(ctx, ">=", operand, low, expr)
    below = comparison(ctx, "<=", operand, high, expr)
    if above is None or below is None:
        return None
    return both_hold(above, below, span=expr)


def in_set(ctx: Context, expr: tree.InSet, expected: Type | None) -> typed.Expr | None:
    """`x in {a, b}`. Literals become one membership; a parameter or another value is compared on its own."""
    operand = value(ctx, expr.operand)
    members = [beside(ctx, member, operand) for member in expr.members]
    if operand is None or any(member is None for member in members):
        return None
    constants: list[typed.Const] = []
    rest: list[typed.Expr] = []
    for member, written in zip(cast("list[typed.Expr]", members), expr.members, strict=True):
        one = comparison(ctx, "=", operand, member, written)
        if one is None:
            return None
        if isinstance(member, typed.Const) and not isinstance(member.value, bool):
            constants.append(member)
        else:
            rest.append(one)
    parts: list[typed.Expr] = []
    if constants:
        parts.append(typed.OneOf(operand, _sorted(constants), span=expr.span))
    parts += rest
    whole = parts[0] if len(parts) == 1 else either(*parts, span=expr)
    return typed.Not(whole, span=expr.span) if expr.negated else whole


def _sorted(constants: list[typed.Const]) -> tuple[str | int | Fraction | date, ...]:
    values: Any = {one.value for one in constants}
    return tuple(sorted(values))


def in_list(ctx: Context, expr: tree.InList, expected: Type | None) -> typed.Expr | None:
    """`x in r.options`: a code against a field that holds a list of codes."""
    container = value(ctx, expr.container)
    operand = beside(ctx, expr.operand, container)
    if container is None or operand is None:
        return None
    inside, code = type_of(container), type_of(operand)
    if not isinstance(inside, CodesType):
        ctx.error("ZS2034", expr.container.span, (), found=inside)
        return None
    if not isinstance(code, CodeType) or code.codelist != inside.codelist:
        _report_mismatch(ctx, expr, container, operand)
        return None
    found: typed.Expr = typed.InCodes(operand, container, span=expr.span)
    return typed.Not(found, span=expr.span) if expr.negated else found


def in_codes(ctx: Context, expr: tree.InCodelist, expected: Type | None) -> typed.Expr | None:
    """`x in codelist(l)`."""
    operand = value(ctx, expr.operand)
    if operand is None:
        return None
    values = in_codelist(ctx, expr, type_of(operand))
    if values is None:
        return None
    if isinstance(type_of(operand), CodesType):
        ctx.error("ZS2035", expr.operand.span, (), found=type_of(operand))
        return None
    found: typed.Expr = typed.OneOf(operand, values, span=expr.span)
    return typed.Not(found, span=expr.span) if expr.negated else found


def quantified(ctx: Context, expr: tree.Quantified, expected: Type | None) -> typed.Expr | None:
    """`all of r.options in {…}`; `not in` asks of each code that it is not among them."""
    container = value(ctx, expr.test.operand)
    if container is None:
        return None
    type_ = type_of(container)
    if not isinstance(type_, CodesType):
        ctx.error("ZS2034", expr.test.operand.span, (), found=type_)
        return None
    if isinstance(expr.test, tree.InCodelist):
        values = in_codelist(ctx, expr.test, type_)
    else:
        values = _members(ctx, expr.test, type_)
    if values is None:
        return None
    if expr.test.negated:
        everything = {code.name for code in ctx.index.vocabulary.codelists[type_.codelist].codes}
        values = tuple(sorted(everything - set(values)))
    return typed.EveryCode(expr.which, container, values, span=expr.span)


def _members(ctx: Context, test: tree.InSet, type_: CodesType) -> tuple[str, ...] | None:
    names: set[str] = set()
    wrong = False
    for member in test.members:
        found = value(ctx, member, type_)
        if isinstance(found, typed.Const) and found.type == CodeType(type_.codelist):
            names.add(str(found.value))
            continue
        wrong = True
        if found is not None:
            mismatch(ctx, member.span, CodeType(type_.codelist), type_of(found))
    return None if wrong else tuple(sorted(names))


def known(ctx: Context, expr: tree.Known, expected: Type | None) -> typed.Expr | None:
    """`x is missing`, `x is known`, for values and records."""
    operand = infer(ctx, expr.operand)
    if operand is None:
        return None
    found: typed.Expr
    if isinstance(operand, (typed.Var, typed.ParentOf)):
        found = typed.RecordMissing(operand, span=expr.span)
    else:
        found = typed.IsMissing(operand, span=expr.span)
    return typed.Not(found, span=expr.span) if expr.known else found


def matches(ctx: Context, expr: tree.MatchesExpr, expected: Type | None) -> typed.Expr | None:
    """`x matches "regex"`."""
    operand = value(ctx, expr.operand)
    pattern = expr.pattern.value
    reason = problem(pattern) if isinstance(pattern, str) else "?"
    if reason is not None:
        ctx.error("ZS2036", expr.pattern.span, (), reason=reason)
    if operand is None or reason is not None:
        return None
    if not isinstance(type_of(operand), TextType):
        ctx.error("ZS2037", expr.operand.span, (), found=type_of(operand))
        return None
    return typed.Matches(operand, unicodedata.normalize("NFC", str(pattern)), span=expr.span)


def otherwise(ctx: Context, expr: tree.Binary) -> typed.Expr | None:
    """`x otherwise d`."""
    sides = pair(ctx, expr.left, expr.right)
    if sides is None:
        return None
    a, b = type_of(sides[0]), type_of(sides[1])
    if not same(a, b):
        _report_mismatch(ctx, expr, *sides)
        return None
    type_ = a if a == b or not is_number(a) else NUMBER
    return typed.Otherwise(sides[0], sides[1], type_, span=expr.span)


def binary(ctx: Context, expr: tree.Binary, expected: Type | None) -> typed.Expr | None:
    """Any operator with two sides."""
    if expr.op in ("and", "or", "implies"):
        return connective(ctx, expr)
    if expr.op == "otherwise":
        return otherwise(ctx, expr)
    if expr.op in ("+", "-", "*", "/"):
        return arithmetic(ctx, expr)
    return compare(ctx, expr)
