"""Whether the data bears out what the manifest declares: days without rows, channels and hours that fall
silent, rows outside the coverage.

Everything here is a suspicion, never a gap: verdicts do not depend on statistics (docs/decisions/0021). A
stretch is suspicious when at least `LEAST_EXPECTED` rows would have been usual in it and there is none. Usual
for a day is what nine out of ten days of its kind (working day, day off) at least have; a stretch does not
count towards its own measure, nor do longer ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from sqlglot import exp

from zhunsheng.logs.canonical import EARLIEST
from zhunsheng.logs.expressions import (
    Expression,
    call,
    case,
    cast,
    column,
    count,
    is_known,
    named,
    number,
    select,
    table,
    text,
    to_sql,
)
from zhunsheng.logs.model import Evidence
from zhunsheng.semantics.types import CodeType
from zhunsheng.semantics.vocabulary import Record, Vocabulary

if TYPE_CHECKING:
    import duckdb

    from zhunsheng.calendars import Calendar

LEAST_EXPECTED = 10
"""Rows that would have been usual in a silent stretch. Nine days out of ten with ten rows or more mean about
fourteen a day; none at all then happens by chance less than once in a million days."""
LEAST_DAYS = 10
"""Fewer days of a kind (beside the stretch itself) tell nothing about what is usual."""
SHARE_BELOW = 10
"""One day in so many may have fewer rows than the usual number."""
LEAST_ROWS = 100
"""A record type with fewer rows tells nothing about channels that are not used."""
LISTED = 50

Kind = Literal[
    "silent_days", "late_start", "early_end", "silent_channel", "silent_hours", "unused_channels", "outside"
]


@dataclass(frozen=True, slots=True)
class Suspicion:
    kind: Kind
    record: str
    start: date | None = None
    """First and last day of the stretch, in the log's zone."""
    until: date | None = None
    days: int = 0
    """Days in it on which rows were to be expected."""
    expected: int = 0
    """Rows that would have been usual, at least."""
    rows: int = 0
    """Rows outside the coverage."""
    field: str | None = None
    codes: tuple[str, ...] = ()
    """Channels, by canonical name."""
    hours: tuple[int, int] | None = None
    """First and last hour of the day, 0 to 23."""


@dataclass(frozen=True, slots=True)
class _Counts:
    """Rows of one record type by day; by day and hour, by day and channel."""

    days: Counter[date]
    hours: dict[int, Counter[date]]
    channels: dict[int, Counter[date]]
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    days: tuple[date, ...]
    expected: int


def suspicions(
    connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, evidence: Evidence, calendar: Calendar
) -> tuple[Suspicion, ...]:
    """What the data makes doubtful, by record type; within one by kind and day."""
    works = _day_kind(calendar)
    found: list[Suspicion] = []
    dated = [
        record
        for name, record in vocabulary.records.items()
        if record.time is not None and name in evidence.tables and evidence.tables[name].rows
    ]
    for record, counts in _counted(dated, evidence, connection):
        found += _outside(record, counts)
        if counts.days.total() >= LEAST_EXPECTED:
            found += _of_record(record, counts, vocabulary, evidence, works)
    return tuple(found)


def proposed_gaps(found: Iterable[Suspicion]) -> dict[tuple[date, date], tuple[str, ...]]:
    """The stretches that a manifest could declare as gaps, each with its record types."""
    gaps: dict[tuple[date, date], tuple[str, ...]] = {}
    for each in found:
        if each.kind in ("silent_days", "late_start", "early_end") and each.start and each.until:
            span = (each.start, each.until)
            gaps[span] = (*gaps.get(span, ()), each.record)
    return dict(sorted(gaps.items()))


# counting


def channel_field(record: Record) -> str | None:
    """The field that tells the channel: a code of a list called `channel` or `…_channel`."""
    for name, field in record.fields.items():
        if isinstance(field.type, CodeType) and f"_{field.type.codelist}".endswith("_channel"):
            return name
    return None


def _counted(
    records: Sequence[Record], evidence: Evidence, connection: duckdb.DuckDBPyConnection
) -> Iterable[tuple[Record, _Counts]]:
    zone = ZoneInfo(evidence.zone)
    seconds = 3600 if _whole_hours(zone, evidence) else 900
    local: dict[int, tuple[date, int]] = {}
    for record in records:
        counts = _Counts(Counter(), {}, {}, 0, 0)
        before = after = 0
        for bin_, side, channel, rows in connection.execute(_question(record, evidence, seconds)).fetchall():
            if side:
                before, after = before + (rows if side < 0 else 0), after + (rows if side > 0 else 0)
                continue
            place = local.get(bin_)
            if place is None:
                moment = (EARLIEST + timedelta(seconds=bin_ * seconds)).astimezone(zone)
                place = local[bin_] = (moment.date(), moment.hour)
            day, hour = place
            counts.days[day] += rows
            counts.hours.setdefault(hour, Counter())[day] += rows
            if channel is not None:
                counts.channels.setdefault(channel, Counter())[day] += rows
        yield record, replace(counts, before=before, after=after)


def _question(record: Record, evidence: Evidence, seconds: int) -> str:
    """Rows by stretch of time, side of the coverage and channel; one pass over two columns."""
    assert record.time is not None
    time = column(record.time)
    since = exp.Sub(
        this=call("epoch_us", time.copy()), expression=number(int(EARLIEST.timestamp() * 1_000_000))
    )
    bin_ = exp.IntDiv(this=exp.Paren(this=since), expression=number(seconds * 1_000_000))
    field = channel_field(record)
    channel: Expression = column(field) if field is not None else cast(exp.Null(), "SMALLINT")
    columns = [
        named(bin_, "bin"),
        named(_side(time, evidence), "side"),
        named(channel, "channel"),
        count(),
    ]
    query = select(columns, table(record.name), is_known(time))
    query.group_by(*(column(name) for name in ("bin", "side", "channel")), copy=False)
    return to_sql(query)


def _side(time: Expression, evidence: Evidence) -> Expression:
    coverage = evidence.coverage
    branches: list[tuple[Expression, Expression]] = []
    if coverage.start is not None:
        branches.append((exp.LT(this=time.copy(), expression=_timestamp(coverage.start)), number("-1")))
    if coverage.until is not None:
        branches.append((exp.GT(this=time.copy(), expression=_timestamp(coverage.until)), number(1)))
    return case(*branches, default=number(0))


def _timestamp(moment: datetime) -> Expression:
    return cast(text(moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")), "TIMESTAMP")


def _whole_hours(zone: ZoneInfo, evidence: Evidence) -> bool:
    moments = (evidence.coverage.start, evidence.coverage.until, evidence.as_of)
    offsets = [moment.astimezone(zone).utcoffset() for moment in moments if moment is not None]
    return all(offset is not None and offset.total_seconds() % 3600 == 0 for offset in offsets)


def _day_kind(calendar: Calendar) -> Callable[[date], bool]:
    """Whether people work on a day; beyond the published years, whether it is Monday to Friday."""
    days = frozenset(calendar.days)

    def works(day: date) -> bool:
        return day in days if calendar.first <= day <= calendar.last else day.weekday() < 5

    return works


# judging


def _outside(record: Record, counts: _Counts) -> list[Suspicion]:
    rows = counts.before + counts.after
    return [Suspicion("outside", record.name, rows=rows)] if rows else []


def _of_record(
    record: Record,
    counts: _Counts,
    vocabulary: Vocabulary,
    evidence: Evidence,
    works: Callable[[date], bool],
) -> list[Suspicion]:
    days = _days(record, counts.days, evidence)
    found = [
        _told(record, stretch, counts.days, Suspicion("silent_days", record.name))
        for stretch in _silences(days, counts.days, works)
    ]
    busy = [day for day in days if counts.days[day]]
    found += _channels(record, counts, busy, vocabulary, works)
    found += _hours(record, counts, busy, works)
    return found


def _told(record: Record, stretch: _Stretch, rows: Counter[date], what: Suspicion) -> Suspicion:
    start, until = stretch.days[0], stretch.days[-1]
    kind = what.kind
    if kind == "silent_days":
        kind = "early_end" if start > max(rows) else "late_start" if until < min(rows) else kind
    return replace(
        what, kind=kind, start=start, until=until, days=len(stretch.days), expected=stretch.expected
    )


def _channels(
    record: Record,
    counts: _Counts,
    busy: Sequence[date],
    vocabulary: Vocabulary,
    works: Callable[[date], bool],
) -> list[Suspicion]:
    field = channel_field(record)
    if field is None or not counts.channels:
        return []
    codes = vocabulary.codes_of(record.fields[field].type)
    assert codes is not None
    found: list[Suspicion] = []
    unused = tuple(
        code.name
        for place, code in enumerate(codes.codes)
        if place not in counts.channels and not code.retired
    )
    if unused and counts.days.total() >= LEAST_ROWS:
        found.append(Suspicion("unused_channels", record.name, field=field, codes=unused))
    if len(counts.channels) == 1:
        return found
    for place, rows in sorted(counts.channels.items()):
        what = Suspicion("silent_channel", record.name, field=field, codes=(codes.codes[place].name,))
        found += [_told(record, stretch, rows, what) for stretch in _silences(busy, rows, works)]
    return found


def _hours(
    record: Record, counts: _Counts, busy: Sequence[date], works: Callable[[date], bool]
) -> list[Suspicion]:
    """Silent hours of the day; neighbouring ones that are silent on the same days are one."""
    found: list[Suspicion] = []
    for hour, rows in sorted(counts.hours.items()):
        for stretch in _silences(busy, rows, works):
            each = _told(record, stretch, rows, Suspicion("silent_hours", record.name, hours=(hour, hour)))
            place = next((i for i, other in enumerate(found) if _continues(other, each)), None)
            if place is None:
                found.append(each)
            else:
                first = found[place]
                assert first.hours is not None
                expected = first.expected + each.expected
                found[place] = replace(first, hours=(first.hours[0], hour), expected=expected)
    return found


def _continues(earlier: Suspicion, later: Suspicion) -> bool:
    assert earlier.hours is not None and later.hours is not None
    same = (earlier.start, earlier.until, earlier.days) == (later.start, later.until, later.days)
    return same and earlier.hours[1] + 1 == later.hours[0]


def _days(record: Record, rows: Mapping[date, int], evidence: Evidence) -> list[date]:
    """The whole days that the log claims to cover for a record type: inside the coverage (else since its
    first row), until the observation time, outside the declared gaps."""
    zone = ZoneInfo(evidence.zone)
    moment = timedelta(microseconds=1)
    day = timedelta(days=1)

    def local(at: datetime) -> date:
        return at.astimezone(zone).date()

    coverage = evidence.coverage
    first = min(rows) if coverage.start is None else local(coverage.start - moment) + day
    until = evidence.as_of if coverage.until is None else min(coverage.until, evidence.as_of)
    last = local(until + moment) - day
    gaps = [(local(gap.start), local(gap.until)) for gap in evidence.gaps if gap.concerns(record.name)]
    found: list[date] = []
    while first <= last:
        if not any(start <= first <= end for start, end in gaps):
            found.append(first)
        first += day
    return found


def _silences(days: Sequence[date], rows: Counter[date], works: Callable[[date], bool]) -> list[_Stretch]:
    """Suspicious stretches without rows among `days`."""
    inside = [day for day in days if min(rows) <= day <= max(rows)]
    active = _active_kinds(inside, rows, works)
    stretches = _empty_stretches([day for day in days if works(day) in active], rows)
    # At most so much is usual, whatever is set aside: most stretches are too short to matter.
    most = {kind: _usual([rows[d] for d in inside if works(d) is kind and rows[d]]) for kind in active}
    found: list[_Stretch] = []
    for stretch in stretches:
        if sum(most[works(day)] for day in stretch) < LEAST_EXPECTED:
            continue
        aside = {day for other in stretches if len(other) > len(stretch) for day in other} | set(stretch)
        left = [day for day in inside if day not in aside]
        usual = {kind: _usual([rows[day] for day in left if works(day) is kind]) for kind in active}
        expected = sum(usual[works(day)] for day in stretch)
        if expected >= LEAST_EXPECTED:
            found.append(_Stretch(tuple(stretch), expected))
    return found


def _active_kinds(
    days: Sequence[date], rows: Counter[date], works: Callable[[date], bool]
) -> frozenset[bool]:
    """Kinds of days of which more than half have rows: silence on the others is normal."""
    active = set()
    for kind in (True, False):
        of_kind = [day for day in days if works(day) is kind]
        if 2 * sum(rows[day] > 0 for day in of_kind) > len(of_kind):
            active.add(kind)
    return frozenset(active)


def _empty_stretches(days: Sequence[date], rows: Counter[date]) -> list[list[date]]:
    stretches: list[list[date]] = []
    open_ = False
    for day in days:
        if rows[day]:
            open_ = False
        elif open_:
            stretches[-1].append(day)
        else:
            stretches.append([day])
            open_ = True
    return stretches


def _usual(counts: list[int]) -> int:
    """What nine days in ten at least have; 0 where too few days tell."""
    if len(counts) < LEAST_DAYS:
        return 0
    return sorted(counts)[len(counts) // SHARE_BELOW]
