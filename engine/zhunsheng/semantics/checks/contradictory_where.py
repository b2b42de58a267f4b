"""A `where` that nothing can satisfy."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic, Related
from zhunsheng.semantics import typed
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.conditions import conflict
from zhunsheng.semantics.rewrite import walk


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each subject or pattern whose conditions exclude each other."""
    for rule in linted.judged():
        for node in walk(rule):
            if isinstance(node, (typed.Subject, typed.Pattern)) and node.where is not None:
                found = conflict([node.where], linted.program.vocabulary)
                if found is not None:
                    first, second = sorted(found, key=lambda span: span.start if span else -1)
                    related = (Related(first, "first"),) if first and first != second else ()
                    yield warning("ZS3006", second or rule.span, {"rule": rule.id}, related)
