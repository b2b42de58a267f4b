"""Small changes to rules, to see whether a test notices: mutation testing on the reference evaluator.

A change that the tests still accept is something they do not say: the limit could be a day off and nobody
would know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from zhunsheng.calendars.model import Calendar
from zhunsheng.diagnostics import Span
from zhunsheng.drafting.model import Case
from zhunsheng.drafting.running import measure_failures, rule_failures, world_of
from zhunsheng.drafting.walking import parameters_of
from zhunsheng.reference.measures import judge_index, judge_measure
from zhunsheng.reference.scope import World
from zhunsheng.semantics.typed import (
    And,
    Compare,
    Const,
    Has,
    Index,
    Measure,
    Not,
    Or,
    Parameter,
    Pattern,
    Program,
    Rule,
    Subject,
    Threshold,
    Window,
)
from zhunsheng.semantics.types import DurationType
from zhunsheng.verdicts.model import Evaluation

_EDGES: Mapping[str, Literal["=", "!=", "<", "<=", ">", ">="]] = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "=",
}  # fmt: skip
_MIRROR: Mapping[str, Literal["at_least", "at_most"]] = {
    "at_least": "at_most", "at_most": "at_least", "exactly": "at_least",
}  # fmt: skip
_HOUR = 3_600_000_000
Target = Rule | Measure | Index


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change and whether every test still holds. `kind` names its sentence in the texts."""

    rule: str
    kind: str
    before: str
    after: str
    line: int
    survived: bool


@dataclass(frozen=True, slots=True)
class _Change:
    kind: str
    before: str
    after: str
    span: Span | None
    target: Target
    parameters: Mapping[str, Parameter]


def mutate(
    program: Program,
    cases: Sequence[Case],
    calendar: Calendar,
    wanted: frozenset[str] | None = None,
    limits_of: Mapping[str, frozenset[str]] | None = None,
) -> tuple[tuple[Mutation, ...], tuple[str, ...]]:
    """Every change of every rule, measure and index that some case names; the ids of those that none names,
    after them. Of what `limits_of` lists, nothing but these parameters is changed."""
    found: list[Mutation] = []
    untested: list[str] = []
    targets: tuple[Target, ...] = (*program.rules, *program.measures, *program.indices)
    for target in targets:
        if wanted is not None and target.id not in wanted:
            continue
        # A case that fails as it is would "notice" every change.
        mine = [
            case for case in cases if _names(case, target) and not _fails(case, target, program, calendar)
        ]
        if not mine:
            untested.append(target.id)
        only = (limits_of or {}).get(target.id)
        changes = _changes(target, program) if only is None else _limits(target, program, sorted(only))
        for change in changes if mine else ():
            changed = replace(program, parameters=change.parameters)
            survived = not any(_fails(case, change.target, changed, calendar) for case in mine)
            line = change.span.line if change.span else 0
            found.append(Mutation(target.id, change.kind, change.before, change.after, line, survived))
    return tuple(found), tuple(untested)


def _names(case: Case, target: Target) -> bool:
    if isinstance(target, Rule):
        return any(each.rule == target.id for each in case.rules)
    return any(each.measure == target.id for each in case.measures)


def _fails(case: Case, target: Target, program: Program, calendar: Calendar) -> bool:
    world = world_of(case, program, calendar)
    if isinstance(target, Rule):
        rules = (each for each in case.rules if each.rule == target.id)
        return any(True for expected in rules for _ in rule_failures(world, target, expected))
    outcome = _outcome(world, target)
    measures = (each for each in case.measures if each.measure == target.id)
    return any(True for expected in measures for _ in measure_failures(outcome, expected))


def _outcome(world: World, target: Measure | Index) -> Evaluation:
    as_of = world.evidence.as_of
    if isinstance(target, Measure):
        return Evaluation(as_of, {}, {target.id: judge_measure(world, target)})
    weighed = {name for name, _ in target.terms}
    measures = {each.id: judge_measure(world, each) for each in world.program.measures if each.id in weighed}
    return Evaluation(as_of, {}, measures, {target.id: judge_index(world, target, measures)})


def _changes(target: Target, program: Program) -> Iterator[_Change]:
    same = program.parameters
    if isinstance(target, Rule) and target.unless is not None:
        yield _Change("unless", "", "", target.unless.span, replace(target, unless=None), same)
    if isinstance(target, Measure):
        for place, dimension in enumerate(target.by):
            fewer = replace(target, by=(*target.by[:place], *target.by[place + 1 :]))
            yield _Change("group", dimension.name, "", target.span, fewer, same)
    for kind, before, after, span, changed in _variants(target):
        yield _Change(kind, before, after, span, changed, same)
    yield from _limits(target, program, parameters_of(target))


def _limits(target: Target, program: Program, names: Sequence[str]) -> Iterator[_Change]:
    """The values of these parameters moved a little, each period for itself."""
    same = program.parameters
    for name in names:
        parameter = same[name]
        for place, (start, value) in enumerate(parameter.periods):
            for other in _beside(value):
                periods = list(parameter.periods)
                periods[place] = (start, other)
                moved = {**same, name: replace(parameter, periods=tuple(periods))}
                before = f"{name} {value.value}"
                yield _Change("limit", before, str(other.value), parameter.span, target, moved)


_Variant = tuple[str, str, str, Span | None, Any]


def _variants(node: Any) -> Iterator[_Variant]:
    """The node with one change at it or below it."""
    yield from _at(node)
    for each in fields(node):
        if each.name in ("span", "type", "label", "note", "remedy", "clauses", "number", "by"):
            continue
        value = getattr(node, each.name)
        if is_dataclass(value):
            for kind, before, after, span, changed in _variants(value):
                yield kind, before, after, span, replace(node, **{each.name: changed})
        elif isinstance(value, tuple):
            for kind, before, after, span, changed in _inside(value):
                yield kind, before, after, span, replace(node, **{each.name: changed})


def _inside(parts: tuple[Any, ...]) -> Iterator[_Variant]:
    """The tuple with one change in one of its parts (an index holds pairs of measure and weight)."""
    for place, part in enumerate(parts):
        variants = _inside(part) if isinstance(part, tuple) else _variants(part) if is_dataclass(part) else ()
        for kind, before, after, span, changed in variants:
            yield kind, before, after, span, (*parts[:place], changed, *parts[place + 1 :])


def _at(node: Any) -> Iterator[_Variant]:
    span = getattr(node, "span", None)
    match node:
        case And(operands):
            yield "connective", "and", "or", span, Or(operands, span=span)
        case Or(operands):
            yield "connective", "or", "and", span, And(operands, span=span)
        case Not(operand):
            yield "negation", "", "", span, operand
        case Compare(op):
            yield "comparison", op, _EDGES[op], span, replace(node, op=_EDGES[op])
        case Const():
            for other in _beside(node):
                yield "limit", str(node.value), str(other.value), span, other
        case Has(bound, number):
            for other_bound in ("at_least", "at_most"):
                if bound != other_bound:
                    yield "count", bound, other_bound, span, replace(node, bound=other_bound)
            for other in _beside(number) if isinstance(number, Const) else ():
                if not (bound == "at_least" and other.value == 0):
                    changed = replace(node, number=other)
                    yield "limit", _shown(number), str(other.value), span, changed
        case Threshold(_, bound):
            yield "count", bound, _MIRROR[bound], None, replace(node, bound=_MIRROR[bound])
        case Subject(where=where) if where is not None:
            yield "where", "", "", getattr(where, "span", None), replace(node, where=None)
        case Pattern():
            if node.other:
                yield "other", "", "", span, replace(node, other=False)
            # Without a link the condition is what ties the rows to the subject: dropped, it is no rule.
            if node.where is not None and node.link is not None:
                yield "where", "", "", getattr(node.where, "span", span), replace(node, where=None)
        case Window():
            for before, after, window in _other_side(node):
                yield "window", before, after, None, window


def _shown(number: Any) -> str:
    return str(number.value)


def _other_side(window: Window) -> Iterator[tuple[str, str, Window]]:
    if window.kind == "within_after":
        yield "after", "before", replace(window, kind="within_before")
    elif window.kind == "within_before":
        yield "before", "after", replace(window, kind="within_after")
    elif window.kind == "bounds" and (window.low is None or window.high is None):
        side = ("before", "after") if window.low is None else ("after", "before")
        yield (*side, replace(window, low=window.high, high=window.low))


def _beside(value: Const) -> Iterator[Const]:
    """A number one less and one more, a share by ten points, an exact duration by an hour. Nothing for
    texts and codes."""
    number = value.value
    if isinstance(number, bool) or not isinstance(number, (int, Fraction)):
        return
    exact = isinstance(value.type, DurationType) and value.type.unit == "exact"
    step: int | Fraction = _HOUR if exact else 1
    if isinstance(number, Fraction) and abs(number) <= 1:
        step = Fraction(1, 10)
    for other in (number - step, number + step):
        yield replace(value, value=other)
