"""The type of a typed expression, read off the expression itself."""

from __future__ import annotations

from zhunsheng.semantics import typed
from zhunsheng.semantics.types import (
    BooleanType,
    DecimalType,
    DurationType,
    IntegerType,
    Type,
)

BOOLEAN = BooleanType()
INTEGER = IntegerType()
NUMBER = DecimalType()
Value = typed.Expr | typed.RecordExpr
"""What a written expression may turn out to be: a value or a record."""


def is_record(value: Value) -> bool:
    return isinstance(value, (typed.Var, typed.ParentOf))


def type_of(expr: typed.Expr) -> Type:
    """The type of a value; conditions are boolean."""
    if isinstance(
        expr,
        (
            typed.Const, typed.ParamRef, typed.FieldOf, typed.Otherwise, typed.Arithmetic, typed.CountOf,
            typed.AggregateOf, typed.DurationOf, typed.PartOf,
        ),
    ):  # fmt: skip
        return expr.type
    return BOOLEAN


def is_number(type_: Type) -> bool:
    return isinstance(type_, (IntegerType, DecimalType))


def same(left: Type, right: Type) -> bool:
    """Whether two values can be compared: one type, where integers and decimals mix and durations share
    a unit."""
    if is_number(left) and is_number(right):
        return True
    if isinstance(left, DurationType) and isinstance(right, DurationType):
        return left.unit == right.unit
    return left == right
