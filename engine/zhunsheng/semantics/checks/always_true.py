"""A condition that holds whatever the log says: `at least 0`, `x = x`, at most one of a record's single
parent."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics import typed
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.rewrite import walk


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each such condition."""
    for rule in linted.judged():
        for node in walk(rule):
            if _always(node):
                yield warning("ZS3016", node.span or rule.span, {"rule": rule.id})


def _always(node: object) -> bool:
    if isinstance(node, typed.Compare):
        return node.op in ("=", "<=", ">=") and node.left == node.right
    if not isinstance(node, typed.Has) or not isinstance(node.number, typed.Const):
        return False
    number = node.number.value
    if node.bound == "at_least":
        return number == 0
    # Upwards there is one row at most, so a bound of one or more excludes nothing.
    upwards = node.pattern.link is not None and node.pattern.link.direction == "up"
    return node.bound == "at_most" and upwards and isinstance(number, int) and number >= 1
