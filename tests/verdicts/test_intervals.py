"""Measure intervals (M22) against every completion; thresholds, agreement and indices by table."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verdicts.tables_of import table
from zhunsheng.verdicts import intervals
from zhunsheng.verdicts.intervals import Amount, Tally
from zhunsheng.verdicts.model import Interval, Verdict

SMALL = range(3)
NAMES = ("counted", "refuted", "open", "perhaps_true", "perhaps_false", "perhaps_open")


def _tally(of: dict[str, int]) -> Tally:
    applicable = of["counted"] + of["refuted"] + of["open"]
    kept = {name: number for name, number in of.items() if name != "refuted"}
    return Tally(applicable=applicable, **kept)


def _completions(of: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Every (numerator, denominator) that the undecided subjects leave possible, one subject at a time."""
    choices = [((0, 0), (1, 1))] * of["perhaps_true"]  # outside, or inside and counted
    choices += [((0, 0), (0, 1))] * of["perhaps_false"]
    choices += [((0, 0), (0, 1), (1, 1))] * of["perhaps_open"]
    choices += [((0, 1), (1, 1))] * of["open"]
    for chosen in product(*choices):
        numerator = of["counted"] + sum(each[0] for each in chosen)
        yield numerator, of["counted"] + of["refuted"] + sum(each[1] for each in chosen)


def _cases() -> Iterator[dict[str, int]]:
    for numbers in product(SMALL, repeat=len(NAMES)):
        yield dict(zip(NAMES, numbers, strict=True))


def test_share_holds_every_completion() -> None:
    """Interval soundness: no completion of the undecided subjects lies outside [low, high]."""
    for of in _cases():
        interval = intervals.share(_tally(of)).interval
        for numerator, denominator in _completions(of):
            if denominator:
                assert interval.low is not None and interval.high is not None
                assert interval.low <= Fraction(numerator, denominator) <= interval.high


def test_share_is_exactly_the_range_of_all_completions() -> None:
    """Both ends are reached by a completion, wherever their own denominators are not zero (M22)."""
    for of in _cases():
        tally = _tally(of)
        shares = [
            Fraction(numerator, denominator) for numerator, denominator in _completions(of) if denominator
        ]
        interval = intervals.share(tally).interval
        if tally.applicable + tally.perhaps_false + tally.perhaps_open:
            assert interval.low == min(shares)
        if tally.applicable + tally.perhaps_true + tally.perhaps_open:
            assert interval.high == max(shares)


def test_share_of_nothing_has_no_value() -> None:
    assert intervals.share(Tally()) == Amount(Interval(None, None), exists=False)


def test_share_whose_ends_have_no_denominator_takes_zero_and_one() -> None:
    assert intervals.share(Tally(perhaps_true=2)).interval == Interval(Fraction(0), Fraction(1))
    assert intervals.share(Tally(perhaps_false=2)).interval == Interval(Fraction(0), Fraction(1))


def test_share_by_hand() -> None:
    """3 of 5 counted, a further one open; perhaps applicable: one that counts, one that is open."""
    tally = Tally(counted=3, applicable=5, open=1, perhaps_true=1, perhaps_open=1)
    assert intervals.share(tally).interval == Interval(Fraction(3, 6), Fraction(6, 7))


@given(st.lists(st.integers(0, 6), min_size=6, max_size=6), st.sampled_from(["open", "perhaps_open"]))
def test_one_more_undecided_subject_never_narrows_a_share(numbers: list[int], kind: str) -> None:
    of = dict(zip(NAMES, numbers, strict=True))
    of["refuted"] += 1  # so that there is a value to compare with
    before = intervals.share(_tally(of)).interval
    after = intervals.share(
        _tally({**of, kind: of[kind] + 1, "refuted": of["refuted"] - (kind == "open")})
    ).interval
    assert (
        before.low is not None
        and before.high is not None
        and after.low is not None
        and after.high is not None
    )
    assert after.low <= before.low and before.high <= after.high


def test_count_sum_and_average() -> None:
    assert intervals.count(Tally(applicable=4, perhaps_true=1, perhaps_open=2)).interval == Interval(
        Fraction(4), Fraction(7)
    )
    assert intervals.count(Tally()) == Amount(Interval(Fraction(0), Fraction(0)))
    assert intervals.total([1, Fraction(1, 2)], undecided=0).interval == Interval(
        Fraction(3, 2), Fraction(3, 2)
    )
    assert intervals.total([], undecided=0) == Amount(Interval(Fraction(0), Fraction(0)))
    assert intervals.total([1], undecided=1) == Amount(Interval(None, None))
    assert intervals.mean([1, 2], undecided=0).interval == Interval(Fraction(3, 2), Fraction(3, 2))
    assert intervals.mean([], undecided=0) == Amount(Interval(None, None), exists=False)
    assert intervals.mean([], undecided=1) == Amount(Interval(None, None), exists=True)


def _amount(line: dict[str, str], scale: int) -> Amount:
    if line["low"] in "*-":
        return Amount(Interval(None, None), exists=line["low"] == "*")
    return Amount(Interval(Fraction(int(line["low"]), scale), Fraction(int(line["high"]), scale)))


@pytest.mark.parametrize("line", table("threshold"), ids=lambda line: " ".join(line.values()))
def test_threshold_table(line: dict[str, str]) -> None:
    limit = None if line["limit"] == "?" else Fraction(int(line["limit"]), 100)
    errors, enough = int(line["errors"]), line["enough"] == "yes"
    result = intervals.threshold(line["bound"], limit, _amount(line, 100), errors=errors, enough=enough)  # type: ignore[arg-type]
    assert result is Verdict(line["verdict"])


@pytest.mark.parametrize("line", table("agreement"), ids=lambda line: " ".join(line.values()))
def test_agreement_table(line: dict[str, str]) -> None:
    published = None if line["published"] == "?" else Fraction(int(line["published"]), 10_000)
    tolerance = Fraction(int(line["tolerance"]), 10_000)
    result = intervals.agreement(published, tolerance, _amount(line, 10_000), errors=int(line["errors"]))
    assert result is Verdict(line["verdict"])


def _between(low: int, high: int) -> Amount:
    return Amount(Interval(Fraction(low, 100), Fraction(high, 100)))


def test_index_is_the_weighted_mean_of_both_ends() -> None:
    terms = [(Fraction(3), _between(80, 100)), (Fraction(1), _between(40, 60))]
    assert intervals.index(terms) == Amount(Interval(Fraction(70, 100), Fraction(90, 100)))


def test_index_without_a_value_bounds_or_weight() -> None:
    nothing, unbounded = Amount(Interval(None, None), exists=False), Amount(Interval(None, None))
    assert not intervals.index([(Fraction(1), nothing), (Fraction(1), unbounded)]).exists
    assert intervals.index([(Fraction(1), _between(50, 50)), (Fraction(1), unbounded)]) == unbounded
    assert intervals.index([(None, _between(50, 50))]) == unbounded
    with pytest.raises(ZeroDivisionError):
        intervals.index([(Fraction(0), _between(50, 50))])
