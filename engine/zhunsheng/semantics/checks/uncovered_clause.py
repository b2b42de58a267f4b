"""A clause that the list calls encoded, but that no rule cites."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, warning


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each clause with status encoded or partly and without a rule."""
    cited = {(one.standard, one.number) for one in _cited(linted)}
    for clause in linted.clauses:
        if clause.status in ("encoded", "partly") and (clause.standard, clause.number) not in cited:
            yield warning("ZS3009", clause.span, {"number": clause.number, "status": clause.status})


def _cited(linted: Linted):  # type: ignore[no-untyped-def]
    program = linted.program
    for declaration in (*program.rules, *program.measures, *program.indices):
        yield from declaration.clauses
