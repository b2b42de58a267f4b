"""A `let` that nothing reads: a slip of the name, or a leftover."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, names_used, warning
from zhunsheng.syntax import tree


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each let of a rule or measure that no later part reads."""
    for rule in linted.written(tree.Rule):
        yield from _unused(rule.lets, (rule.norm, rule.unless))
    for measure in linted.written(tree.Measure):
        yield from _unused(measure.lets, (measure.value, measure.by))


def _unused(lets: tuple[tree.Let, ...], rest: tuple[object, ...]) -> Iterator[Diagnostic]:
    for number, let in enumerate(lets):
        if let.name.text not in names_used((*lets[number + 1 :], *rest)):
            yield warning("ZS3001", let.name.span, {"name": let.name.text})
