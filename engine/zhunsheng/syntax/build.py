"""From productions of the grammar to nodes of the tree: one function per rule or alias of `grammar.lark`.

Each gets the span of what was written and the values of its parts, keywords and marks left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from zhunsheng.diagnostics import Diagnostic, Related, Span
from zhunsheng.syntax import tree as t
from zhunsheng.syntax.lalr import Slip
from zhunsheng.syntax.lexer import name_text, string_text
from zhunsheng.syntax.literals import read_number, read_percent, read_time

BUILDERS: dict[str, Callable[..., Any]] = {}


def _builds(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in names or (function.__name__,):
            BUILDERS[name] = function
        return function

    return register


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a declaration that is a text or a word by itself."""

    kind: Literal["note", "remedy", "source", "basis", "rolling"]
    value: Any
    span: Span


@dataclass(frozen=True, slots=True)
class Head:
    label: t.Text | None
    clauses: tuple[t.Clause, ...]
    effective: t.Effective | None
    note: t.Text | None
    remedy: t.Text | None


Qualifiers = tuple[t.Expr | None, t.Name | None, t.Window | None]


def _name(token: t.Token) -> t.Name:
    return t.Name(name_text(token.text), token.span)


def _value(part: Part | None) -> Any:
    return part.value if part else None


# ---- texts and parts ---------------------------------------------------------------------------------------


@_builds()
def text(span: Span, first: t.Token, *rest: t.Token) -> t.Text:
    texts = [("", string_text(first.text))]
    seen: dict[str, Span] = {}
    for mark, string in zip(rest[::2], rest[1::2], strict=True):
        language = name_text(mark.text)
        if language in seen:
            raise Slip(_duplicate(language, mark.span, seen[language]))
        seen[language] = mark.span
        texts.append((language, string_text(string.text)))
    return t.Text(tuple(texts), span)


def _text_part(kind: Any) -> Callable[[Span, t.Text], Part]:
    return lambda span, content: Part(kind, content, span)


for _kind in ("note", "remedy", "source"):
    BUILDERS[_kind] = _text_part(_kind)


@_builds()
def rolling(span: Span) -> Part:
    return Part("rolling", True, span)


@_builds()
def basis_normative(span: Span) -> Part:
    return Part("basis", t.Name("normative", span), span)


@_builds()
def basis_secondary(span: Span) -> Part:
    return Part("basis", t.Name("secondary", span), span)


@_builds()
def basis_assumption(span: Span) -> Part:
    return Part("basis", t.Name("assumption", span), span)


@_builds()
def head(
    span: Span,
    label: t.Text | None,
    *rest: Any,
) -> Head:
    *clauses, effective, note, remedy = rest
    return Head(label, tuple(clauses), effective, _value(note), _value(remedy))


@_builds()
def clause(span: Span, standard: t.Token, number: t.Token) -> t.Clause:
    return t.Clause(_name(standard), string_text(number.text), span)


@_builds()
def effective(span: Span, start: t.Token, until: date | None) -> t.Effective:
    return t.Effective(date.fromisoformat(start.text), until, span)


@_builds()
def effective_until(span: Span, until: date) -> t.Effective:
    return t.Effective(None, until, span)


@_builds("until", "from_date")
def _date(span: Span, token: t.Token) -> date:
    return date.fromisoformat(token.text)


# ---- declarations ------------------------------------------------------------------------------------------


@_builds()
def standard(span: Span, name: t.Token, title: t.Text) -> t.Standard:
    return t.Standard(_name(name), title, span)


@_builds()
def period(span: Span, value: t.Expr, start: date | None) -> t.Period:
    return t.Period(value, start, span)


@_builds()
def parameter_labelled(span: Span, name: t.Token, label: t.Text, *rest: t.Period | Part) -> t.Parameter:
    periods = tuple(item for item in rest if isinstance(item, t.Period))
    parts: dict[str, Part] = {}
    for item in rest:
        if isinstance(item, Part):
            if item.kind in parts:
                raise Slip(_duplicate(_first_word(item.span), item.span, parts[item.kind].span))
            parts[item.kind] = item
    for later in periods[1:]:
        if later.start is None:
            # `15 days 2021-01-01` reads as two values, the second one a date.
            dated = isinstance(later.value, t.Literal_) and isinstance(later.value.value, date)
            raise Slip(Diagnostic("ZS1014" if dated else "ZS1022", later.span, {"found": later.span.text}))
    return t.Parameter(
        _name(name),
        label,
        periods,
        "rolling" in parts,
        _value(parts.get("source")),
        _value(parts.get("basis")),
        _value(parts.get("note")),
        span,
    )


@_builds()
def parameter_plain(span: Span, name: t.Token, *rest: t.Period | Part) -> t.Parameter:
    return parameter_labelled(span, name, None, *rest)  # type: ignore[no-any-return]


@_builds()
def define(span: Span, name: t.Token, argument: t.Token, record: t.Token, body: t.Expr) -> t.Define:
    return t.Define(_name(name), _name(argument), _name(record), body, span)


@_builds()
def subject(span: Span, record: t.Token, name: t.Token, where: t.Expr | None) -> t.Subject:
    return t.Subject(_name(record), _name(name), where, span)


@_builds("where", "unless", "minimum", "parenthesised", "of")
def _inner(span: Span, value: Any) -> Any:
    return value


@_builds()
def let(span: Span, name: t.Token, value: t.FirstLast | t.Expr) -> t.Let:
    return t.Let(_name(name), value, span)


@_builds()
def first(span: Span, pattern: t.Pattern) -> t.FirstLast:
    return t.FirstLast("first", pattern, span)


@_builds()
def last(span: Span, pattern: t.Pattern) -> t.FirstLast:
    return t.FirstLast("last", pattern, span)


@_builds()
def norm(span: Span, force: t.Force, body: t.Expr) -> t.Norm:
    return t.Norm(force, body, span)


@_builds()
def rule(span: Span, name: t.Token, head: Head, subject: t.Subject, *rest: Any) -> t.Rule:
    *lets, norm, unless = rest
    return t.Rule(
        _name(name),
        head.label,
        head.clauses,
        head.effective,
        head.note,
        head.remedy,
        subject,
        tuple(lets),
        norm,
        unless,
        span,
    )


@_builds()
def measure(span: Span, name: t.Token, head: Head, subject: t.Subject, *rest: Any) -> t.Measure:
    *lets, kind, by, minimum, threshold, agreement = rest
    return t.Measure(
        _name(name), head.label, head.clauses, head.effective, head.note, head.remedy, subject, tuple(lets),
        kind[0], kind[1], by or (), minimum, threshold, agreement, span,
    )  # fmt: skip


@_builds()
def share_having(span: Span, pattern: t.Pattern) -> tuple[str, t.Expr]:
    return "share", t.HasExpr(pattern, span)


@_builds()
def share_where(span: Span, value: t.Expr) -> tuple[str, t.Expr]:
    return "share", value


@_builds()
def count_kind(span: Span) -> tuple[str, None]:
    return "count", None


@_builds()
def average_kind(span: Span, value: t.Expr) -> tuple[str, t.Expr]:
    return "average", value


@_builds()
def sum_kind(span: Span, value: t.Expr) -> tuple[str, t.Expr]:
    return "sum", value


@_builds("by", "set")
def _items(span: Span, *items: t.Expr) -> tuple[t.Expr, ...]:
    return items


@_builds()
def threshold(span: Span, force: Any, bound: Any, value: t.Expr) -> t.Threshold:
    return t.Threshold(force, bound, value, span)


@_builds()
def agreement(span: Span, force: Any, points: t.Token) -> t.Agreement:
    return t.Agreement(force, read_percent(points.text).scaleb(2), span)


@_builds()
def term(span: Span, measure: t.Token, weight: t.Expr) -> t.Term:
    return t.Term(_name(measure), weight, span)


@_builds()
def index(span: Span, name: t.Token, label: t.Text | None, *rest: Any) -> t.Index:
    *items, note, threshold = rest
    terms = tuple(item for item in items if isinstance(item, t.Term))
    clauses = tuple(item for item in items if isinstance(item, t.Clause))
    return t.Index(_name(name), label, clauses, _value(note), terms, threshold, span)


# ---- expressions -------------------------------------------------------------------------------------------


def _binary(op: Any) -> Callable[[Span, t.Expr, t.Expr], t.Expr]:
    return lambda span, left, right: t.Binary(op, left, right, span)


def _in_set(span: Span, operand: t.Expr, members: tuple[t.Expr, ...]) -> t.InSet:
    return t.InSet(operand, members, False, span)


def _in_codes(span: Span, operand: t.Expr, codelist: t.Name) -> t.InCodelist:
    return t.InCodelist(operand, codelist, False, span)


BUILDERS.update({
    "implies": _binary("implies"), "or_": _binary("or"), "and_": _binary("and"),
    "otherwise": _binary("otherwise"), "equal": _binary("="), "not_equal": _binary("!="),
    "less": _binary("<"), "less_equal": _binary("<="),
    "greater": _binary(">"), "greater_equal": _binary(">="),
    "add": _binary("+"), "subtract": _binary("-"), "multiply": _binary("*"), "divide": _binary("/"),
    "not_": lambda span, operand: t.Unary("not", operand, span),
    "negative": lambda span, operand: t.Unary("-", operand, span),
    "has": lambda span, pattern: t.HasExpr(pattern, span),
    "between": lambda span, operand, low, high: t.BetweenExpr(operand, low, high, span),
    "in_set": _in_set,
    "not_in_set": lambda span, operand, members: t.InSet(operand, members, True, span),
    "in_codelist": _in_codes,
    "not_in_codelist": lambda span, operand, codelist: t.InCodelist(operand, codelist, True, span),
    "in_list": lambda span, operand, container: t.InList(operand, container, False, span),
    "not_in_list": lambda span, operand, container: t.InList(operand, container, True, span),
    "all_in_set": lambda span, operand, members: t.Quantified("all", _in_set(span, operand, members), span),
    "any_in_set": lambda span, operand, members: t.Quantified("any", _in_set(span, operand, members), span),
    "all_in_codelist": lambda span, operand, code: t.Quantified("all", _in_codes(span, operand, code), span),
    "any_in_codelist": lambda span, operand, code: t.Quantified("any", _in_codes(span, operand, code), span),
    "is_missing": lambda span, operand: t.Known(operand, False, span),
    "is_known": lambda span, operand: t.Known(operand, True, span),
    "dot": lambda span, base, name: t.Dot(base, _name(name), span),
    "ref": lambda span, name: t.Ref(_name(name), span),
    "other_name": lambda span: t.Ref(t.Name(name_text(span.text), span), span),
    "codelist": lambda span, name: _name(name),
    "call": lambda span, name, *arguments: t.Call(_name(name), arguments, span),
    "count_of": lambda span, pattern: t.Aggregate("count", None, pattern, span),
    "days_between": lambda span, unit, start, end: t.DurationBetween(unit, start, end, span),
})  # fmt: skip


@_builds()
def matches(span: Span, operand: t.Expr, pattern: t.Token) -> t.MatchesExpr:
    return t.MatchesExpr(operand, t.Literal_(string_text(pattern.text), False, pattern.span), span)


def _aggregate(fn: Any) -> Callable[[Span, t.Expr, t.Pattern], t.Expr]:
    return lambda span, value, pattern: t.Aggregate(fn, value, pattern, span)


def _date_part(part: Any) -> Callable[[Span, t.Expr], t.Expr]:
    return lambda span, operand: t.DatePart(part, operand, span)


def _constant(value: Any) -> Callable[[Span], Any]:
    return lambda span: value


for _fn in ("sum", "min", "max", "average"):
    BUILDERS[f"{_fn}_of"] = _aggregate(_fn)
BUILDERS["distinct"] = _aggregate("distinct")
for _word in ("month", "year", "date", "hour"):
    BUILDERS[f"{_word}_of"] = _date_part(_word)
for _word in (
    "minute", "hour", "day", "working_day", "month",
    "must", "must_not", "should", "should_not", "may",
    "at_least", "at_most", "exactly",
):  # fmt: skip
    BUILDERS[_word] = _constant(_word)
BUILDERS["other"] = _constant(True)


@_builds()
def number(span: Span, token: t.Token) -> t.Literal_:
    return t.Literal_(read_number(token.text), False, span)


@_builds()
def percent(span: Span, token: t.Token) -> t.Literal_:
    return t.Literal_(read_percent(token.text), True, span)


@_builds("duration")
def duration(span: Span, amount: t.Token, unit: t.Unit) -> t.DurationLiteral:
    return t.DurationLiteral(Decimal(amount.text), unit, span)


@_builds("date")
def date_literal(span: Span, token: t.Token) -> t.Literal_:
    return t.Literal_(date.fromisoformat(token.text), False, span)


@_builds("time")
def time_literal(span: Span, token: t.Token) -> t.Literal_:
    return t.Literal_(read_time(token.text), False, span)


@_builds()
def string(span: Span, token: t.Token) -> t.Literal_:
    return t.Literal_(string_text(token.text), False, span)


@_builds("true")
def true_literal(span: Span) -> t.Literal_:
    return t.Literal_(True, False, span)


@_builds("false")
def false_literal(span: Span) -> t.Literal_:
    return t.Literal_(False, False, span)


# ---- patterns ----------------------------------------------------------------------------------------------


@_builds()
def pattern(  # noqa: PLR0917 -- the parts of a pattern, as the grammar lists them
    span: Span,
    count: t.Count | None,
    other: bool | None,
    record: t.Token,
    name: t.Token | None,
    of: t.Expr | None,
    qualifiers: Qualifiers | None,
) -> t.Pattern:
    where, at, window = qualifiers or (None, None, None)
    return t.Pattern(
        count, bool(other), _name(record), _name(name) if name else None, of, where, at, window, span
    )


@_builds()
def count(span: Span, bound: t.Bound, number: t.Expr) -> t.Count:
    return t.Count(bound, number, span)


@_builds()
def count_no(span: Span) -> t.Count:
    return t.Count("no", None, span)


@_builds()
def at(span: Span, name: t.Token) -> t.Name:
    return _name(name)


@_builds()
def where_first(span: Span, where: t.Expr, at: t.Name | None, window: t.Window | None) -> Qualifiers:
    return where, at, window


@_builds()
def at_first(span: Span, at: t.Name, window: t.Window | None) -> Qualifiers:
    return None, at, window


@_builds()
def at_window_where(span: Span, at: t.Name, window: t.Window, where: t.Expr) -> Qualifiers:
    return where, at, window


@_builds()
def window_only(span: Span, window: t.Window) -> Qualifiers:
    return None, None, window


@_builds()
def window_where(span: Span, window: t.Window, where: t.Expr) -> Qualifiers:
    return where, None, window


def _within(span: Span, duration: t.Expr, side: Any, anchor: t.Expr) -> t.Within:
    if isinstance(duration, t.Literal_) and isinstance(duration.value, int | Decimal):
        raise Slip(Diagnostic("ZS1012", duration.span, {"found": duration.span.text}))
    return t.Within(duration, side, anchor, span)


BUILDERS.update({
    "within_after": lambda span, duration, anchor: _within(span, duration, "after", anchor),
    "after_within": lambda span, anchor, duration: _within(span, duration, "after", anchor),
    "within_before": lambda span, duration, anchor: _within(span, duration, "before", anchor),
    "before_within": lambda span, anchor, duration: _within(span, duration, "before", anchor),
    "after": lambda span, anchor: t.Side("after", anchor, span),
    "before": lambda span, anchor: t.Side("before", anchor, span),
    "range": lambda span, low, high: t.BetweenTimes(low, high, span),
    "same_day": lambda span, anchor: t.SameDay(anchor, span),
})  # fmt: skip


def _duplicate(part: str, span: Span, first: Span) -> Diagnostic:
    return Diagnostic("ZS1008", span, {"part": part}, (Related(first, "first"),))


def _first_word(span: Span) -> str:
    return span.text.split()[0]
