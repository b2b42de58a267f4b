"""The four national packs find in the pilot-site log exactly what was put into it: every injected violation,
what follows from it, what is still open and what cannot be known.

At a million services: `benchmarks/exact_findings.py`.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from domain.places import FIXTURE, NATIONAL, calendar, generate, load_log, pack, true_findings, truth
from zhunsheng import logs, reference
from zhunsheng.engines import duckdb as engine
from zhunsheng.verdicts.model import Evaluation, Verdict

LISTED = (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN, Verdict.PENDING)
PERMISSIONS = {"extension_may_be_used"}
PER_SETTING = {
    "per-batch": {"one_first_rating_per_batch", "one_first_rating_per_theme"},
    "per-visit": {"one_first_rating_per_visit"},
}


@cache
def by_reference(name: str, folder: Path = FIXTURE) -> Evaluation:
    log = load_log(folder)
    program = pack(name).program
    stored = logs.DuckStore(log.connection, program.vocabulary)
    rows = {record: list(stored.rows(record)) for record in program.vocabulary.records}
    store = logs.MemoryStore(program.vocabulary, rows)
    return reference.evaluate(program, store, log.evidence, calendar(), samples=None)


@cache
def by_duckdb(name: str, folder: Path = FIXTURE) -> Evaluation:
    log = load_log(folder)
    return engine.evaluate(pack(name).program, log.connection, log.evidence, calendar(), samples=None)


def check_findings(evaluation: Evaluation, folder: Path, setting: str = "") -> None:
    """Found and true findings are the same, rule by rule, and the counts say what the list says."""
    expected = true_findings(folder, setting)
    for rule, outcome in evaluation.rules.items():
        found = [(finding.verdict.value, str(finding.key)) for finding in outcome.samples]
        assert len(set(found)) == len(found), rule
        assert set(found) == expected.get(rule, set()), rule
        counts = outcome.counts
        assert len(found) == counts.fail + counts.error + counts.unknown + counts.pending, rule


@pytest.mark.parametrize("name", NATIONAL)
def test_exactly_the_injected_findings(name: str) -> None:
    check_findings(by_duckdb(name), FIXTURE)


@pytest.mark.parametrize("setting", PER_SETTING)
def test_exactly_those_under_another_setting(setting: str) -> None:
    """Some rules apply only where a batch, a themed business or a visit counts as one."""
    evaluation = by_duckdb(setting)
    check_findings(evaluation, FIXTURE, setting)
    for rule in PER_SETTING[setting]:
        assert evaluation.rules[rule].counts.fail
        assert evaluation.rules[rule].counts.passed
        assert not by_duckdb("gbt39734").rules[rule].counts.applicable


@pytest.mark.parametrize("name", [*NATIONAL[:3], pytest.param(NATIONAL[3], marks=pytest.mark.slow)])
def test_the_reference_finds_the_same(name: str) -> None:
    check_findings(by_reference(name), FIXTURE)


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two blocks and a part: each fault at its known rate."""
    return generate(tmp_path_factory.mktemp("longer"), 2500)


@pytest.mark.parametrize("name", NATIONAL)
def test_exactly_the_injected_findings_in_a_longer_log(name: str, longer: Path) -> None:
    check_findings(by_duckdb(name, longer), longer)


def test_every_rule_that_can_fail_is_broken() -> None:
    """And no finding is noted for a rule that no pack has."""
    rules = {rule for name in NATIONAL for rule in by_duckdb(name).rules}
    broken = {rule for rule, found in true_findings(FIXTURE).items() if "fail" in {one for one, _ in found}}
    assert set(true_findings(FIXTURE)) <= rules
    assert rules - broken == PERMISSIONS.union(*PER_SETTING.values())


def test_every_rule_is_also_kept() -> None:
    for name in NATIONAL:
        never = {rule for rule, outcome in by_duckdb(name).rules.items() if not outcome.counts.passed}
        assert never == (set().union(*PER_SETTING.values()) if name == "gbt39734" else set())


def test_every_verdict_occurs_in_every_pack() -> None:
    """Waived apart: a waiver is handed in beside the log, it is no property of it."""
    for name in NATIONAL:
        outcomes = by_duckdb(name).rules.values()
        found = {finding.verdict for outcome in outcomes for finding in outcome.samples}
        assert found >= {Verdict.FAIL, Verdict.UNKNOWN, Verdict.PENDING}, name
        assert any(outcome.counts.notapplicable for outcome in outcomes)
        assert found == set(LISTED) or name != "gbt39734"


def test_groups_beyond_a_threshold_are_those_the_generator_counted() -> None:
    """Faults that no single subject shows, such as defaults among the active ratings of a department."""
    check_groups(FIXTURE)


@pytest.mark.slow
def test_shares_that_take_many_services(tmp_path: Path) -> None:
    """A window with nothing but bare ratings, a region that could not rate: from thirty subjects on."""
    folder = generate(tmp_path, 8000)
    check_groups(folder)
    beyond = {measure for measure, groups in truth(folder)["failing_groups"].items() if groups}
    assert {"bare_top_share", "rated_share_by_month"} <= beyond


def check_groups(folder: Path) -> None:
    evaluation = by_duckdb("integrity", folder)
    for measure, groups in truth(folder)["failing_groups"].items():
        found = [
            list(one.group.values())
            for one in evaluation.measures[measure].groups
            if one.verdict is Verdict.FAIL
        ]
        assert sorted(map(str, found)) == sorted(map(str, groups)), measure


def test_the_truth_says_why() -> None:
    """Every finding has its fault, or says what it is if nothing is wrong."""
    with (FIXTURE / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["because"] for row in rows)
    open_or_lost = {"deadline_ahead", "stretch_lost", "not_exported"}
    assert {row["because"] for row in rows if row["verdict"] == "fail"}.isdisjoint(open_or_lost)
    counted: dict[str, dict[str, int]] = {}
    for row in rows:
        verdicts = counted.setdefault(row["rule"], {})
        verdicts[row["verdict"]] = verdicts.get(row["verdict"], 0) + 1
    assert counted == truth(FIXTURE)["rules"]
