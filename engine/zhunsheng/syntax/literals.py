"""Literals: what a date, time, number or text stands for, and how each is written.

>>> write_number(Decimal("0.995"), percent=True)
'99.5 %'
>>> unescape(write_string('a "b" \\\\d')[1:-1])
'a "b" \\\\d'
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_ESCAPE = re.compile(r'\\(["\\])')
_TO_ESCAPE = re.compile(r'"|\\(?=["\\]|$)')


def date_problem(text: str) -> str | None:
    """The code of what is wrong with a date: 1038 its form, 1037 a day that does not exist; else None."""
    if not _DATE.fullmatch(text):
        return "ZS1038"
    try:
        date.fromisoformat(text)
    except ValueError:
        return "ZS1037"
    return None


def time_problem(text: str) -> str | None:
    """As `date_problem`; 1039 for a time without offset from UTC: a rule means one instant everywhere."""
    match = _TIME.fullmatch(text)
    if not match:
        return "ZS1044"
    try:
        read_time(text).utctimetuple()
    except (ValueError, OverflowError):
        return "ZS1037"
    return None if match["zone"] else "ZS1039"


def read_time(text: str) -> datetime:
    """Raises ValueError for an impossible time."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def read_number(text: str) -> int | Decimal:
    """An int when there is no decimal point."""
    return Decimal(text) if "." in text else int(text)


def read_percent(text: str) -> Decimal:
    """`99.5` per cent is 0.995, exactly."""
    return Decimal(text).scaleb(-2)


def write_number(value: int | Decimal, *, percent: bool = False) -> str:
    if not percent:
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return f"{_plain(Decimal(value).scaleb(2))} %"


def write_time(value: datetime) -> str:
    """ISO 8601 with offset, seconds only where there are any."""
    precise = value.second or value.microsecond
    return value.isoformat(timespec="auto" if precise else "minutes")


def write_string(text: str) -> str:
    return '"' + _TO_ESCAPE.sub(lambda match: "\\" + match.group(), text) + '"'


def unescape(text: str) -> str:
    r"""`\"` is a quotation mark, `\\` a backslash; any other backslash is itself (regexes need it)."""
    return _ESCAPE.sub(r"\1", text)


def _plain(value: Decimal) -> str:
    return format(value, "f")
