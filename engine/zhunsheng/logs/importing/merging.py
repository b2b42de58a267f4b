"""A further import joined to what a copy holds: its period, its gaps."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.importing.model import Copy
from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.logs.paths import LogFiles

_TICK = timedelta(microseconds=1)
NOT_IMPORTED = "未导入 · not imported"
"""Reason of the gap between two periods."""


def period(copy: Copy | None, files: LogFiles) -> tuple[Coverage, tuple[Gap, ...], list[Diagnostic]]:
    """Coverage and gaps of the copy with the new files. Between two periods that do not touch lies a gap; an
    end that only one of the two declares is not known of both, and is no longer declared (ZS4515).
    """
    if copy is None:
        return files.coverage, files.gaps, []
    old, new = copy.coverage, files.coverage
    gaps = [*copy.gaps, *(gap for gap in files.gaps if gap not in copy.gaps)]
    notes: list[Diagnostic] = []
    start = min(old.start, new.start) if old.start and new.start else None
    until = max(old.until, new.until) if old.until and new.until else None
    lost = [end for end in (old.start and not start, old.until and not until) if end]
    if lost:
        notes.append(_note("ZS4515", {}))
    between = _between(old, new) or _between(new, old)
    if between is not None and between not in gaps:
        gaps.append(between)
        notes.append(_note("ZS4517", _ends(between, files.zone)))
    return Coverage(start, until), tuple(gaps), notes


def _between(first: Coverage, second: Coverage) -> Gap | None:
    if first.until is None or second.start is None or second.start - first.until <= _TICK:
        return None
    return Gap(first.until + _TICK, second.start - _TICK, frozenset(), NOT_IMPORTED)


def _ends(gap: Gap, zone: str) -> dict[str, str]:
    info = ZoneInfo(zone)
    return {"from": str(gap.start.astimezone(info)), "until": str(gap.until.astimezone(info))}


def _note(code: str, values: dict[str, str]) -> Diagnostic:
    return Diagnostic(code, None, values, severity=Severity.WARNING)
