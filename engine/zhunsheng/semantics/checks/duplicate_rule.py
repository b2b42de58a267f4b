"""Two rules that ask the same of the same subjects, whatever they are called and however strongly they
put it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from zhunsheng.diagnostics import Diagnostic, Related
from zhunsheng.semantics import typed
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.digest import canonical


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each rule that repeats an earlier one."""
    seen: dict[str, typed.Rule] = {}
    for rule in linted.program.rules:
        same = replace(rule, id="", clauses=(), modality="must", negated=False)
        first = seen.setdefault(canonical(same), rule)
        if first is not rule and linted.is_own(rule.span):
            related = (Related(first.span, "first"),) if first.span else ()
            yield warning("ZS3015", rule.span, {"rule": rule.id, "other": first.id}, related)
