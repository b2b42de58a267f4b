"""The tests of the shipped packs hold, on both evaluators, reach every verdict that can occur, and notice
every small change."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from zhunsheng import calendars
from zhunsheng.diagnostics import render
from zhunsheng.drafting.coverage import coverage
from zhunsheng.drafting.model import Case
from zhunsheng.drafting.mutation import mutate
from zhunsheng.drafting.ownership import changed_limits, own_names
from zhunsheng.drafting.reading import case_files, read_tests
from zhunsheng.drafting.rendering import sentence, words
from zhunsheng.drafting.running import run_case
from zhunsheng.packs import LoadedPack, load_pack, locations
from zhunsheng.packs.reading import read_source
from zhunsheng.packs.schema_check import schema
from zhunsheng.packs.yaml_text import read

TESTED = [name for name in locations.shipped() if (locations.rules() / name / "tests").is_dir()]


@cache
def _loaded(name: str) -> tuple[LoadedPack, tuple[Case, ...]]:
    pack = load_pack(Path(name))
    files, wrong = read_tests(pack)
    assert not wrong, [render(each, "en") for each in wrong]
    return pack, tuple(case for file in files for case in file.cases)


def test_the_national_standard_is_tested() -> None:
    assert "gbt39734" in TESTED


@pytest.mark.parametrize("name", TESTED)
def test_every_expectation_holds_on_both_evaluators(name: str) -> None:
    pack, cases = _loaded(name)
    texts = words("en")
    results = [run_case(case, pack.program, calendars.load(), both=True) for case in cases]
    wrong = [f"{each.span.line}: {sentence(each, texts)}" for result in results for each in result.failures]
    assert wrong == []


@pytest.mark.parametrize("name", TESTED)
def test_every_verdict_that_can_occur_is_reached(name: str) -> None:
    pack, cases = _loaded(name)
    found = coverage(pack.program, cases, calendars.load(), own_names(pack))
    assert [(rule.rule, goal) for rule in found.rules for goal in rule.missing()] == []


@pytest.mark.parametrize("name", TESTED)
def test_every_small_change_is_noticed(name: str) -> None:
    pack, cases = _loaded(name)
    mutations, untested = mutate(pack.program, cases, calendars.load(), own_names(pack), changed_limits(pack))
    assert [each for each in mutations if each.survived] == []
    assert untested == ()


@pytest.mark.parametrize("name", TESTED)
def test_each_file_starts_with_the_empty_log(name: str) -> None:
    pack, _ = _loaded(name)
    files, _ = read_tests(pack)
    for file in files:
        first = file.cases[0]
        assert not first.rows and all(not each.subjects for each in first.rules), file.name
        assert {"zh", "en"} <= set(first.title)


@pytest.mark.parametrize("name", TESTED)
def test_files_fit_the_published_schema(name: str) -> None:
    validator = Draft202012Validator(schema("rule-test"))
    for path in case_files(load_pack(Path(name))):
        source, _ = read_source(path)
        assert source is not None
        assert [each.message for each in validator.iter_errors(read(source).value)] == [], path.name
