"""Test files: short to write, and every slip is told at its line with the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from drafting.small import HEAD, RULES, cases_of, failures, pack_of, wrongs
from zhunsheng.diagnostics import render
from zhunsheng.drafting.reading import read_tests

CASE = "  - title: a\n"


def test_names_in_either_language_mean_the_same(tmp_path: Path) -> None:
    english = cases_of(
        pack_of(
            tmp_path / "en",
            HEAD
            + CASE
            + "    log: {rating: {R1: {level: dissatisfied}}}\n    expect: {has_order: {R1: fail}}\n",
        )
    )
    chinese = cases_of(
        pack_of(
            tmp_path / "zh",
            HEAD + CASE + "    log: {评价: {R1: {满意度: 不满意}}}\n    expect: {has_order: {R1: fail}}\n",
        )
    )
    assert english[0].rows == chinese[0].rows


def test_a_case_extends_another_row_by_row(tmp_path: Path) -> None:
    text = """\
  - id: base
    title: base
    as_of: 2024-03-05
    log: {rating: {R1: {level: very_dissatisfied}, R2: {}}}
  - title: changed
    extends: base
    log: {rating: {R1: {voided: true}, R2: null, R3: {level: satisfied}}}
    expect: {has_order: {R1: notapplicable, R3: notapplicable}}
  - title: the base itself is as it was
    extends: base
    expect: {has_order: {R1: pending, R2: pending}}
"""
    assert failures(tmp_path, text) == []


def test_defaults_give_way_to_what_a_row_says(tmp_path: Path) -> None:
    text = (
        CASE
        + "    log: {rating: {R1: {}, R2: {voided: null}}}\n"
        + "    expect: {has_order: {R1: fail, R2: unknown}}\n"
    )
    assert failures(tmp_path, text) == []


def test_a_required_field_may_come_from_the_defaults_only(tmp_path: Path) -> None:
    text = (
        "as_of: 2024-03-31\ncases:\n"
        + CASE
        + "    log: {rating: {R1: {}}}\n    expect: {has_order: {R1: pass}}\n"
    )
    assert wrongs(tmp_path, text) == [("ZS5205", 4)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("    log: {ratings: {R1: {}}}\n    expect: {has_order: {}}\n", "ZS5202"),
        ("    log: {rating: {R1: {levels: satisfied}}}\n    expect: {has_order: {}}\n", "ZS5203"),
        ("    log: {rating: {R1: {level: fine}}}\n    expect: {has_order: {}}\n", "ZS5204"),
        ("    log: {rating: {R1: {rated_at: 2024-02-30 10:00}}}\n    expect: {has_order: {}}\n", "ZS5204"),
        ("    log: {rating: {R1: {rated_at: 2024-02-28}}}\n    expect: {has_order: {}}\n", "ZS5204"),
        ("    log: {rating: {R1: {voided: maybe}}}\n    expect: {has_order: {}}\n", "ZS5204"),
        ("    log: {rating: {R1: {rated_at: null}}}\n    expect: {has_order: {}}\n", "ZS5205"),
        ("    log: {rating: {R1: {region: north}}}\n    expect: {has_order: {}}\n", "ZS5204"),
        ("    expect: {has_orders: {}}\n", "ZS5206"),
        ("    expect: {has_order: {R1: passed}}\n", "ZS5207"),
        ("    expect: {has_order: {R1: fail lately}}\n", "ZS5207"),
        ("    extends: nothing\n    expect: {has_order: {}}\n", "ZS5208"),
        ("    as_of: soon\n    expect: {has_order: {}}\n", "ZS5211"),
        ("    zone: Nowhere/City\n    expect: {has_order: {}}\n", "ZS5211"),
        ("    log: {rating: [just text]}\n    expect: {has_order: {}}\n", "ZS5204"),
        ("    log: {unit: {U1: just text}}\n    expect: {has_order: {}}\n", "ZS5212"),
        ("    log: {rating: {R1: null}}\n    expect: {has_order: {}}\n", "ZS5213"),
        ("    log: {}\n", "ZS5214"),
        ("    coverage: {from: 2024-03-02, until: 2024-03-01}\n    expect: {has_order: {}}\n", "ZS5124"),
        ("    gaps: [{from: 2024-03-02, until: 2024-03-01}]\n    expect: {has_order: {}}\n", "ZS5124"),
        ("    measures: {good: {value: about half}}\n", "ZS5215"),
        ("    measures: {good: {value: 1/0}}\n", "ZS5215"),
        ("    measures: {good: {groups: [{by: {region: null}, value: 1/0}]}}\n", "ZS5216"),
        ("    measures: {good: {groups: [{value: 1}]}}\n", "ZS5110"),
        ("    expects: {has_order: {}}\n", "ZS5111"),
        ("    expect: [has_order]\n", "ZS5112"),
        ("    log: {rating: {R1: &a {}, R2: *a}}\n", "ZS5108"),
        ("    log: !!python/object:os.system {}\n", "ZS5109"),
        ("    log: {rating: {R1: {}, R1: {}}}\n    expect: {has_order: {}}\n", "ZS5107"),
    ],
)
def test_slips_are_told_at_their_line(tmp_path: Path, body: str, code: str) -> None:
    found = wrongs(tmp_path, HEAD + CASE + body)
    assert code in [each for each, _ in found]
    assert all(line >= 5 for _, line in found)


def test_a_group_must_be_one_that_can_occur(tmp_path: Path) -> None:
    text = (
        HEAD + CASE + "    measures: {good: {groups: [{by: {level: 好}, value: 1}, {by: {levle: null}}]}}\n"
    )
    _, wrong = read_tests(pack_of(tmp_path, text, RULES + "    by r.level\n"))
    assert [each.code for each in wrong] == ["ZS5204", "ZS5216"]
    assert "very_satisfied" in render(wrong[0], "en") and "level" in render(wrong[1], "en")


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    pack = pack_of(
        tmp_path, HEAD + CASE + "    log: {rating: {R1: {levle: satisfied}}}\n    expect: {has_order: {}}\n"
    )
    _, wrong = read_tests(pack)
    assert "level" in render(wrong[0], "en") and "a.yaml:7" in render(wrong[0], "en")


def test_a_pack_without_tests_says_so(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, HEAD + CASE + "    expect: {has_order: {}}\n")
    (tmp_path / "tests" / "a.yaml").unlink()
    assert [each.code for each in read_tests(pack)[1]] == ["ZS5201"]


def test_no_file_is_read_through_a_link_out_of_the_pack(tmp_path: Path) -> None:
    pack = pack_of(tmp_path / "pack", HEAD + CASE + "    expect: {has_order: {}}\n")
    (tmp_path / "outside.yaml").write_text("cases: 1\n", encoding="utf-8")
    (tmp_path / "pack" / "tests" / "b.yaml").symlink_to(tmp_path / "outside.yaml")
    files, wrong = read_tests(pack)
    assert len(files) == 1 and wrong == ()
