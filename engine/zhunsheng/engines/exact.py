"""Exact functions on numbers of any length, for the rare expression that does not fit 38 digits.

Numbers travel as texts "numerator/denominator". Python computes them, so they are slow, and exact.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from zhunsheng.sql import dialect

if TYPE_CHECKING:
    import duckdb


def _written(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"


def _of_two(fold: Callable[[Fraction, Fraction], Fraction]) -> Callable[[str, str], str]:
    return lambda left, right: _written(fold(Fraction(left), Fraction(right)))


def _of_list(fold: Callable[[list[Fraction]], Fraction | None]) -> Callable[[list[str]], str | None]:
    def call(texts: list[str]) -> str | None:
        result = fold([Fraction(text) for text in texts])
        return None if result is None else _written(result)

    return call


def _divide(left: str, right: str) -> str | None:
    return None if Fraction(right) == 0 else _written(Fraction(left) / Fraction(right))


def _compare(left: str, right: str) -> int:
    one, two = Fraction(left), Fraction(right)
    return (one > two) - (one < two)


def _small(number: str) -> int | None:
    """A whole number that fits a BIGINT; NULL for a longer one."""
    value = Fraction(number)
    return int(value) if value.denominator == 1 and abs(value) < 2**62 else None


TWO, LIST = ["VARCHAR", "VARCHAR"], ["VARCHAR[]"]
FUNCTIONS: dict[str, tuple[Callable[..., Any], list[str], str]] = {
    "add": (_of_two(lambda a, b: a + b), TWO, "VARCHAR"),
    "subtract": (_of_two(lambda a, b: a - b), TWO, "VARCHAR"),
    "multiply": (_of_two(lambda a, b: a * b), TWO, "VARCHAR"),
    "divide": (_divide, TWO, "VARCHAR"),
    "compare": (_compare, TWO, "INTEGER"),
    "reduced": (lambda text: _written(Fraction(text)), ["VARCHAR"], "VARCHAR"),
    "small": (_small, ["VARCHAR"], "BIGINT"),
    "sum": (_of_list(lambda numbers: sum(numbers, Fraction(0))), LIST, "VARCHAR"),
    "mean": (_of_list(lambda n: sum(n, Fraction(0)) / len(n) if n else None), LIST, "VARCHAR"),
    "min": (_of_list(lambda numbers: min(numbers, default=None)), LIST, "VARCHAR"),
    "max": (_of_list(lambda numbers: max(numbers, default=None)), LIST, "VARCHAR"),
}


def register(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    function, parameters, result = FUNCTIONS[name]
    remove(connection, name)
    connection.create_function(f"{dialect.EXACT}{name}", function, [*parameters], result)


def remove(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    import duckdb

    try:
        connection.remove_function(f"{dialect.EXACT}{name}")
    except duckdb.Error:
        return
