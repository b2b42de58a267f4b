"""Working days (language.md section 10): the official arrangements, extended or overridden by calendar files.

>>> from datetime import date
>>> calendar = load()
>>> calendar.after(date(2024, 2, 9), 1)  # Spring Festival; Sunday 18 February was worked
datetime.date(2024, 2, 18)
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from zhunsheng.calendars.files import Arrangement, CalendarFileError, read
from zhunsheng.calendars.model import Calendar, CalendarEnds
from zhunsheng.calendars.published import (
    package_version,
    published_working_days,
    published_years,
    working_days,
)
from zhunsheng.diagnostics import Diagnostic

__all__ = ["Calendar", "CalendarEnds", "CalendarFileError", "load"]


def load(files: Sequence[Path] = ()) -> Calendar:
    """The published calendar, with each file's years added or replaced, in the order of the files.

    Raises CalendarFileError for a file that cannot be used, or when files leave a year out between others: a
    calendar has no holes.
    """
    calendar = _published()
    for path in files:
        calendar = _with(calendar, read(path), path)
    return calendar


@cache
def _published() -> Calendar:
    first, last = published_years()
    return Calendar(
        id=f"cn-{first}-{last}",
        source=f"chinesecalendar {package_version()}",
        first=date(first, 1, 1),
        last=date(last, 12, 31),
        days=tuple(published_working_days(first, last)),
    )


def _with(calendar: Calendar, arrangement: Arrangement, path: Path) -> Calendar:
    covered = {*range(calendar.first.year, calendar.last.year + 1), *arrangement.years}
    first, last = min(covered), max(covered)
    left_out = [year for year in range(first, last + 1) if year not in covered]
    if left_out:
        values = {"path": str(path), "years": ", ".join(map(str, left_out))}
        raise CalendarFileError(Diagnostic("ZS5037", None, values, place=str(path)))
    kept = [day for day in calendar.days if day.year not in arrangement.years]
    added = working_days(arrangement.years, arrangement.holidays, arrangement.worked)
    return Calendar(
        id=f"{calendar.id}+{arrangement.id}",
        source=f"{calendar.source}; {arrangement.source}",
        first=date(first, 1, 1),
        last=date(last, 12, 31),
        days=tuple(sorted([*kept, *added])),
    )
