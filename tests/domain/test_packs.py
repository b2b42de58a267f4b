"""All shipped packs: sound, honest about what they rest on, readable in both languages, and evaluable."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from domain.places import GENERATOR, calendar
from zhunsheng import logs, reference
from zhunsheng.diagnostics import Source
from zhunsheng.engines import duckdb as engine
from zhunsheng.packs import LoadedPack, lint_pack, load_pack, locations
from zhunsheng.semantics import check, renames, typed
from zhunsheng.syntax import format_file, parse, tree
from zhunsheng.verdicts.model import Evaluation

PACKS = locations.shipped()
LOCAL = tuple(name for name in PACKS if name.startswith("local/"))
PLACES = {
    "beijing", "dezhou", "guangdong", "jiangsu", "linwu",
    "ruzhou", "sanya", "shandong", "shanghai", "zhejiang",
}  # fmt: skip
EXPECTED_LINT = {
    "local/zhejiang": {
        ("ZS3014", "浙江整改期限"),
        ("ZS3014", "首次联系时限"),
        ("ZS3018", "首次联系时限"),
    },
    "local/beijing": {("ZS3014", "北京核实整改期限")},
}
"""Where the source says only “日”, lint reports it; a limit in another unit cannot be compared."""


@cache
def shipped(name: str) -> LoadedPack:
    return load_pack(Path(name))


def own_files(name: str) -> list[Path]:
    return sorted((locations.rules() / name).glob("*.rule"))


@cache
def own_tree(path: Path) -> tree.File:
    file, diagnostics = parse(Source(path.name, path.read_text(encoding="utf-8")))
    assert diagnostics == ()
    return file


def declared(name: str, kind: type) -> list[str]:
    return [
        one.name.text
        for path in own_files(name)
        for one in own_tree(path).declarations
        if isinstance(one, kind)
    ]


def own_rules(name: str) -> list[typed.Rule]:
    ids = set(declared(name, tree.Rule))
    return [rule for rule in shipped(name).program.rules if rule.id in ids]


def bilingual(text: Mapping[str, str]) -> bool:
    return {"", "en"} <= set(text) or {"zh", "en"} <= set(text)


def test_every_pack_of_the_plan_is_shipped() -> None:
    assert {"gbt39734", "gbt39735", "guobanfa51", "integrity"} <= set(PACKS)
    assert {name.removeprefix("local/") for name in LOCAL} >= PLACES


@pytest.mark.parametrize("name", PACKS)
def test_it_loads_without_a_word(name: str) -> None:
    assert shipped(name).diagnostics == ()
    assert shipped(name).id == name


@pytest.mark.parametrize("name", PACKS)
def test_lint_says_what_it_should_and_nothing_else(name: str) -> None:
    found = {(one.code, str(one.values.get("name"))) for one in lint_pack(shipped(name))}
    assert found == EXPECTED_LINT.get(name, set())


@pytest.mark.parametrize("name", PACKS)
def test_files_are_formatted(name: str) -> None:
    for path in own_files(name):
        assert format_file(own_tree(path)) == path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize("kind", [tree.Rule, tree.Measure, tree.Index], ids=["rules", "measures", "indices"])
def test_ids_are_short_stable_and_unique_over_all_packs(kind: type) -> None:
    every = [one for name in PACKS for one in declared(name, kind)]
    assert [one for one, times in Counter(every).items() if times > 1] == []
    assert [one for one in every if not re.fullmatch(r"[a-z][a-z0-9_]{3,40}", one)] == []


def test_there_are_as_many_as_promised() -> None:
    assert sum(len(declared(name, tree.Rule)) for name in PACKS) >= 90
    assert sum(len(declared(name, tree.Measure)) for name in PACKS) >= 25


@pytest.mark.parametrize("name", PACKS)
def test_every_parameter_has_a_source_and_nothing_is_called_normative(name: str) -> None:
    for parameter in shipped(name).program.parameters.values():
        assert parameter.basis in {"secondary", "assumption"}, parameter.id
        assert bilingual(parameter.source), parameter.id
        assert bilingual(parameter.label), parameter.id
        ours = parameter.source.get("", parameter.source.get("zh", "")).startswith("本产品假定")
        assert not (ours and parameter.basis == "secondary"), parameter.id


@pytest.mark.parametrize("name", PACKS)
def test_rules_say_in_both_languages_what_is_wrong_and_what_to_do(name: str) -> None:
    for rule in own_rules(name):
        assert rule.clauses, rule.id
        assert bilingual(rule.label), rule.id
        assert not rule.note or bilingual(rule.note), rule.id
        assert rule.modality == "may" or bilingual(rule.remedy), rule.id


@pytest.mark.parametrize("name", PACKS)
def test_measures_say_in_both_languages_what_they_are(name: str) -> None:
    ids = {*declared(name, tree.Measure), *declared(name, tree.Index)}
    program = shipped(name).program
    for one in (each for each in (*program.measures, *program.indices) if each.id in ids):
        assert one.clauses, one.id
        assert bilingual(one.label), one.id
        assert not one.note or bilingual(one.note), one.id


@pytest.mark.parametrize("name", PACKS)
def test_who_misses_a_threshold_is_told_what_to_do(name: str) -> None:
    ids = set(declared(name, tree.Measure))
    for measure in (each for each in shipped(name).program.measures if each.id in ids):
        assert measure.threshold is None or bilingual(measure.remedy), measure.id


@pytest.mark.parametrize("name", PACKS)
def test_limits_stand_in_parameters(name: str) -> None:
    """What is left in rules: bounds of a fraction, and one of a unit (`s.承诺时限 * 1 日`)."""
    for path in own_files(name):
        file = own_tree(path)
        for rule in (one for one in file.declarations if isinstance(one, tree.Rule)):
            numbers = {
                token.text
                for token in file.tokens
                if token.kind == "NUMBER" and rule.span.start <= token.span.start < rule.span.end
            }
            assert numbers <= {"0", "1"}, (path.name, rule.name.text, numbers)


def test_detectors_recommend_and_never_accuse() -> None:
    program = shipped("integrity").program
    assert {rule.modality for rule in program.rules} <= {"should", "should_not"}
    assert all(one.threshold is None or one.threshold.modality == "should" for one in program.measures)


def test_document_51_is_cited_without_clause_numbers() -> None:
    program = shipped("guobanfa51").program
    cited = {clause.number for rule in program.rules for clause in rule.clauses}
    assert cited and not any(re.search(r"[0-9一二三四五六七八九十]+[）)、.]", one) for one in cited)


@pytest.mark.parametrize("name", LOCAL)
def test_local_packs_extend_the_standard_and_say_why_they_disable(name: str) -> None:
    pack = shipped(name)
    assert pack.parent is not None and pack.parent.id == "gbt39734"
    assert pack.jurisdiction
    for one in pack.disabled:
        assert bilingual(one.reason), one.rule


def test_calendar_days_stay_calendar_days() -> None:
    """Linwu says 自然日, Guangdong 自然日, Zhejiang and Beijing only 日; the others 工作日."""
    parameters = [
        ("linwu", "临武一般件期限", "day"),
        ("linwu", "临武复杂件期限", "day"),
        ("guangdong", "广东评价期限", "day"),
        ("zhejiang", "浙江整改期限", "day"),
        ("beijing", "北京核实整改期限", "day"),
        ("dezhou", "整改时限", "working_day"),
        ("sanya", "回复时限", "working_day"),
        ("ruzhou", "汝州简单件时限", "working_day"),
        ("shanghai", "整改时限", "working_day"),
    ]
    for place, parameter, unit in parameters:
        assert shipped(f"local/{place}").program.parameters[parameter].type.unit == unit, (place, parameter)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", PACKS)
def test_english_and_back_means_the_same(name: str) -> None:
    vocabulary = shipped(name).program.vocabulary
    inherited = [] if shipped(name).parent is None else own_files("gbt39734")
    files = [own_tree(path) for path in (*inherited, *own_files(name))]
    checked = check(files, vocabulary)
    english = [format_file(file, "en", renames(checked, file, "en")) for file in files]
    again = [parse(Source(file.source.name, text))[0] for file, text in zip(files, english, strict=True)]
    rechecked = check(again, vocabulary)
    assert rechecked.diagnostics == ()
    assert rechecked.program == checked.program


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sixty")
    subprocess.run([sys.executable, GENERATOR, "--services", "60", folder], check=True)
    return folder


@pytest.fixture(scope="module")
def evaluations(sixty: Path) -> dict[str, Evaluation]:
    found: dict[str, Evaluation] = {}
    log = logs.load(sixty / "log.yaml", shipped("gbt39734").program.vocabulary)
    for name in PACKS:
        vocabulary = shipped(name).program.vocabulary
        stored = logs.DuckStore(log.connection, vocabulary)
        rows = {record: list(stored.rows(record)) for record in vocabulary.records}
        store = logs.MemoryStore(vocabulary, rows)
        found[name] = reference.evaluate(shipped(name).program, store, log.evidence, calendar(), samples=0)
    return found


@pytest.mark.parametrize("name", PACKS)
def test_sixty_services_are_judged_without_an_error(name: str, evaluations: dict[str, Evaluation]) -> None:
    evaluation = evaluations[name]
    assert len(evaluation.rules) == len(shipped(name).program.rules)
    assert [rule for rule, outcome in evaluation.rules.items() if outcome.counts.error] == []
    assert sum(outcome.counts.passed for outcome in evaluation.rules.values()) > 0


@pytest.mark.parametrize("name", [name for name in PACKS if name not in LOCAL])
def test_both_evaluators_agree_on_sixty_services(
    name: str, sixty: Path, evaluations: dict[str, Evaluation]
) -> None:
    log = logs.load(sixty / "log.yaml", shipped(name).program.vocabulary)
    by_duckdb = engine.evaluate(shipped(name).program, log.connection, log.evidence, calendar(), samples=0)
    expected = evaluations[name]
    assert {rule: one.counts for rule, one in by_duckdb.rules.items()} == {
        rule: one.counts for rule, one in expected.rules.items()
    }
    assert by_duckdb.measures == expected.measures
    assert by_duckdb.indices == expected.indices
