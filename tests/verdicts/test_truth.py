"""The five-valued logic against its written-out tables, and its laws."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from verdicts.tables_of import square
from zhunsheng.verdicts.applicability import of_modality, verdict
from zhunsheng.verdicts.model import Verdict
from zhunsheng.verdicts.truth import Truth, all_of, any_of, negation, truth


@pytest.mark.parametrize(("left", "right", "expected"), square("and"))
def test_and_table(left: str, right: str, expected: str) -> None:
    assert all_of([Truth(left), Truth(right)]) is Truth(expected)


@pytest.mark.parametrize(("left", "right", "expected"), square("or"))
def test_or_table(left: str, right: str, expected: str) -> None:
    assert any_of([Truth(left), Truth(right)]) is Truth(expected)


@pytest.mark.parametrize(
    ("operand", "expected"),
    [
        ("true", "false"),
        ("false", "true"),
        ("unknown", "unknown"),
        ("pending", "pending"),
        ("error", "error"),
    ],
)
def test_not_table(operand: str, expected: str) -> None:
    assert negation(Truth(operand)) is Truth(expected)


@pytest.mark.parametrize(("applicability", "norm", "expected"), square("verdict"))
def test_verdict_table(applicability: str, norm: str, expected: str) -> None:
    assert verdict(Truth(applicability), Truth(norm)) is Verdict(expected)


def test_a_permission_not_used_is_not_applicable_and_all_else_stays() -> None:
    changed = {each: of_modality("may", each) for each in Verdict}
    assert changed.pop(Verdict.FAIL) is Verdict.NOTAPPLICABLE
    assert all(before is after for before, after in changed.items())
    assert all(of_modality(modality, each) is each for modality in ("must", "should") for each in Verdict)


def test_de_morgan() -> None:
    for left, right in product(Truth, repeat=2):
        assert negation(all_of([left, right])) is any_of([negation(left), negation(right)])
        assert negation(any_of([left, right])) is all_of([negation(left), negation(right)])


def test_order_and_grouping_do_not_matter() -> None:
    for three in product(Truth, repeat=3):
        for fold in (all_of, any_of):
            assert len({fold(order) for order in permutations(three)}) == 1
            assert fold(three) is fold([fold(three[:2]), three[2]])


def test_empty_and_single_operands() -> None:
    assert all_of([]) is Truth.TRUE
    assert any_of([]) is Truth.FALSE
    assert all(all_of([each]) is each is any_of([each]) for each in Truth)


def test_settling_an_operand_never_turns_a_decided_whole() -> None:
    """Monotone: what is decided while an operand is open stays so, however that operand comes out."""
    for fold, other, open_ in product((all_of, any_of), Truth, (Truth.UNKNOWN, Truth.PENDING)):
        whole = fold([open_, other])
        if whole in (Truth.TRUE, Truth.FALSE):
            assert {fold([settled, other]) for settled in (Truth.TRUE, Truth.FALSE)} == {whole}


def test_a_guard_protects_in_either_order() -> None:
    """`n != 0 and m / n > 3` is false for n = 0, not an error (M5)."""
    assert all_of([Truth.FALSE, Truth.ERROR]) is all_of([Truth.ERROR, Truth.FALSE]) is Truth.FALSE


def test_a_truth_is_no_python_condition() -> None:
    with pytest.raises(TypeError):
        bool(Truth.FALSE)
    assert truth(True) is Truth.TRUE
    assert truth(False) is Truth.FALSE
