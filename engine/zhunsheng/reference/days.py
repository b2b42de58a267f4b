"""Days and limits (language.md section 10; docs/meaning.md M4, M11, M12). Instants are aware and UTC."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhunsheng.calendars.model import Calendar, CalendarEnds
from zhunsheng.reference.values import Error, Known, Unknown, Value
from zhunsheng.semantics.types import DurationType
from zhunsheng.verdicts.model import Reason

MICROSECOND = timedelta(microseconds=1)
LONGEST = 36_525
"""Days, working days or months; more is an error (M4)."""
EARLIEST, LATEST = date(2, 1, 1), date(9998, 12, 31)
"""Days beyond these are taken as these: no instant of a log lies anywhere near (1900 to 2199)."""


def day_of(moment: date | datetime, zone: ZoneInfo) -> date:
    """The day in the log's zone; a date is its own day."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the day, also where clocks change at midnight."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of the day (M12)."""
    return start_of_day(day + timedelta(days=1), zone) - MICROSECOND


def too_long(amount: int, type_: DurationType) -> bool:
    """Beyond what a limit may be (M4); exact amounts are microseconds."""
    return abs(amount) > LONGEST * (86_400_000_000 if type_.unit == "exact" else 1)


def limit_after(
    moment: datetime, amount: int, type_: DurationType, zone: ZoneInfo, calendar: Calendar
) -> Value:
    """The last instant of `within amount after moment` (M11)."""
    if type_.unit == "exact":
        return Known(moment + timedelta(microseconds=amount))
    return _on_day(lambda: _last_day(day_of(moment, zone), amount, type_, calendar), end_of_day, zone)


def limit_before(
    moment: datetime, amount: int, type_: DurationType, zone: ZoneInfo, calendar: Calendar
) -> Value:
    """The first instant of `within amount before moment` (M11); never rolls."""
    if type_.unit == "exact":
        return Known(moment - timedelta(microseconds=amount))
    return _on_day(lambda: moved(day_of(moment, zone), -amount, type_, calendar), start_of_day, zone)


def _on_day(find: Callable[[], date], edge: Callable[[date, ZoneInfo], datetime], zone: ZoneInfo) -> Value:
    try:
        return Known(edge(find(), zone))
    except CalendarEnds:
        return Unknown(Reason.CALENDAR)


def _last_day(day: date, amount: int, type_: DurationType, calendar: Calendar) -> date:
    last = moved(day, amount, type_, calendar)
    # A negative limit is an empty window; rolling its end forward could make it hold the day again.
    return calendar.rolled(last) if type_.rolling and type_.unit != "working_day" and amount >= 0 else last


def moved(day: date, amount: int, type_: DurationType, calendar: Calendar) -> date:
    """The day `amount` units later (earlier when negative). Raises CalendarEnds for working days."""
    if type_.unit == "working_day":
        return calendar.after(day, amount) if amount >= 0 else calendar.before(day, -amount)
    if type_.unit == "day":
        return date.fromordinal(min(max(day.toordinal() + amount, EARLIEST.toordinal()), LATEST.toordinal()))
    months = day.year * 12 + day.month - 1 + amount
    if not EARLIEST.year * 12 <= months < LATEST.year * 12:
        return EARLIEST if months < EARLIEST.year * 12 else LATEST
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def between(
    start: datetime | date, end: datetime | date, type_: DurationType, zone: ZoneInfo, calendar: Calendar
) -> Value:
    """`hours|days|working days from start to end`, in the type's unit (exact: microseconds)."""
    if type_.unit == "exact":
        return Known((_instant(end, zone) - _instant(start, zone)) // MICROSECOND)
    first, last = day_of(start, zone), day_of(end, zone)
    if type_.unit == "day":
        return Known((last - first).days)
    try:
        return Known(calendar.between(first, last))
    except CalendarEnds:
        return Unknown(Reason.CALENDAR)


def _instant(moment: datetime | date, zone: ZoneInfo) -> datetime:
    return moment if isinstance(moment, datetime) else start_of_day(moment, zone)


def shifted(moment: datetime, microseconds: int) -> Value:
    """An instant plus an exact duration; an error beyond the longest (M4)."""
    if too_long(microseconds, DurationType("exact")):
        return Error(Reason.OUT_OF_RANGE)
    try:
        return Known(moment + timedelta(microseconds=microseconds))
    except OverflowError:
        return Error(Reason.OUT_OF_RANGE)
