"""A change of a rule that the tests do not notice is listed; with the boundaries tested none is left."""

from __future__ import annotations

from pathlib import Path

from drafting.small import HEAD, cases_of, pack_of
from zhunsheng import calendars
from zhunsheng.drafting.mutation import mutate

ROUGH = """\
  - title: rough
    log: {rating: {R1: {}, R2: {}}, work_order: {W1: 2024-03-04 12:00}}
    expect: {has_order: {R1: pass, R2: fail}}
"""
EXACT = """\
  - title: exact
    log:
      rating: {R1: {}, R2: {}, R3: {voided: true}, R4: {}, R6: {level: satisfied}}
      work_order:
        W1: 2024-03-06 24:00
        W2: {rating_id: R2, created_at: 2024-03-07 00:00}
        W4: {rating_id: R4, created_at: 2024-03-04 09:59}
    expect: {has_order: {R1: pass, R2: fail, R3: notapplicable, R4: fail, R6: notapplicable}}
    measures: {good: {value: 1/5}}
"""


def _survivors(folder: Path, cases: str) -> list[str]:
    pack = pack_of(folder, HEAD + cases)
    found, _ = mutate(pack.program, cases_of(pack), calendars.load())
    assert found
    return [f"{each.kind} {each.before} {each.after}".strip() for each in found if each.survived]


def test_a_rough_test_overlooks_the_limit_and_unless(tmp_path: Path) -> None:
    found = _survivors(tmp_path, ROUGH)
    assert "unless" in found and "limit limit 2 1" in found and "limit limit 2 3" in found


def test_boundaries_notice_every_change_of_the_rule(tmp_path: Path) -> None:
    assert [each for each in _survivors(tmp_path, EXACT) if "comparison" not in each] == []


def test_measures_are_changed_too(tmp_path: Path) -> None:
    """No rating of the test has the least level that counts as good, so its edge may move unseen."""
    edge = [each for each in _survivors(tmp_path / "a", EXACT) if "comparison" in each]
    assert edge == ["comparison >= >"]
    good = EXACT.replace("R4: {},", "R4: {}, R5: {level: fairly_satisfied},")
    good = good.replace("{value: 1/5}", "{value: 1/3}").replace("R4: fail,", "R4: fail, R5: notapplicable,")
    assert _survivors(tmp_path / "b", good) == []


def test_a_test_that_fails_anyway_notices_nothing(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, HEAD + EXACT.replace("R1: pass", "R1: fail"))
    found, untested = mutate(pack.program, cases_of(pack), calendars.load())
    assert untested[0] == "has_order" and not [each for each in found if each.rule == "has_order"]


def test_a_dropped_where_is_seen_by_what_lies_outside_it(tmp_path: Path) -> None:
    inside = EXACT.replace(", R6: {level: satisfied}", "").replace(", R6: notapplicable", "")
    inside = inside.replace("1/5", "0")
    assert "where" in _survivors(tmp_path / "a", inside)
    assert "where" not in _survivors(tmp_path / "b", EXACT)


GROUPED = """\
standard S "x"
parameter weight "权重" 40 %
    source "示例"  basis assumption
parameter rest "其余" 60 %
    source "示例"  basis assumption
measure good "好评率"
    clause S "1"
    for each rating r
    share where r.level >= satisfied
    by department
measure bad "差评率"
    clause S "1"
    for each rating r
    share where r.level <= dissatisfied
index both "合成" = weighted good: weight, bad: rest
    clause S "1"
"""
MEASURED = """\
  - title: a
    log:
      rating:
        R1: {department: A}
        R2: {department: A, level: satisfied}
        R3: {department: B}
        R4: {department: B, level: fairly_satisfied}
    measures:
      good: {value: 1/4, groups: [{by: {department: A}, value: 1/2}, {by: {department: B}, value: 0}]}
      bad: {value: 1/2}
      both: {value: 0.4}
"""


def test_groups_and_weights_are_changed(tmp_path: Path) -> None:
    assert _changes(tmp_path / "a", MEASURED) == []
    ungrouped = MEASURED[: MEASURED.index(", groups")] + MEASURED[MEASURED.index("}\n      bad") :]
    assert _changes(tmp_path / "b", ungrouped) == ["group department"]
    rough = MEASURED.replace("both: {value: 0.4}", "both: {verdict: notapplicable}")
    assert _changes(tmp_path / "c", rough) == [
        "limit weight 2/5 3/10", "limit weight 2/5 1/2", "limit rest 3/5 1/2", "limit rest 3/5 7/10",
    ]  # fmt: skip


def _changes(folder: Path, cases: str) -> list[str]:
    pack = pack_of(folder, HEAD + cases, GROUPED)
    found, untested = mutate(pack.program, cases_of(pack), calendars.load())
    assert untested == ()
    return [f"{each.kind} {each.before} {each.after}".strip() for each in found if each.survived]
