"""Measures in SQL: what each takes from a subject, and the tallies of its groups (docs/meaning.md M22 to
M24).

Every measure of a subject record reads the same frame. Its columns are applicability (a: 4 sure, else
undecided), outcome (o: 1 true, 0 false, NULL undecided; or the value) and group; the tallies are one grouped
aggregate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from zhunsheng.semantics.typed import Measure
from zhunsheng.semantics.types import Type
from zhunsheng.sql import amounts, conditions, dialect, localtime, logic, scalars, verdicts
from zhunsheng.sql.context import Compiler, View
from zhunsheng.sql.expressions import (
    FALSE,
    NULL,
    TRUE,
    E,
    aliased,
    all_of,
    any_of,
    cast,
    column,
    compare,
    counted,
    filtered,
    integer,
    known,
    missing,
    table,
)
from zhunsheng.sql.frame import with_relations
from zhunsheng.sql.values import Scalar

SOURCE = "m"
"""Alias of the table that holds the measures' columns."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of one measure stand, and how to read them."""

    measure: Measure
    applicable: str
    error: str
    outcome: str
    below: str | None
    """Denominators of a quotient."""
    value: Scalar
    """Form of the outcome (its SQL is not used)."""
    groups: tuple[Group, ...]
    """One per dimension."""
    day: str


@dataclass(frozen=True, slots=True)
class Group:
    """The column of one dimension, and how to read it."""

    column: str
    type: Type
    value: Scalar
    """Form of the column (its SQL is not used)."""


def columns(compiler: Compiler, measures: Sequence[Measure]) -> tuple[exp.Query, tuple[Columns, ...]]:
    """One row per subject that concerns any of the measures."""
    frame = verdicts.subject_frame(compiler)
    made: dict[str, E] = {}
    found: list[Columns] = []
    concerned: list[E] = []
    for place, measure in enumerate(measures):
        view = verdicts.subject_view(compiler, measure, frame)
        applicable = verdicts.applicability(view, measure)
        code = frame.let(logic.code_of(applicable))
        concerned.append(compare("!=", code, integer(logic.F)))
        value = _outcome(view, measure)
        wrong = any_of([compare("=", code, integer(logic.ERROR)), value.error])
        below = None if value.denominator is None else f"b{place}"
        made |= {f"a{place}": code, f"e{place}": wrong, f"o{place}": value.value, f"t{place}": _day(view)}
        if below is not None and value.denominator is not None:
            made[below] = value.denominator
        groups: list[Group] = []
        for number, dimension in enumerate(measure.by):
            name = f"g{place}_{number}"
            group = scalars.scalar(view, dimension.value)
            made[name] = _comparable(group)
            groups.append(Group(name, scalars.type_of(dimension.value), replace(group, constant=None)))
        form = replace(value, constant=None)
        found.append(
            Columns(measure, f"a{place}", f"e{place}", f"o{place}", below, form, tuple(groups), f"t{place}")
        )
    query = frame.select("measures", [aliased(node, name) for name, node in made.items()], any_of(concerned))
    return with_relations(query, [frame]), tuple(found)


def _day(view: View) -> E:
    time = view.subject_time()
    return cast(NULL, "DATE") if time is None else localtime.local_day(view, time)


def _outcome(view: View, measure: Measure) -> Scalar:
    if measure.value is None:
        return Scalar(TRUE)
    if measure.kind == "share":
        return view.settled(logic.to_scalar(conditions.condition(view, measure.value)))
    return scalars.scalar(view, measure.value)


def _comparable(value: Scalar) -> E:
    """The value as groups tell it apart: a quotient in lowest terms."""
    if value.text or value.denominator is not None:
        return dialect.exact("reduced", amounts.as_text(value).value)
    return value.value


# ---- tallies -----------------------------------------------------------------------------------------------

TALLY = ("n", "d", "u", "aT", "aF", "aU", "undecided", "errors", "known", "total")


def tallies(source: str, of: Columns, keys: Sequence[str]) -> exp.Query:
    """Per group of the key columns (none: for the whole log) the numbers that M22 works with, named as
    TALLY."""
    listed: list[E] = [column(SOURCE, name) for name in keys]
    concerned = compare("!=", column(SOURCE, of.applicable), integer(logic.F))
    applicable = compare("=", column(SOURCE, of.applicable), integer(logic.T))
    numbers = [aliased(node, name) for node, name in zip(_numbers(of, applicable), TALLY, strict=True)]
    made = exp.select(*listed, *numbers).from_(table(source, SOURCE)).where(concerned)
    if keys:
        made.set("group", exp.Group(expressions=[integer(place) for place in range(1, len(keys) + 1)]))
    return made


def _numbers(of: Columns, applicable: E) -> list[E]:
    sure, perhaps = applicable, exp.Not(this=exp.Paren(this=applicable.copy()))
    outcome = column(SOURCE, of.outcome)
    lost = missing(outcome)
    share = of.measure.kind == "share"
    true = outcome if share else TRUE
    false = exp.Not(this=outcome.copy()) if share else FALSE

    def rows(*conditions_: E) -> E:
        return counted(all_of(each.copy() for each in conditions_))

    error = column(SOURCE, of.error)
    return [
        rows(sure, true),
        rows(sure),
        rows(sure, lost),
        rows(perhaps, true),
        rows(perhaps, false),
        rows(perhaps, lost),
        rows(any_of([perhaps, lost])),
        rows(error),
        rows(sure, known(outcome)),
        _total(of, sure),
    ]


def _total(of: Columns, sure: E) -> E:
    """The sum over known values; a quotient's as a text."""
    if of.measure.kind not in ("sum", "average"):
        return NULL
    place = column(SOURCE, of.outcome)
    below = None if of.below is None else column(SOURCE, of.below)
    value = replace(of.value, value=place, denominator=below)
    if value.text or value.denominator is not None:
        listed = filtered(
            dialect.call("list", amounts.as_text(value).value), all_of([sure.copy(), known(place)])
        )
        empty = cast(exp.Array(expressions=[]), "VARCHAR[]")
        return dialect.exact("sum", exp.Coalesce(this=listed, expressions=[empty]))
    units = amounts.units(replace(value, constant=None), value.scale)
    return filtered(exp.Sum(this=cast(units, "HUGEINT")), sure.copy())


# ---- published figures -------------------------------------------------------------------------------------


def about(
    source: str, of: Columns, ends: tuple[E | None, E | None], groups: Sequence[tuple[str, E]]
) -> exp.Query:
    """The tallies by group and day, summed over those that a published figure is about: in two rows, of
    subjects with a day in its period (false) and of subjects without a day (true), which may lie in it
    (M24)."""
    day = column(SOURCE, of.day)
    start, until = ends
    inside = all_of(
        [
            None if start is None else compare(">=", day, start),
            None if until is None else compare("<=", day, until),
        ]
    )
    where = [
        any_of([missing(day), inside]),
        *(compare("=", column(SOURCE, name), value) for name, value in groups),
    ]
    sums: list[E] = [exp.Sum(this=column(SOURCE, name)) for name in TALLY[:-1]]
    made = exp.select(missing(day), *sums, _summed(of)).from_(table(source, SOURCE)).where(all_of(where))
    made.set("group", exp.Group(expressions=[integer(1)]))
    return made


def _summed(of: Columns) -> E:
    total = column(SOURCE, TALLY[-1])
    if of.measure.kind not in ("sum", "average"):
        return NULL
    if of.value.text or of.below is not None:
        return dialect.exact("sum", dialect.call("list", total))
    return exp.Sum(this=total)
