"""Conditions in SQL (language.md section 7; docs/meaning.md M3, M5)."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from sqlglot import exp

from zhunsheng.semantics.typed import (
    And,
    Compare,
    CountOf,
    EveryCode,
    Expr,
    Has,
    InCodes,
    IsMissing,
    Matches,
    Not,
    OneOf,
    Or,
    RecordMissing,
)
from zhunsheng.semantics.types import CodesType, CodeType
from zhunsheng.sql import amounts, dialect, logic, patterns, records, scalars
from zhunsheng.sql.context import View
from zhunsheng.sql.expressions import E, case, compare, contained, integer, known, missing
from zhunsheng.sql.values import Scalar, Truth, flag, of_operands


def condition(view: View, expression: Expr) -> Truth:
    """The condition, in a column of its own when it is long."""
    return view.decided(lazily(view, expression))


def lazily(view: View, expression: Expr) -> Truth:
    """The condition as an expression, however long: computed only for the rows that a CASE asks it for."""
    match expression:
        case Not(operand):
            return logic.negation(condition(view, operand))
        case And(operands):
            return logic.conjunction([condition(view, each) for each in operands])
        case Or(operands):
            return logic.disjunction([condition(view, each) for each in operands])
        case Compare(_, CountOf()) | Compare(_, _, CountOf()):
            return patterns.compare_counts(view, expression)
        case Compare(op, left, right):
            return compared(view, op, left, right)
        case OneOf(operand, values):
            return _of(scalars.scalar(view, operand), _one_of(view, expression, values))
        case InCodes():
            return _in_codes(view, expression)
        case EveryCode():
            return _every_code(view, expression)
        case IsMissing(operand):
            value = scalars.scalar(view, operand)
            return records.missing_unless(missing(value.value), value.unknown, value.error, value.causes)
        case RecordMissing(record):
            return records.is_missing(records.record(view, record))
        case Matches(operand, regex):
            value = scalars.scalar(view, operand)
            return _of(value, dialect.matches(value.value, regex))
        case Has():
            return patterns.has(view, expression)
    return logic.from_scalar(scalars.scalar(view, expression))


def _of(operand: Scalar, value: E) -> Truth:
    """A condition that is NULL where its operand is."""
    return logic.flagged(value, operand.error, operand.causes)


Operator = Literal["=", "!=", "<", "<=", ">", ">="]


def compared(view: View, op: Operator, left: Expr, right: Expr) -> Truth:
    one, two = scalars.scalar(view, left), scalars.scalar(view, right)
    return logic.flagged(
        related(view, op, one, two, left), flag(one.error, two.error), of_operands(one.causes, two.causes)
    )


def related(view: View, op: Operator, one: Scalar, two: Scalar, typed_as: Expr) -> E:
    """The comparison of two values of one type as a nullable boolean."""
    if scalars.is_number(scalars.type_of(typed_as)):
        return amounts.compared(op, one, two)
    if one.codelist is not None and two.codelist is not None and one.codelist != two.codelist:
        two = recoded(view, two, one.codelist)
    return compare(op, one.value, two.value)


def recoded(view: View, code: Scalar, codelist: str) -> Scalar:
    """A code as the position that its name has in another list."""
    assert code.codelist is not None
    lists = view.compiler.program.vocabulary.codelists
    branches = [
        exp.If(this=integer(place), true=integer(scalars.position(view, codelist, each.name)))
        for place, each in enumerate(lists[code.codelist].codes)
    ]
    return Scalar(exp.Case(this=code.value, ifs=branches, default=exp.null()), codelist=codelist)


def _one_of(view: View, expression: OneOf, values: tuple[object, ...]) -> E:
    operand = scalars.scalar(view, expression.operand)
    type_ = scalars.type_of(expression.operand)
    if scalars.is_number(type_):
        return amounts.one_of(operand, tuple(Fraction(str(each)) for each in values))
    if not values:
        return case([(known(operand.value), exp.false())], exp.null())
    return contained(operand.value, [scalars.literal(view, each, type_).value for each in values])


def _in_codes(view: View, expression: InCodes) -> Truth:
    code, codes = scalars.scalar(view, expression.operand), scalars.scalar(view, expression.container)
    container = scalars.type_of(expression.container)
    assert isinstance(container, CodesType)
    if code.codelist != container.codelist:
        code_in = recoded(view, code, container.codelist).value
    else:
        code_in = code.value
    both = [(missing(code.value), exp.null()), (missing(codes.value), exp.null())]
    value = case(both, dialect.has_code(codes.value, code_in))
    return logic.flagged(value, flag(code.error, codes.error), of_operands(code.causes, codes.causes))


def _every_code(view: View, expression: EveryCode) -> Truth:
    codes = scalars.scalar(view, expression.container)
    type_ = scalars.type_of(expression.container)
    assert isinstance(type_, CodesType | CodeType)
    places = [integer(scalars.position(view, type_.codelist, each)) for each in expression.values]
    wanted = dialect.list_of(places, "SMALLINT")
    holds = (
        dialect.has_all(wanted, codes.value)
        if expression.which == "all"
        else dialect.has_any(codes.value, wanted)
    )
    return _of(codes, case([(missing(codes.value), exp.null())], holds))
