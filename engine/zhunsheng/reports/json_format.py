"""The report as JSON (`schemas/report.schema.json`): the whole truth, byte for byte the same for the same
inputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any

from zhunsheng.reports.model import Report
from zhunsheng.reports.values import exact, iso
from zhunsheng.verdicts.model import Counts

_NAMES = {"passed": "pass", "start": "from"}
"""Python names that are others in JSON."""


def render_json(report: Report) -> str:
    """UTF-8 text, two spaces of indentation, keys in the order of the schema, a newline at the end."""
    return json.dumps(document(report), ensure_ascii=False, indent=2) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain JSON values. Times are in the log's zone; a number that need not be whole is
    `{"exact": "2/3", "value": 0.666667}`."""
    found: dict[str, Any] = encoded(report, report.zone)
    return found


def encoded(value: Any, zone: str) -> Any:
    """Parts of a report as plain JSON values, in the same form."""
    if is_dataclass(value) and not isinstance(value, type):
        members = {_NAMES.get(each.name, each.name): getattr(value, each.name) for each in fields(value)}
        if isinstance(value, Counts):
            members = {"subjects": value.subjects, "applicable": value.applicable} | members
        return {name: encoded(member, zone) for name, member in members.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Fraction):
        return {"exact": exact(value), "value": round(float(value), 6)}
    if isinstance(value, datetime):
        return iso(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): encoded(member, zone) for name, member in value.items()}
    if isinstance(value, (tuple, list)):
        return [encoded(member, zone) for member in value]
    return value
