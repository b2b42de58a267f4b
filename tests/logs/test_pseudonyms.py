"""Pseudonyms: what they keep, what they give away, and that a masked log gets the same verdicts."""

from __future__ import annotations

import doctest
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.logs import LogError, personal, quarantine
from zhunsheng.logs.permutation import permutation
from zhunsheng.logs.personal import CANDIDATE, born, check_digit, findings, is_identity
from zhunsheng.logs.pseudonyms import PREFIX, Pseudonyms, given_key, pseudonyms
from zhunsheng.logs.quality import BadValue
from zhunsheng.semantics.types import DateType, TextType
from zhunsheng.semantics.vocabulary import Field, Record

UNDER = Pseudonyms(b"k" * 32)
OTHER = Pseudonyms(b"o" * 32)

mobiles = st.from_regex(r"\A1[3-9][0-9]{9}\Z")
bodies = st.tuples(
    st.integers(110000, 820000),
    st.dates(min_value=date(1900, 1, 1), max_value=date(2029, 12, 31)),
    st.integers(0, 999),
).map(lambda parts: f"{parts[0]}{parts[1]:%Y%m%d}{parts[2]:03d}")


def field(name: str, *, free_text: bool = False, **constraints: object) -> Field:
    return Field(name, TextType(), {}, {}, personal=True, free_text=free_text, constraints=constraints)


@given(mobiles)
def test_a_mobile_number_becomes_another_of_its_segment(number: str) -> None:
    made = UNDER.whole(number)
    assert re.fullmatch(r"1[3-9][0-9]{9}", made)
    assert made[:3] == number[:3]
    assert made == UNDER.whole(number)


def test_another_key_gives_other_pseudonyms() -> None:
    for value in ("13812345678", "11010519491231002X", "王小明"):
        assert UNDER.whole(value) != OTHER.whole(value)


def test_no_two_numbers_share_a_pseudonym() -> None:
    small = permutation(b"seed", 7, 11)
    assert sorted(small.of(number) for number in range(77)) == list(range(77))
    wide = permutation(b"seed", 900_000, 73_049_000)
    numbers = [0, 1, 73_048_999, 73_049_000, 900_000 * 73_049_000 - 1, *range(10**9, 10**9 + 500)]
    made = [wide.of(number) for number in numbers]
    assert len(set(made)) == len(numbers)
    assert wide.of_all(pa.array(numbers, pa.int64())).to_pylist() == made


@given(bodies, st.booleans())
def test_an_identity_number_stays_one_and_a_wrong_one_stays_wrong(body: str, right: bool) -> None:
    check = check_digit(body)
    number = body + (check if right else str((int(check) + 1) % 10 if check != "X" else 0))
    made = UNDER.whole(number)
    assert len(made) == 18
    assert born(made) is not None
    assert is_identity(made) is is_identity(number) is right
    loose = re.compile("1[0-9]{10}")
    assert bool(loose.search(made)) == bool(loose.search(number))


def test_old_identity_numbers_and_other_values() -> None:
    made = UNDER.whole("350102850307123")
    assert re.fullmatch(r"[1-9]\d{14}", made) and born(made) is not None
    assert re.fullmatch(PREFIX + "[0-9a-f]{16}", UNDER.whole("王小明"))
    assert re.fullmatch(PREFIX + "[0-9a-f]{16}", UNDER.whole("2024-13800000000"))
    assert UNDER.whole("138-1234-5678").replace("-", "") == UNDER.whole("13812345678")
    assert UNDER.whole("+86 13812345678") == "+86 " + UNDER.whole("13812345678")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("办事效率不高", "办事效率不高"),
        ("电话13812345678，请回", "电话138########，请回"),
        ("电话138 1234 5678", "电话138 #### ####"),
        ("编号A13812345678", "编号A13812345678"),
        ("单号2024031213812345678901", "单号2024031213812345678901"),
        ("我叫王小明，等了很久", "我叫###，等了很久"),
        ("本人高度认可", "本人高度认可"),
        ("邮箱ab.c@mail.cn", "邮箱##.#@mail.cn"),
        ("座机0591-87654321", "座机0591-########"),
    ],
)
def test_free_text_loses_only_what_is_personal(text: str, kept: str) -> None:
    made = UNDER.text(text)
    assert len(made) == len(text)
    assert re.fullmatch(re.escape(kept).replace(r"\#", "."), made), made
    hidden = [place for place, char in enumerate(kept) if char == "#"]
    assert not hidden or any(made[place] != text[place] for place in hidden)


@given(st.text(st.sampled_from("0138 -x@.我叫王明本人，7"), max_size=40))
def test_every_finding_is_a_candidate(text: str) -> None:
    assert not list(findings(text)) or re.search(CANDIDATE, text)


def test_a_pseudonym_fits_the_field() -> None:
    made = UNDER.fitting(field("code", pattern="^[A-Z]-[0-9]{4}$"), "D-2345")
    assert re.fullmatch("[A-Z]-[0-9]{4}", made) and made != "D-2345"
    assert len(UNDER.fitting(field("name", maxLength=4), "王小明")) == 3


@settings(max_examples=50)
@given(
    st.lists(st.one_of(st.none(), mobiles, st.text(max_size=20), bodies.map(lambda b: b + check_digit(b))))
)
def test_in_bulk_as_one_by_one(values: list[Any]) -> None:
    plain, words = field("phone"), field("words", free_text=True)
    born_on = Field("born_on", DateType(), {}, {}, personal=True)
    open_ = Field("open", TextType(), {}, {})
    record = Record("r", {}, {}, "open", None, {each.name: each for each in (plain, words, born_on, open_)})
    table = pa.table(
        {
            "open": pa.array(values, pa.string()),
            "phone": pa.chunked_array([pa.array(values[:3], pa.string()), pa.array(values[3:], pa.string())]),
            "words": pa.array(values, pa.string()),
            "born_on": pa.array([0] * len(values), pa.date32()),
        }
    )
    made = UNDER.masked(record, table)
    assert made["open"].to_pylist() == values
    assert made["phone"].to_pylist() == [None if each is None else UNDER.whole(each) for each in values]
    assert made["words"].to_pylist() == [None if each is None else UNDER.text(each) for each in values]
    assert made["born_on"].null_count == len(values)


def test_examples_in_docstrings_run() -> None:
    assert doctest.testmod(personal).failed == 0
    assert doctest.testmod(quarantine).failed == 0


def test_a_diagnostic_names_no_phone_number_that_slipped_into_another_column() -> None:
    slipped = BadValue("rating", "rating.csv", 5, "level", "level", "13900001111", "ZS4210")
    assert slipped.diagnostic.values["value"] == "***"
    assert replace(slipped, value="还行").diagnostic.values["value"] == "还行"


def test_the_key_comes_from_the_environment() -> None:
    assert given_key({}) is None
    key = {"ZHUNSHENG_KEY": "一句足够长的口令，不要外传。一句足够长的口令"}
    assert pseudonyms(key).whole("王小明") == pseudonyms(key).whole("王小明")
    assert pseudonyms({}).whole("王小明") != pseudonyms({}).whole("王小明")
    with pytest.raises(LogError) as error:
        given_key({"ZHUNSHENG_KEY": "short"})
    assert error.value.diagnostic.code == "ZS4401"
    assert "short" not in str(error.value.diagnostic.values)
