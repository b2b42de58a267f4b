"""From tallies to measures, agreement with published figures, and indices (docs/meaning.md M22 to M25)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlglot import exp

from zhunsheng.engines.run import Run, storing
from zhunsheng.logs.model import Evidence
from zhunsheng.semantics.typed import Const, Expr, Index, Measure, ParamRef, Program, Threshold
from zhunsheng.semantics.types import (
    BooleanType,
    CodesType,
    CodeType,
    DateType,
    DecimalType,
    DurationType,
    InstantType,
    IntegerType,
    TextType,
    Type,
)
from zhunsheng.sql import measures as sql
from zhunsheng.sql.expressions import E, boolean, column, compare, day, integer, moment, table, text
from zhunsheng.sql.measures import Columns, Group
from zhunsheng.verdicts import intervals
from zhunsheng.verdicts.intervals import Amount
from zhunsheng.verdicts.model import (
    AgreementOutcome,
    GroupOutcome,
    IndexOutcome,
    Interval,
    MeasureOutcome,
    Reason,
    Verdict,
)

MEASURES, DAYS, PUBLICATION = "zs_measures", "zs_days", "publication"


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of subjects (the names of M22), and the sum of the known values."""

    n: int = 0
    d: int = 0
    u: int = 0
    perhaps_true: int = 0
    perhaps_false: int = 0
    perhaps_open: int = 0
    undecided: int = 0
    errors: int = 0
    known: int = 0
    total: Fraction = Fraction(0)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in _NUMBERS))

    def doubted(self) -> Tally:
        """The same subjects, when it is not settled that they are applicable."""
        return Tally(
            perhaps_true=self.perhaps_true + self.n,
            perhaps_false=self.perhaps_false + self.d - self.n - self.u,
            perhaps_open=self.perhaps_open + self.u,
            undecided=self.undecided + self.known,
            errors=self.errors,
        )


_NUMBERS = tuple(each.name for each in fields(Tally))


def outcomes(runs: Sequence[Run]) -> Iterator[tuple[str, MeasureOutcome]]:
    """Every measure of the subjects."""
    for run in runs:
        statement, found = _statement(run)
        with run.stored(MEASURES, statement):
            for of in found:
                yield of.measure.id, _measure(run, of)


def _statement(run: Run) -> tuple[str, tuple[Columns, ...]]:
    query, found = sql.columns(run.compiler(measures=run.subject.measures), run.subject.measures)
    return storing(MEASURES, query), found


def _measure(run: Run, of: Columns) -> MeasureOutcome:
    by_group = _tallies(run, of, of.groups)
    # Every subject is in one group, so the groups add up to the whole log.
    whole = sum(by_group.values(), Tally())
    groups = [_outcome(run, of.measure, {}, whole)]
    if of.groups:
        for names in sorted(by_group, key=lambda each: [(name is None, name or "") for name in each]):
            group = {dimension.name: name for dimension, name in zip(of.measure.by, names, strict=True)}
            groups.append(_outcome(run, of.measure, group, by_group[names]))
    return MeasureOutcome(
        of.measure.id, tuple(groups), _agreement(run, of, whole) if of.measure.agreement else ()
    )


def _tallies(run: Run, of: Columns, groups: Sequence[Group]) -> dict[tuple[str | None, ...], Tally]:
    found: dict[tuple[str | None, ...], Tally] = {}
    with run.prepared(sql.tallies(MEASURES, of, [group.column for group in groups])) as rows:
        for row in rows:
            names = tuple(_shown(run, group, cell) for group, cell in zip(groups, row, strict=False))
            found[names] = found.get(names, Tally()) + _tally(of, row[len(groups) :])
    return found


def _tally(of: Columns, numbers: Sequence[Any]) -> Tally:
    *counts, total = numbers
    n, d, u, true, false, open_, undecided, errors, known = (int(each or 0) for each in counts)
    return Tally(n, d, u, true, false, open_, undecided, errors, known, _total(of, total))


def _total(of: Columns, total: Any) -> Fraction:
    if total is None:
        return Fraction(0)
    return Fraction(total) if isinstance(total, str) else Fraction(int(total), 10**of.value.scale)


def _shown(run: Run, group: Group, cell: Any) -> str | None:
    """A group's name: codes by name, days and months as ISO, numbers without trailing zeros."""
    if cell is None:
        return None
    match group.type:
        case CodeType(codelist):
            return run.program.vocabulary.codelists[codelist].codes[int(cell)].name
        case CodesType(codelist):
            codes = run.program.vocabulary.codelists[codelist].codes
            return ",".join(codes[each].name for each in cell)
        case BooleanType():
            return "true" if cell else "false"
        case DateType():
            return str(cell.isoformat())
        case InstantType():
            return str(cell.replace(tzinfo=UTC).isoformat())
        case IntegerType() | DecimalType() | DurationType():
            return number_shown(_number(group, cell))
        case TextType():
            return str(cell)


def _number(group: Group, cell: Any) -> Fraction:
    if isinstance(cell, str | Decimal):
        return Fraction(cell)
    return Fraction(int(cell), 10**group.value.scale)


def number_shown(number: Fraction) -> str:
    if number.denominator != 1:
        exact = Decimal(number.numerator) / Decimal(number.denominator)
        return format(exact, "f") if Fraction(exact) == number else str(number)
    return str(number.numerator)


# ---- one group ---------------------------------------------------------------------------------------------


def _amount(measure: Measure, tally: Tally) -> Amount:
    match measure.kind:
        case "share":
            return intervals.share(_as_share(tally))
        case "count":
            return intervals.count(intervals.Tally(applicable=tally.d, perhaps_open=tally.undecided))
    if tally.undecided:
        return Amount(intervals.NOTHING)
    if measure.kind == "sum":
        return Amount(Interval(tally.total, tally.total))
    if not tally.known:
        return Amount(intervals.NOTHING, exists=False)
    mean = tally.total / tally.known
    return Amount(Interval(mean, mean))


def _as_share(tally: Tally) -> intervals.Tally:
    return intervals.Tally(
        tally.n, tally.d, tally.u, tally.perhaps_true, tally.perhaps_false, tally.perhaps_open
    )


def _outcome(run: Run, measure: Measure, group: Mapping[str, str | None], tally: Tally) -> GroupOutcome:
    amount = _amount(measure, tally)
    numerator: int | Fraction = {"share": tally.n, "count": tally.d}.get(measure.kind, tally.total)
    return GroupOutcome(
        group=group,
        numerator=numerator,
        denominator=tally.known if measure.kind == "average" else tally.d,
        undecided=tally.undecided,
        errors=tally.errors,
        interval=amount.interval,
        verdict=_verdict(run.program, run.evidence, measure, amount, tally),
    )


def _verdict(program: Program, evidence: Evidence, measure: Measure, amount: Amount, tally: Tally) -> Verdict:
    enough = True
    if measure.minimum is not None:
        minimum = setting(program, evidence, measure.minimum)
        enough = minimum is not None and tally.d >= minimum
    return _threshold(program, evidence, measure.threshold, amount, tally.errors, enough=enough)


def _threshold(
    program: Program,
    evidence: Evidence,
    threshold: Threshold | None,
    amount: Amount,
    errors: int,
    *,
    enough: bool,
) -> Verdict:
    if threshold is None:
        return Verdict.NOTAPPLICABLE
    limit = setting(program, evidence, threshold.value)
    return intervals.threshold(threshold.bound, limit, amount, errors=errors, enough=enough)


def setting(program: Program, evidence: Evidence, expression: Expr) -> Fraction | None:
    """A threshold, minimum or weight: of a parameter the value in force on the day of the observation
    time; None before its first date."""
    if isinstance(expression, Const):
        return Fraction(expression.value)  # type: ignore[arg-type]
    assert isinstance(expression, ParamRef)
    today = evidence.as_of.astimezone(ZoneInfo(evidence.zone)).date()
    in_force = [
        value
        for start, value in program.parameters[expression.parameter].periods
        if start is None or start <= today
    ]
    return Fraction(in_force[-1].value) if in_force else None  # type: ignore[arg-type]


# ---- published figures -------------------------------------------------------------------------------------


def _agreement(run: Run, of: Columns, whole: Tally) -> tuple[AgreementOutcome, ...]:
    """One outcome per published figure of the measure (M24)."""
    facts = run.evidence.tables.get(PUBLICATION)
    if facts is None or not facts.supplied:
        interval = _amount(of.measure, whole).interval
        return (AgreementOutcome(None, {}, None, interval, Verdict.UNKNOWN, Reason.NOT_SUPPLIED),)
    keys = [*(group.column for group in of.groups), of.day]
    with run.stored(DAYS, sql.tallies(MEASURES, of, keys)):
        return tuple(_agrees(run, of, row) for row in _published(run, of.measure))


Row = Mapping[str, Any]


def _published(run: Run, measure: Measure) -> Iterator[Row]:
    record = run.program.vocabulary.records[PUBLICATION]
    wanted = ["measure", "value", "period_from", "period_until", *(each.name for each in measure.by)]
    names = list(dict.fromkeys([record.key, *(name for name in wanted if name in record.fields)]))
    if "measure" not in names:
        return
    query = (
        exp.select(*(column("p", name) for name in names))
        .from_(table(PUBLICATION, "p"))
        .where(compare("=", column("p", "measure"), text(measure.id)))
        .order_by(column("p", "_row"))
    )
    for row in run.execute(query):
        yield dict(zip(names, row, strict=True))


def _agrees(run: Run, of: Columns, row: Row) -> AgreementOutcome:
    measure = of.measure
    assert measure.agreement is not None
    record = run.program.vocabulary.records[PUBLICATION]
    group: dict[str, str | None] = {}
    wanted: list[tuple[str, E]] = []
    for dimension, place in zip(measure.by, of.groups, strict=True):
        cell = row.get(dimension.name)
        if cell is None:
            continue
        field = record.fields[dimension.name].type
        name = _shown(run, Group("", field, place.value), cell)
        group[dimension.name] = name
        wanted.append((place.column, _literal(run, place.type, name)))
    ends = tuple(
        None if row.get(name) is None else day(row[name]) for name in ("period_from", "period_until")
    )
    tally = Tally()
    with run.prepared(sql.about(DAYS, of, (ends[0], ends[1]), wanted)) as rows:
        for untimed, *numbers in rows:
            each = _tally(of, numbers)
            tally += each.doubted() if untimed and any(end is not None for end in ends) else each
    figure = row.get("value")
    published = None if figure is None else Fraction(figure)
    amount = _amount(measure, tally)
    verdict = intervals.agreement(published, measure.agreement.tolerance, amount, errors=tally.errors)
    reason = {Verdict.FAIL: Reason.CONDITION_FALSE, Verdict.UNKNOWN: Reason.UNDECIDED_ROWS}.get(verdict)
    if verdict is Verdict.UNKNOWN and published is None:
        reason = Reason.FIELD_MISSING
    key = row[record.key]
    return AgreementOutcome(
        None if key is None else str(key), group, published, amount.interval, verdict, reason
    )


def _literal(run: Run, type_: Type, name: str | None) -> E:
    """A group's name back as what its column holds; NULL, which equals nothing, for a name that it cannot
    have."""
    assert name is not None
    try:
        match type_:
            case CodeType(codelist):
                return integer(run.program.vocabulary.codelists[codelist].position(name))
            case BooleanType():
                return boolean({"true": True, "false": False}[name])
            case DateType():
                return day(date.fromisoformat(name))
            case InstantType():
                from datetime import datetime

                return moment(datetime.fromisoformat(name))
            case IntegerType() | DecimalType() | DurationType():
                return exp.Literal.number(name)
            case _:
                return text(name)
    except (KeyError, ValueError):
        return exp.null()


# ---- indices -----------------------------------------------------------------------------------------------


def index_outcome(
    program: Program, evidence: Evidence, index: Index, measures: Mapping[str, MeasureOutcome]
) -> IndexOutcome:
    """M25: the weighted mean over the whole log."""
    whole = {name: measures[name].groups[0] for name, _ in index.terms}
    kinds = {measure.id: measure.kind for measure in program.measures}
    errors = sum(group.errors for group in whole.values())
    terms = [
        (setting(program, evidence, weight), _as_amount(kinds[name], whole[name]))
        for name, weight in index.terms
    ]
    try:
        amount = intervals.index(terms)
    except ZeroDivisionError:
        amount, errors = Amount(intervals.NOTHING), errors + 1
    return IndexOutcome(
        index.id, amount.interval, _threshold(program, evidence, index.threshold, amount, errors, enough=True)
    )


def _as_amount(kind: str, group: GroupOutcome) -> Amount:
    nothing = kind in ("share", "average") and group.denominator == 0 and group.undecided == 0
    return Amount(group.interval, exists=not nothing)
