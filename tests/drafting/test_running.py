"""A test fails when a verdict, a reason, a subject or a number is not as expected, and only then."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from drafting.small import HEAD, RULES, cases_of, failures, pack_of
from zhunsheng import calendars
from zhunsheng.drafting.running import disagreements, run_case, world_of
from zhunsheng.packs import load_pack
from zhunsheng.reference import evaluate

LOG = """\
  - title: a
    log:
      rating: {R1: {}, R2: {}, R3: {level: satisfied}}
      work_order: {W1: 2024-03-06 24:00, W2: {rating_id: R2, created_at: 2024-03-07 00:00}}
"""


def test_last_instant_and_first_late_one(tmp_path: Path) -> None:
    expect = "    expect: {has_order: {R1: pass, R2: fail late, R3: notapplicable}}\n"
    assert failures(tmp_path, LOG + expect) == []


def test_wrong_verdict_names_what_was_found_and_why(tmp_path: Path) -> None:
    expect = "    expect: {has_order: {R1: pass, R2: pass, R3: notapplicable}}\n"
    assert failures(tmp_path, LOG + expect) == ["10: has_order, R2: expected pass, found fail (late)"]


def test_right_verdict_for_another_reason(tmp_path: Path) -> None:
    expect = "    expect: {has_order: {R1: pass, R2: fail too_few, R3: notapplicable}}\n"
    assert failures(tmp_path, LOG + expect) == ["10: has_order, R2: expected fail too_few, found fail (late)"]


def test_a_subject_that_is_not_listed_is_a_failure(tmp_path: Path) -> None:
    found = failures(tmp_path, LOG + "    expect: {has_order: {R1: pass, R2: fail}}\n")
    assert found == [
        "10: has_order: the log holds the subject R3 (notapplicable), which the test does not list"
    ]


def test_a_subject_that_is_not_there(tmp_path: Path) -> None:
    expect = "    expect: {has_order: {R1: pass, R2: fail, R3: notapplicable, R9: pass}}\n"
    assert len(failures(tmp_path, LOG + expect)) == 1


def test_what_lies_after_the_observation_time_has_not_happened(tmp_path: Path) -> None:
    text = LOG.replace("log:", "as_of: 2024-03-06 12:00\n    log:")
    expect = "    expect: {has_order: {R1: pending, R2: pending, R3: notapplicable}}\n"
    assert failures(tmp_path, text + expect) == []


def test_a_key_that_occurs_twice_has_a_verdict_per_row(tmp_path: Path) -> None:
    text = """\
  - title: a
    log: {rating: [{rating_id: R1}, {rating_id: R1, level: satisfied}]}
    expect: {has_order: {R1: [fail, notapplicable]}}
"""
    assert failures(tmp_path, text) == []
    assert len(failures(tmp_path, text.replace("[fail, notapplicable]", "fail"))) == 1
    assert len(failures(tmp_path, text.replace("[fail, notapplicable]", "[fail, fail]"))) == 1


def test_evidence_of_a_case(tmp_path: Path) -> None:
    text = """\
  - title: not supplied
    not_supplied: [差评工单]
    log: {rating: {R1: {}}}
    expect: {has_order: {R1: unknown not_supplied}}
  - title: coverage
    coverage: {from: 2024-03-01, until: 2024-03-05}
    log: {rating: {R1: {}}}
    expect: {has_order: {R1: unknown outside_coverage}}
  - title: a gap of that record
    gaps: [{from: 2024-03-05, until: 2024-03-05, records: [work_order]}]
    log: {rating: {R1: {}}}
    expect: {has_order: {R1: unknown outside_coverage}}
  - title: a gap of another record
    gaps: [{from: 2024-03-05, until: 2024-03-05, records: [upload]}]
    log: {rating: {R1: {}}}
    expect: {has_order: {R1: fail}}
  - title: another zone
    zone: UTC
    log: {rating: {R1: {}}, work_order: {W1: 2024-03-07T07:59+08:00}}
    expect: {has_order: {R1: pass}}
"""
    assert failures(tmp_path, text) == []


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        ("value: 1/3, numerator: 1, denominator: 3, undecided: 0", 0),
        ("value: 0.3333", 1),
        ("low: 1/3, high: 1/3", 0),
        ("value: none", 1),
        ("denominator: 2", 1),
        ("verdict: notapplicable", 0),
        ("verdict: pass", 1),
    ],
)
def test_measures_are_exact(tmp_path: Path, expected: str, wrong: int) -> None:
    assert len(failures(tmp_path, LOG + f"    measures: {{good: {{{expected}}}}}\n")) == wrong


BY = RULES + "    by department, channel, month of r.rated_at\n"
TWO = """\
  - title: two departments
    log:
      rating:
        R1: {department: A, level: satisfied, channel: pc}
        R2: {department: A}
        R3: {department: B, rated_at: 2024-02-04 10:00}
    measures: {good: {groups: [%s]}}
"""


A, B = "{by: {department: A}}", "{by: {department: B}%s}"
A_PC, A_REST = "{by: {部门: A, 评价渠道: 电脑端}%s}", "{by: {department: A, channel: null}%s}"


@pytest.mark.parametrize(
    ("groups", "wrong"),
    [
        ([A_PC % ", value: 1", A_REST % ", value: 0", "{by: {部门: B, 月份: 2024-02}, value: 0}"], []),
        (
            [A_PC % ", value: 1", A_REST % ", value: 1", B % ""],
            ["good, department=A, channel=—: value: expected 1, found 0"],
        ),
        (
            [A_PC % ", verdict: pass", A_REST % "", B % ""],
            ["good, department=A, channel=pc: expected pass, found notapplicable"],
        ),
        ([A_PC % "", B % ""], ["good: there is a group department=A, channel=—, month=2024-03 (value 0)"]),
        (
            [A, B % ""],
            [
                "good: department=A fits 2 groups, name more of its dimensions",
                "good: there is a group department=A, channel=pc, month=2024-03 (value 1)",
                "good: there is a group department=A, channel=—, month=2024-03 (value 0)",
            ],
        ),
        ([A_PC % "", A_REST % "", B % "", "{by: {department: C}}"], ["good: there is no group department=C"]),
    ],
)
def test_groups_are_compared_both_ways(tmp_path: Path, groups: list[str], wrong: list[str]) -> None:
    found = failures(tmp_path, TWO % ", ".join(groups), BY)
    told = [each.split(": ", 1)[1].removesuffix(", which the test does not list") for each in found]
    assert told == wrong


def test_an_interval_has_no_single_value(tmp_path: Path) -> None:
    text = LOG.replace("level: satisfied", "level: null")
    assert failures(tmp_path, text + "    measures: {good: {low: 0, high: 1/3, undecided: 1}}\n") == []
    assert len(failures(tmp_path, text + "    measures: {good: {value: 1/3}}\n")) == 1


def test_evaluators_that_differ_are_a_failure(tmp_path: Path) -> None:
    """The reference's outcome is changed by hand: DuckDB then says something else."""
    pack = pack_of(tmp_path, HEAD + LOG + "    expect: {has_order: {}}\n")
    case, calendar = cases_of(pack)[0], calendars.load()
    world = world_of(case, pack.program, calendar)
    outcome = evaluate(pack.program, world.store, world.evidence, calendar)
    assert list(disagreements(case, pack.program, world.evidence, calendar, outcome)) == []
    rule = outcome.rules["has_order"]
    changed = replace(outcome, rules={"has_order": replace(rule, counts=replace(rule.counts, passed=2))})
    found = list(disagreements(case, pack.program, world.evidence, calendar, changed))
    assert [(each.kind, each.what) for each in found] == [("engines", "has_order")]


def test_the_example_of_the_docs_holds(tmp_path: Path) -> None:
    docs = Path(__file__).parents[2] / "docs" / "rule-tests.md"
    example = re.search(r"```yaml\n(.*?)```", docs.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "a.yaml").write_text(example[1], encoding="utf-8")
    said = "id: local\nversion: 1.0\ntitle: x\nextends: gbt39734\n"
    (tmp_path / "pack.yaml").write_text(said, encoding="utf-8")
    pack = load_pack(tmp_path)
    results = [run_case(case, pack.program, calendars.load()) for case in cases_of(pack)]
    assert len(results) == 3 and not any(result.failures for result in results)
