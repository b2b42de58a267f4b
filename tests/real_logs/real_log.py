"""A real log on its way through: converted by the fixture's script, loaded, judged by both evaluators."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import duckdb

from real_logs.counting import as_tally
from zhunsheng import calendars, logs, packs, reference
from zhunsheng.engines import duckdb as engine
from zhunsheng.logs.model import Row
from zhunsheng.packs import LoadedPack
from zhunsheng.verdicts.model import Evaluation

REPOSITORY = Path(__file__).resolve().parents[2]
FIXTURES = REPOSITORY / "fixtures"


def shared() -> Path:
    """Where the logs lie that nobody here wrote: beside the checkout, or where ZHUNSHENG_SHARED says."""
    folder = os.environ.get("ZHUNSHENG_SHARED")
    return Path(folder) if folder else REPOSITORY.parent / "shared" / "data"


def converter(fixture: str) -> ModuleType:
    """The fixture's convert.py as a module."""
    path = FIXTURES / fixture / "convert.py"
    spec = importlib.util.spec_from_file_location(f"convert_{fixture}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class RealLog:
    pack: LoadedPack
    log: logs.LoadedLog
    evaluation: Evaluation
    """The engine's."""

    def counts(self) -> dict[str, dict[str, int]]:
        return {rule: as_tally(outcome.counts) for rule, outcome in self.evaluation.rules.items()}

    def measures(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], tuple[float, int, int]]:
        """(measure, group) -> numerator, denominator, undecided."""
        return {
            (measure, tuple((name, str(value)) for name, value in group.group.items())): (
                float(group.numerator),
                group.denominator,
                group.undecided,
            )
            for measure, outcome in self.evaluation.measures.items()
            for group in outcome.groups
        }

    def rows(self, record: str) -> list[Row]:
        return list(logs.DuckStore(self.log.connection, self.pack.program.vocabulary).rows(record))

    def judged_twice(self, rows: Mapping[str, list[Row]]) -> tuple[Evaluation, Evaluation]:
        """Engine and reference over some of the log's rows, every finding kept."""
        program, vocabulary, evidence = self.pack.program, self.pack.program.vocabulary, self.log.evidence
        connection = duckdb.connect()
        facts = logs.install(vocabulary, rows, connection)
        some = type(evidence)(evidence.zone, evidence.as_of, evidence.coverage, evidence.gaps, facts)
        calendar = calendars.load()
        return (
            engine.evaluate(program, connection, some, calendar, samples=None),
            reference.evaluate(program, logs.MemoryStore(vocabulary, rows), some, calendar),
        )


def through(fixture: str, source: Path, folder: Path) -> RealLog:
    """Converts, loads and judges. Raises AssertionError for a pack with errors, LogError for a bad log."""
    pack = packs.load_pack(FIXTURES / fixture)
    assert [one for one in pack.diagnostics if one.severity == "error"] == []
    log = logs.load(converter(fixture).convert(source, folder), pack.program.vocabulary, on_bad_record="fail")
    evaluation = engine.evaluate(pack.program, log.connection, log.evidence, calendars.load())
    return RealLog(pack, log, evaluation)
