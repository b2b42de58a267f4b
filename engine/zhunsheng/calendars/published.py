"""The official holiday arrangements as chinesecalendar holds them, up to the last year it holds in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from datetime import date, timedelta
from importlib.metadata import version


def published_years() -> tuple[int, int]:
    """First and last year whose arrangement is there in full.

    A year counts when its last holiday of the year, National Day, is listed: New Year's days of the next
    year may be listed before that year's own arrangement is out. Only years without a break between them
    count.
    """
    from chinese_calendar.constants import holidays

    full = {day.year for day in holidays if (day.month, day.day) == (10, 1)}
    last = max(full)
    first = last
    while first - 1 in full:
        first -= 1
    return first, last


def published_working_days(first: int, last: int) -> list[date]:
    """All working days of these years, sorted."""
    from chinese_calendar.constants import holidays, workdays

    return working_days(range(first, last + 1), set(holidays), set(workdays))


def days_of(years: Iterable[int]) -> Iterator[date]:
    for year in years:
        day = date(year, 1, 1)
        while day.year == year:
            yield day
            day += timedelta(days=1)


def working_days(years: Iterable[int], holidays: Set[date], worked: Set[date]) -> list[date]:
    """Weekdays that are no holiday, and weekend days that are worked, sorted."""
    return [day for day in days_of(years) if day in worked or (day.weekday() < 5 and day not in holidays)]


def package_version() -> str:
    return version("chinesecalendar")
