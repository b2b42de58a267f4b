"""Silent days, channels and hours: what is suspicious, what is a normal silence, and what a manifest could
say."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from zhunsheng.calendars import load as load_calendar
from zhunsheng.logs import install
from zhunsheng.logs.model import Coverage, Evidence, Gap
from zhunsheng.logs.sufficiency import Suspicion, proposed_gaps, suspicions
from zhunsheng.semantics import load_vocabulary

from .small_vocabulary import VOCABULARY

CALENDAR = load_calendar()
START, END = date(2024, 3, 1), date(2024, 5, 31)
"""With the holidays of Tomb-sweeping (4 to 6 April) and 1 May (1 to 5 May), and working Sundays."""
SHIPPED = load_vocabulary(Path(__file__).parents[2] / "schemas" / "records")[0]


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def ratings(per_day: int, *, weekend: int = 0, seed: int = 1) -> Iterator[tuple[datetime, str]]:
    """(time, channel) of ratings, about so many a working day, from 9 to 17."""
    chance = random.Random(seed)
    day = START
    while day <= END:
        mean = per_day if CALENDAR.is_working(day) else weekend
        for _ in range(round(mean * chance.uniform(0.7, 1.3))):
            yield at(day, chance.randrange(9, 17), chance.randrange(60)), chance.choice(("web", "hall"))
        day += timedelta(days=1)


def found(rows: list[tuple[datetime, str]], *gaps: Gap, coverage: Coverage | None = None) -> list[Suspicion]:
    connection = duckdb.connect()
    items: list[dict[str, Any]] = [
        {"rating_id": f"R{n}", "rated_at": moment, "level": "neutral", "words": channel}
        for n, (moment, channel) in enumerate(rows)
    ]
    facts = install(VOCABULARY, {"rating": items}, connection)
    span = coverage or Coverage(at(START), at(END + timedelta(days=1)) - timedelta(microseconds=1))
    assert span.until is not None
    evidence = Evidence("Asia/Shanghai", span.until, span, gaps, facts)
    return list(suspicions(connection, VOCABULARY, evidence, CALENDAR))


def local_day(moment: datetime) -> date:
    return (moment + timedelta(hours=8)).date()


def between(first: date, last: date) -> Callable[[tuple[datetime, str]], bool]:
    return lambda row: not first <= local_day(row[0]) <= last


def test_weekends_and_holidays_are_silent_by_nature() -> None:
    assert found(list(ratings(40))) == []
    assert found(list(ratings(40, weekend=5))) == []


def test_a_silent_working_day_is_suspicious_where_days_are_full() -> None:
    day = date(2024, 4, 16)
    (only,) = found([*filter(between(day, day), ratings(40))])
    assert (only.kind, only.record, only.start, only.until, only.days) == (
        "silent_days",
        "rating",
        day,
        day,
        1,
    )
    assert 20 <= only.expected <= 40


def test_one_day_says_nothing_where_there_are_few_rows_and_a_week_does() -> None:
    day = date(2024, 4, 16)
    assert found([*filter(between(day, day), ratings(4))]) == []
    week = between(date(2024, 4, 15), date(2024, 4, 21))
    (only,) = found([*filter(week, ratings(4))])
    # The last working day of the stretch is the Friday: the weekend is silent anyway.
    assert (only.start, only.until, only.days) == (date(2024, 4, 15), date(2024, 4, 19), 5)


def test_rows_that_come_in_batches_are_no_silence() -> None:
    days = sorted({local_day(moment) for moment, _ in ratings(40)})
    batches = set(days[::3])
    assert found([row for row in ratings(40) if local_day(row[0]) in batches]) == []


def test_a_log_that_ends_before_its_coverage() -> None:
    rows = [row for row in ratings(40) if date(2024, 3, 18) <= local_day(row[0]) <= date(2024, 5, 9)]
    kinds = [(each.kind, each.start, each.until) for each in found(rows) if each.kind != "silent_hours"]
    assert kinds == [
        ("late_start", date(2024, 3, 1), date(2024, 3, 15)),
        ("early_end", date(2024, 5, 10), date(2024, 5, 31)),
    ]


def test_a_declared_gap_is_no_news() -> None:
    first, last = date(2024, 4, 15), date(2024, 4, 19)
    rows = [*filter(between(first, last), ratings(40))]
    assert found(rows)
    gap = Gap(at(first), at(last + timedelta(days=1)) - timedelta(microseconds=1), frozenset({"rating"}))
    assert found(rows, gap) == []
    assert found(rows, Gap(gap.start, gap.until, frozenset({"reply"})))


def test_hours_that_stop_are_one_finding() -> None:
    late = [
        row for row in ratings(80) if not (row[0].hour + 8 >= 15 and local_day(row[0]) >= date(2024, 5, 6))
    ]
    (only,) = found(late)
    assert (only.kind, only.hours, only.start) == ("silent_hours", (15, 16), date(2024, 5, 6))


def of_channels(kept: Callable[[datetime, str], bool]) -> list[Suspicion]:
    """Suspicions over ratings of the shipped vocabulary, by QR code and at terminals."""
    names = {"web": "qr_code", "hall": "hall_terminal"}
    rows: list[dict[str, Any]] = [
        {"rating_id": f"R{number}", "rated_at": moment, "channel": names[channel]}
        for number, (moment, channel) in enumerate(ratings(40))
        if kept(moment, names[channel])
    ]
    connection = duckdb.connect()
    facts = install(SHIPPED, {"rating": rows}, connection)
    until = at(END + timedelta(days=1)) - timedelta(microseconds=1)
    evidence = Evidence("Asia/Shanghai", until, Coverage(at(START), until), (), facts)
    return list(suspicions(connection, SHIPPED, evidence, CALENDAR))


def test_a_channel_that_stops_while_others_go_on() -> None:
    stopped = date(2024, 5, 13)
    unused, silent = of_channels(lambda moment, name: name != "qr_code" or local_day(moment) < stopped)
    assert (unused.kind, silent.kind) == ("unused_channels", "silent_channel")
    assert (silent.codes, silent.start, silent.until) == (("qr_code",), stopped, END)
    assert "qr_code" not in unused.codes and "hall_terminal" not in unused.codes


def test_a_channel_that_was_never_used_is_named() -> None:
    (only,) = of_channels(lambda _, name: name == "qr_code")
    assert (only.kind, only.field) == ("unused_channels", "channel")
    assert "hall_terminal" in only.codes


def test_rows_outside_the_coverage_are_counted_exactly() -> None:
    rows = list(ratings(40))
    span = Coverage(at(date(2024, 3, 5), 10, 30), at(END))
    outside = sum(not at(date(2024, 3, 5), 10, 30) <= moment <= at(END) for moment, _ in rows)
    (only,) = [each for each in found(rows, coverage=span) if each.kind == "outside"]
    assert only.rows == outside > 0


def test_a_gap_to_paste_names_every_record_type_that_was_silent() -> None:
    day = date(2024, 4, 16)
    silent = [Suspicion("silent_days", name, day, day, 1, 20) for name in ("rating", "reply")]
    hours = Suspicion("silent_hours", "reply", day, day, 1, 20, hours=(9, 9))
    assert proposed_gaps([*silent, hours]) == {(day, day): ("rating", "reply")}


@pytest.mark.parametrize("seed", range(20))
def test_no_alarm_without_a_cause(seed: int) -> None:
    assert found(list(ratings(15, weekend=3, seed=seed))) == []
