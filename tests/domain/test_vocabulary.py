"""The vocabulary of good and bad ratings: it loads, names its sources, and holds the national code table."""

from __future__ import annotations

import json

import pytest

from domain.places import RECORDS
from zhunsheng.semantics import load_vocabulary
from zhunsheng.semantics.types import CodesType, DecimalType
from zhunsheng.semantics.vocabulary import Vocabulary

LEVELS = ["very_dissatisfied", "dissatisfied", "fairly_satisfied", "satisfied", "very_satisfied"]
PERSONAL = {
    ("rating", "comment"), ("rating", "device_id"), ("rating", "mobile_number"), ("rating", "rater_name"),
    ("second_rating", "comment"), ("service", "applicant_id_number"), ("service", "applicant_name"),
    ("service", "handler_name"), ("service", "mobile_number"),
}  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    loaded, diagnostics = load_vocabulary(RECORDS)
    assert diagnostics == ()
    return loaded


def test_every_record_type_of_the_issue_is_there(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.records) == {
        "unit", "item", "service", "invitation", "rating", "rating_change", "upload", "work_order",
        "assignment", "transfer", "acceptance", "verification", "callback", "rectification", "reply",
        "extension", "appeal", "review", "second_rating", "publication", "appraisal",
    }  # fmt: skip


def test_every_field_and_code_has_a_chinese_name_and_two_labels(vocabulary: Vocabulary) -> None:
    for record in vocabulary.records.values():
        for field in record.fields.values():
            assert field.names["zh"] != field.name, (record.name, field.name)
            assert field.labels["zh"] and field.labels["en"] and field.labels["en"].isascii()
    for codelist in vocabulary.codelists.values():
        for code in codelist.codes:
            assert code.names["zh"] != code.name, (codelist.id, code.name)
            assert code.labels["zh"] and code.labels["en"]


def test_every_field_says_where_it_comes_from_in_both_languages() -> None:
    for path in RECORDS.glob("*.schema.json"):
        for name, field in json.loads(path.read_text(encoding="utf-8"))["properties"].items():
            assert field["description"] and field["x-description"]["zh"], (path.name, name)


def test_exactly_the_fields_with_personal_data_are_masked(vocabulary: Vocabulary) -> None:
    marked = {
        (record.name, field.name)
        for record in vocabulary.records.values()
        for field in record.fields.values()
        if field.personal
    }
    assert marked == PERSONAL


def test_five_levels_from_worst_to_best(vocabulary: Vocabulary) -> None:
    satisfaction = vocabulary.codelists["satisfaction"]
    assert satisfaction.ordered
    assert [code.name for code in satisfaction.codes] == LEVELS


def test_the_rectification_has_three_levels_of_its_own(vocabulary: Vocabulary) -> None:
    levels = vocabulary.codelists["rectification_satisfaction"]
    assert levels.ordered
    assert [code.name for code in levels.codes] == LEVELS[1:4]


def test_option_dictionary_is_the_national_table(vocabulary: Vocabulary) -> None:
    """Eight options in use per level; the hundreds digit is the level; the rest was switched off."""
    options = {code.name: code for code in vocabulary.codelists["option"].codes}
    in_use = {name for name, code in options.items() if not code.retired}
    retired = {name for name, code in options.items() if code.retired}
    assert in_use == {
        f"o{n}" for low, high in ((108, 115), (207, 214), (307, 314), (406, 413), (510, 517))
        for n in range(low, high + 1)
    }  # fmt: skip
    assert retired == {
        f"o{n}" for low, high in ((101, 107), (201, 206), (301, 306), (401, 402), (404, 405), (501, 509))
        for n in range(low, high + 1)
    }  # fmt: skip
    assert options["o101"].labels["zh"] == "被要求提交办事指南未列明的申报材料"
    assert options["o510"].labels["zh"] == "一窗受理一次办结"


@pytest.mark.parametrize("place", range(5))
def test_options_of_a_level_have_its_digit(vocabulary: Vocabulary, place: int) -> None:
    subset = vocabulary.codelists[f"{LEVELS[place]}_options"]
    every = {code.name for code in vocabulary.codelists["option"].codes}
    assert subset.subset_of == "option"
    assert {code.name for code in subset.codes} == {name for name in every if name[1] == str(place + 1)}


def test_retired_and_current_options_divide_the_dictionary(vocabulary: Vocabulary) -> None:
    names = {key: {code.name for code in vocabulary.codelists[key].codes} for key in vocabulary.codelists}
    assert names["retired_options"] | names["current_options"] == names["option"]
    assert not names["retired_options"] & names["current_options"]


def test_publications_can_hold_a_share_exactly(vocabulary: Vocabulary) -> None:
    fields = vocabulary.records["publication"].fields
    assert fields["value"].type == DecimalType(6)
    assert {"measure", "period_from", "period_until", "region", "department", "channel", "month"} <= set(
        fields
    )


def test_a_reply_leads_to_its_service(vocabulary: Vocabulary) -> None:
    """The chain that rules walk: reply, work order, rating, service, item, unit."""
    record, chain = "reply", []
    while True:
        parents = [each for each in vocabulary.records[record].parents if each.role == each.record]
        if not parents:
            break
        record = parents[0].record
        chain.append(record)
    assert chain == ["work_order", "rating", "service", "item", "unit"]


def test_options_are_a_list_of_codes(vocabulary: Vocabulary) -> None:
    assert vocabulary.records["rating"].fields["options"].type == CodesType("option")
