"""Profile expressions: checked for types, and turned into expressions that the database evaluates in bulk.

The grammar is the rule language's; names are columns of the table, which hold texts. What speaks of records,
times and windows has no meaning over one row of an export and is refused. A comparison with a missing cell is
neither true nor false; a row that is not surely meant is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp

from zhunsheng.diagnostics import Diagnostic, Span
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    any_of,
    call,
    is_known,
    is_null,
    number,
    text,
)
from zhunsheng.logs.profiles.functions import FUNCTIONS, Function, Kind, as_text
from zhunsheng.semantics import regex
from zhunsheng.semantics.wording import both, suggestion
from zhunsheng.syntax import tree

KINDS: Mapping[str, tuple[str, str]] = {
    "text": ("文本", "text"),
    "number": ("数", "a number"),
    "boolean": ("是非", "a condition"),
}
_COMPARED: Mapping[str, type[exp.Expression]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_COUNTED: Mapping[str, type[exp.Expression]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "/": exp.Div}

Column = Callable[[str], Expression | None]
"""The database's column of a name in an expression; None when the table has none."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression over the columns of one table."""

    value: Expression
    kind: Kind
    columns: tuple[str, ...]
    """Names of the columns it reads, in the order of the text."""
    missing: tuple[str, ...]
    """Those of them that the table does not have."""
    wrong: tuple[Expression, ...]
    """Conditions under which a cell is no number although a number is asked for."""

    @property
    def as_cell(self) -> Expression:
        """Its value as a cell's text."""
        if self.kind == "text":
            return self.value
        if self.kind == "number":
            return as_text(self.value)
        return exp.Case(
            ifs=[exp.If(this=self.value, true=text("true"))],
            default=exp.Case(ifs=[exp.If(this=exp.Not(this=self.value.copy()), true=text("false"))]),
        )


class Refused(Exception):
    """An expression that has no meaning; `diagnostic` says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


def compile_expression(tree_: tree.Expr, column: Column) -> Compiled:
    """Type-check and compile. Raises Refused for what a profile cannot say."""
    state = _State(column)
    value, kind = state.compile(tree_)
    return Compiled(value, kind, tuple(state.columns), tuple(state.missing), tuple(state.wrong))


def check_expression(tree_: tree.Expr) -> Compiled:
    """Compile over a table that has every column. Raises Refused."""
    return compile_expression(tree_, lambda name: exp.column(name, quoted=True))


@dataclass(slots=True)
class _State:
    column: Column
    columns: dict[str, None] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    wrong: list[Expression] = field(default_factory=list)

    def compile(self, node: tree.Expr) -> tuple[Expression, Kind]:
        match node:
            case tree.Ref():
                return self._column(node.name.text), "text"
            case tree.Literal_():
                return _literal(node)
            case tree.Call():
                return self._call(node)
            case tree.Unary(op="not"):
                return exp.Not(this=_grouped(self.expect(node.operand, "boolean"))), "boolean"
            case tree.Unary():
                return exp.Neg(this=_grouped(self.expect(node.operand, "number"))), "number"
            case tree.Binary():
                return self._binary(node)
            case tree.BetweenExpr():
                operand, kind = self._comparable(node.operand)
                low, high = self.expect(node.low, kind), self.expect(node.high, kind)
                between = exp.Between(this=_grouped(operand), low=_grouped(low), high=_grouped(high))
                return between, "boolean"
            case tree.InSet():
                operand, kind = self._comparable(node.operand)
                members = [self.expect(member, kind) for member in node.members]
                found: Expression = exp.In(this=_grouped(operand), expressions=members)
                return (exp.Not(this=found) if node.negated else found), "boolean"
            case tree.Known():
                value, _ = self.compile(node.operand)
                return (is_known(_grouped(value)) if node.known else is_null(_grouped(value))), "boolean"
            case tree.MatchesExpr():
                pattern = str(node.pattern.value)
                self._regex(pattern, node.pattern.span)
                operand = self.expect(node.operand, "text")
                return call("regexp_matches", operand, text(pattern)), "boolean"
            case _:
                raise Refused(Diagnostic("ZS4312", node.span))

    def expect(self, node: tree.Expr, kind: Kind) -> Expression:
        value, found = self.compile(node)
        if found != kind:
            raise Refused(wrong_kind(node.span, found, kind))
        return value

    def _comparable(self, node: tree.Expr) -> tuple[Expression, Kind]:
        value, kind = self.compile(node)
        if kind == "boolean":
            raise Refused(wrong_kind(node.span, kind, "text"))
        return value, kind

    def _column(self, name: str) -> Expression:
        self.columns[name] = None
        found = self.column(name)
        if found is None:
            self.missing[name] = None
            return exp.Cast(this=exp.Null(), to=exp.DataType.build("VARCHAR"))
        return found.copy()

    def _call(self, node: tree.Call) -> tuple[Expression, Kind]:
        function = FUNCTIONS.get(node.name.text)
        if function is None:
            values = {"name": node.name.text, **suggestion(node.name.text, FUNCTIONS)}
            raise Refused(Diagnostic("ZS4309", node.name.span, values))
        if not function.accepts(len(node.arguments)):
            values = {
                "name": node.name.text,
                "found": str(len(node.arguments)),
                "expected": _counts(function),
            }
            raise Refused(Diagnostic("ZS4310", node.span, values))
        for place in function.constant:
            self._constant(node.arguments[place])
        if function.name == "if":
            return self._if(node)
        arguments = [self.expect(one, function.kind_at(place)) for place, one in enumerate(node.arguments)]
        if function.name == "number":
            cell = arguments[0]
            self.wrong.append(all_of(is_known(cell), is_null(function.build(cell.copy()))))
        return function.build(*arguments), function.gives

    def _if(self, node: tree.Call) -> tuple[Expression, Kind]:
        """What is wrong in a branch is only wrong in rows that take it."""
        condition = self.expect(node.arguments[0], "boolean")
        held = self.wrong
        self.wrong = []
        then, kind = self.compile(node.arguments[1])
        taken = self.wrong
        self.wrong = []
        branches = [condition, then]
        if len(node.arguments) == 3:
            branches.append(self.expect(node.arguments[2], kind))
        not_taken = exp.Not(this=exp.Coalesce(this=condition.copy(), expressions=[exp.false()]))
        held += [all_of(condition.copy(), one) for one in taken]
        held += [all_of(not_taken.copy(), one) for one in self.wrong]
        self.wrong = held
        return FUNCTIONS["if"].build(*branches), kind

    def _constant(self, node: tree.Expr) -> None:
        if not isinstance(node, tree.Literal_) or not isinstance(node.value, str):
            raise Refused(Diagnostic("ZS4313", node.span))
        self._regex(node.value, node.span)

    def _regex(self, pattern: str, span: Span) -> None:
        reason = regex.problem(pattern)
        if reason is not None:
            raise Refused(Diagnostic("ZS4314", span, {"reason": reason}))

    def _binary(self, node: tree.Binary) -> tuple[Expression, Kind]:
        if node.op in ("and", "or", "implies"):
            left, right = self.expect(node.left, "boolean"), self.expect(node.right, "boolean")
            if node.op == "and":
                return all_of(left, right), "boolean"
            if node.op == "implies":
                left = exp.Not(this=_grouped(left))
            return any_of(left, right), "boolean"
        if node.op == "otherwise":
            left, kind = self.compile(node.left)
            return exp.Coalesce(this=left, expressions=[self.expect(node.right, kind)]), kind
        if node.op in _COUNTED:
            left, right = self.expect(node.left, "number"), self.expect(node.right, "number")
            counted: Expression = _COUNTED[node.op](this=_grouped(left), expression=_grouped(right))
            return counted, "number"
        left, kind = self.compile(node.left)
        right = self.expect(node.right, kind)
        compared: Expression = _COMPARED[node.op](this=_grouped(left), expression=_grouped(right))
        return compared, "boolean"


def _literal(node: tree.Literal_) -> tuple[Expression, Kind]:
    if isinstance(node.value, bool):
        return (exp.true() if node.value else exp.false()), "boolean"
    if isinstance(node.value, (int, Decimal)):
        return number(str(node.value)), "number"
    if isinstance(node.value, str):
        return text(node.value), "text"
    raise Refused(Diagnostic("ZS4312", node.span))


def _grouped(value: Expression) -> Expression:
    return exp.Paren(this=value) if isinstance(value, (exp.Binary, exp.Not, exp.Between, exp.In)) else value


def _counts(function: Function) -> str:
    least = len(function.takes) - function.optional
    if function.repeated:
        return f"{least}…"
    return str(least) if not function.optional else f"{least}–{len(function.takes)}"


def wrong_kind(span: Span, found: str, expected: str) -> Diagnostic:
    """That an expression is of one kind where another is needed."""
    values = {**both("found", KINDS[found]), **both("expected", KINDS[expected])}
    return Diagnostic("ZS4311", span, values)
