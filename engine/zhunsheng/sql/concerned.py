"""Subjects and rows that cannot count, so that they are left out before they are paired with others.

A subject for which `where` is false is not applicable whatever its pairs are (docs/meaning.md M19), and a row
for which a part of the pattern's `where` is false neither matches nor may match (M5).
"""

from __future__ import annotations

from sqlglot import exp

from zhunsheng.plan.scope import conjuncts, has_patterns, mentioned, owner_name, parts
from zhunsheng.semantics.typed import And, DurationOf, Measure, ParentOf, PartOf, Pattern, Rule
from zhunsheng.sql import conditions
from zhunsheng.sql.context import Compiler, View
from zhunsheng.sql.expressions import TRUE, E, all_of, coalesce


def subject_may_count(view: View, owner: Rule | Measure) -> E | None:
    """False where the subject's own row says that it is outside `where`; None where it says nothing."""
    own = [each for each in conjuncts(owner.subject.where) if not has_patterns(each) and not _joins(each)]
    if not own:
        return None
    found = conditions.lazily(view, And(tuple(own)))
    if found.plain is None or isinstance(found.plain, exp.Boolean):
        return None
    return coalesce(found.plain, TRUE)


def row_may_match(view: View, pattern: Pattern) -> E | None:
    """False where the row alone says that it does not match; `view` has the pattern's row inside."""
    found: list[E] = []
    for each in conjuncts(pattern.where):
        if has_patterns(each) or not mentioned(each, view.scope) <= {pattern.var.name}:
            continue
        truth = conditions.condition(view, each)
        if truth.plain is not None:
            found.append(coalesce(truth.plain, TRUE))
    return all_of(found) if found else None


def owner_of(compiler: Compiler, name: str) -> Rule | Measure:
    """The rule or measure of that `owner_name`."""
    owners: tuple[Rule | Measure, ...] = (*compiler.plan.rules, *compiler.plan.measures)
    return next(each for each in owners if owner_name(each) == name)


def _joins(node: object) -> bool:
    return isinstance(node, ParentOf | DurationOf | PartOf) or any(_joins(each) for each in parts(node))
