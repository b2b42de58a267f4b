"""Random values, well-typed by construction: numbers, texts, codes, instants, dates, durations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Literal

from generators import patterns
from generators.scope import DAY_MICROSECONDS, DECIMAL, Scope, pick_field
from generators.words import BOOLEAN, DATE, INSTANT, INTEGER, LEVEL, TEXT
from zhunsheng.semantics.typed import (
    AggregateOf,
    Arithmetic,
    Const,
    CountOf,
    DurationOf,
    Expr,
    FieldOf,
    Otherwise,
    ParamRef,
    PartOf,
)
from zhunsheng.semantics.types import (
    CodeType,
    DateType,
    DecimalType,
    DurationType,
    DurationUnit,
    InstantType,
    IntegerType,
    TextType,
    Type,
)


def number(scope: Scope, depth: int) -> Expr:
    """A number whose exact value fits 38 digits whatever the rows hold: products have plain operands."""
    random = scope.random
    if depth > 0 and scope.chance(0.45):
        kinds = ["sum", "product", "otherwise", "part"]
        if scope.budget > 0:
            kinds += ["count", "aggregate"]
        match random.choice(kinds):
            case "sum":
                op: Literal["+", "-"] = random.choice(["+", "-"])
                left, right = number(scope, depth - 1), number(scope, depth - 1)
                both = all(isinstance(type_of(side), IntegerType) for side in (left, right))
                return Arithmetic(op, left, right, INTEGER if both else DECIMAL)
            case "product":
                left, right = number(scope, 0), number(scope, 0)
                both = all(isinstance(type_of(side), IntegerType) for side in (left, right))
                return Arithmetic("*", left, right, INTEGER if both else DECIMAL)
            case "otherwise":
                left, right = number(scope, depth - 1), number(scope, depth - 1)
                both = all(isinstance(type_of(side), IntegerType) for side in (left, right))
                return Otherwise(left, right, INTEGER if both else DECIMAL)
            case "part":
                source = instant(scope, 0)
                return PartOf(random.choice(["year", "hour"]), source, INTEGER)
            case "count":
                return CountOf(patterns.pattern(scope, depth - 1), INTEGER)
            case "aggregate":
                return aggregate(scope, depth, random.choice(["sum", "min", "max", "distinct"]))
    if scope.chance(0.6):
        found = pick_field(scope, lambda type_: isinstance(type_, (IntegerType, DecimalType)))
        if found:
            return found
    if scope.chance(0.3):
        name = random.choice(["few", "rate", "weight"])
        return ParamRef(name, scope.parameters[name].type)
    if scope.chance(0.5):
        return Const(random.choice([0, 1, 2, 3]), INTEGER)
    return Const(random.choice([Fraction(1, 2), Fraction(5, 2), Fraction(-1, 2)]), DECIMAL)


def quotient(scope: Scope, depth: int) -> Expr:
    """A number that need not be a decimal: a division of plain numbers, or an average."""
    if scope.budget > 0 and scope.chance(0.4):
        return aggregate(scope, depth, "average")
    return Arithmetic("/", number(scope, 0), number(scope, 0), DECIMAL)


def aggregate(scope: Scope, depth: int, fn: Literal["sum", "min", "max", "average", "distinct"]) -> Expr:
    made = patterns.pattern(scope, depth - 1)
    inner = scope.inside(made.var)
    inner.budget = min(inner.budget, 0)
    if fn == "distinct":
        value: Expr = scope.random.choice([text, code, instant_field, date_value])(inner, 0)
        return AggregateOf(fn, value, made, INTEGER)
    value = number(inner, 0)
    kind = DECIMAL if fn == "average" else type_of(value)
    return AggregateOf(fn, value, made, kind)


def text(scope: Scope, depth: int) -> Expr:
    if depth > 0 and scope.chance(0.15):
        return PartOf("month", instant(scope, 0), TEXT)
    if depth > 0 and scope.chance(0.1):
        return Otherwise(text(scope, 0), text(scope, 0), TEXT)
    found = pick_field(scope, lambda type_: isinstance(type_, TextType))
    return found if found and scope.chance(0.8) else Const(scope.random.choice(["a", "b", ""]), TEXT)


def code(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: isinstance(type_, CodeType))
    return found if found else Const("good", LEVEL)


def instant_field(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: isinstance(type_, InstantType))
    return found if found else Const(datetime(2024, 2, 29, 16, tzinfo=UTC), INSTANT)


def instant(scope: Scope, depth: int) -> Expr:
    random = scope.random
    if depth > 0 and scope.chance(0.12):
        op: Literal["+", "-"] = random.choice(["+", "-"])
        return Arithmetic(op, instant_field(scope, 0), duration(scope, "exact", 0), INSTANT)
    if depth > 0 and scope.chance(0.1):
        return Otherwise(instant_field(scope, 0), instant_field(scope, 0), INSTANT)
    if depth > 0 and scope.budget > 0 and scope.chance(0.08):
        made = patterns.pattern(scope, 0)
        inner = scope.inside(made.var)
        return AggregateOf(random.choice(["min", "max"]), instant_field(inner, 0), made, INSTANT)
    if scope.chance(0.08):
        return Const(
            datetime(2024, 2, 29, 16, tzinfo=UTC) + timedelta(days=random.choice([0, 1, 9])), INSTANT
        )
    return instant_field(scope, 0)


def date_value(scope: Scope, depth: int) -> Expr:
    if scope.chance(0.4):
        return PartOf("date", instant(scope, 0), DATE)
    found = pick_field(scope, lambda type_: isinstance(type_, DateType))
    return found if found else Const(date(2024, 3, 1), DATE)


def duration(scope: Scope, unit: DurationUnit, depth: int) -> Expr:
    random = scope.random
    if depth > 0 and scope.chance(0.2):
        left, right = duration(scope, unit, depth - 1), duration(scope, unit, depth - 1)
        rolling = any(getattr(type_of(side), "rolling", False) for side in (left, right))
        return Arithmetic(random.choice(["+", "-"]), left, right, DurationType(unit, rolling))
    if depth > 0 and scope.chance(0.1):
        left = duration(scope, unit, 0)
        return Arithmetic("*", left, Const(random.choice([0, 2, -1]), INTEGER), type_of(left))
    if depth > 0 and unit != "month" and scope.chance(0.12):
        return DurationOf(unit, instant(scope, 0), instant(scope, 0), DurationType(unit))
    if depth > 0 and unit == "working_day" and scope.budget > 0 and scope.chance(0.3):
        made = patterns.pattern(scope, 0, record="reply")
        return AggregateOf("sum", FieldOf(made.var, "granted", DurationType(unit)), made, DurationType(unit))
    if scope.chance(0.3):
        found = pick_field(scope, lambda type_: isinstance(type_, DurationType) and type_.unit == unit)
        if found:
            return found
    if scope.chance(0.5):
        name = {
            "working_day": "working_limit",
            "day": "day_limit",
            "month": "month_limit",
            "exact": "exact_limit",
        }[unit]
        return ParamRef(name, scope.parameters[name].type)
    amounts = [0, 3_600_000_000, DAY_MICROSECONDS, 3 * DAY_MICROSECONDS] if unit == "exact" else [0, 1, 2, 5]
    if scope.chance(0.03):
        amounts = [40_000 * (DAY_MICROSECONDS if unit == "exact" else 1)]
    return Const(random.choice(amounts), DurationType(unit))


def type_of(expr: Expr) -> Type:
    return getattr(expr, "type", BOOLEAN)
