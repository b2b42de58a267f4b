"""Working days, and the honest end of them: outside the published years nothing is guessed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


class CalendarEnds(Exception):
    """The question reaches a day that the calendar does not cover: `day` is the first one, where known."""

    def __init__(self, day: date | None) -> None:
        super().__init__(f"calendar does not cover {day}")
        self.day = day


@dataclass(frozen=True)
class Calendar:
    """Published working days between `first` and `last` (inclusive). `days` is sorted.

    Both evaluators use this one object: the reference by its methods, the engines through a table made of it.
    """

    id: str
    source: str
    first: date
    last: date
    days: Sequence[date]

    def _check(self, *days: date) -> None:
        for day in days:
            if not self.first <= day <= self.last:
                raise CalendarEnds(day)

    def is_working(self, day: date) -> bool:
        self._check(day)
        index = bisect_left(self.days, day)
        return index < len(self.days) and self.days[index] == day

    def after(self, day: date, count: int) -> date:
        """The count-th working day strictly after `day`; `day` itself for count 0. Raises CalendarEnds."""
        self._check(day)
        if count == 0:
            return day
        index = bisect_right(self.days, day) + count - 1
        if index >= len(self.days):
            raise CalendarEnds(self.last + timedelta(days=1))
        return self.days[index]

    def before(self, day: date, count: int) -> date:
        """The count-th working day strictly before `day`; `day` itself for count 0. Raises CalendarEnds."""
        self._check(day)
        if count == 0:
            return day
        index = bisect_left(self.days, day) - count
        if index < 0:
            raise CalendarEnds(self.first - timedelta(days=1))
        return self.days[index]

    def between(self, start: date, end: date) -> int:
        """Working days d with start < d <= end; negative when end < start. Raises CalendarEnds."""
        self._check(start, end)
        if end < start:
            return -self.between(end, start)
        return bisect_right(self.days, end) - bisect_right(self.days, start)

    def rolled(self, day: date) -> date:
        """`day` if it is a working day, else the next one. Raises CalendarEnds."""
        return day if self.is_working(day) else self.after(day, 1)
