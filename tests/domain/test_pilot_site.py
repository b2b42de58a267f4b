"""The pilot-site log: made as its README says; its rates, publications, waivers and bad records are found."""

from __future__ import annotations

import csv
import filecmp
import subprocess
import sys
from datetime import date
from pathlib import Path

import chinese_calendar
import pytest

from domain.places import FIXTURE, GENERATOR, calendar, generate, load_log, pack, truth
from zhunsheng import logs, reference
from zhunsheng.cli.waivers import read_waivers
from zhunsheng.engines import duckdb as engine
from zhunsheng.verdicts.model import Evaluation
from zhunsheng.verdicts.waivers import WaiverState, overlay


def by_reference() -> Evaluation:
    log = load_log(FIXTURE)
    vocabulary = pack().program.vocabulary
    stored = logs.DuckStore(log.connection, vocabulary)
    rows = {record: list(stored.rows(record)) for record in vocabulary.records}
    store = logs.MemoryStore(vocabulary, rows)
    return reference.evaluate(pack().program, store, log.evidence, calendar(), samples=None)


def by_duckdb() -> Evaluation:
    log = load_log(FIXTURE)
    return engine.evaluate(pack().program, log.connection, log.evidence, calendar(), samples=None)


@pytest.fixture(scope="module", params=[by_reference, by_duckdb], ids=["reference", "duckdb"])
def evaluation(request: pytest.FixtureRequest) -> Evaluation:
    result: Evaluation = request.param()
    return result


def test_generating_again_gives_the_same_bytes(tmp_path: Path) -> None:
    generate(tmp_path, 1000)
    made = sorted(path.name for path in tmp_path.iterdir())
    kept = sorted(
        path.name for path in FIXTURE.iterdir() if path.name not in {"README.md", "generate", "settings"}
    )
    assert made == kept
    assert filecmp.cmpfiles(tmp_path, FIXTURE, made, shallow=False) == (made, [], [])


def test_working_days_are_the_published_ones() -> None:
    """The generator's own calendar, written out by hand, agrees with the published arrangement."""
    code = "import workdays; print(*workdays.DAYS)"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=GENERATOR, check=True, capture_output=True, text=True
    )
    days = [date.fromisoformat(text) for text in ran.stdout.split()]
    assert days == chinese_calendar.get_workdays(date(2026, 3, 1), date(2026, 6, 30))


def test_waivers_cover_what_they_name_and_expire(evaluation: Evaluation) -> None:
    waivers = read_waivers(FIXTURE / "waivers.yaml")
    result = overlay(evaluation.rules.values(), waivers, date(2026, 4, 30))
    assert [(use.waiver.rule, use.state) for use in result.uses] == [
        ("rectified_in_time", WaiverState.USED),
        ("closed_after_reply_and_callback", WaiverState.EXPIRED),
        ("verified_in_time", WaiverState.UNUSED),
    ]
    assert [(each.original.rule, each.original.key) for each in result.waived] == [
        (waivers[0].rule, waivers[0].subject)
    ]


def test_rates_are_what_the_generator_counted(evaluation: Evaluation) -> None:
    for measure, expected in truth(FIXTURE)["measures"].items():
        whole = evaluation.measures[measure].groups[0]
        assert whole.group == {}
        got = {"numerator": whole.numerator, "denominator": whole.denominator, "undecided": whole.undecided}
        assert got == expected, measure


def test_published_figures_are_compared(evaluation: Evaluation) -> None:
    found = {
        str(each.publication): each.verdict.value
        for measure in evaluation.measures.values()
        for each in measure.agreement
    }
    assert found == truth(FIXTURE)["publications"]


def test_bad_records_are_kept_out_and_stay_below_one_percent() -> None:
    quality = load_log(FIXTURE).quality
    bad = {each.record: each.bad for each in quality.sources if each.bad}
    assert bad == truth(FIXTURE)["bad_records"]
    assert all(each.bad * 100 < each.rows_read for each in quality.sources if each.rows_read)


def test_people_and_places_are_obviously_invented() -> None:
    with (FIXTURE / "service.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1000
    assert all(row["mobile_number"].startswith("1000") for row in rows)
    assert all(row["applicant_name"].startswith("测试") for row in rows)
    assert {row["region"][:2] for row in rows} == {"99"}


def test_both_evaluators_agree_on_every_group_and_index() -> None:
    one, other = by_reference(), by_duckdb()
    for measure, outcome in one.measures.items():
        assert other.measures[measure].groups == outcome.groups, measure
    assert other.indices == one.indices
