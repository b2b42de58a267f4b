"""Both evaluators over one program and log, and where their answers differ."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from generators.logs import Log
from generators.words import VOCABULARY
from zhunsheng.calendars.model import Calendar
from zhunsheng.engines import duckdb as engine
from zhunsheng.logs import MemoryStore, install
from zhunsheng.logs.model import TableFacts
from zhunsheng.reference import evaluate as reference
from zhunsheng.semantics.typed import Program
from zhunsheng.verdicts.model import Evaluation


def differences(program: Program, log: Log, calendar: Calendar, *, findings: bool = True) -> list[str]:
    """One line per rule or measure on which the two evaluators differ; empty when they agree.

    Without `findings` only the exact counts are compared, in half the time.
    """
    expected, found = both(program, log, calendar, None if findings else 0)
    return [
        *_rules(expected, found),
        *_compare("measure", expected.measures, found.measures),
        *_compare("index", expected.indices, found.indices),
    ]


def both(
    program: Program, log: Log, calendar: Calendar, samples: int | None = None
) -> tuple[Evaluation, Evaluation]:
    """(reference, engine), each with all its findings, or none for `samples` 0."""
    rows = {name: log.rows[name] for name in log.supplied}
    with duckdb.connect() as connection:
        tables: dict[str, TableFacts] = install(VOCABULARY, rows, connection)
        evidence = log.evidence(tables)  # type: ignore[arg-type]
        expected = reference(program, MemoryStore(VOCABULARY, rows), evidence, calendar, samples=samples)
        found = engine.evaluate(program, connection, evidence, calendar, samples=samples)
    return expected, found


def _rules(expected: Evaluation, found: Evaluation) -> list[str]:
    lines = []
    for id_, outcome in expected.rules.items():
        other = found.rules[id_]
        if outcome.counts != other.counts:
            lines.append(f"rule {id_}: reference {outcome.counts}, engine {other.counts}")
        verdicts = {(each.row, each.key): each.verdict for each in outcome.samples}
        others = {(each.row, each.key): each.verdict for each in other.samples}
        if verdicts != others:
            lines.append(f"rule {id_}: reference {verdicts}, engine {others}")
        ends = {each.row: (each.deadline, each.observed) for each in outcome.samples}
        other_ends = {each.row: (each.deadline, each.observed) for each in other.samples}
        if ends != other_ends:
            lines.append(f"rule {id_}: (deadline, observed) reference {ends}, engine {other_ends}")
    return lines


def _compare(kind: str, expected: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    return [
        f"{kind} {id_}: reference {value}, engine {found.get(id_)}"
        for id_, value in expected.items()
        if found.get(id_) != value
    ]
