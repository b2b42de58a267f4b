"""M5 in SQL: every pair of the five values, executed on DuckDB and compared with `verdicts.truth`."""

from __future__ import annotations

from itertools import product

import duckdb
import pytest

from zhunsheng.sql import dialect, logic
from zhunsheng.sql.expressions import cast, integer, text
from zhunsheng.sql.values import Truth
from zhunsheng.verdicts.truth import Truth as Five
from zhunsheng.verdicts.truth import all_of, any_of, negation

CODES = {Five.FALSE: 0, Five.ERROR: 1, Five.UNKNOWN: 2, Five.PENDING: 3, Five.TRUE: 4}
PLAIN = {Five.TRUE: "true", Five.FALSE: "false", Five.UNKNOWN: None}


def forms(five: Five) -> list[Truth]:
    """A value as a number, and where possible as a nullable boolean that no fold can see through."""
    made = [Truth(code=cast(integer(CODES[five]), "INTEGER"))]
    if five in PLAIN:
        word = PLAIN[five]
        made.append(Truth(plain=cast(dialect.call("nullif", text(word or ""), text("")), "BOOLEAN")))
    return made


def run(truth: Truth) -> Five:
    ((code,),) = duckdb.sql(f"SELECT {dialect.to_sql(logic.code_of(truth))}").fetchall()
    return {number: five for five, number in CODES.items()}[code]


@pytest.mark.parametrize(("one", "two"), list(product(Five, Five)))
def test_conjunction_and_disjunction_agree_with_the_truth_table(one: Five, two: Five) -> None:
    for left, right in product(forms(one), forms(two)):
        assert run(logic.conjunction([left, right])) is all_of([one, two])
        assert run(logic.disjunction([left, right])) is any_of([one, two])


@pytest.mark.parametrize("one", list(Five))
def test_negation_agrees_with_the_truth_table(one: Five) -> None:
    for form in forms(one):
        assert run(logic.negation(form)) is negation(one)
        assert run(
            logic.disjunction([logic.negation(form), Truth(plain=cast(text("false"), "BOOLEAN"))])
        ) is any_of([negation(one), Five.FALSE])


def test_ordinary_conditions_stay_ordinary_sql() -> None:
    made = logic.conjunction([logic.ALWAYS, Truth(plain=integer(1)), logic.negation(logic.NEVER)])
    assert made.plain is not None and dialect.to_sql(made.plain) == "1"
