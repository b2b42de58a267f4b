"""Calendar files: the arrangement of further years, or a place's own, in YAML
(`schemas/calendar.schema.json`).

    id: national-2027
    source: "国务院办公厅关于……年部分节假日安排的通知"
    years: [2027]
    holidays: [2027-01-01, {from: 2027-02-05, until: 2027-02-11, name: 春节}]
    working_days: [2027-02-14]          # weekend days that are worked

A file speaks for its years whole: what it says about them replaces what was known before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from zhunsheng.diagnostics import Diagnostic

LARGEST = 1_000_000
"""Bytes; a calendar of a century is far below."""


class CalendarFileError(Exception):
    """A calendar file that cannot be used, as a diagnostic (ZS503x)."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What one file says. `holidays` are days off, `worked` weekend days that are worked."""

    id: str
    source: str
    years: tuple[int, ...]
    holidays: frozenset[date]
    worked: frozenset[date]


def read(path: Path) -> Arrangement:
    """The arrangement in a file. Raises CalendarFileError."""
    content = _document(path)
    _check_schema(path, content)
    holidays = frozenset(day for entry in content["holidays"] for day in _days(path, entry))
    worked = frozenset(_day(path, entry) for entry in content.get("working_days", ()))
    years = tuple(sorted(set(content["years"])))
    for day in sorted(holidays | worked):
        if day.year not in years:
            raise _error("ZS5032", path, day=day.isoformat(), years=", ".join(map(str, years)))
    for day in sorted(worked):
        if day.weekday() < 5:
            raise _error("ZS5033", path, day=day.isoformat())
        if day in holidays:
            raise _error("ZS5034", path, day=day.isoformat())
    return Arrangement(content["id"], content["source"], years, holidays, worked)


def _document(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise _error("ZS5030", path, cause=f"> {LARGEST} bytes")
        text = path.read_text("utf-8")
        # An alias lets a small file grow without end, or hold itself; no calendar needs one.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise _error("ZS5030", path, cause="YAML alias (*)")
        return _plain(yaml.safe_load(text))
    except (OSError, UnicodeError, ValueError, RecursionError, yaml.YAMLError) as cause:
        raise _error("ZS5030", path, cause=_one_line(cause)) from cause


def _one_line(cause: Exception) -> str:
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return " ".join(str(cause).split())[:200]


def _check_schema(path: Path, content: Any) -> None:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json.loads(_schema_path().read_text("utf-8")))
    wrong = sorted(
        validator.iter_errors(content), key=lambda error: [str(step) for step in error.absolute_path]
    )
    if wrong:
        place = "/".join(str(step) for step in wrong[0].absolute_path) or "/"
        raise _error("ZS5031", path, field=place, cause=wrong[0].message[:200])


def _schema_path() -> Path:
    """In a wheel the schemas lie inside the package, in a checkout beside it (see `packs.locations`)."""
    package = Path(__file__).parents[1]
    inside = package / "_data" / "schemas" / "calendar.schema.json"
    return inside if inside.exists() else package.parents[1] / "schemas" / "calendar.schema.json"


def _plain(content: Any) -> Any:
    """YAML reads an unquoted day as a date; the schema describes it as text."""
    if isinstance(content, date):
        return content.isoformat()
    if isinstance(content, Mapping):
        return {str(key): _plain(value) for key, value in content.items()}
    return [_plain(value) for value in content] if isinstance(content, list) else content


def _days(path: Path, entry: Any) -> list[date]:
    if not isinstance(entry, Mapping):
        return [_day(path, entry)]
    first, last = _day(path, entry["from"]), _day(path, entry["until"])
    if not timedelta(0) <= last - first <= timedelta(days=366):
        raise _error("ZS5035", path, start=first.isoformat(), until=last.isoformat())
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _day(path: Path, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as cause:
        raise _error("ZS5036", path, day=text) from cause


def _error(code: str, path: Path, **values: str) -> CalendarFileError:
    return CalendarFileError(Diagnostic(code, None, {"path": str(path), **values}, place=str(path)))
