"""What an expression can see, and what it does see: the variables that decide where a pattern is computed.

A pattern is computed once per *environment*, the rows outside of it that it mentions: usually the subject
alone, for a pattern inside a pattern's `where` often the enclosing row alone, and sometimes both.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from zhunsheng.semantics.typed import (
    AggregateOf,
    Binding,
    Compare,
    Expr,
    FieldOf,
    Link,
    Measure,
    ParamRef,
    ParentOf,
    Pattern,
    Program,
    RecordExpr,
    Rule,
    Var,
)

Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class Row:
    """A row variable: the subject, or the row of an enclosing pattern."""

    name: str
    record: str
    pattern: Pattern | None = None
    """The pattern it belongs to; None for the subject."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The variables around an expression, outermost first."""

    owner: str
    """`owner_name` of the rule or measure."""
    rows: tuple[Row, ...]
    bindings: Mapping[str, Binding]
    dated: frozenset[str]
    """Parameters whose value depends on the subject's day."""

    @property
    def subject(self) -> Row:
        return self.rows[0]

    def inside(self, pattern: Pattern) -> Scope:
        """The scope of the pattern's `where` and of values over its rows."""
        row = Row(pattern.var.name, pattern.var.record, pattern)
        return dataclasses.replace(self, rows=(*self.rows, row))


def owner_name(owner: Rule | Measure) -> str:
    """One name per rule and measure, whose ids need not differ."""
    return owner.id if isinstance(owner, Rule) else f"measure {owner.id}"


def scope_of(owner: Rule | Measure, program: Program) -> Scope:
    subject = Row(owner.subject.var.name, owner.subject.var.record)
    dated = frozenset(
        id_ for id_, parameter in program.parameters.items() if any(start for start, _ in parameter.periods)
    )
    return Scope(owner_name(owner), (subject,), {each.var.name: each for each in owner.bindings}, dated)


_NAMES: dict[type, tuple[str, ...] | None] = {}
"""By class what `_names` says: it is asked for every node of every rule, many times."""


def _names(kind: type) -> tuple[str, ...] | None:
    """The fields of a typed node that can hold nodes; None for what is no node."""
    if kind not in _NAMES:
        fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
        names = tuple(each.name for each in fields if each.name not in ("type", "span"))
        _NAMES[kind] = names if dataclasses.is_dataclass(kind) else None
    return _NAMES[kind]


def parts(node: Any) -> Iterator[Any]:
    """The typed nodes directly below a node."""
    names = _names(type(node))
    values = node if names is None else [getattr(node, name) for name in names]
    for value in values:
        if isinstance(value, tuple):
            yield from parts(value)
        elif _names(type(value)) is not None:
            yield value


def mentioned(node: Any, scope: Scope) -> frozenset[str]:
    """Names of the rows that a node needs from outside of itself. A binding needs the subject."""
    if isinstance(node, Var):
        return frozenset({scope.subject.name if node.name in scope.bindings else node.name})
    found: frozenset[str] = frozenset().union(*(mentioned(each, scope) for each in parts(node)))
    if isinstance(node, ParamRef) and node.parameter in scope.dated:
        return frozenset({scope.subject.name})
    if isinstance(node, Pattern):
        found -= {node.var.name}
        return found | {scope.subject.name} if node.other else found
    if isinstance(node, AggregateOf):
        return found - {node.pattern.var.name}
    return found


def environment(pattern: Pattern, value: Expr | None, scope: Scope) -> tuple[Row, ...]:
    """The rows outside of the pattern that it is computed for. More than one row comes with all rows above
    it, because each hangs on the one before."""
    needed = mentioned(pattern, scope)
    if value is not None:
        needed |= mentioned(value, scope) - {pattern.var.name}
    rows = [place for place, row in enumerate(scope.rows) if row.name in needed]
    if len(rows) <= 1:
        return tuple(scope.rows[place] for place in rows)
    return scope.rows[: rows[-1] + 1]


def looks_outside(pattern: Pattern, value: Expr | None, scope: Scope) -> bool:
    """Whether which rows match (or their values) depends on the environment, beyond the link itself."""
    content = (pattern.where, pattern.window, value)
    needed: frozenset[str] = frozenset().union(
        *(mentioned(each, scope) for each in content if each is not None)
    )
    return pattern.other or bool(needed - {pattern.var.name})


def has_patterns(node: Any) -> bool:
    return isinstance(node, Pattern) or any(has_patterns(each) for each in parts(node))


def depth(node: Any, scope: Scope) -> int:
    """How many layers of patterns (and bindings) must be computed before a node."""
    if isinstance(node, Var) and node.name in scope.bindings:
        return depth(scope.bindings[node.name].pattern, scope)
    if isinstance(node, AggregateOf):
        # The value is computed for the pattern's rows, so what it needs comes before the pattern.
        return max(depth(node.pattern, scope), depth(node.value, scope) + 1)
    below = max((depth(each, scope) for each in parts(node)), default=0)
    return below + 1 if isinstance(node, Pattern) else below


def conjuncts(condition: Expr | None) -> list[Expr]:
    """The conditions that must all hold."""
    from zhunsheng.semantics.typed import And

    if condition is None:
        return []
    if isinstance(condition, And):
        return [part for operand in condition.operands for part in conjuncts(operand)]
    return [condition]


@dataclass(frozen=True, slots=True)
class Equality:
    """A conjunct `own = outer` of a pattern without link: rows are found by it."""

    own: Expr
    outer: Expr


def equalities(pattern: Pattern, scope: Scope) -> tuple[Equality, ...]:
    """The equalities between the pattern's row and its environment, in the order written."""
    found: list[Equality] = []
    for each in conjuncts(pattern.where):
        if not isinstance(each, Compare) or each.op != "=" or has_patterns(each):
            continue
        for own, outer in ((each.left, each.right), (each.right, each.left)):
            outside = mentioned(outer, scope)
            if mentioned(own, scope) == {pattern.var.name} and outside and pattern.var.name not in outside:
                found.append(Equality(own, outer))
                break
    return tuple(found)


def renamed(node: Node, names: Mapping[str, str]) -> Node:
    """The node with other variable names: equal results mean equal meaning."""
    if isinstance(node, Var):
        return dataclasses.replace(node, name=names.get(node.name, node.name))
    if isinstance(node, tuple):
        return tuple(renamed(each, names) for each in node)  # type: ignore[return-value]
    fields = _names(type(node))
    if fields is None:
        return node
    changed = {name: renamed(getattr(node, name), names) for name in fields}
    return dataclasses.replace(node, **changed)  # type: ignore[type-var]


def root(record: RecordExpr) -> Var:
    while not isinstance(record, Var):
        record = record.base
    return record


def fields_read(nodes: Any, name: str) -> frozenset[str]:
    """The fields of a variable's record that the nodes read; "*" where the record is an anchor."""
    found: frozenset[str] = frozenset()
    for node in nodes:
        match node:
            case FieldOf(Var(variable), field) | ParentOf(Var(variable), field) if variable == name:
                found |= {field}
            case Link(Var(variable)) if variable == name:
                found |= {"*"}
        found |= fields_read(parts(node), name)
    return found
