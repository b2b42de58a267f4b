"""Random conditions, well-typed by construction."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from generators import patterns
from generators.scope import Scope, parents, pick_field
from generators.values import code, date_value, duration, instant, number, quotient, text
from generators.words import BOOLEAN, INTEGER, LEVEL, OPTION
from zhunsheng.semantics.typed import (
    And,
    Compare,
    Const,
    CountOf,
    DurationOf,
    EveryCode,
    Expr,
    InCodes,
    IsMissing,
    Matches,
    Not,
    OneOf,
    Or,
    RecordMissing,
)
from zhunsheng.semantics.types import (
    BooleanType,
    CodeType,
    DurationType,
    DurationUnit,
)


def condition(scope: Scope, depth: int) -> Expr:
    random = scope.random
    if depth > 0 and scope.chance(0.45):
        match random.choice(["and", "or", "not", "has", "has"]):
            case "and":
                return And((condition(scope, depth - 1), condition(scope, depth - 1)))
            case "or":
                return Or((condition(scope, depth - 1), condition(scope, depth - 1)))
            case "not":
                return Not(condition(scope, depth - 1))
            case "has":
                if scope.budget > 0:
                    return patterns.has(scope, depth - 1)
    return random.choice(ATOMS)(scope, depth)


def _compare_numbers(scope: Scope, depth: int) -> Expr:
    if scope.budget > 0 and scope.chance(0.15):
        sides = [CountOf(patterns.pattern(scope, depth - 1), INTEGER), number(scope, min(depth, 1))]
        scope.random.shuffle(sides)
        return Compare(_op(scope), sides[0], sides[1])
    if scope.chance(0.2):
        return Compare(_op(scope), quotient(scope, depth - 1), number(scope, 0))
    return Compare(_op(scope), number(scope, min(depth, 2)), number(scope, min(depth, 1)))


def _op(scope: Scope) -> Literal["=", "!=", "<", "<=", ">", ">="]:
    return scope.random.choice(["=", "!=", "<", "<=", ">", ">="])  # type: ignore[no-any-return]


def _equality(scope: Scope) -> Literal["=", "!="]:
    return scope.random.choice(["=", "!="])  # type: ignore[no-any-return]


def _compare_text(scope: Scope, depth: int) -> Expr:
    return Compare(_equality(scope), text(scope, depth), text(scope, depth))


def _compare_instants(scope: Scope, depth: int) -> Expr:
    return Compare(_op(scope), instant(scope, depth), instant(scope, depth))


def _compare_dates(scope: Scope, depth: int) -> Expr:
    return Compare(_op(scope), date_value(scope, depth), date_value(scope, depth))


def _compare_durations(scope: Scope, depth: int) -> Expr:
    unit: DurationUnit = scope.random.choice(["exact", "day", "working_day"])
    between = DurationOf(unit, instant(scope, 0), instant(scope, 0), DurationType(unit))
    return Compare(_op(scope), between, duration(scope, unit, min(depth, 1)))


def _compare_levels(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: type_ == LEVEL)
    if found is None:
        return _boolean_field(scope, depth)
    return Compare(_op(scope), found, Const(scope.random.choice(["bad", "fair", "best"]), LEVEL))


def _one_of(scope: Scope, depth: int) -> Expr:
    match scope.random.choice(["level", "text", "number", "kind"]):
        case "level":
            found = pick_field(scope, lambda type_: type_ == LEVEL)
            values: tuple[str | int | Fraction, ...] = tuple(
                sorted(scope.random.sample(["worst", "bad", "fair", "good", "best"], 2))
            )
        case "kind":
            found, values = pick_field(scope, lambda type_: type_ == CodeType("kind")), ("instant",)
        case "number":
            return OneOf(number(scope, 0), (0, 1, 3))
        case _:
            return OneOf(text(scope, 0), ("a", "甲乙"))
    return OneOf(found, values) if found else _boolean_field(scope, depth)


def _codes_list(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: type_ == OPTION)
    if found is None:
        return _boolean_field(scope, depth)
    names = tuple(sorted(scope.random.sample(["o1", "o2", "o3", "o4"], 2)))
    if scope.chance(0.4):
        return InCodes(Const(names[0], CodeType("option")), found)
    return EveryCode(scope.random.choice(["all", "any"]), found, names)


def _is_missing(scope: Scope, depth: int) -> Expr:
    if scope.optional and scope.chance(0.5):
        return RecordMissing(scope.random.choice(scope.optional))
    above = [parent for base in scope.records for parent in parents(base)]
    if above and scope.chance(0.2):
        return RecordMissing(scope.random.choice(above))
    made = scope.random.choice([text, instant, date_value, code, number])(scope, min(depth, 1))
    return IsMissing(made)


def _matches(scope: Scope, depth: int) -> Expr:
    return Matches(text(scope, 0), scope.random.choice([r"\d{11}", "^a$", "乙", "^$"]))


def _boolean_field(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: isinstance(type_, BooleanType))
    if found is None:
        return Const(scope.chance(0.5), BOOLEAN)
    if scope.chance(0.3):
        return Compare(_equality(scope), found, Const(scope.chance(0.5), BOOLEAN))
    return found


ATOMS = (
    _compare_numbers,
    _compare_numbers,
    _compare_text,
    _compare_instants,
    _compare_dates,
    _compare_durations,
    _compare_levels,
    _one_of,
    _codes_list,
    _is_missing,
    _is_missing,
    _matches,
    _boolean_field,
    _boolean_field,
)
