"""Settings of switches in `pack.yaml`, parameters set by a rule test: what is read and what is refused."""

from fractions import Fraction
from pathlib import Path

import pytest

from spread.rates import PACK, RULES, write_pack
from zhunsheng.drafting.reading import read_tests
from zhunsheng.packs import LoadedPack, load_pack
from zhunsheng.packs.settings import value_of
from zhunsheng.semantics.typed import Const, Parameter
from zhunsheng.semantics.types import (
    BooleanType,
    DateType,
    DecimalType,
    DurationType,
    IntegerType,
    TextType,
    Type,
)

CHILD = """\
id: child
version: "1"
title: x
extends: ../rates
parameters:
  taken: {{value: '"{}"', source: y, basis: assumption}}
"""
CASE = """\
as_of: 2024-03-31
cases:
  - title: x
    parameters: {{{}}}
    measures: {{ratings: {{value: 0}}}}
"""


def codes(pack: LoadedPack) -> list[str]:
    return [one.code for one in pack.diagnostics]


@pytest.mark.parametrize(
    ("type_", "said", "value"),
    [
        (BooleanType(), True, True),
        (BooleanType(), "假", False),
        (BooleanType(), "1", None),
        (TextType(), "服务", "服务"),
        (TextType(), "15 working days", "15 working days"),
        (IntegerType(), "3", 3),
        (IntegerType(), "3.5", None),
        (DecimalType(), "99.5 %", Fraction(199, 200)),
        (DecimalType(), "1", Fraction(1)),
        (DurationType("working_day"), "15 个工作日", 15),
        (DurationType("working_day"), "15 日", None),
        (DurationType("day", rolling=True), "15 日", 15),
        (DurationType("day"), "15 日 顺延", None),
        (DateType(), "2024-03-31", "2024-03-31"),
        (IntegerType(), "3\n    5 from 2021-01-01", None),
        (IntegerType(), "x", None),
        (IntegerType(), None, None),
        (TextType(), "x" * 201, None),
    ],
)
def test_a_value_is_read_in_the_type_of_its_parameter(type_: Type, said: object, value: object) -> None:
    parameter = Parameter("p", type_, (), "assumption", {}, {})
    found = value_of(parameter, said)
    if value is None:
        assert found is None
    else:
        assert isinstance(found, Const)
        assert found.type == type_
        assert (found.value if not isinstance(type_, DateType) else str(found.value)) == value


def test_listed_settings_are_loaded_with_their_labels_and_inherited(tmp_path: Path) -> None:
    parent = load_pack(write_pack(tmp_path / "rates"))
    assert codes(parent) == []
    assert [one.value.value for one in parent.switches["taken"]] == ["all", "first"]
    assert parent.switches["taken"][1].label == {"zh": "首次评价", "en": "first ratings"}
    child = CHILD.format("first")
    rules = "rule named\n    for each rating r\n    must r.named\n"
    loaded = load_pack(write_pack(tmp_path / "child", rules, child))
    assert codes(loaded) == []
    assert loaded.switches == parent.switches


def test_a_local_pack_cannot_choose_what_is_no_setting(tmp_path: Path) -> None:
    write_pack(tmp_path / "rates")
    child = CHILD.format("frist")
    rules = "rule named\n    for each rating r\n    must r.named\n"
    loaded = load_pack(write_pack(tmp_path / "child", rules, child))
    assert codes(loaded) == ["ZS5130"]
    assert loaded.diagnostics[0].span is not None
    assert loaded.diagnostics[0].span.source.name.endswith("pack.yaml")
    assert loaded.has_errors


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  taken:", "  takn:", "ZS5128"),
        ("  taken:", "  with_defaults:", "ZS5129"),
        ("{value: all,", "{value: every,", "ZS5130"),
        ("{value: all,", "{", "ZS5110"),
    ],
)
def test_settings_that_are_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert code in codes(load_pack(write_pack(tmp_path / "rates", pack=PACK.replace(old, new))))


def test_one_setting_is_no_choice(tmp_path: Path) -> None:
    text = PACK[: PACK.index("    - {value: first")]
    assert codes(load_pack(write_pack(tmp_path / "rates", pack=text))) == ["ZS5113"]


@pytest.mark.parametrize(
    ("given", "code"), [("takn: first", "ZS5128"), ("with_defaults: 3", "ZS5129"), ("taken: first", None)]
)
def test_parameters_of_a_rule_test(tmp_path: Path, given: str, code: str | None) -> None:
    folder = write_pack(tmp_path / "rates", RULES)
    (folder / "tests").mkdir()
    text = CASE.format(given)
    (folder / "tests" / "a.yaml").write_text(text, encoding="utf-8")
    _, wrong = read_tests(load_pack(folder))
    assert [one.code for one in wrong] == ([] if code is None else [code])
