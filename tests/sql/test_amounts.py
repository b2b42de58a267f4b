"""Exact numbers in SQL against fractions: scales, quotients, signs, and numbers too long for SQL."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import duckdb
import pytest

from zhunsheng.engines import exact
from zhunsheng.sql import amounts, dialect
from zhunsheng.sql.amounts import compared, division, sum_of
from zhunsheng.sql.amounts import product as times
from zhunsheng.sql.expressions import E, cast, text
from zhunsheng.sql.values import Scalar

NUMBERS = [
    Fraction(0),
    Fraction(1),
    Fraction(-3),
    Fraction(1, 10),
    Fraction(5, 2),
    Fraction(10**15 - 1),
    Fraction(-1, 10000),
]


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    for name in exact.FUNCTIONS:
        exact.register(made, name)
    return made


def column_of(number: Fraction) -> list[Scalar]:
    """The number as a literal, and as a column that DuckDB holds it in."""
    made = [amounts.constant(number)]
    if number.denominator == 1:
        made.append(amounts.field(cast(text(str(number)), "BIGINT"), None))
    if abs(number) < 10**14:
        made.append(amounts.field(cast(text(f"{float(number):.4f}"), "DECIMAL(18, 4)"), 4))
    return made


def value(connection: duckdb.DuckDBPyConnection, node: E) -> object:
    ((found,),) = connection.execute(f"SELECT {dialect.to_sql(node)}").fetchall()
    return found


@pytest.mark.parametrize(("one", "two"), list(product(NUMBERS, NUMBERS)))
def test_comparisons_and_arithmetic_are_exact(
    connection: duckdb.DuckDBPyConnection, one: Fraction, two: Fraction
) -> None:
    for left, right in product(column_of(one), column_of(two)):
        assert value(connection, compared("<", left, right)) is (one < two)
        assert value(connection, compared("=", left, right)) is (one == two)
        for made, expected in (
            (sum_of("+", left, right), one + two),
            (sum_of("-", left, right), one - two),
            (times(left, right), one * two),
        ):
            assert value(connection, compared("=", made, amounts.constant(expected))) is True
            assert value(connection, compared(">", made, amounts.constant(expected + 1))) is False


@pytest.mark.parametrize(("one", "two"), list(product(NUMBERS, [n for n in NUMBERS if n])))
def test_a_quotient_keeps_its_sign_and_its_thirds(
    connection: duckdb.DuckDBPyConnection, one: Fraction, two: Fraction
) -> None:
    for left, right in product(column_of(one), column_of(two)):
        made = division(left, right)
        back = times(made, right)
        assert value(connection, compared("=", back, amounts.constant(one))) is True
        assert value(connection, compared("<", made, amounts.constant(0))) is (one / two < 0)


def test_division_by_zero_is_an_error_and_has_no_value(connection: duckdb.DuckDBPyConnection) -> None:
    made = division(
        amounts.field(cast(text("1"), "BIGINT"), None), amounts.field(cast(text("0"), "BIGINT"), None)
    )
    assert made.error is not None and value(connection, made.error) is True
    assert value(connection, made.value) is None


def test_numbers_beyond_38_digits_are_computed_as_texts(connection: duckdb.DuckDBPyConnection) -> None:
    long = amounts.field(cast(text(str(10**15 - 1)), "BIGINT"), None)
    cube = times(times(times(long, long), long), long)
    assert cube.text
    less = replace(sum_of("-", cube, amounts.constant(1)))
    assert value(connection, compared("<", less, cube)) is True
    assert value(connection, compared("=", division(cube, times(times(long, long), long)), long)) is True
