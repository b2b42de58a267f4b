"""From tree to text: expressions and patterns.

Parentheses are printed where the tree needs them, and around `and` inside `or` and `implies`, where readers
do. What may follow an expression matters too, because a pattern takes all it can: `(count of reply y of r
where y.ok) <= 3`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum

from zhunsheng.syntax import tree as t
from zhunsheng.syntax.literals import write_number, write_string, write_time
from zhunsheng.syntax.writing import FILLED, Line

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
LANGUAGE_MARK = 0
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
    items(line, members)
    line.close("}")


def items(line: Line, items: Sequence[t.Expr]) -> None:
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
    items(line, node.arguments)
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
        where(line, node.where, follow if ends else Follow.WORDS)
    if node.at is not None:
        line.keyword("AT", looseness=_QUALIFIER).name(node.at)
    if node.window is not None:
        _window(line, node.window, Follow.WORDS if where_last else follow)
    if node.where is not None and where_last:
        where(line, node.where, follow)
    line.depth -= 1


def where(line: Line, where: t.Expr, follow: Follow = Follow.END) -> None:
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
        first = leftmost(node.duration)
        apart = isinstance(first, t.Aggregate) or (isinstance(first, t.Unary) and first.op == "-")
        expression(line, node.duration, PRIMARY + 1 if apart else OTHERWISE, Follow.WORDS)
        line.keyword("INSIDE")


def leftmost(node: t.Expr) -> t.Expr:
    while isinstance(node, t.Binary):
        node = node.left
    return node
