"""Measures, agreement with published figures, indices (language.md section 8; docs/meaning.md M22 to M25)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from zhunsheng.logs.model import Row
from zhunsheng.logs.model import Value as Cell
from zhunsheng.reference.expressions import judge, value
from zhunsheng.reference.rules import bound, inside, scope_of
from zhunsheng.reference.scope import Scope, World
from zhunsheng.reference.values import Error, Known, Value, as_value
from zhunsheng.semantics.typed import Expr, Index, Measure, Threshold
from zhunsheng.verdicts import intervals
from zhunsheng.verdicts.intervals import Amount, Tally
from zhunsheng.verdicts.model import (
    AgreementOutcome,
    GroupOutcome,
    IndexOutcome,
    Interval,
    MeasureOutcome,
    Reason,
    Verdict,
)
from zhunsheng.verdicts.truth import Truth, all_of

Group = Mapping[str, str | None]
PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a measure takes from one subject; `outcome` is a share's condition or the value summed up."""

    applicable: Truth
    outcome: Value
    group: Group
    day: date | None


def judge_measure(world: World, measure: Measure) -> MeasureOutcome:
    subjects = [_subject(world, measure, row) for row in world.rows(measure.subject.var.record)]
    subjects = [each for each in subjects if each.applicable is not Truth.FALSE]
    groups = [_group(world, measure, {}, subjects)]
    if measure.by:
        members: dict[tuple[str | None, ...], list[Subject]] = {}
        for each in subjects:
            members.setdefault(tuple(each.group.values()), []).append(each)
        for name in sorted(members, key=lambda values: [(each is None, each or "") for each in values]):
            groups.append(_group(world, measure, members[name][0].group, members[name]))
    agreement = _agreement(world, measure, subjects) if measure.agreement else ()
    return MeasureOutcome(measure.id, tuple(groups), agreement)


def _subject(world: World, measure: Measure, row: Row) -> Subject:
    scope = scope_of(world, measure.subject, row)
    applicable = inside(scope, measure).truth
    if applicable is Truth.FALSE:
        return Subject(applicable, Known(True), {}, scope.day)
    scope = bound(scope, measure.bindings)
    outcome: Value = Known(True)
    if measure.value is not None:
        outcome = (
            as_value(judge(scope, measure.value)) if measure.kind == "share" else value(scope, measure.value)
        )
    group = {dimension.name: _group_name(value(scope, dimension.value)) for dimension in measure.by}
    return Subject(applicable, outcome, group, scope.day)


def _group_name(of: Value) -> str | None:
    """The name of a group; a value that is missing or not settled is the group without name."""
    return shown(of.value) if isinstance(of, Known) else None


def shown(cell: Cell) -> str | None:
    """A value as a group's name: codes by name, days and months as ISO, numbers without trailing zeros."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Fraction) and cell.denominator != 1:
        exact = Decimal(cell.numerator) / Decimal(cell.denominator)
        return format(exact, "f") if Fraction(exact) == cell else str(cell)
    return str(cell) if not isinstance(cell, tuple) else ",".join(cell)


# ---- one group ---------------------------------------------------------------------------------------------


def _tally(subjects: Sequence[Subject]) -> Tally:
    sure = [each for each in subjects if each.applicable is Truth.TRUE]
    perhaps = [each for each in subjects if each.applicable is not Truth.TRUE]
    return Tally(
        counted=_with(sure, True),
        applicable=len(sure),
        open=sum(not isinstance(each.outcome, Known) for each in sure),
        perhaps_true=_with(perhaps, True),
        perhaps_false=_with(perhaps, False),
        perhaps_open=sum(not isinstance(each.outcome, Known) for each in perhaps),
    )


def _with(subjects: Sequence[Subject], outcome: bool) -> int:
    return sum(each.outcome == Known(outcome) for each in subjects)


def _known(subjects: Sequence[Subject]) -> list[int | Fraction]:
    return [
        each.outcome.value
        for each in subjects
        if each.applicable is Truth.TRUE and isinstance(each.outcome, Known)
    ]


def _undecided(measure: Measure, subjects: Sequence[Subject]) -> int:
    """Subjects whose applicability, or whose outcome, is not settled."""
    return sum(each.applicable is not Truth.TRUE or not isinstance(each.outcome, Known) for each in subjects)


def _errors(subjects: Sequence[Subject]) -> int:
    return sum(each.applicable is Truth.ERROR or isinstance(each.outcome, Error) for each in subjects)


def _amount(measure: Measure, subjects: Sequence[Subject]) -> Amount:
    if measure.kind == "share":
        return intervals.share(_tally(subjects))
    if measure.kind == "count":
        sure = sum(each.applicable is Truth.TRUE for each in subjects)
        return intervals.count(Tally(applicable=sure, perhaps_open=len(subjects) - sure))
    fold = intervals.total if measure.kind == "sum" else intervals.mean
    return fold(_known(subjects), undecided=_undecided(measure, subjects))


def _group(world: World, measure: Measure, group: Group, subjects: Sequence[Subject]) -> GroupOutcome:
    tally, known, amount = _tally(subjects), _known(subjects), _amount(measure, subjects)
    numerator = {"share": tally.counted, "count": tally.applicable}.get(measure.kind, sum(known))
    errors = _errors(subjects)
    return GroupOutcome(
        group=group,
        numerator=numerator,
        denominator=len(known) if measure.kind == "average" else tally.applicable,
        undecided=_undecided(measure, subjects),
        errors=errors,
        interval=amount.interval,
        verdict=_verdict(world, measure.threshold, amount, errors, _enough(world, measure, tally.applicable)),
    )


def _setting(world: World, expression: Expr) -> Value:
    """A threshold, minimum or weight: parameters by the value in force on the observation time's day."""
    return value(Scope(world, world.observation_day), expression)


def _enough(world: World, measure: Measure, applicable: int) -> bool:
    if measure.minimum is None:
        return True
    minimum = _setting(world, measure.minimum)
    return isinstance(minimum, Known) and applicable >= minimum.value


def _verdict(
    world: World, threshold: Threshold | None, amount: Amount, errors: int, enough: bool = True
) -> Verdict:
    if threshold is None:
        return Verdict.NOTAPPLICABLE
    limit = _setting(world, threshold.value)
    if isinstance(limit, Error):
        errors += 1
    return intervals.threshold(
        threshold.bound,
        Fraction(limit.value) if isinstance(limit, Known) else None,
        amount,
        errors=errors,
        enough=enough,
    )


# ---- published figures -------------------------------------------------------------------------------------


def _agreement(world: World, measure: Measure, subjects: Sequence[Subject]) -> tuple[AgreementOutcome, ...]:
    """One outcome per published figure of this measure (M24)."""
    if not world.supplied(PUBLICATION):
        interval = _amount(measure, subjects).interval
        return (AgreementOutcome(None, {}, None, interval, Verdict.UNKNOWN, Reason.NOT_SUPPLIED),)
    published = [row for row in world.rows(PUBLICATION) if row.get("measure") == measure.id]
    return tuple(_agrees(world, measure, subjects, row) for row in published)


def _agrees(world: World, measure: Measure, subjects: Sequence[Subject], row: Row) -> AgreementOutcome:
    assert measure.agreement is not None
    group = {each.name: shown(row.get(each.name)) for each in measure.by if row.get(each.name) is not None}
    concerned = [
        Subject(all_of((each.applicable, _in_period(each.day, row))), each.outcome, each.group, each.day)
        for each in subjects
        if all(each.group[name] == wanted for name, wanted in group.items())
    ]
    concerned = [each for each in concerned if each.applicable is not Truth.FALSE]
    amount, errors = _amount(measure, concerned), _errors(concerned)
    figure = row.get("value")
    published = Fraction(figure) if isinstance(figure, int | Fraction) else None
    verdict = intervals.agreement(published, measure.agreement.tolerance, amount, errors=errors)
    reason = {Verdict.FAIL: Reason.CONDITION_FALSE, Verdict.UNKNOWN: Reason.UNDECIDED_ROWS}.get(verdict)
    if verdict is Verdict.UNKNOWN and published is None:
        reason = Reason.FIELD_MISSING
    key = world.key(PUBLICATION, row)
    return AgreementOutcome(
        None if key is None else str(key), group, published, amount.interval, verdict, reason
    )


def _in_period(day: date | None, row: Row) -> Truth:
    start, until = row.get("period_from"), row.get("period_until")
    if not isinstance(start, date) and not isinstance(until, date):
        return Truth.TRUE
    if day is None:
        return Truth.UNKNOWN
    late_enough = not isinstance(start, date) or start <= day
    return Truth.TRUE if late_enough and (not isinstance(until, date) or day <= until) else Truth.FALSE


# ---- indices -----------------------------------------------------------------------------------------------


def judge_index(world: World, index: Index, measures: Mapping[str, MeasureOutcome]) -> IndexOutcome:
    """M25: the weighted mean over the whole log."""
    whole = {name: measures[name].groups[0] for name, _ in index.terms}
    kinds = {measure.id: measure.kind for measure in world.program.measures}
    weights = {name: _setting(world, weight) for name, weight in index.terms}
    errors = sum(group.errors for group in whole.values()) + sum(
        isinstance(each, Error) for each in weights.values()
    )
    terms = [(_weight(weights[name]), _as_amount(kinds[name], whole[name])) for name, _ in index.terms]
    try:
        amount = intervals.index(terms)
    except ZeroDivisionError:
        amount, errors = Amount(Interval(None, None)), errors + 1
    return IndexOutcome(index.id, amount.interval, _verdict(world, index.threshold, amount, errors))


def _weight(weight: Value) -> Fraction | None:
    return Fraction(weight.value) if isinstance(weight, Known) else None


def _as_amount(kind: str, group: GroupOutcome) -> Amount:
    nothing = kind in ("share", "average") and group.denominator == 0 and group.undecided == 0
    return Amount(group.interval, exists=not nothing)
