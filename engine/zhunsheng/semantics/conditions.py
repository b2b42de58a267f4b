"""Whether conditions exclude each other, as far as that can be seen without a log.

Conditions are brought to atoms joined by and/or; atoms about one value are then held against each
other. What is found is certain; what is not found may still be impossible. All of it holds for unknown
values too: a condition that is true has known operands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhunsheng.diagnostics import Span
from zhunsheng.semantics import typed
from zhunsheng.semantics.digest import canonical
from zhunsheng.semantics.kinds import type_of
from zhunsheng.semantics.types import CodeType, TextType
from zhunsheng.semantics.vocabulary import Vocabulary

_MOST_BRANCHES = 64
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
Conflict = tuple[Span | None, Span | None]


def conflict(conditions: Sequence[typed.Expr], vocabulary: Vocabulary) -> Conflict | None:
    """The places of two conditions that cannot both hold, or None when none are found."""
    found: Conflict | None = None
    for number, atoms in enumerate(_branches([(one, True) for one in conditions], [])):
        clash = _Facts(vocabulary).add_all(atoms)
        if clash is None or number >= _MOST_BRANCHES:
            return None
        found = found or clash
    return found


_Atom = tuple[typed.Expr, bool]
"""A condition and whether it is asserted or denied."""


def _branches(todo: Sequence[_Atom], atoms: Sequence[_Atom]) -> Iterator[list[_Atom]]:
    """The ways in which all conditions can hold: lists of atoms."""
    todo, atoms = list(todo), list(atoms)
    while todo:
        expr, holds = todo.pop(0)
        if isinstance(expr, typed.Not):
            todo.insert(0, (expr.operand, not holds))
        elif isinstance(expr, (typed.And, typed.Or)):
            if isinstance(expr, typed.And) == holds:
                todo[:0] = [(one, holds) for one in expr.operands]
                continue
            for one in expr.operands:
                yield from _branches([(one, holds), *todo], atoms)
            return
        else:
            atoms.append((expr, holds))
    yield atoms


_Bound = tuple[Any, bool, Span | None]
"""A bound, whether it belongs to the range, and its place."""


@dataclass
class _About:
    """What has been asserted of one value, with the place of each assertion."""

    allowed: tuple[frozenset[Any], Span | None] | None = None
    excluded: list[tuple[Any, Span | None]] = field(default_factory=list)
    low: _Bound | None = None
    high: _Bound | None = None
    missing: tuple[bool, Span | None] | None = None


class _Facts:
    """Assertions by value, held against each other as they come in."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.said: dict[str, tuple[bool, Span | None]] = {}
        self.values: dict[str, _About] = {}

    def add_all(self, atoms: Sequence[_Atom]) -> Conflict | None:
        for expr, holds in atoms:
            clash = self._add(expr, holds)
            if clash is not None:
                return clash
        return None

    def _add(self, expr: typed.Expr, holds: bool) -> Conflict | None:
        key = canonical(expr)
        other = self.said.setdefault(key, (holds, expr.span))
        if other[0] != holds:
            return other[1], expr.span
        if isinstance(expr, typed.Compare):
            return self._compare(expr, holds)
        if isinstance(expr, typed.OneOf):
            return self._one_of(expr, holds)
        if isinstance(expr, typed.Has):
            return self._count(expr, holds)
        if isinstance(expr, typed.IsMissing):
            return self._missing(canonical(expr.operand), holds, expr.span)
        if isinstance(expr, typed.RecordMissing):
            return self._missing(canonical(expr.record), holds, expr.span)
        if isinstance(expr, typed.Matches):
            return self._known(expr.operand, expr.span)
        return None

    def _missing(self, key: str, missing: bool, span: Span | None) -> Conflict | None:
        about = self.values.setdefault(key, _About())
        if about.missing is not None and about.missing[0] != missing:
            return about.missing[1], span
        about.missing = about.missing or (missing, span)
        return None

    def _known(self, operand: typed.Expr, span: Span | None) -> Conflict | None:
        """A comparison that holds, holds of a value that is there, in a record that is there."""
        if not isinstance(operand, typed.FieldOf):
            return None
        clash = self._missing(canonical(operand), False, span)
        record: typed.RecordExpr = operand.record
        while clash is None:
            clash = self._missing(canonical(record), False, span)
            if isinstance(record, typed.Var):
                break
            record = record.base
        return clash

    def _compare(self, expr: typed.Compare, holds: bool) -> Conflict | None:
        clash = self._known(expr.left, expr.span) or self._known(expr.right, expr.span)
        if clash is not None:
            return clash
        op: str = expr.op if holds else _NEGATED[expr.op]
        left, right = expr.left, expr.right
        if isinstance(left, typed.Const):
            left, right, op = right, left, _FLIPPED[op]
        if not isinstance(right, typed.Const):
            return (expr.span, expr.span) if left == right and op in ("<", ">", "!=") else None
        if isinstance(left, typed.Const):
            return None if _holds(op, left.value, right.value, type_of(left)) else (expr.span, expr.span)
        return self._bound(canonical(left), op, self._place(right), expr.span)

    def _place(self, constant: typed.Const) -> Any:
        """Codes of an ordered list compare by their place in it."""
        if isinstance(constant.type, CodeType):
            codelist = self.vocabulary.codelists[constant.type.codelist]
            return codelist.position(str(constant.value))
        return constant.value

    def _bound(self, key: str, op: str, value: Any, span: Span | None) -> Conflict | None:
        about = self.values.setdefault(key, _About())
        if op == "=":
            return self._allow(about, frozenset([value]), span)
        if op == "!=":
            about.excluded.append((value, span))
        elif op in ("<", "<="):
            if about.high is None or (value, op == "<=") < about.high[:2]:
                about.high = (value, op == "<=", span)
        elif about.low is None or (value, op == ">") > (about.low[0], not about.low[1]):
            about.low = (value, op == ">=", span)
        return _clash(about, span)

    def _allow(self, about: _About, values: frozenset[Any], span: Span | None) -> Conflict | None:
        if about.allowed is not None:
            both = about.allowed[0] & values
            if not both:
                return about.allowed[1], span
            about.allowed = (both, about.allowed[1])
        else:
            about.allowed = (values, span)
        return _clash(about, span)

    def _one_of(self, expr: typed.OneOf, holds: bool) -> Conflict | None:
        clash = self._known(expr.operand, expr.span)
        if clash is not None:
            return clash
        about = self.values.setdefault(canonical(expr.operand), _About())
        type_ = type_of(expr.operand)
        values = [self._place(typed.Const(value, type_)) for value in expr.values]
        if holds:
            return self._allow(about, frozenset(values), expr.span)
        about.excluded += [(value, expr.span) for value in values]
        everything = self.vocabulary.codes_of(type_)
        if everything is not None and about.allowed is None:
            about.allowed = (frozenset(range(len(everything.codes))), expr.span)
        return _clash(about, expr.span)

    def _count(self, expr: typed.Has, holds: bool) -> Conflict | None:
        if not isinstance(expr.number, typed.Const) or not isinstance(expr.number.value, int):
            return None
        number = expr.number.value
        key = "count " + canonical(expr.pattern)
        if expr.bound == "exactly":
            return self._bound(key, "=" if holds else "!=", number, expr.span)
        if (expr.bound == "at_least") == holds:
            return self._bound(key, ">=", number if holds else number + 1, expr.span)
        return self._bound(key, "<=", number if holds else number - 1, expr.span)


def _clash(about: _About, span: Span | None) -> Conflict | None:
    """Two assertions about one value that exclude each other."""
    low, high = about.low, about.high
    if low is not None and high is not None and _empty(low, high):
        return (low[2], high[2]) if low[2] != span else (high[2], low[2])
    if about.allowed is None:
        return None
    values, place = about.allowed
    left = {value for value in values if _within(value, low, high)}
    if not left:
        bound = high if low is None or (high is not None and high[2] == span) else low
        other = bound[2] if bound is not None else None
        return (place, other) if other != place else (place, span)
    excluded = {value for value, _ in about.excluded}
    if left <= excluded:
        other = about.excluded[-1][1]
        return (place, other) if other != place else (place, span)
    return None


def _empty(low: _Bound, high: _Bound) -> bool:
    return bool(low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1])))


def _within(value: Any, low: Any, high: Any) -> bool:
    above = low is None or value > low[0] or (value == low[0] and low[1])
    below = high is None or value < high[0] or (value == high[0] and high[1])
    return above and below


def _holds(op: str, left: Any, right: Any, type_: object) -> bool:
    if op == "=":
        return bool(left == right)
    if op == "!=":
        return bool(left != right)
    if isinstance(type_, (CodeType, TextType)):
        return True
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op])
