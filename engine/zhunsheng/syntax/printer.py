"""From tree to text: expressions, patterns and the lines of every declaration.

Parentheses are printed where the tree needs them, and around `and` inside `or` and `implies`, where readers
do. What may follow an expression matters too, because a pattern takes all it can: `(count of reply y of r
where y.ok) <= 3`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum

from zhunsheng.diagnostics import Span
from zhunsheng.syntax import tree as t
from zhunsheng.syntax.literals import write_number, write_string, write_time
from zhunsheng.syntax.writing import FILLED, STEP, Line, Style

IMPLIES, OR, AND, NOT, COMPARISON, OTHERWISE, SUM, PRODUCT, SIGN, PRIMARY = range(1, 11)

_OPERATORS = {
    "implies": IMPLIES, "or": OR, "and": AND, "=": COMPARISON, "!=": COMPARISON, "<": COMPARISON,
    "<=": COMPARISON, ">": COMPARISON, ">=": COMPARISON, "otherwise": OTHERWISE, "+": SUM, "-": SUM,
    "*": PRODUCT, "/": PRODUCT,
}  # fmt: skip
# Where a long line is broken, loosest first (languages of a text go before these).
_JOINTS = {"implies": 2, "or": 3, "and": 4}
_QUALIFIER = 5
# Parentheses that the grammar does not need and a reader does.
_CLEARER = {("or", "and"), ("implies", "and"), ("implies", "or")}
_LANGUAGE = 0
_UNITS = {
    "minute": "MINUTES",
    "hour": "HOURS",
    "day": "DAYS",
    "working_day": "WORKING_DAYS",
    "month": "MONTHS",
}


class Follow(IntEnum):
    """What may stand directly after an expression, by what could swallow it."""

    END = 0
    """A bracket, a comma or the next part."""
    LOGIC = 1
    COMPARE = 2
    ARITHMETIC = 3
    WORDS = 4
    """Words that could belong to a pattern: where, in, between, a window."""


# ---- expressions -------------------------------------------------------------------------------------------


def level_of(node: t.Expr) -> int:
    """How tightly a node binds."""
    if isinstance(node, t.Binary):
        return _OPERATORS[node.op]
    if isinstance(node, t.Unary):
        return NOT if node.op == "not" else SIGN
    if isinstance(node, t.HasExpr):
        return NOT
    if isinstance(
        node, t.BetweenExpr | t.InSet | t.InCodelist | t.InList | t.Quantified | t.Known | t.MatchesExpr
    ):
        return COMPARISON
    return PRIMARY


def expression(line: Line, node: t.Expr, level: int = IMPLIES, follow: Follow = Follow.END) -> None:
    """Writes an expression where one that binds at least as tightly as `level` must stand."""
    if level_of(node) < level or swallows(node, follow):
        line.open("(")
        _WRITERS[type(node)](line, node, Follow.END)
        line.close(")")
    else:
        _WRITERS[type(node)](line, node, follow)


def swallows(node: t.Expr, follow: Follow) -> bool:
    """Whether the node itself ends in a pattern that would take in what follows it."""
    if isinstance(node, t.HasExpr | t.Aggregate):
        return follow > _harmless(node.pattern)
    return False


def _harmless(pattern: t.Pattern) -> Follow:
    """The most that may follow a pattern without becoming part of it."""
    if pattern.where is not None and (
        _where_last(pattern) or (pattern.at is None and pattern.window is None)
    ):
        return Follow.END
    return Follow.COMPARE if pattern.window is not None else Follow.ARITHMETIC


def _binary(line: Line, node: t.Binary, follow: Follow) -> None:
    level = _OPERATORS[node.op]
    left, right, after = level, level + 1, Follow.ARITHMETIC
    if node.op == "implies":
        left, right = level + 1, level
    if level <= AND:
        after = Follow.LOGIC
    elif level == COMPARISON:
        left, after = level + 1, Follow.COMPARE
    _operand(line, node, node.left, left, after)
    _operator(line, node.op)
    _operand(line, node, node.right, right, follow)


def _operand(line: Line, node: t.Binary, operand: t.Expr, level: int, follow: Follow) -> None:
    if isinstance(operand, t.Binary) and (node.op, operand.op) in _CLEARER:
        level = NOT
    expression(line, operand, level, follow)


def _operator(line: Line, op: str) -> None:
    if op in _JOINTS:
        line.keyword(op.upper(), looseness=_JOINTS[op])
    elif op == "otherwise":
        line.keyword("OTHERWISE")
    else:
        line.word(op)


def _unary(line: Line, node: t.Unary, follow: Follow) -> None:
    if node.op == "not":
        line.keyword("NOT")
        expression(line, node.operand, NOT, follow)
    else:
        line.sign("-")
        expression(line, node.operand, SIGN, follow)


def _between(line: Line, node: t.BetweenExpr, follow: Follow) -> None:
    expression(line, node.operand, OTHERWISE, Follow.WORDS)
    line.keyword("BETWEEN")
    expression(line, node.low, OTHERWISE, Follow.LOGIC)
    line.keyword(line.style.table.range)
    expression(line, node.high, OTHERWISE, follow)


def _in(line: Line, negated: bool) -> None:
    if negated:
        line.keyword("NOT")
    line.keyword("IN")


def _members(line: Line, members: Sequence[t.Expr]) -> None:
    line.open("{")
    _items(line, members)
    line.close("}")


def _items(line: Line, items: Sequence[t.Expr]) -> None:
    for index, item in enumerate(items):
        if index:
            line.word(",", glued=True).joint(FILLED)
        expression(line, item)


def _in_set(line: Line, node: t.InSet, follow: Follow) -> None:
    expression(line, node.operand, OTHERWISE, Follow.WORDS)
    _in(line, node.negated)
    _members(line, node.members)


def _in_codelist(line: Line, node: t.InCodelist, follow: Follow) -> None:
    expression(line, node.operand, OTHERWISE, Follow.WORDS)
    _in(line, node.negated)
    line.keyword("CODELIST").open("(", glued=True).name(node.codelist).close(")")


def _in_list(line: Line, node: t.InList, follow: Follow) -> None:
    expression(line, node.operand, OTHERWISE, Follow.WORDS)
    _in(line, node.negated)
    expression(line, node.container, PRIMARY, follow)


def _quantified(line: Line, node: t.Quantified, follow: Follow) -> None:
    line.keyword("ALL_OF" if node.which == "all" else "ANY_OF")
    expression(line, node.test, COMPARISON, follow)


def _known(line: Line, node: t.Known, follow: Follow) -> None:
    expression(line, node.operand, OTHERWISE, Follow.COMPARE)
    line.keyword("IS_KNOWN" if node.known else "IS_MISSING")


def _matches(line: Line, node: t.MatchesExpr, follow: Follow) -> None:
    expression(line, node.operand, OTHERWISE, Follow.COMPARE)
    line.keyword("MATCHES")
    _literal(line, node.pattern, follow)


def _has(line: Line, node: t.HasExpr, follow: Follow) -> None:
    line.keyword("HAVE")
    pattern(line, node.pattern, follow)


def _aggregate(line: Line, node: t.Aggregate, follow: Follow) -> None:
    if node.value is None:
        line.keyword("COUNT_OF")
    else:
        line.keyword("DISTINCT" if node.fn == "distinct" else f"{node.fn.upper()}_OF")
        expression(line, node.value, OTHERWISE, Follow.WORDS)
        line.keyword("FOR")
    pattern(line, node.pattern, follow)


def _days_between(line: Line, node: t.DurationBetween, follow: Follow) -> None:
    line.keyword(_UNITS[node.unit], "FROM")
    expression(line, node.start, PRIMARY, Follow.WORDS)
    line.keyword("TO")
    expression(line, node.end, PRIMARY, follow)


def _date_part(line: Line, node: t.DatePart, follow: Follow) -> None:
    line.keyword(f"{node.part.upper()}_OF")
    expression(line, node.operand, PRIMARY, follow)


def _literal(line: Line, node: t.Literal_, follow: Follow) -> None:
    value = node.value
    if isinstance(value, bool):
        line.keyword("TRUE" if value else "FALSE")
    elif isinstance(value, str):
        line.word(write_string(value))
    elif isinstance(value, datetime):
        line.word(write_time(value))
    elif isinstance(value, date):
        line.word(value.isoformat())
    else:
        line.word(write_number(value, percent=node.percent))


def _duration(line: Line, node: t.DurationLiteral, follow: Follow) -> None:
    line.word(write_number(node.amount))
    unit(line, _UNITS[node.unit], node.amount)


def unit(line: Line, terminal: str, amount: Decimal) -> None:
    """A unit after its number."""
    table = line.style.table
    if amount == 1 and terminal in table.singulars:
        line.word(table.singulars[terminal])
    else:
        line.keyword(terminal, glued=table.tight_units)


def _ref(line: Line, node: t.Ref, follow: Follow) -> None:
    line.name(node.name, alone=True)


def _dot(line: Line, node: t.Dot, follow: Follow) -> None:
    expression(line, node.base, PRIMARY, follow)
    line.tight(".").name(node.name, after_dot=True)


def _call(line: Line, node: t.Call, follow: Follow) -> None:
    line.name(node.name).open("(", glued=True)
    _items(line, node.arguments)
    line.close(")")


_WRITERS: dict[type, Callable[..., None]] = {
    t.Binary: _binary, t.Unary: _unary, t.BetweenExpr: _between, t.InSet: _in_set, t.InCodelist: _in_codelist,
    t.InList: _in_list, t.Quantified: _quantified, t.Known: _known, t.MatchesExpr: _matches, t.HasExpr: _has,
    t.Aggregate: _aggregate, t.DurationBetween: _days_between, t.DatePart: _date_part, t.Literal_: _literal,
    t.DurationLiteral: _duration, t.Ref: _ref, t.Dot: _dot, t.Call: _call,
}  # fmt: skip


# ---- patterns ----------------------------------------------------------------------------------------------


def pattern(line: Line, node: t.Pattern, follow: Follow = Follow.END) -> None:
    """Writes `[count] [other] RECORD [name] [of x] [where expr] [at field] [window]`."""
    line.depth += 1
    if node.count is not None:
        _count(line, node.count)
    if node.other:
        line.keyword("OTHER")
    line.name(node.record)
    if node.name is not None:
        line.name(node.name)
    if node.of is not None:
        line.keyword("OF")
        expression(line, node.of, PRIMARY, Follow.WORDS)
    where_last = _where_last(node)
    if node.where is not None and not where_last:
        ends = node.at is None and node.window is None
        _where(line, node.where, follow if ends else Follow.WORDS)
    if node.at is not None:
        line.keyword("AT", looseness=_QUALIFIER).name(node.at)
    if node.window is not None:
        _window(line, node.window, Follow.WORDS if where_last else follow)
    if node.where is not None and where_last:
        _where(line, node.where, follow)
    line.depth -= 1


def _where(line: Line, where: t.Expr, follow: Follow = Follow.END) -> None:
    line.keyword("WHERE", looseness=_QUALIFIER)
    line.depth += 1
    expression(line, where, IMPLIES, follow)
    line.depth -= 1


def _where_last(node: t.Pattern) -> bool:
    """After `where`, `between` would be read as a comparison: this window stands before it."""
    return node.where is not None and node.at is None and isinstance(node.window, t.BetweenTimes)


def _count(line: Line, node: t.Count) -> None:
    line.keyword(node.bound.upper())
    number = node.number
    if number is None:
        return
    if isinstance(number, t.Ref):
        line.name(number.name)
    elif isinstance(number, t.Literal_) and _is_number(number.value):
        expression(line, number)
    else:
        line.open("(")
        expression(line, number)
        line.close(")")


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _window(line: Line, node: t.Window, follow: Follow) -> None:
    if isinstance(node, t.BetweenTimes):
        line.keyword("BETWEEN", looseness=_QUALIFIER)
        expression(line, node.low, OTHERWISE, Follow.LOGIC)
        line.keyword(line.style.table.range)
        expression(line, node.high, OTHERWISE, follow)
    elif line.style.table.window == "postfix":
        _postfix_window(line, node)
    else:
        _prefix_window(line, node, follow)


def _prefix_window(line: Line, node: t.Within | t.Side | t.SameDay, follow: Follow) -> None:
    if isinstance(node, t.SameDay):
        line.keyword("SAME_DAY", looseness=_QUALIFIER)
    elif isinstance(node, t.Within):
        line.keyword("WITHIN", looseness=_QUALIFIER)
        expression(line, node.duration, OTHERWISE, Follow.WORDS)
        line.keyword(node.side.upper())
    else:
        line.keyword(node.side.upper(), looseness=_QUALIFIER)
    expression(line, node.anchor, OTHERWISE, follow)


def _postfix_window(line: Line, node: t.Within | t.Side | t.SameDay) -> None:
    line.keyword("RELATIVE", looseness=_QUALIFIER)
    expression(line, node.anchor, OTHERWISE, Follow.WORDS)
    if isinstance(node, t.SameDay):
        line.keyword("THAT_DAY")
        return
    line.keyword("LATER" if node.side == "after" else "EARLIER")
    if isinstance(node, t.Within):
        # A length that begins with a sign or an aggregate would be read as something after the window.
        first = _leftmost(node.duration)
        apart = isinstance(first, t.Aggregate) or (isinstance(first, t.Unary) and first.op == "-")
        expression(line, node.duration, PRIMARY + 1 if apart else OTHERWISE, Follow.WORDS)
        line.keyword("INSIDE")


def _leftmost(node: t.Expr) -> t.Expr:
    while isinstance(node, t.Binary):
        node = node.left
    return node


# ---- declarations ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of a declaration, and where it was written."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Writer:
    style: Style
    place: Callable[[Span, tuple[str, ...]], int]
    """Where a part begins, given the span of its content and the keywords that may stand before it."""

    def unit(self, write: Callable[[Line], object], span: Span, *keywords: str, whole: bool = False) -> Unit:
        """A line; `whole` for the one that the declaration begins with."""
        line = Line(self.style)
        write(line)
        return Unit(line.text(0 if whole else STEP), self.place(span, keywords), span.end)


def units(
    declaration: t.Declaration,
    style: Style,
    place: Callable[[Span, tuple[str, ...]], int] = lambda span, _: span.start,
) -> tuple[Unit, ...]:
    """The lines of a declaration, the first without and the others with indentation."""
    return tuple(_DECLARATIONS[type(declaration)](_Writer(style, place), declaration))


def _text(line: Line, text: t.Text) -> Line:
    for language, content in text.by_language:
        if language:
            line.word(language, looseness=_LANGUAGE)
        line.word(write_string(content))
    return line


def _header(writer: _Writer, keyword: str, node: t.Parameter | t.Rule | t.Measure) -> Unit:
    line = Line(writer.style).keyword(keyword).name(node.name)
    end = node.name.span.end
    if node.label is not None:
        _text(line, node.label)
        end = node.label.span.end
    return Unit(line.text(), node.span.start, end)


def _text_unit(writer: _Writer, keyword: str, text: t.Text) -> Unit:
    return writer.unit(lambda line: _text(line.keyword(keyword), text), text.span, keyword)


def _standard(writer: _Writer, node: t.Standard) -> Iterator[Unit]:
    yield writer.unit(
        lambda line: _text(line.keyword("STANDARD").name(node.name), node.title), node.span, whole=True
    )


def _define(writer: _Writer, node: t.Define) -> Iterator[Unit]:
    def write(line: Line) -> None:
        line.keyword("DEFINE").name(node.name).open("(", glued=True).name(node.argument).word(":", glued=True)
        line.name(node.record).close(")").word("=")
        expression(line, node.body)

    yield writer.unit(write, node.span, whole=True)


def _period(line: Line, node: t.Period) -> Line:
    expression(line, node.value)
    if node.start is not None:
        line.keyword("FROM", apart=True).word(node.start.isoformat())
    return line


def _is_text(node: t.Expr) -> bool:
    return isinstance(node, t.Literal_) and isinstance(node.value, str)


def _parameter(writer: _Writer, node: t.Parameter) -> Iterator[Unit]:
    bare = node.label is None and not (node.rolling or node.source or node.basis or node.note)
    if bare and len(node.periods) == 1:
        yield writer.unit(
            lambda line: _period(line.keyword("PARAMETER").name(node.name), node.periods[0]),
            node.span,
            whole=True,
        )
        return
    yield _header(writer, "PARAMETER", node)
    periods = node.periods
    value = periods[0].value
    if (
        isinstance(value, t.Ref)
        and periods[0].start is None
        and len(periods) > 1
        and _is_text(periods[1].value)
    ):
        # Between the label and a text the name would be read as the label's language.
        quoted_name = f"`{value.name.text}`"
        yield writer.unit(lambda line: line.word(quoted_name), periods[0].span)
        periods = periods[1:]
    for period in periods:
        yield writer.unit(lambda line, period=period: _period(line, period), period.span)  # type: ignore[misc]
    if node.rolling:
        end = Span(node.span.source, node.span.end, node.span.end)
        yield writer.unit(lambda line: line.keyword("ROLLING"), end, "ROLLING")
    if node.source is not None:
        yield _text_unit(writer, "SOURCE", node.source)
    if node.basis is not None:
        basis = node.basis
        yield writer.unit(lambda line: line.keyword("BASIS", basis.text.upper()), basis.span, "BASIS")
    if node.note is not None:
        yield _text_unit(writer, "NOTE", node.note)


def _clause(writer: _Writer, node: t.Clause) -> Unit:
    return writer.unit(
        lambda line: line.keyword("CLAUSE").name(node.standard).word(write_string(node.number)), node.span
    )


def _effective(line: Line, node: t.Effective) -> None:
    line.keyword("EFFECTIVE")
    if node.start is not None:
        line.keyword("FROM").word(node.start.isoformat())
    if node.until is not None:
        line.keyword("UNTIL").word(node.until.isoformat())


def _subject(line: Line, node: t.Subject) -> None:
    line.keyword("FOR_EACH").name(node.record).name(node.name)
    if node.where is not None:
        _where(line, node.where)


def _let(line: Line, node: t.Let) -> None:
    line.keyword("LET").name(node.name).word("=")
    if isinstance(node.value, t.FirstLast):
        line.keyword(node.value.which.upper())
        pattern(line, node.value.pattern)
    else:
        expression(line, node.value)


def _norm(line: Line, node: t.Norm) -> None:
    line.keyword(node.force.upper())
    # `must (not …)` is not `must not …`.
    first = _leftmost(node.body)
    negated = isinstance(first, t.Unary) and first.op == "not"
    expression(line, node.body, PRIMARY if negated else IMPLIES)


def _common(writer: _Writer, keyword: str, node: t.Rule | t.Measure) -> Iterator[Unit]:
    yield _header(writer, keyword, node)
    for clause in node.clauses:
        yield _clause(writer, clause)
    if node.effective is not None:
        effective = node.effective
        yield writer.unit(lambda line: _effective(line, effective), effective.span)
    if node.note is not None:
        yield _text_unit(writer, "NOTE", node.note)
    if node.remedy is not None:
        yield _text_unit(writer, "REMEDY", node.remedy)
    yield writer.unit(lambda line: _subject(line, node.subject), node.subject.span)
    for let in node.lets:
        yield writer.unit(lambda line, let=let: _let(line, let), let.span)  # type: ignore[misc]


def _rule(writer: _Writer, node: t.Rule) -> Iterator[Unit]:
    yield from _common(writer, "RULE", node)
    yield writer.unit(lambda line: _norm(line, node.norm), node.norm.span)
    if node.unless is not None:
        unless = node.unless
        yield writer.unit(lambda line: expression(line.keyword("UNLESS"), unless), unless.span, "UNLESS")


def _measure(writer: _Writer, node: t.Measure) -> Iterator[Unit]:
    yield from _common(writer, "MEASURE", node)
    yield _kind(writer, node)
    if node.by:
        whole = node.by[0].span.to(node.by[-1].span)
        yield writer.unit(lambda line: _items(line.keyword("BY"), node.by), whole, "BY")
    if node.minimum is not None:
        minimum = node.minimum
        yield writer.unit(
            lambda line: expression(line.keyword("MINIMUM"), minimum, OTHERWISE), minimum.span, "MINIMUM"
        )
    if node.threshold is not None:
        yield _threshold(writer, node.threshold)
    if node.agreement is not None:
        yield _agreement(writer, node.agreement)


def _kind(writer: _Writer, node: t.Measure) -> Unit:
    value = node.value
    if value is None:
        after = Span(node.span.source, node.subject.span.end, node.subject.span.end)
        return writer.unit(lambda line: line.keyword("COUNT"), after, "COUNT")
    if node.kind != "share":
        keyword = f"{node.kind.upper()}_OF"
        return writer.unit(
            lambda line: expression(line.keyword(keyword), value, OTHERWISE), value.span, keyword
        )
    if isinstance(value, t.HasExpr):
        return writer.unit(
            lambda line: pattern(line.keyword("SHARE", "HAVE"), value.pattern), value.span, "SHARE"
        )
    return writer.unit(
        lambda line: expression(line.keyword("SHARE", "WHERE"), value), value.span, "SHARE", "WHERE"
    )


def _threshold(writer: _Writer, node: t.Threshold) -> Unit:
    def write(line: Line) -> None:
        line.keyword(node.force.upper(), "BE", node.bound.upper())
        expression(line, node.value, OTHERWISE)

    return writer.unit(write, node.span)


def _agreement(writer: _Writer, node: t.Agreement) -> Unit:
    def write(line: Line) -> None:
        line.keyword(node.force.upper(), "AGREE", "WITHIN").word(write_number(node.points))
        unit(line, "POINTS", node.points)

    return writer.unit(write, node.span)


def _index(writer: _Writer, node: t.Index) -> Iterator[Unit]:
    def write(line: Line) -> None:
        line.keyword("INDEX").name(node.name)
        if node.label is not None:
            _text(line, node.label)
        line.word("=").keyword("WEIGHTED")
        for position, term in enumerate(node.terms):
            if position:
                line.word(",", glued=True).joint(FILLED)
            line.name(term.measure).word(":", glued=True)
            expression(line, term.weight, OTHERWISE)

    first = Span(node.span.source, node.span.start, node.terms[-1].span.end)
    yield writer.unit(write, first, whole=True)
    for clause in node.clauses:
        yield _clause(writer, clause)
    if node.note is not None:
        yield _text_unit(writer, "NOTE", node.note)
    if node.threshold is not None:
        yield _threshold(writer, node.threshold)


_DECLARATIONS: dict[type, Callable[..., Iterator[Unit]]] = {
    t.Standard: _standard, t.Parameter: _parameter, t.Define: _define, t.Rule: _rule, t.Measure: _measure,
    t.Index: _index,
}  # fmt: skip
