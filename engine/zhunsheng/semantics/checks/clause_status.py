"""A clause that the list calls manual or uncheckable although rules cite it."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, warning


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each citation of such a clause."""
    status = {(one.standard, one.number): one.status for one in linted.clauses}
    for one in linted.cited():
        for cited in one.clauses:
            said = status.get((cited.standard.text, cited.number))
            if said in ("manual", "uncheckable"):
                values = {"number": cited.number, "rule": one.name.text, "status": said}
                yield warning("ZS3017", cited.span, values)
