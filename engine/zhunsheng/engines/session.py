"""What a statement needs in its session: the small tables of days that it joins, the exact functions that
it calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from zhunsheng.calendars.model import Calendar
from zhunsheng.engines import exact
from zhunsheng.logs.model import Evidence
from zhunsheng.logs.session import OPTIMIZERS_OFF
from zhunsheng.sql import dialect
from zhunsheng.sql.deadlines import CALENDAR, WORKING
from zhunsheng.sql.localtime import AFTER, BEFORE, CHANGE, CLOCKS, FIRST, START, Run, zone

if TYPE_CHECKING:
    import duckdb


@contextmanager
def prepared(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    evidence: Evidence,
    calendar: Calendar,
    kept: set[str],
) -> Iterator[None]:
    """Make what the statement reads. Functions go when it ends; tables stay for the next one, in `kept`."""
    tables = [name for name in (CLOCKS, CALENDAR, WORKING) if f'"{name}"' in sql]
    functions = [name for name in exact.FUNCTIONS if f"{dialect.EXACT}{name}(".upper() in sql.upper()]
    for name in tables:
        if name not in kept:
            _create(connection, name, evidence, calendar)
            kept.add(name)
    for name in functions:
        exact.register(connection, name)
    try:
        yield
    finally:
        for name in functions:
            exact.remove(connection, name)


def forget(connection: duckdb.DuckDBPyConnection, kept: set[str]) -> None:
    """Take away the tables of days."""
    for name in sorted(kept):
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    kept.clear()


def _create(connection: duckdb.DuckDBPyConnection, name: str, evidence: Evidence, calendar: Calendar) -> None:
    """Names, columns and types are ours; values are bound."""
    if name == CLOCKS:
        _clocks(connection, evidence)
        return
    if name == WORKING:
        query = "SELECT unnest(?::DATE[]) AS day, unnest(range(?::BIGINT)) AS place"
        values: list[object] = [list(calendar.days), len(calendar.days)]
    else:
        up_to, before = _counts(calendar.first, calendar.last, tuple(calendar.days))
        query = (
            "SELECT ?::DATE + unnest(range(?::BIGINT))::INTEGER AS day, unnest(?::BIGINT[]) AS up_to, "
            "unnest(?::BIGINT[]) AS before"
        )
        values = [calendar.first, len(up_to), up_to, before]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}", values)


def settle_planner(connection: duckdb.DuckDBPyConnection) -> None:
    """Switch off what makes the database answer wrongly, where the loader has not done so already.

    Raises duckdb.Error when the configuration is locked with it on.
    """
    ((off,),) = connection.execute("SELECT current_setting('disabled_optimizers')").fetchall()
    missing = [name for name in OPTIMIZERS_OFF if name not in str(off or "").split(",")]
    if missing:
        names = ",".join([*filter(None, str(off or "").split(",")), *missing])
        connection.execute(f"SET disabled_optimizers = '{names}'")


@lru_cache(maxsize=4)
def _counts(first: date, last: date, days: tuple[date, ...]) -> tuple[list[int], list[int]]:
    """Per day of a calendar, how many working days there are up to it, and before it."""
    working = set(days)
    up_to: list[int] = []
    before: list[int] = []
    count = 0
    for number in range((last - first).days + 1):
        before.append(count)
        count += first + timedelta(days=number) in working
        up_to.append(count)
    return up_to, before


def _clocks(connection: duckdb.DuckDBPyConnection, evidence: Evidence) -> None:
    lists = zone(evidence.zone).lists
    columns = ", ".join(
        f"unnest({_expanded('TIMESTAMP' if name == CHANGE else 'INTEGER', lists[name])}) AS {name}"
        for name in (BEFORE, CHANGE, AFTER, START)
    )
    days = sum(count for count, _ in lists[BEFORE])
    values = [each for name in (BEFORE, CHANGE, AFTER, START) for each in _columns(lists[name])]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {CLOCKS} AS "
        f"SELECT ?::DATE + unnest(range(?::BIGINT))::INTEGER AS day, {columns}",
        [FIRST, days, *values],
    )


def _expanded(kind: str, runs: tuple[Run, ...]) -> str:
    """A list out of its runs, bound as counts and values."""
    return (
        f"(SELECT flatten(list(list_resize(CAST([] AS {kind}[]), n, v) ORDER BY i)) FROM "
        f"(SELECT unnest(?::BIGINT[]) AS n, unnest(?::{kind}[]) AS v, unnest(range({len(runs)})) AS i))"
    )


def _columns(runs: tuple[Run, ...]) -> list[list[object]]:
    return [[count for count, _ in runs], [value for _, value in runs]]
