"""Local times of a zone to UTC, by zoneinfo's rules, as one expression a database can evaluate in bulk.

Two implementations of time zones must never meet in one verdict, so the database's own is not asked: the
zone's changes of offset are taken from zoneinfo and become a small search tree of comparisons.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlglot import exp

from zhunsheng.logs.canonical import data_type

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


def to_utc(local: exp.Expression, zone: str) -> exp.Expression:
    """UTC timestamp of a naive local timestamp expression."""
    return exp.Sub(this=local, expression=exp.paren(_search(local, offsets(zone))))


def _search(local: exp.Expression, steps: tuple[tuple[datetime, timedelta], ...]) -> exp.Expression:
    if len(steps) == 1:
        seconds = int(steps[0][1].total_seconds())
        return exp.Anonymous(this="to_seconds", expressions=[exp.Literal.number(seconds)])
    half = len(steps) // 2
    bound = exp.Cast(this=exp.Literal.string(steps[half][0].isoformat(sep=" ")), to=data_type("TIMESTAMP"))
    return (
        exp.Case()
        .when(exp.GTE(this=local.copy(), expression=bound), _search(local, steps[half:]))
        .else_(_search(local, steps[:half]))
    )
