"""Records in SQL: the subject, parents over links, bindings (docs/meaning.md M1, M2, M17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from zhunsheng.semantics.typed import FieldOf, ParentOf, RecordExpr, Var
from zhunsheng.semantics.types import CodeType, DecimalType, DurationType, IntegerType
from zhunsheng.sql import amounts, logic
from zhunsheng.sql.context import ROW, Compiler, View
from zhunsheng.sql.expressions import E, column, compare, known, missing, table, unless
from zhunsheng.sql.frame import Frame, Relation, Written
from zhunsheng.sql.values import Cause, Scalar, Truth, flag
from zhunsheng.verdicts.model import Reason

DEFAULT_SCALE = 4
"""Digits after the point of a decimal field without `multipleOf`, as the loader stores it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that may be there: its columns are NULL unless it is."""

    column: Callable[[str], E]
    """The column of a field."""
    record: str
    optional: bool = False
    """Whether it can be missing."""
    unknown: E | None = None
    error: E | None = None
    causes: tuple[Cause, ...] = ()


def columns_of(alias: str) -> Callable[[str], E]:
    return lambda name: column(alias, name)


def record(view: View, expression: RecordExpr) -> Found:
    if isinstance(expression, Var):
        if expression.name in view.scope.bindings:
            from zhunsheng.sql.bindings import bound

            return bound(view, view.scope.bindings[expression.name])
        return Found(columns_of(view.aliases[expression.name]), expression.record)
    return _parent(view, expression)


def _parent(view: View, expression: ParentOf) -> Found:
    base = record(view, expression.base)
    compiler, target = view.compiler, expression.record
    key = compiler.record(target).key
    link = base.column(expression.link_field)
    facts = compiler.facts(target)

    def found_by(alias: str) -> E:
        return compare("=", column(alias, key), link)

    causes = [
        *base.causes,
        Cause("unknown", missing(link), Reason.FIELD_MISSING, _name(base, expression.link_field)),
    ]
    doubt: E | None = None
    if not facts.supplied:
        doubt = known(link)
        causes.append(Cause("unknown", doubt, Reason.NOT_SUPPLIED))
        alias = view.frame.left(target, found_by)
    elif facts.unique_key:
        alias = view.frame.left(target, found_by)
    else:
        repeated = _repeated(compiler, target, key)
        doubt = known(column(view.frame.left(repeated, found_by), key))
        causes.append(Cause("unknown", doubt, Reason.AMBIGUOUS_KEY))
        alias = view.frame.left(_single(compiler, target, key, repeated), found_by)
    return Found(columns_of(alias), target, True, flag(base.unknown, doubt), base.error, tuple(causes))


def _name(base: Found, field: str) -> str:
    return f"{base.record}.{field}"


def _repeated(compiler: Compiler, record_: str, key: str) -> Relation:
    """Keys that occur more than once."""
    place = column(record_, key)

    def write() -> Written:
        return [], (
            exp.select(place)
            .from_(table(record_))
            .where(known(place))
            .group_by(place)
            .having(compare(">", exp.Count(this=exp.Star()), exp.Literal.number("1")))
        )

    return compiler.relation(f"{record_}:repeated", write)


def _single(compiler: Compiler, record_: str, key: str, repeated: Relation) -> Relation:
    """The rows whose key occurs once."""

    def write() -> Written:
        same = compare("=", column("r", key), column("d", key))
        return [], (
            exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("r", quoted=True)))
            .from_(table(record_, "r"))
            .join(table(repeated.name, "d"), on=same, join_type="left")
            .where(missing(column("d", key)))
        )

    needs = Frame(relations=[repeated])
    return compiler.relation(f"{record_}:single", write, [needs])


def is_missing(found: Found) -> Truth:
    """`h is missing`: unknown where the record is."""
    if not found.optional:
        return logic.NEVER
    absent = missing(found.column(ROW))
    return missing_unless(absent, found.unknown, found.error, found.causes)


def missing_unless(absent: E, unknown: E | None, error: E | None, causes: tuple[Cause, ...]) -> Truth:
    """True or false, but unknown or an error where the flags say so."""
    value = unless(unknown, absent)
    return logic.flagged(value, error, causes)


def field(view: View, expression: FieldOf) -> Scalar:
    found = record(view, expression.record)
    place = found.column(expression.field)
    kind = expression.type
    match kind:
        case DecimalType():
            made = amounts.field(place, DEFAULT_SCALE if kind.scale is None else kind.scale)
        case IntegerType() | DurationType():
            made = amounts.field(place, None)
        case CodeType():
            made = Scalar(place, codelist=kind.codelist)
        case _:
            made = Scalar(place)
    empty = Cause("unknown", missing(place), Reason.FIELD_MISSING, _name(found, expression.field))
    from dataclasses import replace

    return replace(made, unknown=found.unknown, error=found.error, causes=(*found.causes, empty))
