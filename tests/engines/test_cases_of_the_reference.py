"""The hand-written cases of the meaning, run on DuckDB: one test body over both evaluators."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import duckdb
import pytest

from reference import builders
from reference.builders import Log
from reference.test_measures import *  # noqa: F403
from reference.test_patterns import *  # noqa: F403
from reference.test_rules import *  # noqa: F403
from reference.test_values import *  # noqa: F403
from zhunsheng.engines import duckdb as engine
from zhunsheng.logs import install
from zhunsheng.logs.model import Evidence, Row, TableFacts, Value
from zhunsheng.semantics.typed import Program
from zhunsheng.verdicts.model import Evaluation


def on_duckdb(program: Program, log: Log) -> Evaluation:
    """All findings, as the reference gives them."""
    rows = {name: _happened(log, name) for name in log.rows if name not in log.withheld}
    with duckdb.connect() as connection:
        counted = install(builders.VOCABULARY, rows, connection)
        plain = log.evidence()
        tables = {
            name: TableFacts(facts.supplied, facts.rows, counted[name].unique_key)
            for name, facts in plain.tables.items()
        }
        evidence = Evidence(plain.zone, plain.as_of, plain.coverage, plain.gaps, tables)
        return engine.evaluate(program, connection, evidence, log.calendar, samples=None)


def _happened(log: Log, record: str) -> list[Row]:
    """Rows as the loader leaves them: none of after the observation time (M26), texts in NFC."""
    time = builders.VOCABULARY.records[record].time
    numbered = [
        {"_row": number, **{name: _nfc(value) for name, value in row.items()}}
        for number, row in enumerate(log.rows[record], start=1)
    ]
    if time is None:
        return numbered
    return [row for row in numbered if row.get(time) is None or row[time] <= log.as_of]


def _nfc(value: Value) -> Value:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(builders, "evaluated", on_duckdb)
    yield
