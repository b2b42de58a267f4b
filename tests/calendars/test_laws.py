"""Laws of the calendar: after, before and between are one arithmetic over the published working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.calendars import CalendarEnds, load
from zhunsheng.calendars.model import Calendar

CALENDAR = load()
DAYS = st.dates(date(2010, 1, 1), date(2019, 12, 31))
COUNTS = st.integers(1, 200)


@given(DAYS, COUNTS)
def test_between_inverts_after(day: date, count: int) -> None:
    assert CALENDAR.between(day, CALENDAR.after(day, count)) == count


@given(DAYS, COUNTS)
def test_before_inverts_after_from_a_working_day(day: date, count: int) -> None:
    day = CALENDAR.rolled(day)
    assert CALENDAR.before(CALENDAR.after(day, count), count) == day
    assert CALENDAR.after(CALENDAR.before(day, count), count) == day


@given(DAYS, COUNTS, COUNTS)
def test_after_adds_up(day: date, first: int, second: int) -> None:
    assert CALENDAR.after(CALENDAR.after(day, first), second) == CALENDAR.after(day, first + second)


@given(DAYS, DAYS, DAYS)
def test_between_adds_up_and_turns_its_sign(a: date, b: date, c: date) -> None:
    assert CALENDAR.between(a, b) + CALENDAR.between(b, c) == CALENDAR.between(a, c)
    assert CALENDAR.between(a, b) == -CALENDAR.between(b, a)


@given(DAYS, COUNTS)
def test_after_lands_on_a_working_day_beyond_and_before_mirrors_it(day: date, count: int) -> None:
    later, earlier = CALENDAR.after(day, count), CALENDAR.before(day, count)
    assert earlier < day < later
    assert CALENDAR.is_working(later) and CALENDAR.is_working(earlier)


@given(DAYS)
def test_rolled_is_the_first_working_day_from_the_day_on(day: date) -> None:
    rolled = CALENDAR.rolled(day)
    assert CALENDAR.is_working(rolled)
    skipped = [day + timedelta(days=number) for number in range((rolled - day).days)]
    assert not any(CALENDAR.is_working(each) for each in skipped)


@given(DAYS, st.integers(0, 40))
def test_after_counts_like_a_clerk_with_a_wall_calendar(day: date, count: int) -> None:
    expected = day
    for _ in range(count):
        expected += timedelta(days=1)
        while not CALENDAR.is_working(expected):
            expected += timedelta(days=1)
    assert CALENDAR.after(day, count) == expected


def test_after_no_days_is_the_day_itself_even_a_holiday() -> None:
    assert CALENDAR.after(date(2024, 10, 1), 0) == date(2024, 10, 1)
    assert CALENDAR.before(date(2024, 10, 1), 0) == date(2024, 10, 1)


@pytest.mark.parametrize(
    ("call", "day"),
    [
        (lambda c: c.after(date(2024, 12, 30), 2), date(2025, 1, 1)),
        (lambda c: c.after(date(2025, 1, 1), 0), date(2025, 1, 1)),
        (lambda c: c.before(date(2024, 1, 2), 1), date(2023, 12, 31)),
        (lambda c: c.between(date(2024, 5, 1), date(2025, 3, 1)), date(2025, 3, 1)),
        (lambda c: c.is_working(date(2023, 12, 31)), date(2023, 12, 31)),
        (lambda c: c.rolled(date(2025, 1, 4)), date(2025, 1, 4)),
    ],
)
def test_beyond_the_covered_days_nothing_is_guessed(call, day: date) -> None:  # type: ignore[no-untyped-def]
    days = [each for each in CALENDAR.days if each.year == 2024]
    only_2024 = Calendar("2024", "test", date(2024, 1, 1), date(2024, 12, 31), days)
    with pytest.raises(CalendarEnds) as ended:
        call(only_2024)
    assert ended.value.day == day
