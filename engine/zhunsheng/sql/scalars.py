"""Values in SQL (language.md section 7; docs/meaning.md M1 to M4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from sqlglot import exp

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
from zhunsheng.sql import amounts, conditions, deadlines, dialect, localtime, logic, patterns, records
from zhunsheng.sql.context import View
from zhunsheng.sql.expressions import (
    E,
    all_of,
    any_of,
    boolean,
    case,
    cast,
    coalesce,
    compare,
    day,
    integer,
    known,
    missing,
    moment,
    negated,
    text,
    unless,
)
from zhunsheng.sql.values import Cause, Scalar, flag
from zhunsheng.verdicts.model import Reason


def type_of(expression: Expr) -> Type:
    """The type the checker gave; conditions are boolean."""
    return getattr(expression, "type", BooleanType())


def is_number(type_: Type) -> bool:
    return isinstance(type_, IntegerType | DecimalType | DurationType)


def scalar(view: View, expression: Expr) -> Scalar:
    """The value, every long part of it in a column of its own."""
    if isinstance(expression, Const | FieldOf):
        return _scalar(view, expression)
    return view.settled(_scalar(view, expression))


def _scalar(view: View, expression: Expr) -> Scalar:
    match expression:
        case Const(value, type_):
            return literal(view, value, type_)
        case ParamRef():
            return _parameter(view, expression)
        case FieldOf():
            return records.field(view, expression)
        case Otherwise():
            return _otherwise(view, expression)
        case Arithmetic():
            return _arithmetic(view, expression)
        case DurationOf():
            return _duration(view, expression)
        case PartOf(part, operand):
            return _part(view, part, scalar(view, operand), type_of(operand))
        case CountOf(pattern):
            return patterns.count(view, pattern)
        case AggregateOf():
            return patterns.aggregate(view, expression)
    return logic.to_scalar(conditions.condition(view, expression))


def literal(view: View, value: object, type_: Type) -> Scalar:
    match type_:
        case IntegerType() | DecimalType() | DurationType():
            assert isinstance(value, int | Fraction)
            return amounts.constant(value)
        case BooleanType():
            return Scalar(boolean(bool(value)))
        case DateType():
            assert isinstance(value, date)
            return Scalar(day(value))
        case InstantType():
            assert isinstance(value, datetime)
            return Scalar(moment(value))
        case CodeType(codelist):
            return Scalar(integer(position(view, codelist, str(value))), codelist=codelist)
        case CodesType(codelist):
            assert isinstance(value, tuple)
            places = [integer(position(view, codelist, each)) for each in value]
            return Scalar(dialect.list_of(places, "SMALLINT"))
        case TextType():
            return Scalar(text(str(value)))


def position(view: View, codelist: str, name: str) -> int:
    """What a canonical table holds for a code; -1, which no row holds, for a name that is not in the list."""
    try:
        return view.compiler.program.vocabulary.codelists[codelist].position(name)
    except KeyError:
        return -1


def _parameter(view: View, expression: ParamRef) -> Scalar:
    """The value in force on the day of the root subject's time (M2): a CASE over the instants at which it
    changes."""
    parameter = view.compiler.parameter(expression.parameter)
    values = [literal(view, each.value, each.type) for _, each in parameter.periods]
    if len(values) == 1 and parameter.periods[0][0] is None:
        return values[0]
    if is_number(parameter.type):
        scale = max(each.scale for each in values)
        shown = [amounts.units(each, scale) for each in values]
        made = Scalar(
            exp.null(), scale=scale, bound=max(each.bound * 10 ** (scale - each.scale) for each in values)
        )
    else:
        shown = [each.value for each in values]
        made = Scalar(exp.null(), codelist=values[0].codelist)
    time = view.subject_time()
    if time is None:
        cause = Cause("unknown", boolean(True), Reason.TIME_MISSING)
        return replace(made, value=_typed_null(parameter.type), unknown=boolean(True), causes=(cause,))
    branches: list[tuple[E, E]] = []
    for (start, _), value in zip(reversed(parameter.periods), reversed(shown), strict=True):
        if start is None:
            branches.append((known(time), value))
        else:
            since = moment(localtime.start_of(view.compiler.zone, start))
            branches.append((compare(">=", time, since), value))
    value = case(branches, _typed_null(parameter.type))
    no_time, unknown = missing(time), missing(time)
    causes = [Cause("unknown", no_time, Reason.TIME_MISSING)]
    first = parameter.periods[0][0] if parameter.periods else None
    if first is not None:
        early = compare("<", time, moment(localtime.start_of(view.compiler.zone, first)))
        causes.append(Cause("unknown", early, Reason.PARAMETER_NOT_IN_FORCE))
        unknown = any_of([no_time, early])
    return replace(made, value=value, unknown=unknown, causes=tuple(causes))


def _typed_null(type_: Type) -> E:
    match type_:
        case BooleanType():
            return cast(exp.null(), "BOOLEAN")
        case DateType():
            return cast(exp.null(), "DATE")
        case InstantType():
            return cast(exp.null(), "TIMESTAMP")
        case TextType():
            return cast(exp.null(), "VARCHAR")
        case CodeType():
            return cast(exp.null(), "SMALLINT")
        case CodesType():
            return cast(exp.null(), "SMALLINT[]")
        case _:
            return cast(exp.null(), "BIGINT")


def _otherwise(view: View, expression: Otherwise) -> Scalar:
    """The default stands in for a missing value only; unknown and error stay (M3)."""
    first, second = scalar(view, expression.operand), scalar(view, expression.default)
    if is_number(expression.type):
        first, second = amounts.otherwise(first, second)
    blocked = flag(first.unknown, first.error)
    absent = all_of([missing(first.value), None if blocked is None else negated(blocked)])

    def chosen(one: E, two: E) -> E:
        return unless(blocked, coalesce(one, two))

    below = None
    if first.denominator is not None and second.denominator is not None:
        below = case([(known(first.value), first.denominator)], second.denominator)

    def late(flag_: E | None) -> E | None:
        return None if flag_ is None else all_of([absent, flag_])

    return replace(
        first,
        value=chosen(first.value, second.value),
        denominator=below,
        denominator_bound=max(first.denominator_bound, second.denominator_bound),
        bound=max(first.bound, second.bound),
        constant=None,
        unknown=flag(first.unknown, late(second.unknown)),
        error=flag(first.error, late(second.error)),
        causes=(*first.causes, *second.causes),
    )


def _arithmetic(view: View, expression: Arithmetic) -> Scalar:
    left, right = scalar(view, expression.left), scalar(view, expression.right)
    if isinstance(expression.type, InstantType):
        if isinstance(type_of(expression.left), InstantType):
            return deadlines.shifted(left, right, forward=expression.op == "+")
        return deadlines.shifted(right, left, forward=True)
    match expression.op:
        case "+" | "-":
            return amounts.sum_of(expression.op, left, right)
        case "*":
            return amounts.product(left, right)
    return amounts.division(left, right)


def _duration(view: View, expression: DurationOf) -> Scalar:
    start, end = scalar(view, expression.start), scalar(view, expression.end)
    if expression.unit == "exact":
        ends = [
            each.value if isinstance(type_of(side), InstantType) else localtime.day_start(view, each.value)
            for side, each in ((expression.start, start), (expression.end, end))
        ]
        return Scalar(dialect.microseconds_between(*ends), bound=10**17).with_flags(start, end)
    first, last = (
        localtime.local_day(view, each.value) if isinstance(type_of(side), InstantType) else each.value
        for side, each in ((expression.start, start), (expression.end, end))
    )
    if expression.unit == "day":
        return Scalar(dialect.days_between(first, last), bound=10**6).with_flags(start, end)
    return deadlines.working_days(view, view.let(first), view.let(last)).with_flags(start, end)


def _part(view: View, part: str, operand: Scalar, type_: Type) -> Scalar:
    if part == "hour":
        value = cast(dialect.part("hour", localtime.local_time(view, operand.value)), "BIGINT")
        return Scalar(value, bound=23).with_flags(operand)
    day_ = localtime.local_day(view, operand.value) if isinstance(type_, InstantType) else operand.value
    if part == "date":
        return Scalar(day_).with_flags(operand)
    if part == "month":
        return Scalar(dialect.month_text(day_)).with_flags(operand)
    return Scalar(cast(dialect.part("year", day_), "BIGINT"), bound=9999).with_flags(operand)
