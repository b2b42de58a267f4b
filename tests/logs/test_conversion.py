"""Local times by zoneinfo's rules, and texts that need no normalising: what the database is told."""

from __future__ import annotations

import sys
import unicodedata
import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import cache

import duckdb
import pytest
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhunsheng.logs.conversion import NFC_SAFE
from zhunsheng.logs.expressions import column, select, table, to_sql
from zhunsheng.logs.session import declare
from zhunsheng.logs.zones import offsets, to_utc, variables

ZONES = (
    "Asia/Shanghai",
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
)


@cache
def database(zone: str) -> tuple[duckdb.DuckDBPyConnection, str]:
    connection = duckdb.connect()
    declare(variables(zone), connection)
    connection.execute("CREATE TABLE times (t TIMESTAMP)")
    return connection, to_sql(select([to_utc(column("t"), zone)], table("times")))


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.lists(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30)), min_size=1, max_size=20),
)
@example("Europe/Berlin", [datetime(2021, 3, 28, 2, 30), datetime(2021, 10, 31, 2, 30)])
@example("Asia/Shanghai", [datetime(1988, 7, 1), datetime(1991, 9, 15, 0, 30), datetime(2021, 7, 1)])
def test_local_times_are_zoneinfo_s(zone: str, times: list[datetime]) -> None:
    connection, query = database(zone)
    connection.execute("DELETE FROM times")
    connection.executemany("INSERT INTO times VALUES (?)", [[time] for time in times])
    expected = [
        time.replace(tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None) for time in times
    ]
    assert [row[0] for row in connection.execute(query).fetchall()] == expected


@pytest.mark.parametrize("zone", ZONES)
def test_no_change_of_offset_is_stepped_over(zone: str) -> None:
    info = zoneinfo.ZoneInfo(zone)
    at, last, changes = datetime(1900, 1, 1, tzinfo=UTC), None, 0
    while at < datetime(2100, 1, 1, tzinfo=UTC):
        now = at.astimezone(info).utcoffset()
        changes += last is not None and now != last
        at, last = at + timedelta(hours=6), now
    assert sum(start.year < 2100 for start, _ in offsets(zone)) - 1 == changes


def test_safe_characters_are_left_alone_by_nfc() -> None:
    safe = re2.compile(NFC_SAFE)
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    kept = [each for each in characters if safe.fullmatch(each)]
    assert len(kept) > 20_000
    assert all(unicodedata.is_normalized("NFC", each) and not unicodedata.combining(each) for each in kept)
    # None of them joins the character before it: no decomposition has one in second place.
    second = {
        chr(int(parts[1], 16))
        for each in characters
        if len(parts := unicodedata.decomposition(each).split()) == 2 and not parts[0].startswith("<")
    }
    assert not second & set(kept)
