"""Random patterns: linked or tied by an equality, with counts and windows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Literal

# Patterns hold conditions and values, which hold patterns: the modules call each other.
from generators import conditions, values
from generators.scope import DATED, Scope, parents, pick_field
from generators.words import CHAINS, INSTANT, INTEGER, VOCABULARY
from zhunsheng.semantics.typed import (
    And,
    Compare,
    Const,
    Expr,
    FieldOf,
    Has,
    Link,
    ParamRef,
    Pattern,
    Var,
    Window,
)
from zhunsheng.semantics.types import (
    BooleanType,
    CodeType,
    DateType,
    DecimalType,
    DurationUnit,
    InstantType,
    IntegerType,
    TextType,
    Type,
)


def has(scope: Scope, depth: int) -> Has:
    bound: Literal["at_least", "at_most", "exactly"] = scope.random.choice(
        ["at_least", "at_least", "at_most", "exactly"]
    )
    count: Expr = Const(scope.random.choice([1, 1, 1, 0, 2]), INTEGER)
    if scope.chance(0.15):
        count = ParamRef("few", INTEGER)
    if bound == "at_most" and scope.chance(0.5):
        count = Const(0, INTEGER)
    return Has(bound, count, pattern(scope, depth))


def pattern(scope: Scope, depth: int, record: str | None = None) -> Pattern:
    random = scope.random
    link = _link(scope, record)
    if link is not None and scope.chance(0.85):
        made, target = link
        row = scope.row(target)
        return _finish(scope, row, made, None, depth)
    target = record or random.choice([*DATED, "unit", "item"])
    row = scope.row(target)
    return _finish(scope, row, None, _join(scope, row), depth)


def _link(scope: Scope, record: str | None) -> tuple[Link, str] | None:
    options: list[tuple[Link, str]] = []
    bases = [
        base
        for record_ in scope.records
        for base in (record_, *(parents(record_) if scope.chance(0.15) else ()))
    ]
    for base in bases:
        for (low, high), path in CHAINS.items():
            if base.record == high and record in (None, low):
                options.append((Link(base, "down", path), low))
            if base.record == low and record in (None, high):
                options.append((Link(base, "up", path), high))
    return scope.random.choice(options) if options else None


def _join(scope: Scope, row: Var) -> Expr:
    """The equality that a pattern without link must have; its other side never mentions the row."""
    own_fields = list(VOCABULARY.records[row.record].fields.values())
    scope.random.shuffle(own_fields)
    for own in own_fields:
        other = pick_field(scope, lambda type_, own=own: type_ == own.type)  # type: ignore[misc]
        if other is not None:
            sides = [FieldOf(row, own.name, own.type), other]
            scope.random.shuffle(sides)
            return Compare("=", sides[0], sides[1])
    return Compare("=", FieldOf(row, own_fields[0].name, own_fields[0].type), _constant(own_fields[0].type))


def _constant(type_: Type) -> Const:
    match type_:
        case TextType():
            return Const("a", type_)
        case IntegerType():
            return Const(1, type_)
        case DecimalType():
            return Const(Fraction(1, 2), type_)
        case BooleanType():
            return Const(True, type_)
        case DateType():
            return Const(date(2024, 3, 1), type_)
        case InstantType():
            return Const(datetime(2024, 3, 1, tzinfo=UTC), type_)
        case CodeType("level"):
            return Const("good", type_)
        case CodeType():
            return Const("instant", type_)
        case _:
            return Const(1, type_)


def _finish(scope: Scope, row: Var, link: Link | None, join: Expr | None, depth: int) -> Pattern:
    random = scope.random
    inner = scope.inside(row)
    where = conditions.condition(inner, depth) if scope.chance(0.5) else None
    if join is not None:
        where = join if where is None else And((join, where))
    instants = [each.name for each in VOCABULARY.records[row.record].fields.values() if each.type == INSTANT]
    time = VOCABULARY.records[row.record].time
    if instants and scope.chance(0.15):
        time = random.choice(instants)
    made = window(scope, depth) if time is not None and scope.chance(0.55) else None
    return Pattern(row, link, row.record == scope.subject.record and scope.chance(0.5), where, made, time)


def window(scope: Scope, depth: int) -> Window:
    random = scope.random
    anchor = values.instant(scope, min(depth, 1))
    time = VOCABULARY.records[scope.subject.record].time
    if time is not None and scope.chance(0.5):
        anchor = FieldOf(scope.subject, time, INSTANT)
    match random.choice(["after", "after", "after", "before", "open", "bounds", "day"]):
        case "after":
            unit: DurationUnit = random.choice(["exact", "day", "working_day", "working_day", "month"])
            return Window("within_after", anchor, values.duration(scope, unit, min(depth, 1)))
        case "before":
            unit = random.choice(["exact", "day", "working_day", "month"])
            return Window("within_before", anchor, values.duration(scope, unit, min(depth, 1)))
        case "open":
            return Window("bounds", low=anchor) if scope.chance(0.5) else Window("bounds", high=anchor)
        case "bounds":
            return Window("bounds", low=anchor, high=values.instant(scope, 0))
        case _:
            return Window("same_day", anchor if scope.chance(0.7) else values.date_value(scope, 0))
