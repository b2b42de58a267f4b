"""The few shapes of SQL that loading needs, as sqlglot nodes that are used once.

sqlglot's own builders copy what they are given, which costs more than everything else in a small log;
these do not. A node that is needed in two places is copied by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlglot import exp

Expression = exp.Expression


def to_sql(expression: Expression) -> str:
    """DuckDB text of an expression, every identifier quoted."""
    return expression.sql(dialect="duckdb", identify=True, copy=False)


def table(name: str, alias: str | None = None) -> exp.Table:
    found = exp.Table(this=exp.to_identifier(name, quoted=True))
    if alias is not None:
        found.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    return found


def column(name: str, of: str | None = None) -> exp.Column:
    return exp.column(name, table=of, quoted=True)


def text(value: str) -> Expression:
    return exp.Literal.string(value)


def number(value: int | str) -> Expression:
    return exp.Literal.number(value)


def call(name: str, *arguments: Expression) -> Expression:
    return exp.Anonymous(this=name, expressions=list(arguments))


def named(value: Expression, name: str) -> Expression:
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


@lru_cache(maxsize=64)
def _data_type(kind: str) -> exp.DataType:
    return exp.DataType.build(kind, dialect="duckdb")


def data_type(kind: str) -> exp.DataType:
    """A node for a DuckDB type name (parsed once: a load builds the same few types hundreds of times)."""
    return _data_type(kind).copy()


def cast(value: Expression, kind: str) -> Expression:
    return exp.Cast(this=value, to=data_type(kind))


def try_cast(value: Expression, kind: str) -> Expression:
    """NULL where the text is none of this type."""
    return exp.TryCast(this=value, to=data_type(kind))


def is_null(value: Expression) -> Expression:
    return exp.Is(this=value.copy(), expression=exp.Null())


def is_known(value: Expression) -> Expression:
    return exp.Not(this=is_null(value))


def equal(left: Expression, right: Expression) -> Expression:
    return exp.EQ(this=left, expression=right)


def all_of(first: Expression, *others: Expression) -> Expression:
    for other in others:
        first = exp.And(this=_grouped(first), expression=_grouped(other))
    return first


def any_of(first: Expression, *others: Expression) -> Expression:
    for other in others:
        first = exp.Or(
            this=first if isinstance(first, exp.Or) else _grouped(first), expression=_grouped(other)
        )
    return first


def _grouped(condition: Expression) -> Expression:
    return exp.Paren(this=condition) if isinstance(condition, (exp.And, exp.Or)) else condition


def case(*branches: tuple[Expression, Expression], default: Expression | None = None) -> Expression:
    """CASE WHEN … THEN … ELSE … END; NULL when no branch is given."""
    if not branches:
        return default or exp.Null()
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in branches], default=default)


def array(values: Sequence[Expression]) -> Expression:
    return exp.Array(expressions=list(values))


def count(of: Expression | None = None) -> Expression:
    return exp.Count(this=of if of is not None else exp.Star())


def count_distinct(of: Expression) -> Expression:
    return exp.Count(this=exp.Distinct(expressions=[of]))


def select(columns: Sequence[Expression], source: Expression, where: Expression | None = None) -> exp.Select:
    found = exp.Select(expressions=list(columns), from_=exp.From(this=source))
    if where is not None:
        found.set("where", exp.Where(this=where))
    return found


def subquery(inner: exp.Select, alias: str) -> exp.Subquery:
    return exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))


def create_table(name: str, content: exp.Select) -> str:
    """SQL that makes a table of a select's rows, replacing one that is there."""
    return to_sql(exp.Create(this=table(name), kind="TABLE", replace=True, expression=content))


def insert_into(name: str, content: exp.Select) -> str:
    """SQL that adds a select's rows to a table."""
    return to_sql(exp.Insert(this=table(name), expression=content))


def drop_table(name: str) -> str:
    return to_sql(exp.Drop(tables=[table(name)], kind="TABLE", exists=True))


def union(selects: Sequence[exp.Select]) -> str:
    """SQL of several selects' rows together: many small questions cost little more than one."""
    return " UNION ALL ".join(to_sql(each) for each in selects)
