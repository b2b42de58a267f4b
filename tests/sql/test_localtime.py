"""Local days in SQL against zoneinfo: around every change of the clocks, and far from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import duckdb
import pytest

from zhunsheng.calendars.model import Calendar
from zhunsheng.engines.session import prepared
from zhunsheng.logs.model import Evidence
from zhunsheng.plan.model import SubjectPlan
from zhunsheng.plan.scope import Row, Scope
from zhunsheng.semantics.typed import Program
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.sql import dialect
from zhunsheng.sql.context import Compiler, View
from zhunsheng.sql.expressions import aliased, column
from zhunsheng.sql.frame import Frame
from zhunsheng.sql.localtime import day_end, day_start, local_time, zone

NO_DAYS = Calendar("none", "test", date(2024, 1, 1), date(2024, 1, 1), ())
ZONES = ("Asia/Shanghai", "UTC", "America/New_York", "America/Havana", "Pacific/Apia", "Asia/Kathmandu")


def instants(name: str) -> list[datetime]:
    """Naive UTC: a second and a day around clock changes since 1900, and some at random."""
    info, random = ZoneInfo(name), Random(0)
    found = [
        datetime(1901, 1, 1) + timedelta(seconds=random.randrange(290 * 365 * 86_400)) for _ in range(200)
    ]
    day, end = datetime(1930, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    while day < end:
        later = day + timedelta(days=1)
        if day.astimezone(info).utcoffset() != later.astimezone(info).utcoffset():
            start = day.replace(tzinfo=None)
            found += [start + timedelta(hours=n, seconds=s) for n in range(-24, 48, 2) for s in (-1, 0)][:30]
        day = later
    return found[:3000]


@contextmanager
def frame_of(name: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, View, Evidence]]:
    evidence = Evidence(name, datetime(2024, 1, 1, tzinfo=UTC))
    program = Program(Vocabulary({}, {}), (), {}, (), (), ())
    frame = Frame()
    frame.start("moments", "m")
    compiler = Compiler(program, evidence, NO_DAYS, SubjectPlan("moments", (), ()))
    view = View(compiler, frame, Scope("r", (Row("s", "moments"),), {}, frozenset()), {"s": "m"})
    with duckdb.connect() as connection:
        yield connection, view, evidence


@pytest.mark.parametrize("name", ZONES)
def test_wall_clock_and_ends_of_days_agree_with_zoneinfo(name: str) -> None:
    info = ZoneInfo(name)
    with frame_of(name) as (connection, view, evidence):
        connection.execute("CREATE TABLE moments (t TIMESTAMP, d DATE)")
        asked = instants(name)
        connection.execute(
            "INSERT INTO moments SELECT unnest(?::TIMESTAMP[]), unnest(?::DATE[])",
            [asked, [each.date() for each in asked]],
        )
        t, d = column("m", "t"), column("m", "d")
        made = [local_time(view, t), day_start(view, d), day_end(view, d)]
        columns = [t, d, *(aliased(node, f"c{place}") for place, node in enumerate(made))]
        before, query = view.frame.select("moments", columns)
        assert before == []
        sql = dialect.to_sql(query)
        with prepared(connection, sql, evidence, NO_DAYS, set()):
            rows = connection.execute(sql).fetchall()
    assert len(rows) == len(asked)
    for moment, day, wall, start, end in rows:
        assert wall == moment.replace(tzinfo=UTC).astimezone(info).replace(tzinfo=None)
        assert start.replace(tzinfo=UTC) == first_instant(day, info)
        assert end.replace(tzinfo=UTC) == first_instant(day + timedelta(days=1), info) - timedelta(
            microseconds=1
        )


def first_instant(day: date, info: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=info).astimezone(UTC)


def test_china_is_plain_arithmetic_since_1991() -> None:
    found = zone("Asia/Shanghai")
    assert (found.offset, found.steady_from is not None and found.steady_from.year) == (28_800, 1991)
    assert zone("UTC").always and not found.always
    assert zone("America/New_York").steady_from is None
