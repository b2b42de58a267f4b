"""Rules for one subject, and over all of them (language.md sections 6 and 9; docs/meaning.md M19 to M21)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from zhunsheng.logs.model import Row
from zhunsheng.reference import patterns
from zhunsheng.reference.expressions import judge
from zhunsheng.reference.scope import Scope, World, number
from zhunsheng.reference.values import FALSE, TRUE, Judged, Known, conjunction, inverse
from zhunsheng.semantics.typed import Binding, Has, Measure, Rule, Subject
from zhunsheng.verdicts.applicability import of_modality, verdict
from zhunsheng.verdicts.model import Counts, Finding, Reason, RuleOutcome, Verdict
from zhunsheng.verdicts.truth import Truth

LISTED = (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN, Verdict.PENDING)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One subject under one rule. `norm` is None where the subject is outside the rule."""

    verdict: Verdict
    reason: Reason | None
    applicability: Judged
    norm: Judged | None
    fields: tuple[str, ...] = ()
    deadline: datetime | None = None
    observed: datetime | None = None


def scope_of(world: World, subject: Subject, row: Row) -> Scope:
    """The subject alone in scope."""
    record = subject.var.record
    return Scope(world, world.day(record, row), number(row), {subject.var.name: Known(row)})


def bound(scope: Scope, bindings: tuple[Binding, ...]) -> Scope:
    """With every `let x = first|last …`, in the order written."""
    for binding in bindings:
        scope = scope.with_record(binding.var.name, patterns.bind(scope, binding))
    return scope


def effective(scope: Scope, period: tuple[date | None, date | None]) -> Judged:
    """M21: the subject's day lies in the period; unknown for a subject without time, when there is one."""
    start, until = period
    if start is None and until is None:
        return TRUE
    if scope.day is None:
        return Judged(Truth.UNKNOWN, Reason.TIME_MISSING)
    inside = (start is None or start <= scope.day) and (until is None or scope.day <= until)
    return TRUE if inside else FALSE


def inside(scope: Scope, of: Rule | Measure) -> Judged:
    """Whether the subject is inside `where` and the effective dates."""
    where = judge(scope, of.subject.where) if of.subject.where else TRUE
    return conjunction((where, effective(scope, of.effective)))


def judge_subject(world: World, rule: Rule, row: Row, scope: Scope | None = None) -> Judgement:
    """The verdict of one subject, with its reason (M19, M20)."""
    scope = scope or scope_of(world, rule.subject, row)
    applicable = inside(scope, rule)
    if applicable.truth is Truth.FALSE:
        return Judgement(Verdict.NOTAPPLICABLE, applicable.reason, applicable, None, applicable.fields)
    scope = bound(scope, rule.bindings)
    if rule.unless:
        applicable = conjunction((applicable, inverse(judge(scope, rule.unless))))
    norm = judge(scope, rule.norm)
    plain = verdict(applicable.truth, norm.truth)
    judged = of_modality(rule.modality, plain)
    cause = _cause(applicable, norm, plain)
    result = Judgement(judged, cause.reason, applicable, norm, cause.fields)
    if judged is not plain:
        result = replace(result, reason=Reason.NOT_USED)
    return _with_times(scope, rule, result) if judged in LISTED else result


def _cause(applicable: Judged, norm: Judged, plain: Verdict) -> Judged:
    """Whichever of the two made the verdict; the applicability first."""
    for each in (applicable, norm):
        if each.truth.value == plain.value:
            return each
    return applicable if plain is Verdict.NOTAPPLICABLE else norm


def _with_times(scope: Scope, rule: Rule, result: Judgement) -> Judgement:
    """Deadline and first event, where the norm is one pattern with a window."""
    if not isinstance(rule.norm, Has):
        return result
    found = patterns.find(replace(scope, trace=None), rule.norm.pattern)
    deadline = found.high.value if isinstance(found.high, Known) else None
    return replace(result, deadline=deadline, observed=patterns.observed(found))


def judge_rule(world: World, rule: Rule, samples: int | None) -> RuleOutcome:
    """All subjects: exact counts, and the findings, the gravest first, then in row order (M29). `samples`
    caps them (None: all of them)."""
    counts: Counter[Verdict] = Counter()
    listed: list[tuple[int, Row, Judgement]] = []
    for row in world.rows(rule.subject.var.record):
        result = judge_subject(world, rule, row)
        counts[result.verdict] += 1
        if result.verdict in LISTED:
            listed.append((LISTED.index(result.verdict), row, result))
    listed.sort(key=lambda each: each[0])
    findings = tuple(finding(world, rule, row, result) for _, row, result in listed[:samples])
    return RuleOutcome(rule.id, counts_of(counts), findings)


def counts_of(counts: Counter[Verdict]) -> Counts:
    return Counts(
        subjects=counts.total(),
        passed=counts[Verdict.PASS],
        fail=counts[Verdict.FAIL],
        pending=counts[Verdict.PENDING],
        unknown=counts[Verdict.UNKNOWN],
        notapplicable=counts[Verdict.NOTAPPLICABLE],
        error=counts[Verdict.ERROR],
    )


def finding(world: World, rule: Rule, row: Row, result: Judgement) -> Finding:
    record = rule.subject.var.record
    key = world.key(record, row)
    assert result.reason is not None
    return Finding(
        rule=rule.id,
        record=record,
        key=None if key is None else str(key),
        row=number(row),
        verdict=result.verdict,
        reason=result.reason,
        deadline=result.deadline,
        observed=result.observed,
        fields=result.fields,
    )
