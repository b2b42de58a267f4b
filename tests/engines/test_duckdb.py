"""What the engine promises beside verdicts: samples, order, a clean connection, faults that name rules."""

from __future__ import annotations

import duckdb
import pytest

from reference.builders import (
    VOCABULARY,
    S,
    at,
    compare,
    has,
    length,
    log,
    number,
    of,
    parameter,
    program,
    rating,
    ref,
    replies,
    rule,
    within,
)
from zhunsheng.engines import duckdb as engine
from zhunsheng.engines.duckdb import EngineFault
from zhunsheng.logs import install
from zhunsheng.semantics.typed import Arithmetic, Rule
from zhunsheng.semantics.types import DurationType, IntegerType
from zhunsheng.verdicts.model import Evaluation

MANY = log(
    *(rating(rating_id=f"R{n}", score=n % 7, level="bad" if n % 5 == 0 else "good") for n in range(100))
)


def run(rules: list[Rule], samples: int | None) -> Evaluation:
    with duckdb.connect() as connection:
        install(VOCABULARY, MANY.rows, connection)
        return engine.evaluate(
            program(rules=rules), connection, MANY.evidence(), MANY.calendar, samples=samples
        )


FAILS_OFTEN = rule(compare(of(S, "score"), "<", number(3)))


def test_counts_are_exact_whatever_the_samples() -> None:
    for samples in (0, 1, 10, None):
        outcome = run([FAILS_OFTEN], samples).rules["r"]
        assert (outcome.counts.subjects, outcome.counts.fail) == (100, 56)
        assert len(outcome.samples) == (56 if samples is None else samples)


def test_samples_are_the_first_in_row_order() -> None:
    every = run([FAILS_OFTEN], None).rules["r"].samples
    assert run([FAILS_OFTEN], 4).rules["r"].samples == every[:4]
    assert [each.row for each in every] == sorted(each.row for each in every)


def test_rules_about_few_subjects_count_all_of_them() -> None:
    few = rule(
        has(replies(window=within(length(3)))), where=compare(of(S, "rating_id"), "=", of(S, "service_id"))
    )
    one = rule(has(), where=compare(of(S, "score"), "=", number(6)))
    for asked, applicable in ((few, 100), (one, 14)):
        counts = run([asked], 0).rules["r"].counts
        assert (counts.subjects, counts.applicable) == (100, applicable)


def test_nothing_is_left_in_the_connection() -> None:
    with duckdb.connect() as connection:
        install(VOCABULARY, MANY.rows, connection)
        before = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        asked = program(rules=[rule(has(replies(window=within(length(3, "working_day")))))])
        engine.evaluate(asked, connection, MANY.evidence(), MANY.calendar)
        assert connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall() == before


def test_a_fault_of_the_engine_names_the_rules_and_never_a_database_error() -> None:
    with duckdb.connect() as connection, pytest.raises(EngineFault) as caught:
        engine.evaluate(program(rules=[FAILS_OFTEN]), connection, MANY.evidence(), MANY.calendar)
    assert caught.value.rules == "r"


def test_numbers_of_any_length_run() -> None:
    score = of(S, "score")
    fifth = score
    for _ in range(4):
        fifth = Arithmetic("*", fifth, score, IntegerType())  # type: ignore[assignment]
    counts = run([rule(compare(fifth, "<", number(3**5 + 1)))], 0).rules["r"].counts
    assert (counts.passed, counts.fail) == (58, 42)


def test_a_limit_computed_from_fields_is_a_limit() -> None:
    limit = parameter(DurationType("day"), (None, 1))
    longer = Arithmetic("+", ref(DurationType("day")), of(S, "days"), DurationType("day"))
    asked = program(rules=[rule(has(replies(window=within(longer))))], parameters=[limit])
    here = log(
        rating(days=2), replies=[{"reply_id": "P", "rating_id": "R1", "replied_at": at("2024-03-04 10:00")}]
    )
    with duckdb.connect() as connection:
        install(VOCABULARY, here.rows, connection)
        found = engine.evaluate(asked, connection, here.evidence(), here.calendar)
    assert found.rules["r"].counts.passed == 1


def test_plan_and_sql_are_printed_without_a_log() -> None:
    asked = program(rules=[rule(has(replies(window=within(length(3, "working_day")))))])
    sql = engine.emit(asked, MANY.evidence(), MANY.calendar, stage="sql")
    assert '"zs_working_days"' in sql and "1991" not in sql
    assert engine.emit(asked, MANY.evidence(), MANY.calendar, stage="plan").startswith(
        "subject rating: 1 rule"
    )
