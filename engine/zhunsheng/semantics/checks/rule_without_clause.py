"""A rule that cites no clause: nobody can tell which sentence it encodes."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, warning


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each rule, measure or index without a clause."""
    for one in linted.cited():
        if not one.clauses:
            yield warning("ZS3004", one.name.span, {"name": one.name.text})
