"""Counts of rows around the subject: window frames, and apart from them the rows that lack a field."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import duckdb
import pytest

from reference.builders import (
    RATED,
    VOCABULARY,
    Log,
    S,
    at,
    compare,
    has,
    hours,
    log,
    number,
    of,
    program,
    rule,
    yes,
)
from zhunsheng.engines import duckdb as engine
from zhunsheng.logs import MemoryStore, install
from zhunsheng.reference import evaluate
from zhunsheng.semantics.typed import And, Compare, Expr, IsMissing, Not, Pattern, Rule, Var, Window

Q = Var("p0", "rating")
SAME_DEVICE = compare(of(Q, "device"), "=", of(S, "device"))
SAME_SCORE = compare(of(S, "score"), "=", of(Q, "score"))
NOT_VOIDED = compare(of(Q, "voided"), "!=", yes())
WINDOWS = (
    None,
    Window("within_before", RATED, hours(2)),
    Window("within_after", RATED, hours(2)),
    Window("within_before", RATED, hours(0)),
    Window("bounds", low=RATED),
    Window("bounds", high=RATED),
)


def patterns() -> list[Pattern]:
    wheres: list[Expr] = [
        SAME_DEVICE,
        And((SAME_DEVICE, NOT_VOIDED)),
        And((NOT_VOIDED, SAME_SCORE, SAME_DEVICE)),
    ]
    return [
        Pattern(Q, None, other, where, window, "rated_at")
        for window in WINDOWS
        for where in wheres
        for other in (False, True)
    ]


BOUNDS = (("at_most", 1), ("at_least", 2), ("exactly", 1))
WHERES: tuple[Expr | None, ...] = (
    None,
    Not(IsMissing(of(S, "device"))),
    compare(of(S, "voided"), "!=", yes()),
    IsMissing(of(S, "score")),
)
"""Subjects concerned: all, those that lack nothing, some for which it is not known, those that lack it."""


def rules(which: list[Pattern]) -> list[Rule]:
    asked = [has(pattern, *bound) for pattern in which for bound in BOUNDS]
    return [
        replace(rule(norm, where=WHERES[place % len(WHERES)]), id=f"r{place}")
        for place, norm in enumerate(asked)
    ]


def joined_patterns() -> list[Pattern]:
    """No sliding counts: something else of the two rows is compared, too."""
    higher = compare(of(Q, "score"), ">=", of(S, "score"))
    same_time = compare(of(Q, "rated_at"), "=", of(S, "rated_at"))
    wheres: list[Expr] = [
        And((SAME_DEVICE, higher)),
        And((SAME_DEVICE, SAME_SCORE, NOT_VOIDED, higher)),
        And((SAME_SCORE, SAME_DEVICE, same_time, higher)),
        And((SAME_SCORE, SAME_DEVICE, same_time, compare(of(Q, "voided"), "=", of(S, "voided")), higher)),
    ]
    return [
        Pattern(Q, None, other, where, window, "rated_at")
        for window in (None, WINDOWS[1])
        for where in wheres
        for other in (False, True)
    ]


def crowded(seed: int, lacking: float) -> Log:
    """Ratings close together in time and place; a share of their fields is empty."""
    random = Random(seed)

    def maybe(value: Any) -> Any:
        return None if random.random() < lacking else value

    made = [
        {
            "rating_id": f"R{place}",
            "device": maybe(random.choice("ab")),
            "score": maybe(random.choice([1, 2])),
            "voided": maybe(random.random() < 0.3),
            "rated_at": maybe(at("2024-03-01 10:00") + timedelta(hours=random.choice([0, 0, 1, 2, 3, 5]))),
        }
        for place in range(14)
    ]
    return log(*made)


SHARES = [(0, 0.0), (1, 0.0), (2, 0.1), (3, 0.3), (4, 0.6)]


@pytest.mark.parametrize(("seed", "lacking"), SHARES)
def test_sliding_counts_agree_with_the_reference(seed: int, lacking: float) -> None:
    agree(rules(patterns()), crowded(seed, lacking))


@pytest.mark.parametrize(("seed", "lacking"), SHARES)
def test_rows_found_by_equal_values_agree_with_the_reference(seed: int, lacking: float) -> None:
    """Each rule alone, so that what it cannot use is left out before rows are paired, and all together."""
    crowd, asked = crowded(seed, lacking), rules(joined_patterns())
    agree(asked, crowd)
    for each in asked[seed :: len(SHARES)]:
        agree([each], crowd)


def agree(rules: list[Rule], crowd: Log) -> None:
    asked = program(rules=rules)
    with duckdb.connect() as connection:
        install(VOCABULARY, crowd.rows, connection)
        found = engine.evaluate(asked, connection, crowd.evidence(), crowd.calendar, samples=0)
    expected = evaluate(
        asked, MemoryStore(VOCABULARY, crowd.rows), crowd.evidence(), crowd.calendar, samples=0
    )
    assert {id_: each.counts for id_, each in found.rules.items()} == {
        id_: each.counts for id_, each in expected.rules.items()
    }


def test_they_are_window_frames_and_not_joins() -> None:
    burst = Pattern(Q, None, True, SAME_DEVICE, Window("within_before", RATED, hours(1)), "rated_at")
    sql = engine.emit(
        program(rules=[rule(has(burst, "at_most", 3))]), log().evidence(), log().calendar, stage="sql"
    )
    assert "RANGE BETWEEN" in sql and '"pairs:' not in sql


def test_another_time_or_another_field_is_no_sliding_count() -> None:
    due = Window("within_before", of(S, "due_at"), hours(1))
    other_field = Compare("=", of(Q, "device"), of(S, "rating_id"))
    for pattern in (
        Pattern(Q, None, True, SAME_DEVICE, due, "rated_at"),
        Pattern(Q, None, True, other_field, None, "rated_at"),
        Pattern(
            Q, None, True, And((SAME_DEVICE, compare(of(Q, "score"), ">", of(S, "score")))), None, "rated_at"
        ),
    ):
        sql = engine.emit(
            program(rules=[rule(has(pattern, "at_most", number(3)))]),
            log().evidence(),
            log().calendar,
            stage="sql",
        )
        assert '"slide:' not in sql
