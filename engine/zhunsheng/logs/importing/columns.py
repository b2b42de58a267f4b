"""Columns of a part: what others can read too (names of codes, times in UTC), and back."""

from __future__ import annotations

from sqlglot import exp

from zhunsheng.logs.canonical import column_type
from zhunsheng.logs.expressions import Expression, array, call, cast, column, number, text
from zhunsheng.semantics.types import CodesType, CodeType, InstantType, Type
from zhunsheng.semantics.vocabulary import Vocabulary

_CODE = "code"


def written(value: Expression, type_: Type, vocabulary: Vocabulary) -> Expression:
    """A canonical value as a part holds it."""
    match type_:
        case CodeType():
            place = exp.Add(this=value, expression=number(1))
            return call("list_extract", _names(type_, vocabulary), place)
        case CodesType():
            place = exp.Add(this=column(_CODE), expression=number(1))
            return _each(value, call("list_extract", _names(type_, vocabulary), place))
        case InstantType():
            # Of the microseconds: a conversion by zone would cost thirty times as much.
            return call("make_timestamptz", call("epoch_us", value))
        case _:
            return value


def read(value: Expression, type_: Type, vocabulary: Vocabulary) -> Expression:
    """A part's value as canonical tables hold it; the inverse of `written`."""
    match type_:
        case CodeType():
            found: Expression = _place(value, _names(type_, vocabulary))
        case CodesType():
            found = _each(value, _place(column(_CODE), _names(type_, vocabulary)))
        case InstantType():
            found = call("make_timestamp", call("epoch_us", value))
        case _:
            found = value
    return cast(found, column_type(type_))


def _names(type_: CodeType | CodesType, vocabulary: Vocabulary) -> Expression:
    codes = vocabulary.codes_of(type_)
    assert codes is not None
    return array([text(code.name) for code in codes.codes])


def _place(name: Expression, names: Expression) -> Expression:
    return exp.Paren(this=exp.Sub(this=call("list_position", names, name), expression=number(1)))


def _each(values: Expression, value: Expression) -> Expression:
    return exp.Transform(
        this=values,
        expression=exp.Lambda(this=value, expressions=[exp.to_identifier(_CODE, quoted=True)]),
    )
