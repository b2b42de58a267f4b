"""From typed rules to subject plans (architecture.md: one pass per subject, one grouped scan per related
record)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhunsheng.plan.model import Group, SubjectPlan
from zhunsheng.plan.scope import (
    Equality,
    Scope,
    depth,
    environment,
    equalities,
    looks_outside,
    parts,
    renamed,
    root,
    scope_of,
)
from zhunsheng.semantics.typed import (
    AggregateOf,
    Binding,
    CountOf,
    Expr,
    Has,
    Measure,
    Pattern,
    Program,
    Rule,
)


def plan(program: Program) -> tuple[SubjectPlan, ...]:
    """One plan per record type that rules or measures are about, in the order met."""
    records = dict.fromkeys(each.subject.var.record for each in owners(program.rules, program.measures))
    return tuple(_subject(program, record) for record in records)


def _subject(program: Program, record: str) -> SubjectPlan:
    rules = [rule for rule in program.rules if rule.subject.var.record == record]
    measures = [measure for measure in program.measures if measure.subject.var.record == record]
    return plan_of(program, record, rules, measures)


def plan_of(program: Program, record: str, rules: Sequence[Rule], measures: Sequence[Measure]) -> SubjectPlan:
    """The plan of some rules and measures on one record type: a group then does only what these need."""
    made = SubjectPlan(record, tuple(rules), tuple(measures))
    for owner in owners(made.rules, made.measures):
        scope = scope_of(owner, program)
        for part in conditions(owner):
            _visit(made, part, scope)
    return made


def owners(rules: Sequence[Rule], measures: Sequence[Measure]) -> tuple[Rule | Measure, ...]:
    """Rules and measures alike: both are about subjects."""
    return (*rules, *measures)


def conditions(owner: Rule | Measure) -> Sequence[Any]:
    """Everything of a rule or measure that is computed per subject."""
    found: list[Any] = [owner.subject.where, *owner.bindings]
    if isinstance(owner, Rule):
        found += [owner.unless, owner.norm]
    else:
        found += [owner.value, *(dimension.value for dimension in owner.by)]
    return [each for each in found if each is not None]


def _visit(made: SubjectPlan, node: Any, scope: Scope) -> None:
    match node:
        case Has(pattern=pattern) | CountOf(pattern=pattern) | Binding(pattern=pattern):
            _use(made, pattern, None, scope)
        case AggregateOf(value=value, pattern=pattern):
            _use(made, pattern, value, scope)
        case _:
            for each in parts(node):
                _visit(made, each, scope)


def _use(made: SubjectPlan, pattern: Pattern, value: Expr | None, scope: Scope) -> None:
    inside = scope.inside(pattern)
    for each in (pattern.window, pattern.link):
        if each is not None:
            _visit(made, each, scope)
    for content in (pattern.where, value):
        if content is not None:
            _visit(made, content, inside)
    key = group_key(pattern, value, scope)
    group = made.groups.get(key)
    if group is None:
        rows = environment(pattern, value, scope)
        group = Group(
            f"{pattern.var.record}:{len(made.groups) + 1}",
            rows,
            pattern.var.record,
            pattern.link,
            _joins(pattern, rows, scope),
            _layer(pattern, value, scope),
            by_rows=pattern.link is None and bool(rows),
        )
        made.groups[key] = group
    group.owners.add(scope.owner)
    group.uses += 1
    group.by_rows = group.by_rows or len(group.environment) > 1 or looks_outside(pattern, value, scope)


def _joins(pattern: Pattern, rows: Sequence[object], scope: Scope) -> tuple[Equality, ...]:
    return equalities(pattern, scope) if pattern.link is None and rows else ()


def _layer(pattern: Pattern, value: Expr | None, scope: Scope) -> int:
    return max(depth(pattern, scope) - 1, depth(value, scope) if value is not None else 0)


def group_key(pattern: Pattern, value: Expr | None, scope: Scope) -> object:
    """Equal for patterns that one scan can answer together."""
    rows = environment(pattern, value, scope)
    own = pattern.var.name
    names = {row.name: f"e{place}" for place, row in enumerate(rows)} | {own: "c"}
    found: tuple[object, ...] = (
        (pattern.link.direction, pattern.link.path, renamed(pattern.link.anchor, names))
        if pattern.link
        else renamed(tuple((each.own, each.outer) for each in _joins(pattern, rows, scope)), names)
    )
    # Names of bindings, and rows that hang on each other, mean something in their own rule only.
    roots = {root(pattern.link.anchor).name} if pattern.link else _names(pattern, rows, scope)
    private = len(rows) > 1 or bool(roots & set(scope.bindings))
    environment_key = tuple((row.name if private else "", row.record, row.pattern is None) for row in rows)
    return (
        scope.owner if private else "",
        environment_key,
        pattern.var.record,
        found,
        _layer(pattern, value, scope),
    )


def _names(pattern: Pattern, rows: Sequence[object], scope: Scope) -> set[str]:
    return {name for each in _joins(pattern, rows, scope) for name in _variables(each.outer)}


def _variables(node: Any) -> set[str]:
    from zhunsheng.semantics.typed import Var

    if isinstance(node, Var):
        return {node.name}
    return {name for each in parts(node) for name in _variables(each)}
