"""How far tests reach into rules: the verdicts that can occur, and the branches (docs/rule-tests.md).

A goal is one thing to reach; which exist is derived from the typed rule, which were reached is traced with
the reference evaluator over every case that names the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhunsheng.calendars.model import Calendar
from zhunsheng.drafting.groups import told_apart
from zhunsheng.drafting.model import Case, ExpectedMeasure
from zhunsheng.drafting.occurring import possible_verdicts
from zhunsheng.drafting.running import world_of
from zhunsheng.drafting.walking import operands_of, parameters_of, patterns_of
from zhunsheng.logs.model import Row
from zhunsheng.reference import patterns
from zhunsheng.reference.expressions import judge
from zhunsheng.reference.rules import inside, judge_subject, scope_of
from zhunsheng.reference.scope import Scope, World
from zhunsheng.semantics.typed import And, Expr, Index, Measure, Or, Pattern, Program, Rule
from zhunsheng.verdicts.truth import Truth

_LONGEST = 60
_VERDICTS = ("verdict", "value", "group")
Mark = tuple[str, object]
"""Kind of a goal and what it is about (the identity of a typed node, a verdict, a parameter's period)."""


@dataclass(frozen=True, slots=True)
class Goal:
    """`kind` names its sentence in the texts: verdict, value, group (a dimension of a measure of which two
    groups are told apart), or a branch."""

    kind: str
    detail: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    rule: str
    goals: tuple[tuple[Goal, bool], ...]
    """Each goal and whether it was reached."""

    def missing(self) -> list[Goal]:
        return [goal for goal, reached in self.goals if not reached]

    def counts(self) -> dict[str, int]:
        verdicts = [reached for goal, reached in self.goals if goal.kind in _VERDICTS]
        branches = [reached for goal, reached in self.goals if goal.kind not in _VERDICTS]
        return {
            "verdicts": len(verdicts),
            "verdicts_reached": sum(verdicts),
            "branches": len(branches),
            "branches_reached": sum(branches),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    rules: tuple[RuleCoverage, ...]

    def counts(self) -> dict[str, int]:
        total = {"verdicts": 0, "verdicts_reached": 0, "branches": 0, "branches_reached": 0}
        for rule in self.rules:
            for key, number in rule.counts().items():
                total[key] += number
        return total

    def percent(self) -> int:
        """Whole percent of verdicts reached, rounded down: 100 means all."""
        counts = self.counts()
        return counts["verdicts_reached"] * 100 // counts["verdicts"] if counts["verdicts"] else 100

    def reaches(self, threshold: int) -> bool:
        counts = self.counts()
        return counts["verdicts_reached"] * 100 >= counts["verdicts"] * threshold


def coverage(
    program: Program, cases: Sequence[Case], calendar: Calendar, wanted: frozenset[str] | None = None
) -> Coverage:
    """Every rule, measure and index of the program (or the wanted ones), in its order."""
    everything: tuple[Measure | Index, ...] = (*program.measures, *program.indices)
    reached: dict[str, set[Mark]] = {rule.id: set() for rule in program.rules}
    rules = {rule.id: rule for rule in program.rules}
    for case in cases:
        world = world_of(case, program, calendar)
        for expected in case.rules:
            rule = rules[expected.rule]
            for row in world.rows(rule.subject.var.record):
                _trace(world, rule, row, reached[rule.id])
    found = [
        RuleCoverage(
            rule.id, tuple((goal, mark in reached[rule.id]) for mark, goal in goals(rule, program).items())
        )
        for rule in program.rules
        if wanted is None or rule.id in wanted
    ]
    for measure in everything:
        if wanted is None or measure.id in wanted:
            mine = [each for case in cases for each in case.measures if each.measure == measure.id]
            found.append(RuleCoverage(measure.id, tuple(_of_measure(measure, mine))))
    return Coverage(tuple(found))


def _of_measure(measure: Measure | Index, expected: Sequence[ExpectedMeasure]) -> Iterator[tuple[Goal, bool]]:
    exact = any(
        each.numbers.get("value") is not None or {"low", "high"} <= set(each.numbers) for each in expected
    )
    yield Goal("value", ""), exact
    told = told_apart(expected)
    for dimension in measure.by if isinstance(measure, Measure) else ():
        yield Goal("group", dimension.name), dimension.name in told


# ---- what there is to reach --------------------------------------------------------------------------------


def goals(rule: Rule, program: Program) -> Mapping[Mark, Goal]:
    """All goals of a rule."""
    found: dict[Mark, Goal] = {}
    for verdict in possible_verdicts(rule, program):
        found["verdict", verdict] = Goal("verdict", verdict.value)
    if rule.subject.where is not None:
        found |= _both_ways(rule.subject.where)
    if rule.unless is not None:
        for kind in ("unless_holds", "unless_fails"):
            found[kind, id(rule.unless)] = _goal(kind, rule.unless)
    for expression in _expressions(rule):
        found |= _inner(expression)
    for binding in rule.bindings:
        found |= _of_pattern(binding.pattern)
    for name in parameters_of(rule):
        periods = program.parameters[name].periods
        for start, _ in periods if len(periods) > 1 else ():
            found["period", (name, start)] = Goal("period", f"{name} {start or '…'}")
    return found


def _expressions(rule: Rule) -> Iterator[Expr]:
    for each in (rule.subject.where, rule.norm, rule.unless):
        if each is not None:
            yield each


def _goal(kind: str, expression: Expr) -> Goal:
    span = getattr(expression, "span", None)
    text = " ".join(span.text.split()) if span else type(expression).__name__
    return Goal(kind, text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…", span.line if span else 0)


def _both_ways(condition: Expr) -> dict[Mark, Goal]:
    return {(kind, id(condition)): _goal(kind, condition) for kind in ("holds", "fails")}


def _inner(expression: Expr) -> dict[Mark, Goal]:
    found: dict[Mark, Goal] = {}
    if isinstance(expression, (And, Or)):
        for each in expression.operands:
            found["decides", (id(expression), id(each))] = _goal("decides", each)
    for operand in operands_of(expression):
        found |= _inner(operand)
    for pattern in patterns_of(expression):
        found |= _of_pattern(pattern)
    return found


def _of_pattern(pattern: Pattern) -> dict[Mark, Goal]:
    if pattern.where is None:
        return {}
    return _both_ways(pattern.where) | _inner(pattern.where)


# ---- what was reached --------------------------------------------------------------------------------------


def _trace(world: World, rule: Rule, row: Row, hit: set[Mark]) -> None:
    hit.add(("verdict", judge_subject(world, rule, row).verdict))
    scope = scope_of(world, rule.subject, row)
    if rule.subject.where is not None:
        _trace_condition(scope, rule.subject.where, hit)
        _trace_inner(scope, rule.subject.where, hit)
    if inside(scope, rule).truth is Truth.FALSE:
        return
    for binding in rule.bindings:
        _trace_pattern(scope, binding.pattern, hit)
        scope = scope.with_record(binding.var.name, patterns.bind(scope, binding))
    if rule.unless is not None:
        truth = judge(scope, rule.unless).truth
        if truth in (Truth.TRUE, Truth.FALSE):
            kind = "unless_holds" if truth is Truth.TRUE else "unless_fails"
            hit.add((kind, id(rule.unless)))
        _trace_inner(scope, rule.unless, hit)
    _trace_inner(scope, rule.norm, hit)
    for name in parameters_of(rule):
        starts = [start for start, _ in world.program.parameters[name].periods]
        in_force = [start for start in starts if start is None or (scope.day and start <= scope.day)]
        hit |= {("period", (name, start)) for start in in_force[-1:]}


def _trace_condition(scope: Scope, condition: Expr, hit: set[Mark]) -> None:
    truth = judge(scope, condition).truth
    if truth in (Truth.TRUE, Truth.FALSE):
        hit.add(("holds" if truth is Truth.TRUE else "fails", id(condition)))


def _trace_inner(scope: Scope, expression: Expr, hit: set[Mark]) -> None:
    if isinstance(expression, (And, Or)):
        decisive = Truth.FALSE if isinstance(expression, And) else Truth.TRUE
        deciding = [each for each in expression.operands if judge(scope, each).truth is decisive]
        if len(deciding) == 1:
            hit.add(("decides", (id(expression), id(deciding[0]))))
    for operand in operands_of(expression):
        _trace_inner(scope, operand, hit)
    for pattern in patterns_of(expression):
        _trace_pattern(scope, pattern, hit)


def _trace_pattern(scope: Scope, pattern: Pattern, hit: set[Mark]) -> None:
    if pattern.where is None:
        return
    for candidate in patterns.find(scope, pattern).candidates:
        within = scope.with_row(pattern.var.name, candidate.row)
        _trace_condition(within, pattern.where, hit)
        _trace_inner(within, pattern.where, hit)
