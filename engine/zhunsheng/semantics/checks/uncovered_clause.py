"""A clause that the list calls encoded, but that no rule cites."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.typed import ClauseRef


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each clause with status encoded or partly and without a rule."""
    program = linted.program
    cited = {clause for rule in program.rules for clause in rule.clauses}
    cited |= {clause for measure in program.measures for clause in measure.clauses}
    cited |= {clause for index in program.indices for clause in index.clauses}
    for clause in linted.clauses:
        if clause.status in ("encoded", "partly") and ClauseRef(clause.standard, clause.number) not in cited:
            yield warning("ZS3009", clause.span, {"number": clause.number, "status": clause.status})
