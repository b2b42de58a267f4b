"""A rule whose `unless` takes away everything that its `where` lets in."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic, Related
from zhunsheng.semantics import typed
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.conditions import conflict


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each rule where `where` implies `unless`."""
    vocabulary = linted.program.vocabulary
    for rule in linted.judged():
        if not isinstance(rule, typed.Rule) or rule.unless is None:
            continue
        where = [] if rule.subject.where is None else [rule.subject.where]
        if conflict(where, vocabulary) is not None:
            continue
        if conflict([*where, typed.Not(rule.unless, span=rule.unless.span)], vocabulary) is not None:
            place = where[0].span if where else None
            related = (Related(place, "where"),) if place else ()
            yield warning("ZS3007", rule.unless.span or rule.span, {"rule": rule.id}, related)
