"""From outcomes to what the spread shows: labels, marks, distances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from zhunsheng.logs.model import Evidence
from zhunsheng.packs import LoadedPack
from zhunsheng.reports.masking import Masking
from zhunsheng.reports.measure_parts import group_shown
from zhunsheng.reports.model import IntervalPart
from zhunsheng.reports.reads import in_language
from zhunsheng.reports.rule_parts import clause_names
from zhunsheng.reports.values import constant
from zhunsheng.reports.wording import Wording, wording
from zhunsheng.semantics.typed import Index, Measure
from zhunsheng.spread.model import Figure, Row, SettingPart, Spread, SwitchPart, Value
from zhunsheng.spread.switches import Choice, Switch
from zhunsheng.verdicts.model import AgreementOutcome, IndexOutcome, Interval, MeasureOutcome, Verdict

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Context:
    """What all spreads of one pack share. `published` maps measure -> publication -> its period."""

    pack: LoadedPack
    evidence: Evidence
    published: Mapping[str, Mapping[str, tuple[str | None, str | None]]]
    language: str
    masking: Masking

    @property
    def words(self) -> Wording:
        return wording(self.language)


def measure_spread(
    context: Context,
    measure: Measure,
    outcomes: Mapping[Choice, MeasureOutcome],
    *,
    declared: bool,
    switches: Sequence[Switch],
    combinations: int,
) -> Spread:
    """One measure; `declared` says whether its tolerance is its own."""
    shown = tuple(_switch(switch, context) for switch in switches)
    rows = []
    for number, (choice, outcome) in enumerate(outcomes.items(), start=1):
        whole = outcome.groups[0]
        rows.append(
            Row(
                number=number,
                settings=_settings(shown, choice),
                own=not any(choice),
                numerator=Fraction(whole.numerator),
                denominator=whole.denominator,
                undecided=whole.undecided,
                interval=_interval(whole.interval),
                verdict=whole.verdict,
                published=tuple(_value(each) for each in outcome.agreement if each.published is not None),
            )
        )
    figures = _figures(context, measure, declared, next(iter(outcomes.values())), rows)
    return _spread(
        context,
        measure,
        rows,
        kind=measure.kind,
        switches=shown,
        combinations=combinations,
        figures=figures,
    )


def index_spread(
    context: Context,
    index: Index,
    outcomes: Mapping[Choice, IndexOutcome],
    *,
    switches: Sequence[Switch],
    combinations: int,
) -> Spread:
    """One index: its value follows from those of its measures."""
    shown = tuple(_switch(switch, context) for switch in switches)
    rows = [
        Row(
            number=number,
            settings=_settings(shown, choice),
            own=not any(choice),
            numerator=None,
            denominator=None,
            undecided=0,
            interval=_interval(outcome.interval),
            verdict=outcome.verdict,
            published=(),
        )
        for number, (choice, outcome) in enumerate(outcomes.items(), start=1)
    ]
    kinds = {measure.id: measure.kind for measure in context.pack.program.measures}
    kind = "share" if all(kinds[name] == "share" for name, _ in index.terms) else "number"
    return _spread(context, index, rows, kind=kind, switches=shown, combinations=combinations)


def _spread(
    context: Context,
    declared: Measure | Index,
    rows: Sequence[Row],
    *,
    kind: str,
    switches: tuple[SwitchPart, ...],
    combinations: int,
    figures: tuple[Figure, ...] = (),
) -> Spread:
    lows = [(row.interval.low, row.number) for row in rows if row.interval.low is not None]
    highs = [(row.interval.high, row.number) for row in rows if row.interval.high is not None]
    low = min(lows, default=None)
    high = max(highs, default=None, key=lambda one: (one[0], -one[1]))
    return Spread(
        id=declared.id,
        label=in_language(declared.label, context.language) or declared.id,
        pack=context.pack.id,
        clauses=clause_names(declared.clauses, context.pack.program, context.language),
        kind=kind,
        switches=switches,
        combinations=combinations,
        complete=combinations == len(rows),
        lowest=low[1] if low else None,
        highest=high[1] if high else None,
        low=low[0] if low else None,
        high=high[0] if high else None,
        width=high[0] - low[0] if low and high else None,
        rows=tuple(rows),
        figures=figures,
    )


def _switch(switch: Switch, context: Context) -> SwitchPart:
    parameter = context.pack.program.parameters[switch.parameter]
    vocabulary = context.pack.program.vocabulary
    settings = []
    for option in switch.options:
        if option.value is None:
            settings.append(SettingPart("", wording(context.language, TEXTS).text("dated")))
            continue
        value = constant(option.value, context.words, vocabulary)
        settings.append(
            SettingPart(
                _written(option.value.value, value), in_language(option.label, context.language) or value
            )
        )
    return SwitchPart(
        parameter=switch.parameter,
        label=in_language(parameter.label, context.language) or switch.parameter,
        basis=parameter.basis,
        source=in_language(parameter.source, context.language) or "",
        settings=tuple(settings),
    )


def _written(raw: object, shown: str) -> str:
    """Independent of the reader's language where it is true or false."""
    return {True: "true", False: "false"}[raw] if isinstance(raw, bool) else shown


def _settings(switches: Sequence[SwitchPart], choice: Choice) -> dict[str, str]:
    return {
        switch.parameter: switch.settings[option].value
        for switch, option in zip(switches, choice, strict=True)
    }


# ---- published figures -------------------------------------------------------------------------------------


def _value(outcome: AgreementOutcome) -> Value:
    return Value(
        outcome.publication,
        _interval(outcome.interval),
        distance(outcome.published, outcome.interval),
        outcome.verdict,
    )


def distance(published: Fraction | None, interval: Interval) -> Fraction | None:
    """How far the figure lies above (or, negative, below) the interval; 0 inside it.

    >>> distance(Fraction(9, 10), Interval(Fraction(1, 2), Fraction(4, 5)))
    Fraction(1, 10)
    """
    if published is None or interval.low is None or interval.high is None:
        return None
    if published < interval.low:
        return published - interval.low
    return max(published - interval.high, Fraction(0))


def _figures(
    context: Context, measure: Measure, declared: bool, own: MeasureOutcome, rows: Sequence[Row]
) -> tuple[Figure, ...]:
    if measure.agreement is None:
        return ()
    figures = []
    told = [each for each in own.agreement if each.published is not None]
    for place, outcome in enumerate(told):
        values = [(row.number, row.published[place]) for row in rows]
        reached = [(abs(value.distance), number) for number, value in values if value.distance is not None]
        group, labels = group_shown(
            outcome.group, measure, context.pack.program, context.masking, context.words
        )
        periods = context.published.get(measure.id, {})
        figures.append(
            Figure(
                publication=outcome.publication,
                group=group,
                labels=labels,
                period=periods.get(outcome.publication or "", (None, None)),
                published=outcome.published,
                tolerance=measure.agreement.tolerance,
                declared=declared,
                reproduced_by=_numbers(values, Verdict.PASS),
                possible=_numbers(values, Verdict.UNKNOWN),
                nearest=min(reached)[1] if reached else None,
            )
        )
    return tuple(figures)


def _numbers(values: Sequence[tuple[int, Value]], verdict: Verdict) -> tuple[int, ...]:
    return tuple(number for number, value in values if value.verdict is verdict)


def _interval(interval: Interval) -> IntervalPart:
    return IntervalPart(interval.low, interval.high)
