"""Digests of everything a result depends on: packs, log files, calendar, waivers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zhunsheng.reports.model import InputPart

if TYPE_CHECKING:
    from zhunsheng.calendars import Calendar
    from zhunsheng.packs import LoadedPack


def input_parts(
    packs: Sequence[LoadedPack], log: Mapping[str, str], calendar: Calendar, waivers: str | None
) -> tuple[InputPart, ...]:
    """In a fixed order: rule files by pack, log files by name, the calendar, the waiver file."""
    rule_files = [
        InputPart(
            "rules",
            f"{pack.id}/{Path(file.source.name).name}",
            _sha256(file.source.text.encode("utf-8", "replace")),
        )
        for pack in packs
        for file in pack.files
    ]
    log_files = [InputPart("log", name, f"sha256:{digest}") for name, digest in sorted(log.items())]
    parts = [*rule_files, *log_files, InputPart("calendar", calendar.id, _sha256(_calendar_text(calendar)))]
    if waivers is not None:
        parts.append(InputPart("waivers", Path(waivers).name, _sha256(Path(waivers).read_bytes())))
    return tuple(parts)


def _calendar_text(calendar: Calendar) -> bytes:
    days = "\n".join(day.isoformat() for day in (calendar.first, calendar.last, *calendar.days))
    return days.encode()


def _sha256(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
