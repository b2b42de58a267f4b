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
      rating: {R1: {}, R2: {}, R3: {voided: true}, R4: {}}
      work_order:
        W1: 2024-03-06 24:00
        W2: {rating_id: R2, created_at: 2024-03-07 00:00}
        W4: {rating_id: R4, created_at: 2024-03-04 09:59}
    expect: {has_order: {R1: pass, R2: fail, R3: notapplicable, R4: fail}}
    measures: {good: {value: 0}}
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
    good = EXACT.replace("R4: {}}", "R4: {}, R5: {level: fairly_satisfied}}").replace(
        "{value: 0}", "{value: 1/5}"
    )
    good = good.replace("R4: fail}", "R4: fail, R5: notapplicable}")
    assert _survivors(tmp_path / "b", good) == []


def test_a_test_that_fails_anyway_notices_nothing(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, HEAD + EXACT.replace("R1: pass", "R1: fail"))
    found, untested = mutate(pack.program, cases_of(pack), calendars.load())
    assert untested[0] == "has_order" and not [each for each in found if each.rule == "has_order"]
