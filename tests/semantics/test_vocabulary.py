# ruff: noqa: E501  (a case is one line)
"""Vocabulary files: what is read from them, and what is said when they are wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from semantics.samples import TESTS, vocabulary
from zhunsheng.diagnostics import render
from zhunsheng.packs import locations
from zhunsheng.semantics import load_vocabulary
from zhunsheng.semantics.types import CodesType, CodeType, DateType, DecimalType, DurationType, InstantType

RATING: dict[str, Any] = json.loads((TESTS / "vocabulary" / "rating.schema.json").read_text(encoding="utf-8"))
LISTS: dict[str, Any] = json.loads((TESTS / "vocabulary" / "lists.codes.json").read_text(encoding="utf-8"))


def test_types_come_from_the_schema() -> None:
    fields = vocabulary().records["rating"].fields
    assert fields["rated_at"].type == InstantType()
    assert fields["due_on"].type == DateType()
    assert fields["level"].type == CodeType("satisfaction")
    assert fields["options"].type == CodesType("option")
    assert fields["score"].type == DecimalType(2)
    assert fields["score"].constraints == {"minimum": 0, "maximum": 10, "multipleOf": Fraction(1, 100)}
    assert fields["phone"].personal
    assert fields["rated_at"].required and not fields["level"].required
    granted = vocabulary().records["extension"].fields["granted"]
    assert (granted.type, granted.unit) == (DurationType("working_day"), "working_day")


def test_a_role_is_named_for_the_parent_unless_it_says_otherwise() -> None:
    (parent,) = vocabulary().records["rating"].parents
    assert (parent.role, parent.names["zh"]) == ("service", "服务")
    roles = [(one.role, one.names["zh"]) for one in vocabulary().records["service"].parents]
    assert roles == [("handler", "经办单位"), ("supervisor", "监督单位")]


def test_a_subset_keeps_names_and_order_of_its_list() -> None:
    subset = vocabulary().codelists["bad_option"]
    assert [code.name for code in subset.codes] == ["o108", "o109", "o208"]
    assert subset.codes[0].names["zh"] == "选项108"


def test_the_shipped_vocabulary_is_right() -> None:
    _, wrong = load_vocabulary(locations.records())
    assert [render(one, "en") for one in wrong] == []


Change = Callable[[dict[str, Any], dict[str, Any]], None]


def _set(value: Any, *path: str) -> Change:
    def change(rating: dict[str, Any], lists: dict[str, Any]) -> None:
        at: Any = {"rating": rating, "lists": lists}
        for key in path[:-1]:
            at = at[int(key)] if isinstance(at, list) else at[key]
        at[path[-1]] = value

    return change


BROKEN: dict[str, tuple[str, Change]] = {
    "misspelt keyword": ("ZS2106", _set({"zh": "x"}, "rating", "properties", "comment", "x-lable")),
    "unknown top keyword": ("ZS2106", _set("rated_at", "rating", "x-times")),
    "type unknown": ("ZS2105", _set("strng", "rating", "properties", "comment", "type")),
    "type no text": ("ZS2105", _set(["string", "null"], "rating", "properties", "comment", "type")),
    "format unknown": ("ZS2105", _set("time", "rating", "properties", "rated_at", "format")),
    "format no text": ("ZS2105", _set({}, "rating", "properties", "rated_at", "format")),
    "scale no power of ten": ("ZS2105", _set(3, "rating", "properties", "score", "multipleOf")),
    "unit unknown": ("ZS2105", _set("week", "rating", "properties", "rounds", "x-unit")),
    "pattern no RE2": ("ZS2105", _set("(?=x)", "rating", "properties", "comment", "pattern")),
    "personal no boolean": ("ZS2105", _set("yes", "rating", "properties", "phone", "x-personal")),
    "names no object": ("ZS2105", _set("评语", "rating", "properties", "comment", "x-names")),
    "name no identifier": ("ZS2107", _set({"zh": "评 语"}, "rating", "properties", "comment", "x-names")),
    "record without name": ("ZS2107", _set(None, "rating", "x-record", "name")),
    "record no object": ("ZS2105", _set([], "rating", "x-record")),
    "properties no object": ("ZS2105", _set([], "rating", "properties")),
    "key unknown": ("ZS2108", _set("rating_idd", "rating", "x-key")),
    "key missing": ("ZS2105", _set(None, "rating", "x-key")),
    "key a code": ("ZS2114", _set("level", "rating", "x-key")),
    "time no instant": ("ZS2114", _set("due_on", "rating", "x-time")),
    "required unknown": ("ZS2108", _set(["ratd_at"], "rating", "required")),
    "required no list": ("ZS2105", _set("rated_at", "rating", "required")),
    "parent unknown": ("ZS2109", _set("servce", "rating", "x-parent", "service_id")),
    "parent field unknown": ("ZS2108", _set("service", "rating", "x-parent", "srvice_id")),
    "parent no object": ("ZS2105", _set(3, "rating", "x-parent", "service_id")),
    "link of another type": ("ZS2115", _set({"type": "integer", "x-names": {"zh": "服务编号"}}, "rating", "properties", "service_id")),
    "circle": ("ZS2110", _set({"record": "rating", "as": "before", "names": {"zh": "前次"}}, "rating", "x-parent", "comment")),
    "two roles of one name": ("ZS2118", _set("service", "rating", "x-parent", "comment")),
    "role named like a field": ("ZS2118", _set({"record": "service", "as": "level", "names": {"zh": "满意度"}}, "rating", "x-parent", "comment")),
    "code list unknown": ("ZS2113", _set("satisfacton", "rating", "properties", "level", "x-codes")),
    "code twice": ("ZS2111", _set("dissatisfied", "lists", "$defs", "satisfaction", "oneOf", "2", "const")),
    "code no name": ("ZS2107", _set("5", "lists", "$defs", "satisfaction", "oneOf", "2", "const")),
    "codes no list": ("ZS2105", _set({}, "lists", "$defs", "satisfaction", "oneOf")),
    "subset of nothing": ("ZS2113", _set("options", "lists", "$defs", "bad_option", "x-codelist", "subset_of")),
    "subset with a stranger": ("ZS2116", _set([{"const": "o999"}], "lists", "$defs", "bad_option", "oneOf")),
    "one Chinese name for two": ("ZS2112", _set({"zh": "满意"}, "rating", "properties", "comment", "x-names")),
    "two Chinese names for one": ("ZS2112", _set({"zh": "区域"}, "rating", "properties", "region", "x-names")),
    "field twice in Chinese": ("ZS2111", _set({"zh": "设备"}, "rating", "properties", "comment", "x-names")),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in (TESTS / "vocabulary").iterdir():
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def _codes(folder: Path) -> list[str]:
    _, wrong = load_vocabulary(folder)
    for one in wrong:
        # Every message can be shown, in both languages, with all its values.
        assert "{" not in render(one, "en").split("\n")[0].replace("{…}", "").replace('{"', "")
        render(one, "zh")
    return [one.code for one in wrong]


@pytest.mark.parametrize(("code", "change"), BROKEN.values(), ids=list(BROKEN))
def test_a_broken_file_is_told(folder: Path, code: str, change: Change) -> None:
    rating, lists = copy.deepcopy(RATING), copy.deepcopy(LISTS)
    change(rating, lists)
    (folder / "rating.schema.json").write_text(json.dumps(rating), encoding="utf-8")
    (folder / "lists.codes.json").write_text(json.dumps(lists), encoding="utf-8")
    assert code in _codes(folder)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"a": ', "ZS2103"),
        (b"\xff\xfe", "ZS2102"),
        (b"[]", "ZS2105"),
        (b"null", "ZS2105"),
        (b'{"a": NaN}', "ZS2103"),
        (b'{"a": 1e999999999}', "ZS2103"),
        (b"[" * 100_000, "ZS2103"),
        (b'{"x-key": "a", "x-key": "b"}', "ZS2104"),
        (b"9" * 10_000, "ZS2103"),
    ],
)
def test_text_that_is_no_schema_is_told(folder: Path, content: bytes, code: str) -> None:
    (folder / "broken.schema.json").write_bytes(content)
    assert code in _codes(folder)


def test_a_mistake_is_shown_in_its_line(folder: Path) -> None:
    text = (folder / "rating.schema.json").read_text(encoding="utf-8")
    (folder / "rating.schema.json").write_text(
        text.replace('"x-codes": "option"', '"x-codes": "optoin"'), encoding="utf-8"
    )
    _, (wrong,) = load_vocabulary(folder)
    assert wrong.span is not None
    assert (
        '"optoin"'
        in text.replace('"x-codes": "option"', '"x-codes": "optoin"').split("\n")[wrong.span.line - 1]
    )


def test_two_files_for_one_record(folder: Path) -> None:
    (folder / "second.schema.json").write_text(json.dumps(RATING), encoding="utf-8")
    assert _codes(folder) == ["ZS2111"]


def test_no_folder_and_no_files(tmp_path: Path) -> None:
    assert _codes(tmp_path / "nowhere") == ["ZS2101"]
    assert _codes(tmp_path) == ["ZS2117"]
