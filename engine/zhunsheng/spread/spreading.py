"""Evaluates the measures of a pack under every choice of settings.

Each measure has its own number of choices. They are computed in rounds: round n takes choice n of
every measure, with parameters of their own, so there are as many evaluations as the measure with the most
choices has, not as many as all choices together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from zhunsheng.logs.model import Evidence
from zhunsheng.packs import LoadedPack
from zhunsheng.reports.masking import Masking
from zhunsheng.semantics.rewrite import with_parameters
from zhunsheng.semantics.typed import Agreement, Const, Expr, Index, Measure, ParamRef, Program
from zhunsheng.spread import parts
from zhunsheng.spread.model import Spread
from zhunsheng.spread.switches import MOST, Choice, Switch, choices, in_force, setting_of, switches_of
from zhunsheng.verdicts import intervals
from zhunsheng.verdicts.intervals import Amount
from zhunsheng.verdicts.model import Evaluation, GroupOutcome, IndexOutcome, Interval, MeasureOutcome, Verdict

PUBLICATION = "publication"
TOLERANCE = Fraction(5, 10_000)
"""Where a measure declares none: 0.05 points for a share, what rounding to one digit hides."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A measure with its switches, the choices computed, and how many there are."""

    measure: Measure
    switches: tuple[Switch, ...]
    choices: tuple[Choice, ...]
    combinations: int

    def agreeing(self, published: Collection[str], program: Program) -> Measure:
        """The measure as it is evaluated: with the comparison where a figure was published, else without
        groups, which nobody asks for."""
        measure = self.measure
        if measure.id not in published:
            return replace(measure, by=(), agreement=None)
        if measure.agreement is not None:
            return measure
        fields = program.vocabulary.records[PUBLICATION].fields
        by = tuple(each for each in measure.by if each.name in fields)
        tolerance = TOLERANCE if measure.kind == "share" else Fraction(0)
        return replace(measure, by=by, agreement=Agreement("should", tolerance))


def spread(
    pack: LoadedPack,
    evidence: Evidence,
    evaluate: Callable[[Program], Evaluation],
    *,
    published: Mapping[str, Mapping[str, tuple[str | None, str | None]]],
    language: str,
    masking: Masking,
    wanted: Collection[str] = (),
    most: int = MOST,
) -> tuple[Spread, ...]:
    """The spread of every measure and index that reads a switch (or of the `wanted` ones).

    `evaluate` judges a program over the log; `published` maps a measure to its publications' keys and their
    periods, as texts.
    """
    program = pack.program
    day = evidence.as_of.astimezone(ZoneInfo(evidence.zone)).date()
    indices = [each for each in program.indices if not wanted or each.id in wanted]
    weighed = {name for index in indices for name, _ in index.terms}
    tried: dict[str, Tried] = {}
    for measure in program.measures:
        if not wanted or measure.id in wanted or measure.id in weighed:
            switches = switches_of(measure, pack, day)
            tried[measure.id] = Tried(measure, switches, *choices(switches, most))
    outcomes = _rounds(program, tried, published, evaluate)
    context = parts.Context(pack, evidence, published, language, masking)
    found = [
        parts.measure_spread(
            context,
            each.agreeing(published, program),
            outcomes[name],
            declared=each.measure.agreement is not None,
            switches=each.switches,
            combinations=each.combinations,
        )
        for name, each in tried.items()
        if each.switches and (not wanted or name in wanted)
    ]
    for index in indices:
        switches = _union(index, tried)
        if switches:
            picked, total = choices(switches, most)
            weights = [_weight(weight, program, day) for _, weight in index.terms]
            values = {
                one: _index(index, weights, _whole(index, one, switches, tried, outcomes)) for one in picked
            }
            found.append(parts.index_spread(context, index, values, switches=switches, combinations=total))
    return tuple(found)


def _rounds(
    program: Program,
    tried: Mapping[str, Tried],
    published: Collection[str],
    evaluate: Callable[[Program], Evaluation],
) -> dict[str, dict[Choice, MeasureOutcome]]:
    found: dict[str, dict[Choice, MeasureOutcome]] = {name: {} for name in tried}
    for number in range(max((len(each.choices) for each in tried.values()), default=0)):
        taking = {name: each for name, each in tried.items() if number < len(each.choices)}
        evaluation = evaluate(_round(program, taking, published, number))
        for name, each in taking.items():
            found[name][each.choices[number]] = evaluation.measures[name]
    return found


def _round(program: Program, taking: Mapping[str, Tried], published: Collection[str], number: int) -> Program:
    """A program of these measures, each at its choice of that number. Two measures may read one parameter at
    different settings, so every setting is a parameter of its own."""
    parameters = dict(program.parameters)
    measures = []
    for each in taking.values():
        names = {}
        for switch, option in zip(each.switches, each.choices[number], strict=True):
            for name, value in setting_of(program, switch, option).items():
                names[name] = f"{name}#{option}"
                parameters[names[name]] = replace(
                    program.parameters[name], id=names[name], periods=((None, value),)
                )
        measures.append(with_parameters(each.agreeing(published, program), names))
    return replace(program, rules=(), measures=tuple(measures), indices=(), parameters=parameters)


# ---- indices -----------------------------------------------------------------------------------------------


def _union(index: Index, tried: Mapping[str, Tried]) -> tuple[Switch, ...]:
    """The switches of all its measures, each once."""
    found: dict[str, Switch] = {}
    for name, _ in index.terms:
        for switch in tried[name].switches if name in tried else ():
            found.setdefault(switch.parameter, switch)
    return tuple(found.values())


def _whole(
    index: Index,
    choice: Choice,
    switches: Sequence[Switch],
    tried: Mapping[str, Tried],
    outcomes: Mapping[str, Mapping[Choice, MeasureOutcome]],
) -> list[Amount]:
    """Its measures over the whole log, each at the settings that concern it."""
    taken = {switch.parameter: option for switch, option in zip(switches, choice, strict=True)}
    found = []
    for name, _ in index.terms:
        own = tuple(taken[switch.parameter] for switch in tried[name].switches)
        found.append(_amount(tried[name].measure.kind, outcomes[name][own].groups[0]))
    return found


def _index(index: Index, weights: Sequence[Fraction | None], amounts: Sequence[Amount]) -> IndexOutcome:
    """M25 under one choice."""
    try:
        amount = intervals.index(list(zip(weights, amounts, strict=True)))
    except ZeroDivisionError:
        amount = Amount(Interval(None, None))
    return IndexOutcome(index.id, amount.interval, Verdict.NOTAPPLICABLE)


def _weight(weight: Expr, program: Program, day: date) -> Fraction | None:
    value = in_force(program.parameters[weight.parameter], day) if isinstance(weight, ParamRef) else weight
    if isinstance(value, Const) and isinstance(value.value, (int, Fraction)):
        return Fraction(value.value)
    return None


def _amount(kind: str, group: GroupOutcome) -> Amount:
    nothing = kind in ("share", "average") and group.denominator == 0 and group.undecided == 0
    return Amount(group.interval, exists=not nothing)
