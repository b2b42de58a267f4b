"""Random syntax trees: everything the grammar can say, and names that are hard to write."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from zhunsheng.diagnostics import Source
from zhunsheng.syntax import tree as t

NAMES = [
    "r", "rating", "level", "x1", "_y", "评价", "等级", "差评", "is", "each", "missing", "of", "rule",
    "where", "other", "其他", "除非", "属于r", "两 词", "two words", "3rd", "day", "working", "ｒ", "é",
    "日内", "日", "not", "内", "自",
]  # fmt: skip
_UNITS = st.sampled_from(["minute", "hour", "day", "working_day", "month"])
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=3, minutes=30))])

names = st.sampled_from(NAMES).map(t.Name)
strings = st.text(
    st.one_of(
        st.sampled_from("\"\\“”#'’评d 1"),
        st.characters(min_codepoint=32, max_codepoint=0x9FFF, categories=["L", "N"]),
    ),
    max_size=6,
).map(lambda text: unicodedata.normalize("NFC", text))
dates = st.dates(date(1900, 1, 1), date(2999, 12, 31))
_times = st.datetimes(datetime(1900, 1, 2), datetime(2999, 12, 30), timezones=_ZONES)
_decimals = st.decimals(0, 10**9, places=2)
_numbers = st.one_of(st.integers(0, 10**9), _decimals)
number_literals = st.one_of(
    _numbers.map(t.Literal_), _decimals.map(lambda value: t.Literal_(value.scaleb(-2), percent=True))
)
durations = st.builds(t.DurationLiteral, _numbers.map(Decimal), _UNITS)
plain_values = st.one_of(
    number_literals, durations, dates.map(t.Literal_), _times.map(t.Literal_), st.booleans().map(t.Literal_),
    names.map(t.Ref), number_literals.map(lambda value: t.Unary("-", value)),
)  # fmt: skip
literals = st.one_of(
    number_literals, durations, dates.map(t.Literal_), _times.map(t.Literal_), strings.map(t.Literal_)
)
paths = st.recursive(names.map(t.Ref), lambda base: st.builds(t.Dot, base, names), max_leaves=3)
_leaves = st.one_of(literals, paths, st.booleans().map(t.Literal_))

_BINARY = ["and", "or", "implies", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "otherwise"]


def _windows(expressions: st.SearchStrategy[t.Expr]) -> st.SearchStrategy[t.Window]:
    sides = st.sampled_from(["after", "before"])
    lengths = expressions.filter(lambda node: not (isinstance(node, t.Literal_) and _number(node.value)))
    return st.one_of(
        st.builds(t.Within, lengths, sides, expressions),
        st.builds(t.Side, sides, expressions),
        st.builds(t.BetweenTimes, expressions, expressions),
        st.builds(t.SameDay, expressions),
    )


def _number(value: object) -> bool:
    return isinstance(value, int | Decimal)


def _patterns(expressions: st.SearchStrategy[t.Expr]) -> st.SearchStrategy[t.Pattern]:
    numbered = st.builds(t.Count, st.sampled_from(["at_least", "at_most", "exactly"]), expressions)
    return st.builds(
        t.Pattern,
        st.one_of(st.none(), numbered, st.just(t.Count("no", None))),
        st.booleans(),
        names,
        st.one_of(st.none(), names),
        st.one_of(st.none(), paths),
        st.one_of(st.none(), expressions),
        st.one_of(st.none(), names),
        st.one_of(st.none(), _windows(expressions)),
    )


def _extend(inner: st.SearchStrategy[t.Expr]) -> st.SearchStrategy[t.Expr]:
    members = st.lists(inner, min_size=1, max_size=3).map(tuple)
    patterns = _patterns(inner)
    tests = st.one_of(st.builds(t.InSet, paths, members), st.builds(t.InCodelist, paths, names))
    return st.one_of(
        st.builds(t.Binary, st.sampled_from(_BINARY), inner, inner),
        st.builds(t.Unary, st.sampled_from(["not", "-"]), inner),
        st.builds(t.BetweenExpr, inner, inner, inner),
        st.builds(t.InSet, inner, members, st.booleans()),
        st.builds(t.InCodelist, inner, names, st.booleans()),
        st.builds(t.InList, inner, paths, st.booleans()),
        st.builds(t.Quantified, st.sampled_from(["all", "any"]), tests),
        st.builds(t.Known, inner, st.booleans()),
        st.builds(t.MatchesExpr, inner, strings.map(t.Literal_)),
        st.builds(t.HasExpr, patterns),
        st.builds(t.Aggregate, st.just("count"), st.none(), patterns),
        st.builds(
            t.Aggregate, st.sampled_from(["sum", "min", "max", "average", "distinct"]), inner, patterns
        ),
        st.builds(t.DurationBetween, _UNITS, inner, inner),
        st.builds(t.DatePart, st.sampled_from(["month", "year", "date", "hour"]), inner),
        st.builds(t.Call, names, st.lists(inner, min_size=1, max_size=2).map(tuple)),
    )


expressions = st.recursive(_leaves, _extend, max_leaves=8)
patterns = _patterns(expressions)

texts = st.builds(
    lambda first, others: t.Text((("", first), *others)),
    strings,
    st.lists(
        st.tuples(st.sampled_from(["en", "zh", "bo"]), strings), max_size=2, unique_by=lambda pair: pair[0]
    ),
)
_maybe_text = st.one_of(st.none(), texts)
_clauses = st.lists(st.builds(t.Clause, names, strings), max_size=2).map(tuple)
_effective = st.one_of(
    st.none(),
    st.builds(t.Effective, dates, st.one_of(st.none(), dates)),
    st.builds(t.Effective, st.none(), dates),
)
_subjects = st.builds(t.Subject, names, names, st.one_of(st.none(), expressions))
_lets = st.lists(
    st.builds(
        t.Let,
        names,
        st.one_of(expressions, st.builds(t.FirstLast, st.sampled_from(["first", "last"]), patterns)),
    ),
    max_size=2,
).map(tuple)
_maybe = st.one_of(st.none(), expressions)
_thresholds = st.one_of(
    st.none(),
    st.builds(
        t.Threshold,
        st.sampled_from(["must", "should"]),
        st.sampled_from(["at_least", "at_most", "exactly"]),
        expressions,
    ),
)
_agreements = st.one_of(st.none(), st.builds(t.Agreement, st.sampled_from(["must", "should"]), _decimals))


@st.composite
def _parameters(draw: st.DrawFn) -> t.Parameter:
    label = draw(_maybe_text)
    values = st.one_of(plain_values, strings.map(t.Literal_)) if label else plain_values
    first = t.Period(draw(values), draw(st.one_of(st.none(), dates)))
    later = draw(st.lists(st.builds(t.Period, values, dates), max_size=2))
    basis = draw(st.sampled_from([None, "normative", "secondary", "assumption"]))
    return t.Parameter(
        draw(names), label, (first, *later), draw(st.booleans()), draw(_maybe_text),
        t.Name(basis) if basis else None, draw(_maybe_text),
    )  # fmt: skip


@st.composite
def _measures(draw: st.DrawFn) -> t.Measure:
    kind = draw(st.sampled_from(["share", "count", "average", "sum"]))
    return t.Measure(
        draw(names), draw(_maybe_text), draw(_clauses), draw(_effective), draw(_maybe_text),
        draw(_maybe_text), draw(_subjects), draw(_lets), kind, None if kind == "count" else draw(expressions),
        tuple(draw(st.lists(expressions, max_size=2))), draw(_maybe), draw(_thresholds), draw(_agreements),
    )  # fmt: skip


rules = st.builds(
    t.Rule, names, _maybe_text, _clauses, _effective, _maybe_text, _maybe_text, _subjects, _lets,
    st.builds(t.Norm, st.sampled_from(["must", "must_not", "should", "should_not", "may"]), expressions),
    _maybe,
)  # fmt: skip
declarations = st.one_of(
    st.builds(t.Standard, names, texts),
    _parameters(),
    st.builds(t.Define, names, names, names, expressions),
    rules,
    _measures(),
    st.builds(
        t.Index, names, _maybe_text, _clauses, _maybe_text,
        st.lists(st.builds(t.Term, names, expressions), min_size=1, max_size=2).map(tuple), _thresholds,
    ),
)  # fmt: skip
files = st.lists(declarations, min_size=1, max_size=3).map(
    lambda items: t.File(Source("random.rule", ""), tuple(items))
)
