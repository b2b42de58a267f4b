"""Measures, and their spread, as JSON (`schemas/measures.schema.json`): byte for byte the same for the same
inputs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from zhunsheng.reports.json_format import document, encoded
from zhunsheng.reports.model import Report
from zhunsheng.spread.model import Spread

_KEPT = (
    "zhunsheng", "language", "as_of", "zone", "personal", "packs", "log", "measures", "indices", "inputs",
)  # fmt: skip


def render_json(report: Report, spreads: Sequence[Spread] | None) -> str:
    """The measures of a report in its own form, and `spread`: null where it was not asked for."""
    whole = document(report)
    found = {name: whole[name] for name in _KEPT}
    found["spread"] = None if spreads is None else encoded(list(spreads), report.zone)
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
