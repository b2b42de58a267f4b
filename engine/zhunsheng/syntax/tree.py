"""The syntax tree: what was written, before any name is known.

Spans never take part in equality, so two trees are equal when they say the same thing. Names are
NFC-normalised text without back-quotes, in whatever language they were written. Every file keeps its tokens
and comments, which is what the formatter works on.
"""

# ruff: noqa: RUF009 -- a field made by a function is still a field
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from zhunsheng.diagnostics import Source, Span

Unit = Literal["minute", "hour", "day", "working_day", "month"]
Bound = Literal["at_least", "at_most", "exactly", "no"]
Force = Literal["must", "must_not", "should", "should_not", "may"]


NOWHERE = Span(Source("", ""), 0, 0)
"""The span of a node that was not read from a text (trees built by tests and generators)."""


def _span() -> Span:
    return field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier as written."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Text:
    """A label, note, source or remedy: texts by language; the key "" is a text without language mark."""

    by_language: tuple[tuple[str, str], ...]
    span: Span = _span()


# ---- expressions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal_:
    """A number, text, boolean, date or time. Percentages are numbers (99.5 % is 0.995) with `percent` set."""

    value: int | Decimal | str | bool | date | datetime
    percent: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class DurationLiteral:
    """`15 working days`."""

    amount: Decimal
    unit: Unit
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Ref:
    """A bare name: a variable, let, parameter, or code."""

    name: Name
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Dot:
    """`base.name`: a field or a parent."""

    base: Expr
    name: Name
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Call:
    """`bad(r)`."""

    name: Name
    arguments: tuple[Expr, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Unary:
    op: Literal["not", "-"]
    operand: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Binary:
    op: Literal["and", "or", "implies", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "otherwise"]
    left: Expr
    right: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class BetweenExpr:
    operand: Expr
    low: Expr
    high: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class InSet:
    """`x in {a, b}`; `negated` for `not in`."""

    operand: Expr
    members: tuple[Expr, ...]
    negated: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class InCodelist:
    """`x in codelist(option)`."""

    operand: Expr
    codelist: Name
    negated: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class InList:
    """`x in r.options`: a code in a field that holds a list of codes."""

    operand: Expr
    container: Expr
    negated: bool = False
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Quantified:
    """`all of r.options in {…}`, `any of r.options in codelist(x)`: the operand of `test` is the list."""

    which: Literal["all", "any"]
    test: InSet | InCodelist
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Known:
    """`x is missing` (known=False) or `x is known` (known=True); also for a let-bound record."""

    operand: Expr
    known: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class MatchesExpr:
    operand: Expr
    pattern: Literal_
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class HasExpr:
    pattern: Pattern
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`count of P`, `sum of f for P`, `distinct f for P`; `value` is None for count."""

    fn: Literal["count", "sum", "min", "max", "average", "distinct"]
    value: Expr | None
    pattern: Pattern
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class DurationBetween:
    """`working days from a to b`."""

    unit: Unit
    start: Expr
    end: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class DatePart:
    part: Literal["month", "year", "date", "hour"]
    operand: Expr
    span: Span = _span()


Expr = (
    Literal_ | DurationLiteral | Ref | Dot | Call | Unary | Binary | BetweenExpr | InSet | InCodelist | InList
    | Quantified | Known | MatchesExpr | HasExpr | Aggregate | DurationBetween | DatePart
)  # fmt: skip


# ---- patterns ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Count:
    bound: Bound
    number: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Within:
    """`within D after t` / `within D before t`."""

    duration: Expr
    side: Literal["after", "before"]
    anchor: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Side:
    """`after t` / `before t`."""

    side: Literal["after", "before"]
    anchor: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class BetweenTimes:
    low: Expr
    high: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class SameDay:
    anchor: Expr
    span: Span = _span()


Window = Within | Side | BetweenTimes | SameDay


@dataclass(frozen=True, slots=True)
class Pattern:
    """`[count] [other] RECORD [name] [of x] [where expr] [at field] [window]`; the name may be missing."""

    count: Count | None
    other: bool
    record: Name
    name: Name | None
    of: Expr | None
    where: Expr | None
    at: Name | None
    window: Window | None
    span: Span = _span()


# ---- declarations ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standard:
    name: Name
    title: Text
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Period:
    value: Expr
    start: date | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: Name
    label: Text | None
    periods: tuple[Period, ...]
    rolling: bool
    source: Text | None
    basis: Name | None
    """normative | secondary | assumption, as the canonical English word."""
    note: Text | None = None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Define:
    name: Name
    argument: Name
    record: Name
    body: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Clause:
    standard: Name
    number: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Subject:
    record: Name
    name: Name
    where: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class FirstLast:
    which: Literal["first", "last"]
    pattern: Pattern
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Let:
    name: Name
    value: FirstLast | Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Norm:
    """MODAL expr. `must have PATTERN` is MODAL with a HasExpr."""

    force: Force
    body: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Effective:
    start: date | None
    until: date | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Rule:
    name: Name
    label: Text | None
    clauses: tuple[Clause, ...]
    effective: Effective | None
    note: Text | None
    remedy: Text | None
    subject: Subject
    lets: tuple[Let, ...]
    norm: Norm
    unless: Expr | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Threshold:
    """`must be at least 100 %`."""

    force: Literal["must", "should"]
    bound: Literal["at_least", "at_most", "exactly"]
    value: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Agreement:
    """`must agree with published within 0.05 points` (points are percentage points)."""

    force: Literal["must", "should"]
    points: Decimal
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Measure:
    name: Name
    label: Text | None
    clauses: tuple[Clause, ...]
    effective: Effective | None
    note: Text | None
    remedy: Text | None
    subject: Subject
    lets: tuple[Let, ...]
    kind: Literal["share", "count", "average", "sum"]
    value: Expr | None
    """share: the boolean (`having P` is a HasExpr); average and sum: the number; count: None."""
    by: tuple[Expr, ...]
    minimum: Expr | None
    """`minimum 30`: below this denominator the measure is unknown."""
    threshold: Threshold | None
    agreement: Agreement | None
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Term:
    measure: Name
    weight: Expr
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Index:
    name: Name
    label: Text | None
    clauses: tuple[Clause, ...]
    note: Text | None
    terms: tuple[Term, ...]
    threshold: Threshold | None
    span: Span = _span()


Declaration = Standard | Parameter | Define | Rule | Measure | Index


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the file: a keyword terminal, name, literal or mark, with its raw span."""

    kind: str
    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class Comment:
    """`# …`; `alone` when nothing else stands on its line."""

    text: str
    alone: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True)
class File:
    source: Source = field(compare=False)
    declarations: tuple[Declaration, ...]
    tokens: tuple[Token, ...] = field(compare=False, repr=False, default=())
    comments: tuple[Comment, ...] = field(compare=False, repr=False, default=())
