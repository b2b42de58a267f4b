"""The thirty verdicts of the benchmark pack from hand-written SQL (by_hand.sql), as counts by rule."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb

from zhunsheng.calendars import Calendar

SQL = Path(__file__).with_name("by_hand.sql").read_text(encoding="utf-8")

# The two selects of the SQL, in its order of columns.
ABOUT_EVERY_RATING = 13
ABOUT_BAD_ONES = 17
VERDICTS = ("pass", "fail", "pending", "unknown")

Tally = dict[str, int]


def calendar_tables(connection: duckdb.DuckDBPyConnection, calendar: Calendar) -> None:
    """`day_index(day, n)`: working days up to a day; `workday(n, day)`: the n-th one. From 2023 to 2025."""
    connection.execute("create or replace table workday(n integer, day date)")
    days = [day for day in calendar.days if date(2023, 1, 1) <= day <= date(2025, 12, 31)]
    connection.executemany("insert into workday values (?, ?)", list(enumerate(days, 1)))
    connection.execute(
        """
        create or replace table day_index as
        select day, (select count(*) from workday w where w.day <= d.day)::integer as n
        from (
            select unnest(generate_series(date '2023-01-01', date '2025-12-31', interval 1 day))::date as day
        ) d
        """
    )


def counts(
    connection: duckdb.DuckDBPyConnection, rules: tuple[str, ...], as_of: datetime
) -> dict[str, Tally]:
    """Counts by rule; `rules` names the pack's rules in their order."""
    row = connection.execute(SQL, {"as_of": as_of.replace(tzinfo=None)}).fetchone()
    assert row is not None
    assert len(rules) == ABOUT_EVERY_RATING + ABOUT_BAD_ONES
    ratings, values = row[0], row[1:]
    found = {}
    for place, rule in enumerate(rules):
        block, width, at = (0, ABOUT_EVERY_RATING, place)
        if place >= ABOUT_EVERY_RATING:
            block, width, at = ABOUT_EVERY_RATING * 4, ABOUT_BAD_ONES, place - ABOUT_EVERY_RATING
        tally = {verdict: values[block + i * width + at] for i, verdict in enumerate(VERDICTS)}
        found[rule] = tally | {"notapplicable": ratings - sum(tally.values())}
    return found
