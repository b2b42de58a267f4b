"""From declarations to lines of text: one part per line, in the order of the grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zhunsheng.diagnostics import Span
from zhunsheng.syntax import tree as t
from zhunsheng.syntax.literals import write_number, write_string
from zhunsheng.syntax.printer import (
    IMPLIES,
    LANGUAGE_MARK,
    OTHERWISE,
    PRIMARY,
    expression,
    items,
    leftmost,
    pattern,
    unit,
    where,
)
from zhunsheng.syntax.writing import FILLED, STEP, Line, Style


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
            line.word(language, looseness=LANGUAGE_MARK)
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
        where(line, node.where)


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
    first = leftmost(node.body)
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
        yield writer.unit(lambda line: items(line.keyword("BY"), node.by), whole, "BY")
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
