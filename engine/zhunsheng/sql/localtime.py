"""Days in the log's zone, as SQL (language.md section 10; docs/meaning.md M11, M12).

A zone is an offset that changes now and then. From the last change on (for China: since 1991) it is a
constant, and local days are plain interval arithmetic; before that, and in zones that still change their
clocks, the offset comes from two small tables of days made here with zoneinfo, the same source that the
reference uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zhunsheng.sql import dialect
from zhunsheng.sql.expressions import (
    NULL,
    E,
    case,
    cast,
    column,
    compare,
    day,
    greatest,
    integer,
    least,
    moment,
)

if TYPE_CHECKING:
    from zhunsheng.sql.context import View

FIRST, LAST = date(1750, 1, 1), date(2450, 12, 31)
"""Days that the lists hold in a zone with clock changes; instants of a log lie between 1900 and 2199."""
MICROSECOND = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)

CLOCKS = "zs_clocks"
"""Per UTC day: the offset at its start (`before`), the instant (naive UTC) from which the next one holds
(`change`), and the offset at its end (`after`). Per local day: the offset at its start (`start`)."""
BEFORE, CHANGE, AFTER, START = "before", "change", "after", "start"


Run = tuple[int, object]
"""So many times the same element of a list."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Offsets in seconds east of UTC. From the day `steady_from` on it is `offset` for good (None: it
    never is)."""

    name: str
    offset: int
    steady_from: date | None
    lists: Mapping[str, tuple[Run, ...]]
    """Columns of CLOCKS, one element per day from FIRST, run-length encoded; empty for a zone without
    changes."""

    @property
    def always(self) -> bool:
        """The offset never changed at all."""
        return not self.lists


def _offset(info: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(info).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _changes(info: ZoneInfo) -> list[tuple[datetime, int, int]]:
    """Every change of the offset: when (naive UTC), from, to."""
    found: list[tuple[datetime, int, int]] = []
    moment_, step = datetime.combine(FIRST, time.min, tzinfo=UTC), timedelta(days=3)
    settled = datetime(2045, 1, 1, tzinfo=UTC)
    end = datetime.combine(LAST, time.min, tzinfo=UTC)
    offset = _offset(info, moment_)
    while moment_ < end:
        if moment_ >= settled and (not found or found[-1][0].year < 2040):
            break
        later = _offset(info, moment_ + step)
        if later != offset:
            found.append((_turn(info, moment_, moment_ + step, offset), offset, later))
            offset = later
        moment_ += step
    return found


def _turn(info: ZoneInfo, low: datetime, high: datetime, before: int) -> datetime:
    """The first second at which the offset is no longer `before`."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if _offset(info, middle) == before:
            low = middle
        else:
            high = middle
    return high.replace(tzinfo=None)


@lru_cache(maxsize=8)
def zone(name: str) -> Zone:
    """The zone, measured. Raises ZoneInfoNotFoundError for a name that is none."""
    info = ZoneInfo(name)
    found = _changes(info)
    if not found:
        return Zone(name, _offset(info, datetime.combine(LAST, time.min, tzinfo=UTC)), FIRST, {})
    last = found[-1][0].date()
    steady = last + 3 * ONE_DAY if last.year < 2040 else None
    until = LAST if steady is None else steady
    never = datetime.combine(LAST, time.min)
    days_of_change = [each.date() for each, _, _ in found]
    lists = {
        BEFORE: _runs([(found[0][1], FIRST), *((to, each.date() + ONE_DAY) for each, _, to in found)], until),
        AFTER: _runs([(found[0][1], FIRST), *((to, each.date()) for each, _, to in found)], until),
        CHANGE: _single([(each.date(), each) for each, _, _ in found], never, until),
        START: _runs(
            [(found[0][1], FIRST), *((to, _first_day(each, old, to)) for each, old, to in found)], until
        ),
    }
    assert len(set(days_of_change)) == len(days_of_change), "two clock changes on one day"
    return Zone(name, found[-1][2], steady, lists)


def _first_day(change: datetime, old: int, new: int) -> date:
    """The first local day that starts under the new offset."""
    wall = change + timedelta(seconds=max(old, new))
    return wall.date() if wall.time() == time.min else wall.date() + ONE_DAY


def _runs(values: list[tuple[int, date]], until: date) -> tuple[Run, ...]:
    ends = [day_ for _, day_ in values[1:]] + [until + ONE_DAY]
    return tuple(((end - start).days, value) for (value, start), end in zip(values, ends, strict=True))


def _single(days: list[tuple[date, datetime]], default: datetime, until: date) -> tuple[Run, ...]:
    runs: list[Run] = []
    place = FIRST
    for each, value in days:
        runs += [((each - place).days, default), (1, value)]
        place = each + ONE_DAY
    return (*runs, ((until - place).days + 1, default))


# ---- SQL ---------------------------------------------------------------------------------------------------


def _clocks(view: View, day_: E, early: E | None) -> str:
    """The day's row in CLOCKS (only where `early` holds); days beyond the table take the nearest."""
    inside = least(greatest(day_, day(FIRST)), day(LAST))
    key = inside if early is None else case([(early, inside)], cast(NULL, "DATE"))
    return view.frame.left(CLOCKS, lambda alias: compare("=", column(alias, "day"), key))


def local_time(view: View, instant: E) -> E:
    """The wall-clock timestamp of an instant."""
    zone_ = view.compiler.zone
    steady = dialect.plus_seconds(instant, integer(zone_.offset))
    if zone_.always or view.compiler.steady:
        return instant if zone_.offset == 0 else steady
    instant = view.let(instant)
    since = None if zone_.steady_from is None else moment(datetime.combine(zone_.steady_from, time.min))
    early = None if since is None else compare("<", instant, since)
    row = _clocks(view, cast(instant, "DATE"), early)
    offset = case([(compare("<", instant, column(row, CHANGE)), column(row, BEFORE))], column(row, AFTER))
    if early is not None:
        offset = case([(early, offset)], integer(zone_.offset))
    return dialect.plus_seconds(instant, offset)


def local_day(view: View, instant: E) -> E:
    return cast(local_time(view, instant), "DATE")


def day_start(view: View, day_: E) -> E:
    """The first instant of a local day."""
    zone_ = view.compiler.zone
    midnight = cast(day_, "TIMESTAMP")
    if zone_.always or view.compiler.steady:
        return midnight if zone_.offset == 0 else dialect.plus_seconds(midnight, integer(-zone_.offset))
    day_ = view.let(day_)
    early = None if zone_.steady_from is None else compare("<=", day_, day(zone_.steady_from))
    row = _clocks(view, day_, early)
    offset: E = compare("*", column(row, START), integer(-1))
    if early is not None:
        offset = case([(early, offset)], integer(-zone_.offset))
    return dialect.plus_seconds(cast(day_, "TIMESTAMP"), offset)


def day_end(view: View, day_: E) -> E:
    """The last microsecond of a local day (M12)."""
    return dialect.plus_microseconds(day_start(view, dialect.plus_days(day_, integer(1))), integer(-1))


# ---- the same for constants --------------------------------------------------------------------------------


def start_of(zone_: Zone, day_: date) -> datetime:
    return datetime.combine(day_, time.min, tzinfo=ZoneInfo(zone_.name)).astimezone(UTC)


def end_of(zone_: Zone, day_: date) -> datetime:
    return start_of(zone_, day_ + ONE_DAY) - MICROSECOND
