"""A parameter that does not say where its value comes from."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, warning, words
from zhunsheng.syntax import tree


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each parameter without source or basis. An assumption is its own source."""
    for parameter in linted.written(tree.Parameter):
        assumed = parameter.basis is not None and parameter.basis.text == "assumption"
        if (not assumed and not words(parameter.source).strip()) or parameter.basis is None:
            yield warning("ZS3011", parameter.name.span, {"name": parameter.name.text})
