"""Fixed cases: a pair written as Python that any later version of the generators still reads."""

from __future__ import annotations

import dataclasses
import datetime as datetime_module
import fractions
from pathlib import Path
from typing import Any

from generators import logs
from generators.words import VOCABULARY
from zhunsheng.calendars.model import Calendar
from zhunsheng.logs import model as log_model
from zhunsheng.semantics import typed, types
from zhunsheng.semantics.typed import Program


def write(program: Program, log: logs.Log, calendar: Calendar) -> str:
    """The pair as text for a file under tests/equivalence/cases."""
    lean = dataclasses.replace(program, vocabulary=None, parameters=_used(program))  # type: ignore[arg-type]
    lean_log = dataclasses.replace(log, rows={name: rows for name, rows in log.rows.items() if rows})
    return f"PROGRAM = {lean!r}\n\nLOG = {lean_log!r}\n\nCALENDAR_LAST = {calendar.last!r}\n"


def read(path: Path) -> tuple[Program, logs.Log, Calendar]:
    """The pair of a case file (our own code, never a user's)."""
    scope: dict[str, Any] = {
        **vars(types),
        **vars(typed),
        **vars(log_model),
        "Log": logs.Log,
        "Fraction": fractions.Fraction,
    }
    scope["datetime"] = datetime_module
    exec(compile(path.read_text("utf-8"), str(path), "exec"), scope)
    log: logs.Log = scope["LOG"]
    log = dataclasses.replace(log, rows={name: log.rows.get(name, []) for name in VOCABULARY.records})
    return (
        dataclasses.replace(scope["PROGRAM"], vocabulary=VOCABULARY),
        log,
        logs.calendar_until(scope["CALENDAR_LAST"]),
    )


def _used(program: Program) -> dict[str, typed.Parameter]:
    text = repr((program.rules, program.measures, program.indices))
    return {id_: each for id_, each in program.parameters.items() if f"parameter='{id_}'" in text}
