"""Expressions for one subject (language.md section 7; docs/meaning.md M1 to M6).

`judge` decides a condition, `value` gives a value. Operands are looked at in the order written, up to the
first that settles `and` or `or` (M5): its reason is the whole's whatever comes after it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

import re2

from zhunsheng.reference import patterns
from zhunsheng.reference.days import between, day_of, shifted
from zhunsheng.reference.scope import Scope
from zhunsheng.reference.values import (
    FALSE,
    Error,
    Judged,
    Known,
    Missing,
    Unknown,
    Value,
    as_condition,
    as_value,
    conjunction,
    decided,
    disjunction,
    inverse,
    undecided,
    unsettled,
)
from zhunsheng.semantics.typed import (
    AggregateOf,
    And,
    Arithmetic,
    Compare,
    Const,
    CountOf,
    DurationOf,
    EveryCode,
    Expr,
    FieldOf,
    Has,
    InCodes,
    IsMissing,
    Matches,
    Not,
    OneOf,
    Or,
    Otherwise,
    ParamRef,
    PartOf,
    RecordMissing,
)
from zhunsheng.semantics.types import BooleanType, CodeType, TextType, Type
from zhunsheng.verdicts.counts import Range, compared
from zhunsheng.verdicts.model import Reason
from zhunsheng.verdicts.truth import Truth

# ---- conditions --------------------------------------------------------------------------------------------


def judge(scope: Scope, expression: Expr) -> Judged:
    match expression:
        case Not(operand):
            return inverse(judge(scope, operand))
        case And(operands):
            return conjunction(_until(Truth.FALSE, scope, operands))
        case Or(operands):
            return disjunction(_until(Truth.TRUE, scope, operands))
        case Compare():
            return _compare(scope, expression)
        case OneOf(operand, values):
            return _of(value(scope, operand), lambda known: known in values)
        case InCodes(operand, container):
            return _of_both(value(scope, operand), value(scope, container), lambda code, codes: code in codes)
        case EveryCode(which, container, values):
            every = all if which == "all" else any
            return _of(value(scope, container), lambda codes: every(code in values for code in codes))
        case IsMissing(operand):
            return _is_missing(value(scope, operand))
        case RecordMissing(record):
            return _is_missing(scope.record(record))
        case Matches(operand, regex):
            return _of(value(scope, operand), lambda text: _regex(regex).search(text) is not None)
        case Has():
            return patterns.has(scope, expression)
    return as_condition(value(scope, expression))


def _until(settles: Truth, scope: Scope, operands: Sequence[Expr]) -> list[Judged]:
    """A switch written first (`unit = "service" or …`) spares the patterns of the settings that are off."""
    judged: list[Judged] = []
    for each in operands:
        judged.append(judge(scope, each))
        if judged[-1].truth is settles:
            break
    return judged


def _of(operand: Value, holds: Callable[[Any], bool]) -> Judged:
    return decided(holds(operand.value)) if isinstance(operand, Known) else undecided(operand)


def _of_both(left: Value, right: Value, holds: Callable[[Any, Any], bool]) -> Judged:
    if isinstance(left, Known) and isinstance(right, Known):
        return decided(holds(left.value, right.value))
    return undecided(unsettled((left, right)))


def _is_missing(operand: Value) -> Judged:
    return (
        decided(isinstance(operand, Missing)) if isinstance(operand, Known | Missing) else undecided(operand)
    )


@lru_cache(maxsize=256)
def _regex(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _compare(scope: Scope, expression: Compare) -> Judged:
    if isinstance(expression.left, CountOf) or isinstance(expression.right, CountOf):
        return _compare_counts(scope, expression)
    left, right = value(scope, expression.left), value(scope, expression.right)
    place = order(scope, expression.left)
    return _of_both(left, right, lambda one, two: _holds(expression.op, place(one), place(two)))


def _holds(operator: str, left: Any, right: Any) -> bool:
    match operator:
        case "=":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
    return bool(left >= right)


def _compare_counts(scope: Scope, expression: Compare) -> Judged:
    """M6: `count of` beside a comparison operator is compared as the interval of what it can be."""
    left, right = _range(scope, expression.left), _range(scope, expression.right)
    if not (isinstance(left, tuple) and isinstance(right, tuple)):
        return undecided(unsettled([side for side in (left, right) if not isinstance(side, tuple)]))
    result = compared(expression.op, left[0], right[0])
    if result is Truth.UNKNOWN:
        return left[1] or right[1] or FALSE
    return decided(result is Truth.TRUE)


def _range(scope: Scope, expression: Expr) -> tuple[Range, Judged | None] | Value:
    if not isinstance(expression, CountOf):
        known = value(scope, expression)
        return (Range(known.value, known.value), None) if isinstance(known, Known) else known
    found = patterns.find(scope, expression.pattern)
    if found.error:
        return as_value(found.error)
    return patterns.count_range(found), found.doubt() if found.possible != 0 else None


def order(scope: Scope, expression: Expr) -> Callable[[Any], Any]:
    """What values of an expression are compared by: codes by their place in the list, all else as it is."""
    type_ = type_of(expression)
    if isinstance(type_, CodeType):
        return scope.world.program.vocabulary.codelists[type_.codelist].position
    return lambda known: known


# ---- values ------------------------------------------------------------------------------------------------


def value(scope: Scope, expression: Expr) -> Value:
    match expression:
        case Const(constant):
            return Known(constant)
        case ParamRef():
            return scope.parameter(expression)
        case FieldOf():
            return _field(scope, expression)
        case Otherwise(operand, default):
            first, second = value(scope, operand), value(scope, default)
            return second if isinstance(first, Missing) else first
        case Arithmetic(op, left, right):
            return _arithmetic(op, value(scope, left), value(scope, right))
        case DurationOf(_, start, end, type_):
            first, last = value(scope, start), value(scope, end)
            if isinstance(first, Known) and isinstance(last, Known):
                return between(first.value, last.value, type_, scope.world.zone, scope.world.calendar)
            return unsettled((first, last))
        case PartOf(part, operand):
            whole = value(scope, operand)
            return Known(_part(scope, part, whole.value)) if isinstance(whole, Known) else whole
        case CountOf(pattern):
            return _count(patterns.find(scope, pattern))
        case AggregateOf():
            return patterns.aggregate(scope, expression)
    return as_value(judge(scope, expression))


def _field(scope: Scope, expression: FieldOf) -> Value:
    row = scope.record(expression.record)
    if not isinstance(row, Known):
        return row
    cell = row.value.get(expression.field)
    if cell is None:
        return Missing((f"{expression.record.record}.{expression.field}",))
    return Known(unicodedata.normalize("NFC", cell) if isinstance(expression.type, TextType) else cell)


def _arithmetic(op: str, left: Value, right: Value) -> Value:
    if not (isinstance(left, Known) and isinstance(right, Known)):
        return unsettled((left, right))
    one, two = left.value, right.value
    if isinstance(one, datetime):
        return shifted(one, two if op == "+" else -two)
    if isinstance(two, datetime):
        return shifted(two, one)
    if op == "/":
        return Error(Reason.DIVISION_BY_ZERO) if two == 0 else Known(Fraction(one) / Fraction(two))
    return Known(one + two if op == "+" else one - two if op == "-" else one * two)


def _part(scope: Scope, part: str, whole: date | datetime) -> str | int | date:
    day = day_of(whole, scope.world.zone)
    if part == "date":
        return day
    if part == "year":
        return day.year
    if part == "month":
        return f"{day.year:04d}-{day.month:02d}"
    assert isinstance(whole, datetime)
    return whole.astimezone(scope.world.zone).hour


def _count(found: patterns.Found) -> Value:
    if found.error:
        return as_value(found.error)
    if found.possible == 0:
        return Known(found.sure)
    doubt = found.doubt()
    return Unknown(doubt.reason or Reason.UNDECIDED_ROWS, doubt.fields)


def type_of(expression: Expr) -> Type:
    """The type the checker gave; conditions are boolean."""
    match expression:
        case Not() | And() | Or() | Compare() | OneOf() | InCodes() | EveryCode():
            return BooleanType()
        case IsMissing() | RecordMissing() | Matches() | Has():
            return BooleanType()
    return expression.type
