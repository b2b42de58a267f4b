"""Local times of a zone to UTC, by zoneinfo's rules, as one expression a database can evaluate in bulk.

Two implementations of time zones must never meet in one verdict, so the database's own is not asked: the
zone's changes of offset are taken from zoneinfo: those of recent years become a small search tree of
comparisons, all of them a list that is looked through for the rest.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlglot import exp

from zhunsheng.logs.expressions import Expression, call, case, cast, column, number, text

# Logs lie in these years; China has had one offset in all of them.
_RECENT = (datetime(1992, 1, 1), datetime(2050, 1, 1))
_STARTS, _SECONDS = "zhunsheng_offset_starts", "zhunsheng_offset_seconds"
_STEP = timedelta(days=5)
# No zone changes twice within so few days; a test compares all zones with zoneinfo itself.
_FIRST, _LAST = datetime(1899, 12, 31, tzinfo=UTC), datetime(2200, 1, 2, tzinfo=UTC)


@lru_cache(maxsize=8)
def offsets(zone: str) -> tuple[tuple[datetime, timedelta], ...]:
    """(local time from which it holds, offset), ascending, 1900 to 2199; naive local times.

    A local time that a change repeats means the first of the two, one that it skips is read with the offset
    before the change (zoneinfo's fold=0). Raises ZoneInfoNotFoundError for an unknown zone.
    """
    info = ZoneInfo(zone)

    def offset(at: datetime) -> timedelta:
        found = at.astimezone(info).utcoffset()
        assert found is not None
        return found

    last = offset(_FIRST)
    result = [(datetime.min, last)]
    at = _FIRST
    while at < _LAST:
        after = at + _STEP
        now = offset(after)
        if now != last:
            low, high = at, after
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if offset(middle) == last else (low, middle)
            result.append((high.replace(tzinfo=None) + max(last, now), now))
            last = now
        at = after
    return tuple(result)


def to_utc(local: Expression, zone: str) -> Expression:
    """UTC timestamp of a naive local timestamp expression. Needs the variables of `variables`."""
    steps = offsets(zone)
    first = max(0, sum(start < _RECENT[0] for start, _ in steps) - 1)
    recent = [step for step in steps[first:] if step[0] < _RECENT[1]]
    inside = exp.And(
        this=exp.GTE(this=local.copy(), expression=_timestamp(_RECENT[0])),
        expression=exp.LT(this=local.copy(), expression=_timestamp(_RECENT[1])),
    )
    seconds = case((inside, _search(local, recent)), default=_looked_up(local))
    return exp.Sub(this=local.copy(), expression=call("to_seconds", seconds))


def variables(zone: str) -> dict[str, list[object]]:
    """Variables the database must hold for `to_utc`: the whole table of offsets, for times long ago or
    far ahead.
    """
    steps = offsets(zone)
    return {
        _STARTS: [start for start, _ in steps],
        _SECONDS: [int(each.total_seconds()) for _, each in steps],
    }


def _looked_up(local: Expression) -> Expression:
    start = exp.to_identifier("start", quoted=True)
    begun = exp.Lambda(this=exp.LTE(this=column("start"), expression=local.copy()), expressions=[start])
    place = call("len", call("list_filter", call("getvariable", text(_STARTS)), begun))
    return call("list_extract", call("getvariable", text(_SECONDS)), place)


def _search(local: Expression, steps: list[tuple[datetime, timedelta]]) -> Expression:
    if len(steps) == 1:
        return number(int(steps[0][1].total_seconds()))
    half = len(steps) // 2
    later, earlier = _search(local, steps[half:]), _search(local, steps[:half])
    begun = exp.GTE(this=local.copy(), expression=_timestamp(steps[half][0]))
    return case((begun, later), default=earlier)


def _timestamp(at: datetime) -> Expression:
    return cast(text(at.isoformat(sep=" ")), "TIMESTAMP")
