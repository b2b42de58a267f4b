"""Does the log conform? Decided once, for the report's first line, the JSON and the exit code alike.

`conforms` is False when a requirement fails, None when it cannot be said (docs/decisions/0007), else True.
What counts against the limits is what rises in the roll-up: unknown, error and pending verdicts of
requirements and recommendations, and errors of permissions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhunsheng.reports.model import (
    AgreementPart,
    Conclusion,
    GroupPart,
    IndexPart,
    MeasurePart,
    Part,
    RulePart,
    Totals,
)
from zhunsheng.verdicts.model import Verdict

_OPEN = (Verdict.UNKNOWN, Verdict.ERROR)


def conclude(
    rules: Sequence[RulePart],
    measures: Sequence[MeasurePart],
    indices: Sequence[IndexPart],
    max_unknown: int,
    max_pending: int | None,
) -> tuple[bool | None, Conclusion]:
    """`conforms`, and the figures behind it."""
    unknown = (
        sum(map(_open_subjects, rules)) + sum(map(_open_groups, measures)) + sum(map(_open_index, indices))
    )
    pending = sum(rule.counts.pending for rule in rules if rule.modality != "may")

    causes = []
    parts: tuple[Part, ...] = (*rules, *measures, *indices)
    if any(part.contributes is Verdict.FAIL for part in parts):
        causes.append("fail")
    if unknown > max_unknown:
        causes.append("unknown")
    if max_pending is not None and pending > max_pending:
        causes.append("pending")
    if not any(part.exercised for part in parts):
        causes.append("nothing_exercised")

    conforms = False if "fail" in causes else None if causes else True
    return conforms, Conclusion(
        must=totals(rule for rule in rules if rule.modality == "must"),
        should=totals(rule for rule in rules if rule.modality == "should"),
        may=totals(rule for rule in rules if rule.modality == "may"),
        measures=totals(measures),
        unknown_verdicts=unknown,
        pending_verdicts=pending,
        max_unknown=max_unknown,
        max_pending=max_pending,
        causes=tuple(causes),
    )


def totals(parts: Iterable[RulePart | MeasurePart]) -> Totals:
    """How many of them have which verdict."""
    found = list(parts)

    def having(verdict: Verdict) -> int:
        return sum(part.verdict is verdict for part in found)

    return Totals(
        declared=len(found),
        exercised=sum(part.exercised for part in found),
        passed=having(Verdict.PASS),
        fail=having(Verdict.FAIL),
        error=having(Verdict.ERROR),
        unknown=having(Verdict.UNKNOWN),
        pending=having(Verdict.PENDING),
        waived=having(Verdict.WAIVED),
    )


def _open_subjects(rule: RulePart) -> int:
    return rule.counts.error + (rule.counts.unknown if rule.modality != "may" else 0)


def _open_groups(measure: MeasurePart) -> int:
    """One per group with a threshold, one per published figure to agree with."""
    judged: list[GroupPart | AgreementPart] = []
    if measure.threshold is not None:
        judged += measure.groups
    if measure.tolerance is not None:
        judged += measure.agreement
    return sum(each.verdict in _OPEN for each in judged)


def _open_index(index: IndexPart) -> int:
    return int(index.threshold is not None and index.verdict in _OPEN)
