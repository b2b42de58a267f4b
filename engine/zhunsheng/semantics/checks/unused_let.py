"""A `let` that nothing reads: a slip of the name, or a leftover."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, names_used, warning
from zhunsheng.syntax import tree


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each let of a rule or measure that no later part reads."""
    for rule in (*linted.written(tree.Rule), *linted.written(tree.Measure)):
        for number, let in enumerate(rule.lets):
            if isinstance(rule, tree.Rule):
                after: tuple[object, ...] = (rule.lets[number + 1 :], rule.norm, rule.unless)
            else:
                after = (rule.lets[number + 1 :], rule.value, rule.by)
            if let.name.text not in names_used(after):
                yield warning("ZS3001", let.name.span, {"name": let.name.text})
