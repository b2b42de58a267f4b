"""A parameter that nothing reads: its value decides nothing, whatever it is set to."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, names_used, warning
from zhunsheng.syntax import tree


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each parameter that no declaration reads."""
    used: set[str] = set()
    for declaration in linted.everywhere():
        if not isinstance(declaration, tree.Parameter):
            used |= names_used(declaration)
    for parameter in linted.written(tree.Parameter):
        if parameter.name.text not in used:
            yield warning("ZS3003", parameter.name.span, {"name": parameter.name.text})
