"""Packs that load: what is in them, and what they take from their parents."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from packs.folders import PACK, RULE, good, write
from zhunsheng.packs import lint_pack, load_pack, locations
from zhunsheng.semantics.types import DurationType

CHILD = """id: child
version: 2
title: 地方包
extends: ../parent
parameters:
  limit:
    periods: [{value: 8 working days}, {value: 5 个工作日, from: 2024-01-01}]
    source: {zh: 某市办法, en: A city's rule}
    basis: secondary
disable:
  - {rule: answered, reason: {zh: 另有规定, en: regulated otherwise}}
"""
OWN = """rule own
    clause S "9.3"
    for each rating r
    must have reply of r within limit after r.rated_at
    unless r.voided
"""


def _family(tmp_path: Path, child: str = CHILD, own: str = OWN) -> Path:
    clauses = 'standard: S\nclauses: [{number: "9.3", title: 差评处置, status: encoded, rules: [answered]}]\n'
    write(tmp_path / "parent", {"pack.yaml": PACK, "a.rule": RULE, "clauses.yaml": clauses})
    return write(tmp_path / "child", {"pack.yaml": child, "own.rule": own}, vocabulary=False)


def test_a_pack_says_who_it_is(tmp_path: Path) -> None:
    text = PACK + "standard: GB/T 39734-2020\njurisdiction: 山东\neffective: {from: 2021-01-01}\n"
    pack = good(write(tmp_path, {"pack.yaml": text, "a.rule": RULE}))
    assert (pack.id, pack.version, pack.title["zh"]) == ("sample", "1.0", "样例")
    assert (pack.standard, pack.jurisdiction) == ("GB/T 39734-2020", "山东")
    assert pack.effective == (date(2021, 1, 1), None)
    assert [one.id for one in pack.program.rules] == ["answered"]


def test_a_grandchild_keeps_the_values_of_its_parent(tmp_path: Path) -> None:
    _family(tmp_path)
    text = "id: town\nversion: 1\ntitle: 县\nextends: ../child\n"
    town = good(write(tmp_path / "town", {"pack.yaml": text}, vocabulary=False))
    child = load_pack(tmp_path / "child")
    assert town.program.parameters["limit"].periods == child.program.parameters["limit"].periods
    assert len(town.program.parameters["limit"].periods) == 2
    changed = text + "parameters: {limit: {value: 7 working days, source: 县办法, basis: secondary}}\n"
    own = good(write(tmp_path / "own", {"pack.yaml": changed}, vocabulary=False))
    assert [value.value for _, value in own.program.parameters["limit"].periods] == [7]


def test_an_unclear_unit_in_pack_yaml_is_told_to_the_pack_that_wrote_it(tmp_path: Path) -> None:
    unclear = CHILD.replace(
        "periods: [{value: 8 working days}, {value: 5 个工作日, from: 2024-01-01}]", "value: 8 days"
    )
    unclear = unclear.replace("{zh: 某市办法, en: A city's rule}", "某市办法：8 日内回复")
    _family(tmp_path, child=unclear)
    found = [one for one in lint_pack(load_pack(tmp_path / "child")) if one.code == "ZS3014"]
    assert [one.span.source.name for one in found if one.span] == [str(tmp_path / "child" / "pack.yaml")]
    text = "id: town\nversion: 1\ntitle: 县\nextends: ../child\n"
    town = write(tmp_path / "town", {"pack.yaml": text}, vocabulary=False)
    assert [one.code for one in lint_pack(load_pack(town))] == []


def test_rule_files_are_read_in_sorted_order_without_tests_and_inner_packs(tmp_path: Path) -> None:
    rule = "rule {0}\n    for each rating r\n    must r.named\n"
    names = ["b.rule", "a/z.rule", "甲.rule", "a.rule"]
    files: dict[str, str | bytes] = {name: rule.format(f"r{n}") for n, name in enumerate(names)}
    files |= {
        "pack.yaml": PACK,
        "tests/t.rule": "nonsense",
        "inner/pack.yaml": "x",
        "inner/i.rule": "nonsense",
    }
    pack = good(write(tmp_path, files))
    found = [Path(file.source.name).relative_to(tmp_path).as_posix() for file in pack.files]
    assert found == ["a.rule", "a/z.rule", "b.rule", "甲.rule"]


def test_a_child_inherits_overrides_and_disables(tmp_path: Path) -> None:
    pack = good(_family(tmp_path))
    assert [one.id for one in pack.program.rules] == ["own"]
    limit = pack.program.parameters["limit"]
    assert [(start, one.value) for start, one in limit.periods] == [(None, 8), (date(2024, 1, 1), 5)]
    assert limit.type == DurationType("working_day")
    assert (limit.basis, dict(limit.label)) == ("secondary", {"": "回复时限"})
    assert [(one.rule, one.reason["en"]) for one in pack.disabled] == [("answered", "regulated otherwise")]
    assert pack.overridden == ("limit",)
    assert [one.number for one in pack.clauses] == ["9.3"]
    assert pack.parent is not None and pack.parent.program.parameters["limit"].periods[0][1].value == 10


def test_a_disabled_rule_may_be_written_anew(tmp_path: Path) -> None:
    pack = good(_family(tmp_path, own=OWN.replace("rule own", "rule answered")))
    assert [one.unless is not None for one in pack.program.rules] == [True]


def test_the_parents_faults_are_told_once(tmp_path: Path) -> None:
    folder = _family(tmp_path)
    (tmp_path / "parent" / "a.rule").write_text(RULE.replace("r.rated_at", "r.rated"), encoding="utf-8")
    folder.joinpath("pack.yaml").write_text(CHILD.split("disable", maxsplit=1)[0], encoding="utf-8")
    assert [one.code for one in load_pack(folder).diagnostics] == ["ZS2002"]


def test_lint_of_a_child_leaves_the_parents_text_alone(tmp_path: Path) -> None:
    child = CHILD.split("disable", maxsplit=1)[0]
    folder = _family(tmp_path, child, OWN.replace('    clause S "9.3"\n', ""))
    assert [one.code for one in lint_pack(good(folder))] == ["ZS3004"]
    parent = tmp_path / "parent" / "b.rule"
    parent.write_text("rule other_one\n    for each rating r\n    must r.named\n", encoding="utf-8")
    assert [one.code for one in lint_pack(good(folder))] == ["ZS3004"]


def test_a_rolling_limit_stays_rolling_in_days_only(tmp_path: Path) -> None:
    folder = _family(tmp_path)
    rolling = RULE.replace("10 working days", "10 days rolling")
    (tmp_path / "parent" / "a.rule").write_text(rolling, encoding="utf-8")
    assert good(folder).program.parameters["limit"].type == DurationType("working_day")
    text = CHILD.replace("8 working days", "8 days").replace("5 个工作日", "5 天")
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    assert good(folder).program.parameters["limit"].type == DurationType("day", rolling=True)


def test_shipped_packs_are_found_by_id_and_load() -> None:
    assert "gbt39734" in locations.shipped()
    for name in locations.shipped():
        assert not load_pack(Path(name)).has_errors
    assert locations.find("../rules") is None or locations.find("../rules") == Path("../rules")


def test_clause_lists_are_read(tmp_path: Path) -> None:
    clauses = """standard: S
clauses:
  - number: 7.10
    title: {zh: 评价次数规则, en: Number of ratings}
    known: 只见标题
    source: github5.com/doc/18124
    status: partly
    over_report: true
    why: {zh: 批量办件计数不明, en: how batches are counted is not known}
    rules: [answered]
"""
    pack = good(write(tmp_path, {"pack.yaml": PACK, "a.rule": RULE, "clauses.yaml": clauses}))
    (clause,) = pack.clauses
    assert (clause.standard, clause.number, clause.status) == ("S", "7.10", "partly")
    assert (clause.over_report, clause.under_report) == (True, False)
    assert clause.why["en"] == "how batches are counted is not known"
