"""Numbers and times as a reader sees them: rounding never hides a miss, a day ends at 24:00."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from reports.made import VOCABULARY
from zhunsheng.reports.values import constant, exact, instant, percent, rounded
from zhunsheng.reports.wording import wording
from zhunsheng.semantics.typed import Const
from zhunsheng.semantics.types import BooleanType, CodeType, DurationType, IntegerType


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2024, 3, 5, 15, 59, 59, 999999, tzinfo=UTC), "2024-03-05 24:00"),
        (datetime(2024, 3, 5, 16, 0, tzinfo=UTC), "2024-03-06 00:00"),
        (datetime(2024, 3, 5, 15, 59, 59, tzinfo=UTC), "2024-03-05 23:59:59"),
        (datetime(2024, 3, 5, 1, 30, tzinfo=UTC), "2024-03-05 09:30"),
    ],
)
def test_instants_are_shown_in_the_zone_of_the_log(moment, shown):
    assert instant(moment, "Asia/Shanghai") == shown


@pytest.mark.parametrize(
    ("share", "limits", "shown"),
    [
        (Fraction(1), (), "100.00%"),
        (Fraction(99999, 100000), (), "99.999%"),
        (Fraction(9999999, 10000000), (), "99.99999%"),
        (Fraction(1, 100000), (), "0.001%"),
        (Fraction(1, 3), (), "33.33%"),
        (Fraction(2, 3), (), "66.67%"),
        (Fraction(94996, 100000), (Fraction(95, 100),), "94.996%"),
        (Fraction(95, 100), (Fraction(95, 100),), "95.00%"),
    ],
)
def test_a_miss_is_never_rounded_into_a_hit(share, limits, shown):
    assert percent(share, limits) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(5, 2), "2.5"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-7), "-7"),
        (Fraction(100), "100"),
        (Fraction(0), "0"),
    ],
)
def test_exact_numbers_lose_nothing(value, shown):
    assert exact(value) == shown


def test_negative_numbers_round_away_from_zero_at_the_half():
    assert rounded(Fraction(-5, 1000), 2) == "-0.01"
    assert rounded(Fraction(5, 1000), 2) == "0.01"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (Const(15, DurationType("working_day")), "15 个工作日", "15 working days"),
        (Const(1, DurationType("working_day")), "1 个工作日", "1 working day"),
        (
            Const(5, DurationType("day", rolling=True)),
            "5 日（遇节假日顺延）",
            "5 days (moved on from holidays)",
        ),
        (Const(7_200_000_000, DurationType("exact")), "2 小时", "2 hours"),
        (Const(5_400_000_000, DurationType("exact")), "90 分钟", "90 minutes"),
        (Const("bad", CodeType("level")), "不满意", "不满意"),
        (Const(True, BooleanType()), "是", "yes"),
        (Const(3, IntegerType()), "3", "3"),
    ],
)
def test_parameters_are_shown_with_their_units(value, zh, en):
    shown = [constant(value, wording(language), VOCABULARY) for language in ("zh", "en")]
    assert shown[0] == zh
    assert shown[1] == (en if not isinstance(value.type, CodeType) else "bad")
