"""Dates and times of a manifest or of `--as-of`, read by the same rules as the cells of a log."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from zhunsheng.logs.canonical import EARLIEST, LATEST
from zhunsheng.logs.conversion import DATE, LOCAL, WITH_OFFSET

END_OF_DAY = time(23, 59, 59, 999999)
"""The last microsecond of a day: `until` a date means this (docs/meaning.md M12)."""


def moment(text: str, zone: str, end: Literal["from", "until"]) -> datetime:
    """UTC instant of a date or time as written. Raises ValueError when it is neither, or impossible."""
    text = text.strip()
    info = ZoneInfo(zone)
    if re.fullmatch(DATE, text, re.ASCII):
        clock = time.min if end == "from" else END_OF_DAY
        found = datetime.combine(date.fromisoformat(text), clock, info)
    elif re.fullmatch(LOCAL, text, re.ASCII):
        found = datetime.fromisoformat(text[:26]).replace(tzinfo=info)
    elif re.fullmatch(WITH_OFFSET, text, re.ASCII):
        found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    else:
        raise ValueError(text)
    found = found.astimezone(UTC)
    if not EARLIEST <= found <= LATEST:
        raise ValueError(text)
    return found
