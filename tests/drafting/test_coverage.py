"""What can occur is derived from the rule; what no test reaches is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from drafting.small import HEAD, RULES, cases_of, pack_of
from zhunsheng import calendars
from zhunsheng.drafting.coverage import coverage
from zhunsheng.drafting.occurring import possible_verdicts

FULL = """\
  - title: all
    log:
      rating:
        R1: {}
        R2: {}
        R3: {level: satisfied}
        R4: {voided: true}
        R5: {level: null}
      work_order: {W1: 2024-03-05 10:00}
    expect: {has_order: {R1: pass, R2: fail, R3: notapplicable, R4: notapplicable, R5: unknown}}
    measures: {good: {low: 1/5, high: 2/5}}
  - title: open
    as_of: 2024-03-04
    log: {rating: {R1: {}}}
    expect: {has_order: {R1: pending}}
"""


def _missing(folder: Path, cases: str, rules: str = RULES) -> list[tuple[str, str]]:
    pack = pack_of(folder, HEAD + cases, rules)
    found = coverage(pack.program, cases_of(pack), calendars.load())
    return [(goal.kind, goal.detail) for rule in found.rules for goal in rule.missing()]


def test_everything_is_reached(tmp_path: Path) -> None:
    assert _missing(tmp_path, FULL) == []


def test_each_thing_left_out_is_missed(tmp_path: Path) -> None:
    without_pending = FULL[: FULL.index("  - title: open")]
    assert _missing(tmp_path / "a", without_pending) == [("verdict", "pending")]
    without_void = FULL.replace("        R4: {voided: true}\n", "").replace("R4: notapplicable, ", "")
    assert [kind for kind, _ in _missing(tmp_path / "b", without_void)] == ["unless_holds"]
    without_value = FULL.replace("{low: 1/5, high: 2/5}", "{denominator: 5}")
    assert _missing(tmp_path / "c", without_value) == [("value", "")]


def test_an_operand_that_never_decides_alone_is_missed(tmp_path: Path) -> None:
    rules = """\
standard S "x"
rule both "两项"
    clause S "1"
    for each rating r
    must r.level is known and r.comment is known
"""
    text = """\
  - title: a
    log: {rating: {R1: {comment: fine}, R2: {level: null}, R3: {level: null, comment: fine}}}
    expect: {both: {R1: pass, R2: fail, R3: fail}}
"""
    assert _missing(tmp_path, text, rules) == [("decides", "r.comment is known")]


def test_each_period_of_a_parameter_is_to_be_reached(tmp_path: Path) -> None:
    dated = RULES.replace(
        '"时限" 2 working days',
        '"时限"\n    2 working days from 2021-01-01\n    1 working days from 2024-07-01',
    )
    missing = _missing(tmp_path, FULL, dated)
    assert missing == [("period", "limit 2024-07-01")]


def test_a_dimension_is_reached_by_two_groups_in_one_case(tmp_path: Path) -> None:
    rules = RULES + "    by department, region\n"
    text = FULL.replace("{low: 1/5, high: 2/5}", "{low: 1/5, high: 2/5, groups: [%s]}")
    one = "{by: {department: null}, denominator: 5}"
    assert _missing(tmp_path / "a", text % one, rules) == [("group", "department"), ("group", "region")]
    two = "{by: {department: null}, denominator: 4}, {by: {department: A}, denominator: 1}"
    assert _missing(tmp_path / "b", text % two, rules) == [("group", "region")]


@pytest.mark.parametrize(
    ("norm", "verdicts"),
    [
        ("must r.level is known", "pass fail"),
        ("must r.level = satisfied", "pass fail unknown"),
        ("should have work_order of r", "pass fail unknown"),
        ("must have work_order of r within 2 hours after r.rated_at", "pass fail pending unknown"),
        ("must have at most 1 work_order of r within 2 hours after r.rated_at", "pass fail unknown"),
        ("must have work_order of r before r.rated_at", "pass fail unknown"),
        ("may have work_order of r", "pass unknown notapplicable"),
        ("must 1 / (count of work_order of r) > 0", "pass fail unknown error"),
        ("must r.level is known unless r.voided", "pass fail unknown notapplicable"),
        ("must hour of r.rated_at < 18", "pass fail"),
    ],
)
def test_which_verdicts_can_occur(tmp_path: Path, norm: str, verdicts: str) -> None:
    rules = f'standard S "x"\nrule one "一"\n    clause S "1"\n    for each rating r\n    {norm}\n'
    pack = pack_of(tmp_path, HEAD + "  - title: a\n    expect: {one: {}}\n", rules)
    found = possible_verdicts(pack.program.rules[0], pack.program)
    assert " ".join(each.value for each in found) == verdicts
