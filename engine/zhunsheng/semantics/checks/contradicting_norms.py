"""Two rules on one clause that ask the same subjects for opposite things."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice

from zhunsheng.diagnostics import Diagnostic, Related
from zhunsheng.semantics import typed
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.conditions import conflict
from zhunsheng.semantics.digest import canonical

_MOST_PAIRS = 2000
"""Of one clause and subject; generated packs can have hundreds of rules on one clause."""


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each pair of rules that no subject can satisfy together."""
    groups: dict[tuple[str, str], list[typed.Rule]] = {}
    for rule in linted.program.rules:
        if rule.modality == "may":
            continue
        about = canonical(rule.subject) + canonical(rule.bindings) + canonical(rule.unless)
        for clause in rule.clauses:
            groups.setdefault((canonical(clause), about), []).append(rule)
    told: set[tuple[str, str]] = set()
    for rules in groups.values():
        # Rules that ask for the same cannot contradict: one of each kind stands for all.
        distinct = list({canonical(rule.norm): rule for rule in reversed(rules)}.values())
        for first, second in islice(combinations(sorted(distinct, key=rules.index), 2), _MOST_PAIRS):
            if (first.id, second.id) in told or not linted.is_own(second.span) or not _meet(first, second):
                continue
            if conflict([first.norm, second.norm], linted.program.vocabulary) is not None:
                told.add((first.id, second.id))
                related = (Related(first.span, "other"),) if first.span else ()
                yield warning("ZS3008", second.span, {"rule": second.id, "other": first.id}, related)


def _meet(first: typed.Rule, second: typed.Rule) -> bool:
    """Whether both are in force on some day."""
    (a, b), (c, d) = first.effective, second.effective
    return (a is None or d is None or a <= d) and (c is None or b is None or c <= b)
