"""The SQL nodes that the compiler writes: portable sqlglot expressions with their brackets set.

sqlglot prints a tree as it stands, so every constructor here puts compound operands in brackets and folds the
constants TRUE and FALSE away: ordinary rules stay ordinary SQL.

>>> any_of([column("t", "a"), FALSE]).sql()
'"t"."a"'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache

from sqlglot import exp

E = exp.Expr

TRUE: E = exp.true()
FALSE: E = exp.false()
NULL: E = exp.null()
_ATOMIC = (
    exp.Column,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Paren,
    exp.Case,
    exp.Cast,
    exp.Func,
    exp.Subquery,
)


def is_true(node: E | None) -> bool:
    return isinstance(node, exp.Boolean) and bool(node.this)


def is_false(node: E | None) -> bool:
    return isinstance(node, exp.Boolean) and not node.this


def identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def column(table: str, name: str) -> E:
    return exp.Column(this=identifier(name), table=identifier(table))


def table(name: str, alias: str | None = None) -> exp.Table:
    made = exp.Table(this=identifier(name))
    if alias is not None:
        made.set("alias", exp.TableAlias(this=identifier(alias)))
    return made


def closed(node: E) -> E:
    """The node, in brackets unless it binds tighter than any operator."""
    if isinstance(node, _ATOMIC) and not isinstance(node, exp.Connector):
        return node
    return exp.Paren(this=node)


def integer(value: int) -> E:
    """A whole number; too long for HUGEINT is the caller's mistake."""
    if value < 0:
        return exp.Paren(this=exp.Neg(this=exp.Literal.number(str(-value))))
    return exp.Literal.number(str(value))


def text(value: str) -> E:
    return exp.Literal.string(value)


def cast(node: E, kind: str) -> E:
    return exp.Cast(this=node, to=_type(kind).copy())


@cache
def _type(kind: str) -> exp.DataType:
    """Reading a type's name takes longer than all else that a cast is."""
    return exp.DataType.build(kind, dialect="duckdb")


def moment(value: datetime) -> E:
    """A UTC instant as TIMESTAMP. `value` is aware, or naive and already in UTC."""
    naive = value.replace(tzinfo=None)
    return cast(text(naive.isoformat(sep=" ")), "TIMESTAMP")


def day(value: date) -> E:
    return cast(text(value.isoformat()), "DATE")


def boolean(value: bool) -> E:
    return exp.true() if value else exp.false()


def compare(operator: str, left: E, right: E) -> E:
    kinds: dict[str, type[exp.Binary]] = {
        "=": exp.EQ,
        "!=": exp.NEQ,
        "<": exp.LT,
        "<=": exp.LTE,
        ">": exp.GT,
        ">=": exp.GTE,
        "+": exp.Add,
        "-": exp.Sub,
        "*": exp.Mul,
    }
    return kinds[operator](this=closed(left), expression=closed(right))


def missing(node: E) -> E:
    return FALSE if never_missing(node) else exp.Is(this=closed(node), expression=exp.null())


def never_missing(node: E) -> bool:
    """Whether the node is seen to have a value always, by its form alone."""
    match node:
        case exp.Literal() | exp.Boolean() | exp.Is():
            return True
        case exp.Paren() | exp.Not():
            return never_missing(node.this)
        case exp.And() | exp.Or():
            return never_missing(node.this) and never_missing(node.expression)
        case exp.Coalesce():
            return any(never_missing(each) for each in (node.this, *node.expressions))
        case exp.EQ() | exp.NEQ() | exp.LT() | exp.LTE() | exp.GT() | exp.GTE():
            return never_missing(node.this) and never_missing(node.expression)
    return False


def known(node: E) -> E:
    return negated(missing(node))


def negated(node: E) -> E:
    if isinstance(node, exp.Boolean):
        return boolean(not node.this)
    if isinstance(node, exp.Not):
        return node.this.this if isinstance(node.this, exp.Paren) else node.this  # type: ignore[no-any-return]
    return exp.Not(this=closed(node))


def all_of(nodes: Iterable[E | None]) -> E:
    """AND; TRUE for none. None counts as TRUE (a condition that is not asked)."""
    kept = [node for node in nodes if node is not None and not is_true(node)]
    if any(is_false(node) for node in kept):
        return FALSE
    return _joined(exp.And, kept, TRUE)


def any_of(nodes: Iterable[E | None]) -> E:
    """OR; FALSE for none. None counts as FALSE (a flag that cannot be set)."""
    kept = [node for node in nodes if node is not None and not is_false(node)]
    if any(is_true(node) for node in kept):
        return TRUE
    return _joined(exp.Or, kept, FALSE)


def _joined(kind: type[exp.Connector], nodes: Sequence[E], empty: E) -> E:
    if not nodes:
        return empty
    result = nodes[0] if len(nodes) == 1 else closed(nodes[0])
    for node in nodes[1:]:
        result = kind(this=result, expression=closed(node))
    return result


def case(branches: Sequence[tuple[E, E]], otherwise: E) -> E:
    """CASE; branches that can never be taken fall away, one that always is ends the list."""
    kept: list[exp.If] = []
    for condition, value in branches:
        if is_false(condition):
            continue
        if is_true(condition):
            otherwise = value
            break
        kept.append(exp.If(this=condition, true=value))
    return exp.Case(ifs=kept, default=otherwise) if kept else otherwise


def unless(flag: E | None, value: E) -> E:
    """The value, NULL where the flag is set; NULL keeps the type of the value."""
    if flag is None or is_false(flag):
        return value
    return exp.Case(ifs=[exp.If(this=flag, true=exp.null())], default=value)


def coalesce(node: E, default: E) -> E:
    return exp.Coalesce(this=node, expressions=[default])


def least(*nodes: E) -> E:
    return (
        nodes[0]
        if len(nodes) == 1
        else exp.Least(this=nodes[0], expressions=list(nodes[1:]), ignore_nulls=True)
    )


def greatest(*nodes: E) -> E:
    return (
        nodes[0]
        if len(nodes) == 1
        else exp.Greatest(this=nodes[0], expressions=list(nodes[1:]), ignore_nulls=True)
    )


def contained(node: E, values: Sequence[E]) -> E:
    if len(values) == 1:
        return compare("=", node, values[0])
    return exp.In(this=closed(node), expressions=list(values))


def aliased(node: E, name: str) -> E:
    return exp.Alias(this=node, alias=identifier(name))


def counted(condition: E | None) -> E:
    """Rows for which the condition is true."""
    return filtered(exp.Count(this=exp.Star()), condition)


def filtered(aggregate: E, condition: E | None) -> E:
    if condition is None or is_true(condition):
        return aggregate
    return exp.Filter(this=aggregate, expression=exp.Where(this=condition))


def text_of(node: E) -> str:
    """What two equal nodes share: their DuckDB text."""
    return node.sql(dialect="duckdb", copy=False)
