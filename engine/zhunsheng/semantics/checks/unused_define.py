"""A definition that no rule calls."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, nodes, warning
from zhunsheng.syntax import tree


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each definition that is called by nothing but itself."""
    called: set[str] = set()
    for declaration in linted.everywhere():
        calls = {one.name.text for one in nodes(declaration) if isinstance(one, tree.Call)}
        if isinstance(declaration, tree.Define):
            calls.discard(declaration.name.text)
        called |= calls
    for define in linted.written(tree.Define):
        if define.name.text not in called:
            yield warning("ZS3002", define.name.span, {"name": define.name.text})
