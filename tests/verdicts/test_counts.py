"""Counting (M9) and comparing counts (M6), against the written-out tables and against brute force."""

from __future__ import annotations

from itertools import product

import pytest

from verdicts.tables_of import table
from zhunsheng.verdicts.counts import Range, compared, counted
from zhunsheng.verdicts.truth import Truth, negation

BOUNDS = ("at_least", "at_most", "exactly")


@pytest.mark.parametrize("line", table("counts"), ids=lambda line: " ".join(line.values()))
def test_counts_table(line: dict[str, str]) -> None:
    asked = None if line["n"] == "?" else int(line["n"])
    possible = None if line["possible"] == "*" else int(line["possible"])
    result = counted(line["bound"], asked, int(line["sure"]), possible, window_open=line["open"] == "yes")  # type: ignore[arg-type]
    assert result is Truth(line["result"])


@pytest.mark.parametrize("line", table("compared"), ids=lambda line: " ".join(line.values()))
def test_compared_table(line: dict[str, str]) -> None:
    count = Range(int(line["low"]), None if line["high"] == "*" else int(line["high"]))
    number = Range(int(line["number"]), int(line["number"]))
    assert compared(line["operator"], count, number) is Truth(line["result"])  # type: ignore[arg-type]
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(line["operator"], line["operator"])
    assert compared(turned, number, count) is Truth(line["result"])  # type: ignore[arg-type]


def _holds(bound: str, asked: int, rows: int) -> bool:
    return {"at_least": rows >= asked, "at_most": rows <= asked, "exactly": rows == asked}[bound]


def test_a_closed_count_is_decided_when_every_completion_agrees() -> None:
    """Window closed, evidence complete: M9 is the consensus over all numbers of matching rows."""
    for bound, asked, sure, possible in product(BOUNDS, range(4), range(4), range(4)):
        outcomes = {_holds(bound, asked, sure + more) for more in range(possible + 1)}
        expected = Truth.UNKNOWN if len(outcomes) == 2 else Truth.TRUE if outcomes == {True} else Truth.FALSE
        assert counted(bound, asked, sure, possible, window_open=False) is expected  # type: ignore[arg-type]


def test_an_open_window_only_ever_turns_false_into_pending() -> None:
    for bound, asked, sure, possible in product(BOUNDS, range(4), range(4), (0, 1, 2, None)):
        closed = counted(bound, asked, sure, possible, window_open=False)  # type: ignore[arg-type]
        opened = counted(bound, asked, sure, possible, window_open=True)  # type: ignore[arg-type]
        assert opened is closed or (closed is Truth.FALSE and opened is Truth.PENDING)


def test_too_many_rows_are_never_pending() -> None:
    assert counted("at_most", 0, 1, 0, window_open=True) is Truth.FALSE
    assert counted("exactly", 1, 2, 0, window_open=True) is Truth.FALSE


def test_incomplete_evidence_is_never_a_pass_or_fail_for_want_of_rows() -> None:
    for bound, asked, sure in product(BOUNDS, range(4), range(4)):
        result = counted(bound, asked, sure, None, window_open=False)  # type: ignore[arg-type]
        if result is Truth.FALSE:
            assert sure > asked
        if result is Truth.TRUE:
            assert bound == "at_least" and sure >= asked


def test_comparison_is_the_consensus_over_every_pair() -> None:
    holds = {
        "=": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
    ranges = [(low, high) for low in range(4) for high in range(low, 4)]
    for (operator, pair), left, right in product(holds.items(), ranges, ranges):
        outcomes = {pair(a, b) for a in range(left[0], left[1] + 1) for b in range(right[0], right[1] + 1)}
        expected = Truth.UNKNOWN if len(outcomes) == 2 else Truth.TRUE if outcomes == {True} else Truth.FALSE
        assert compared(operator, Range(*left), Range(*right)) is expected  # type: ignore[arg-type]


def test_unequal_is_the_negation_of_equal() -> None:
    ranges = [Range(low, high) for low in range(3) for high in (*range(low, 3), None)]
    for left, right in product(ranges, repeat=2):
        assert compared("!=", left, right) is negation(compared("=", left, right))
