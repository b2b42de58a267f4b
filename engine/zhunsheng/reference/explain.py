"""One subject, one rule, and the whole reasoning: runs the reference and keeps what it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from zhunsheng.calendars.model import Calendar, CalendarEnds
from zhunsheng.logs.model import Evidence, Row, Store
from zhunsheng.reference.days import day_of, moved
from zhunsheng.reference.explanation import (
    Condition,
    DayOff,
    Event,
    EventKind,
    Explanation,
    Fact,
    InForce,
    Limit,
    Looked,
    Part,
    RowLooked,
    Ruling,
)
from zhunsheng.reference.expressions import judge, type_of, value
from zhunsheng.reference.patterns import Candidate, Found, bind
from zhunsheng.reference.rules import bound, effective, judge_subject, scope_of
from zhunsheng.reference.scope import Scope, World, number
from zhunsheng.reference.values import Known
from zhunsheng.semantics.rewrite import walk
from zhunsheng.semantics.typed import (
    AggregateOf,
    And,
    Binding,
    CountOf,
    Expr,
    FieldOf,
    Has,
    ParamRef,
    Pattern,
    Program,
    Rule,
    Var,
    Window,
)
from zhunsheng.semantics.types import DurationType
from zhunsheng.verdicts.model import Reason
from zhunsheng.verdicts.truth import Truth

LISTED = 100
"""Rows listed per pattern; the ones that matter first."""
LONGEST_SKIP = 800
"""Days of a limit that are looked through for weekends and holidays."""


def explain(  # noqa: PLR0917 - one thing each, in the order of `evaluate`
    program: Program, rule_id: str, key: str, store: Store, evidence: Evidence, calendar: Calendar
) -> tuple[Explanation, ...]:
    """One explanation per subject with this key, in row order; none when there is no such subject.

    Raises KeyError when the program has no such rule.
    """
    rule = next((each for each in program.rules if each.id == rule_id), None)
    if rule is None:
        raise KeyError(rule_id)
    world = World(program, store, evidence, calendar)
    return tuple(_explained(world, rule, row) for row in subjects(world, rule, key))


def subjects(world: World, rule: Rule, key: str) -> tuple[Row, ...]:
    """The subjects whose key reads like `key` (keys may be numbers)."""
    record = rule.subject.var.record
    found = world.lookup(record, world.program.vocabulary.records[record].key, key)
    if found:
        return found
    return tuple(row for row in world.rows(record) if _text(world.key(record, row)) == key)


def _text(key: object) -> str | None:
    return None if key is None else str(key)


def _explained(world: World, rule: Rule, row: Row) -> Explanation:
    traced = replace(scope_of(world, rule.subject, row), trace=[])
    judgement = judge_subject(world, rule, row, traced)
    record = rule.subject.var.record
    scope = bound(scope_of(world, rule.subject, row), rule.bindings)
    looked = _looked(scope, rule, traced.trace or [])
    within = judgement.norm is not None
    return Explanation(
        rule=rule.id,
        record=record,
        key=_text(world.key(record, row)),
        row=number(row),
        time=world.time(record, row),
        as_of=world.evidence.as_of,
        zone=world.evidence.zone,
        verdict=judgement.verdict,
        reason=judgement.reason,
        fields=judgement.fields,
        applicability=judgement.applicability.truth,
        effective=effective(scope, rule.effective).truth,
        norm=judgement.norm.truth if judgement.norm else None,
        deadline=judgement.deadline,
        observed=judgement.observed,
        facts=tuple(_facts(scope, rule, within)),
        parameters=tuple(_parameters(scope, rule)),
        conditions=tuple(_conditions(scope, rule, within)),
        looked=looked,
        timeline=_timeline(world, record, row, looked),
    )


# ---- what the rule reads -----------------------------------------------------------------------------------


def _nodes(trees: tuple[Any, ...]) -> Iterator[Any]:
    return (node for tree in trees for node in walk(tree))


def _parts(rule: Rule) -> tuple[tuple[Part, tuple[Any, ...]], ...]:
    where, unless = rule.subject.where, rule.unless
    return (
        ("where", (where,) if where else ()),
        ("binding", rule.bindings),
        ("unless", (unless,) if unless else ()),
        ("norm", (rule.norm,)),
    )


def _facts(scope: Scope, rule: Rule, within: bool) -> Iterator[Fact]:
    """Fields of the subject, its parents and bindings (those of pattern rows stand beside the rows)."""
    seen: set[FieldOf] = set()
    for part, trees in _parts(rule):
        for node in _nodes(trees):
            if isinstance(node, FieldOf) and node not in seen and _root(node) in scope.records:
                seen.add(node)
                if within or part == "where":
                    state = value(scope, node)
                    cell, reason = (state.value, None) if isinstance(state, Known) else (None, state.reason)
                    yield Fact(node.record.record, node.field, cell, reason)


def _root(node: FieldOf) -> str:
    record = node.record
    while not isinstance(record, Var):
        record = record.base
    return record.name


def _parameters(scope: Scope, rule: Rule) -> Iterator[InForce]:
    seen: set[str] = set()
    for _, trees in _parts(rule):
        for node in _nodes(trees):
            if isinstance(node, ParamRef) and node.parameter not in seen:
                seen.add(node.parameter)
                state = scope.parameter(node)
                if not isinstance(state, Known):
                    yield InForce(node.parameter, None, None, state.reason)
                    continue
                periods = scope.world.program.parameters[node.parameter].periods
                begun = [each for each in periods if each[0] is None or (scope.day and each[0] <= scope.day)]
                yield InForce(node.parameter, begun[-1][1], begun[-1][0])


def _conditions(scope: Scope, rule: Rule, within: bool) -> Iterator[Condition]:
    for part, trees in _parts(rule):
        if part == "binding" or (part != "where" and not within):
            continue
        for each in (operand for tree in trees for operand in _operands(tree)):
            judged = judge(scope, each)
            yield Condition(part, _source(each), judged.truth, judged.reason, judged.fields)


def _operands(condition: Expr) -> tuple[Expr, ...]:
    """What has to hold, one by one."""
    return condition.operands if isinstance(condition, And) else (condition,)


def _source(expression: Expr) -> str | None:
    return " ".join(expression.span.text.split()) if expression.span else None


# ---- what the patterns looked at ---------------------------------------------------------------------------


def _looked(scope: Scope, rule: Rule, trace: list[tuple[Pattern, Found]]) -> tuple[Looked, ...]:
    uses = {
        id(node.pattern): (part, node)
        for part, trees in _parts(rule)
        for node in _nodes(trees)
        if _asks(node)
    }
    # A `let` used twice stands in the tree twice, and is one thing to the reader.
    once = {pattern: (*uses[id(pattern)], found) for pattern, found in reversed(trace)}
    return tuple(_one_looked(scope, *once[pattern]) for pattern in dict.fromkeys(each for each, _ in trace))


def _asks(node: Any) -> bool:
    return isinstance(node, Has | CountOf | AggregateOf | Binding)


def _one_looked(
    scope: Scope, part: Part, node: Has | CountOf | AggregateOf | Binding, found: Found
) -> Looked:
    asked, use = None, "count"
    taken = None
    if isinstance(node, Has):
        use, state = node.bound, value(scope, node.number)
        asked = state.value if isinstance(state, Known) else None
    elif isinstance(node, AggregateOf):
        use = node.fn
    elif isinstance(node, Binding):
        use, state = node.which, bind(scope, node)
        taken = number(state.value) if isinstance(state, Known) else None
    order: dict[Truth, int] = {Truth.TRUE: 0, Truth.ERROR: 1, Truth.PENDING: 2, Truth.UNKNOWN: 3}
    candidates = sorted(found.candidates, key=lambda each: order.get(each.match, 4))
    rows = tuple(_row_looked(scope, node.pattern, each, found, taken) for each in candidates[:LISTED])
    return Looked(
        part=part,
        use=use,  # type: ignore[arg-type]
        asked=asked,
        record=node.pattern.var.record,
        sure=found.sure,
        possible=found.possible,
        limitless=found.limitless.reason if found.limitless else None,
        limit=_limit(scope, node.pattern.window, found) if node.pattern.window else None,
        rows=rows,
        omitted=len(candidates) - len(rows),
    )


def _row_looked(
    scope: Scope, pattern: Pattern, each: Candidate, found: Found, taken: int | None
) -> RowLooked:
    record = pattern.var.record
    ruling = _ruling(each, found)
    condition = None
    if pattern.where and ruling in ("condition", "undecided", "open", "error"):
        inner = scope.with_row(pattern.var.name, each.row)
        deciding = next(
            (one for one in _operands(pattern.where) if judge(inner, one).truth is each.where.truth), None
        )
        condition = _source(deciding) if deciding else None
    return RowLooked(
        record=record,
        key=_text(scope.world.key(record, each.row)),
        row=number(each.row),
        time=each.time,
        ruling=ruling,
        reason=None if ruling == "matches" else each.where.reason,
        fields=each.where.fields,
        condition=condition,
        chosen=number(each.row) == taken,
    )


def _ruling(each: Candidate, found: Found) -> Ruling:
    if each.match is Truth.TRUE:
        return "matches"
    if each.where.truth is Truth.FALSE:
        return "condition"
    if each.in_window is Truth.FALSE:
        if isinstance(found.low, Known) and each.time and each.time < found.low.value:
            return "too_early"
        return "too_late" if isinstance(found.high, Known) else "outside"
    if each.match is Truth.ERROR:
        return "error"
    return "open" if each.match is Truth.PENDING else "undecided"


def _limit(scope: Scope, window: Window, found: Found) -> Limit:
    ends = [end for end in (found.low, found.high) if end is not None]
    reason = next((end.reason for end in ends if not isinstance(end, Known)), None)
    since = value(scope, window.anchor) if window.anchor else None
    length = value(scope, window.duration) if window.duration else None
    type_ = type_of(window.duration) if window.duration else None
    start = since.value if isinstance(since, Known) else None
    amount = length.value if isinstance(length, Known) else None
    low = found.low.value if isinstance(found.low, Known) else None
    high = found.high.value if isinstance(found.high, Known) else None
    days: tuple[DayOff, ...] = ()
    if isinstance(type_, DurationType) and start is not None and amount is not None and low and high:
        edge = high if window.kind == "within_after" else low
        first, last = day_of(start, scope.world.zone), day_of(edge, scope.world.zone)
        days = tuple(_days_off(scope.world, first, last, amount, type_))
    return Limit(
        window.kind,
        start,
        amount,
        type_ if isinstance(type_, DurationType) else None,
        low,
        high,
        reason,
        days,
    )


def _days_off(world: World, start: date, end: date, amount: int, type_: DurationType) -> Iterator[DayOff]:
    """The days that made a difference: all of them for working days, those rolled over for `rolling`."""
    if type_.unit == "working_day":
        first, last = (start + timedelta(days=1), end) if end >= start else (end, start - timedelta(days=1))
    elif type_.rolling:
        first, last = moved(start, amount, type_, world.calendar), end
    else:
        return
    for step in range(min((last - first).days + 1, LONGEST_SKIP)):
        day = first + timedelta(days=step)
        try:
            working = world.calendar.is_working(day)
        except CalendarEnds:
            return
        weekend = day.weekday() >= 5
        if working and weekend:
            yield DayOff(day, "worked_weekend")
        elif not working:
            yield DayOff(day, "weekend" if weekend else "holiday")


# ---- the timeline ------------------------------------------------------------------------------------------


def _timeline(world: World, record: str, row: Row, looked: tuple[Looked, ...]) -> tuple[Event, ...]:
    events = [Event(world.time(record, row), "subject", record, _text(world.key(record, row)), number(row))]
    for index, each in enumerate(looked):
        for one in each.rows:
            if one.ruling != "condition" or each.omitted == 0:
                events.append(Event(one.time, "row", one.record, one.key, one.row, index))
        if each.limit and each.limit.low and each.limit.kind != "within_after":
            events.append(Event(each.limit.low, "limit_starts", looked=index))
        if each.limit and each.limit.high and each.limit.kind != "within_before":
            events.append(Event(each.limit.high, "limit_ends", looked=index))
    coverage = world.evidence.coverage
    if any(each.limitless is Reason.OUTSIDE_COVERAGE for each in looked):
        ends: tuple[tuple[EventKind, datetime | None], ...]
        ends = (("coverage_starts", coverage.start), ("coverage_ends", coverage.until))
        events += [Event(moment, kind) for kind, moment in ends if moment]
    events.append(Event(world.evidence.as_of, "observed"))
    return tuple(sorted(events, key=_place))


_RANK = ("coverage_starts", "subject", "limit_starts", "row", "limit_ends", "coverage_ends", "observed")


def _place(event: Event) -> tuple[bool, datetime, int]:
    never = datetime.max.replace(tzinfo=None)
    moment = event.time.replace(tzinfo=None) if event.time else never
    return (event.time is None, moment, _RANK.index(event.kind))
