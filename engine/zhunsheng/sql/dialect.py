"""What only DuckDB says this way. A second dialect overrides these functions and nothing else.

Everything else is plain joins, grouped aggregates with FILTER, CASE and window functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from zhunsheng.sql.expressions import E, cast, closed, compare, identifier, integer, text

SQL_DIALECT = "duckdb"
EXACT = "zs_exact_"


def to_sql(node: E, *, pretty: bool = False) -> str:
    return node.sql(dialect=SQL_DIALECT, identify=True, pretty=pretty, copy=False)


def call(name: str, *arguments: E) -> E:
    return exp.Anonymous(this=name, expressions=list(arguments))


def plus_microseconds(moment: E, amount: E) -> E:
    return compare("+", moment, call("to_microseconds", cast(amount, "BIGINT")))


def plus_seconds(moment: E, amount: E) -> E:
    return compare("+", moment, call("to_seconds", amount))


def plus_days(day: E, amount: E) -> E:
    """A date so many days later; the amount is small."""
    return compare("+", day, cast(amount, "INTEGER"))


def plus_months(day: E, amount: E) -> E:
    """The same day of the month, or the last of a shorter one."""
    return cast(compare("+", day, call("to_months", cast(amount, "INTEGER"))), "DATE")


def days_between(start: E, end: E) -> E:
    return compare("-", end, start)


def microseconds_between(start: E, end: E) -> E:
    return compare("-", call("epoch_us", end), call("epoch_us", start))


def part(name: str, moment: E) -> E:
    """`year` of a date, `hour` of a timestamp."""
    return call(name, moment)


def month_text(day: E) -> E:
    return call("strftime", day, text("%Y-%m"))


def iso_day(day: E) -> E:
    return call("strftime", day, text("%Y-%m-%d"))


def matches(value: E, regex: str) -> E:
    return call("regexp_matches", value, text(regex))


def list_of(values: Sequence[E], kind: str) -> E:
    return cast(exp.Array(expressions=list(values)), f"{kind}[]")


def has_code(codes: E, code: E) -> E:
    return call("list_contains", codes, code)


def has_all(codes: E, wanted: E) -> E:
    return call("list_has_all", codes, wanted)


def has_any(codes: E, wanted: E) -> E:
    return call("list_has_any", codes, wanted)


def sign(number: E) -> E:
    return call("sign", number)


def absolute(number: E) -> E:
    return exp.Abs(this=number)


def quotient(number: E, divisor: E) -> E:
    """Whole-number division."""
    return exp.IntDiv(this=closed(number), expression=closed(divisor))


def first_rows(row: E, limit: int | None) -> E:
    """A list of the smallest row numbers (all of them for None), of at least one."""
    return call("min", row, integer(max(limit, 1))) if limit is not None else call("list", row)


def row_number(partition: Sequence[E], order: Sequence[E]) -> E:
    return exp.Window(
        this=exp.RowNumber(), partition_by=list(partition), order=exp.Order(expressions=list(order))
    )


def ordered(node: E, *, descending: bool, nulls_first: bool) -> E:
    return exp.Ordered(this=node, desc=descending, nulls_first=nulls_first)


def variable(name: str) -> str:
    return identifier(name).sql(dialect=SQL_DIALECT)


def exact(name: str, *arguments: E) -> E:
    """A function of `engines.exact`, which the engine registers where the SQL asks for it."""
    return call(f"{EXACT}{name}", *arguments)
