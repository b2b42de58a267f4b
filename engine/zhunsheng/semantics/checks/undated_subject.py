"""A rule with dates over records that have none: every verdict would be unknown."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Declaration, Linted, warning
from zhunsheng.semantics.digest import parameters_of


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each rule whose subject has no time although effective dates or a dated parameter
    ask for it."""
    for rule in linted.judged():
        record = linted.program.vocabulary.records[rule.subject.var.record]
        if record.time is None and _is_dated(linted, rule):
            zh, en = record.names["zh"], record.name
            yield warning("ZS3019", rule.span, {"rule": rule.id, "record_zh": zh, "record_en": en})


def _is_dated(linted: Linted, rule: Declaration) -> bool:
    if rule.effective != (None, None):
        return True
    parameters = (linted.program.parameters[name] for name in parameters_of(rule))
    return any(start is not None for one in parameters for start, _ in one.periods)
