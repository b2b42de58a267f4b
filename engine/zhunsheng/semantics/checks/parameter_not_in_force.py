"""A parameter that has no value on any day on which the rule is in force: every verdict would be unknown."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic, Related
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.digest import parameters_of


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each rule and parameter whose times do not meet."""
    for rule in linted.judged():
        until = rule.effective[1]
        if until is None:
            continue
        for name in parameters_of(rule):
            parameter = linted.program.parameters[name]
            first = parameter.periods[0][0]
            if first is not None and first > until:
                values = {"rule": rule.id, "name": name, "first": str(first), "until": str(until)}
                related = (Related(parameter.span, "parameter"),) if parameter.span else ()
                yield warning("ZS3005", rule.span, values, related)
