"""A rule on a clause that the pack's clause list does not know."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.wording import suggestion


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each citation that leads to no listed clause; only standards that have a list are
    looked at."""
    listed: dict[str, set[str]] = {}
    for clause in linted.clauses:
        listed.setdefault(clause.standard, set()).add(clause.number)
    for one in linted.cited():
        for cited in one.clauses:
            numbers = listed.get(cited.standard.text)
            if numbers is not None and cited.number not in numbers:
                values = {"number": cited.number, "rule": one.name.text, **suggestion(cited.number, numbers)}
                yield warning("ZS3010", cited.span, values)
