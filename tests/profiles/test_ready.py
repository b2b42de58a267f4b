# ruff: noqa: E501  (a row of an export is one line)
"""The ready profiles: each reads an export of its dialect, says where every field comes from, and catches codes
of the other direction."""

from __future__ import annotations

from pathlib import Path

import pytest

from profiles.dialects import EXPORTS, interface
from profiles.exports import VOCABULARY, cells, connect, faults, raw
from zhunsheng.logs.errors import LogError
from zhunsheng.logs.profiles import Fitted, fit, judge, load, shipped, with_decisions


def fitted(name: str, connection, exports=None, decide=None) -> Fitted:  # type: ignore[no-untyped-def]
    profile = with_decisions(load(name, VOCABULARY), decide or {})
    tables = [raw(each, rows, connection) for each, rows in (exports or EXPORTS[name]()).items()]
    return fit(profile, tables, VOCABULARY, connection)


def test_every_shipped_profile_has_an_export() -> None:
    assert set(shipped()) == set(EXPORTS)


@pytest.mark.parametrize("name", shipped())
def test_it_reads_an_export_of_its_dialect(name: str) -> None:
    connection = connect()
    found = fitted(name, connection)
    ratings = next(each for each in found.mapped if each.record == "rating")
    rows = cells(ratings, connection)
    assert len({row["rating_id"] for row in rows}) == len(rows) >= 24
    levels = [row["level"] for row in rows]
    assert levels[:4] == ["very_satisfied", "satisfied", "dissatisfied", "very_dissatisfied"]
    assert all(not faults(each, connection) for each in found.mapped)
    services = [each for each in found.mapped if each.record == "service"]
    if services:
        keys = {row["service_id"] for row in cells(services[0], connection)}
        assert {row["service_id"] for row in rows} <= keys


def test_the_profile_in_the_docs_loads(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "mapping.md"
    text = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "local.yaml").write_text(text, encoding="utf-8")
    loaded = load(tmp_path / "local.yaml", VOCABULARY)
    assert loaded.chain == ("zhejiang", "interface")
    assert loaded.tables["evaluation"].records["rating"].fields["named"] is None


@pytest.mark.parametrize("name", shipped())
def test_every_mapped_field_has_its_source(name: str) -> None:
    found = fitted(name, connect())
    for each in found.mapped:
        lacking = [field for field, origin in each.origins.items() if not origin.source]
        assert not lacking, f"{each.record}: {lacking}"


@pytest.mark.parametrize("name", ["zhejiang", "shandong", "fujian"])
def test_a_file_of_the_other_direction_is_caught(name: str) -> None:
    """Levels as in GB/T 39046 A.8 beside options of the national table."""
    exports = EXPORTS[name]()
    for rows in exports.values():
        for row in rows:
            if row.get("satisfaction"):
                row["satisfaction"] = str(6 - int(row["satisfaction"]))
    with pytest.raises(LogError) as caught:
        fitted(name, connect(), exports)
    diagnostic = caught.value.diagnostic
    assert diagnostic.code == "ZS4352"
    assert diagnostic.values["example"] == "gbt39046"
    assert ".csv:2" in diagnostic.values["said_en"], "a row is named"
    found = fitted(name, connect(), exports, {"satisfaction": "gbt39046"})
    assert not [note for note in found.notes if note.code.startswith("ZS435")]


def test_the_data_can_settle_what_no_document_says() -> None:
    connection = connect()
    found = fitted("beijing", connection)
    states = {one.conflict.name: one.state for one in found.judgements}
    assert states["satisfaction"] == "shown"
    assert states["pf"] == "moot"


def test_nothing_said_and_nothing_shown_is_an_error() -> None:
    ratings, services = interface(evalDetail=None)
    with pytest.raises(LogError) as caught:
        fitted("beijing", connect(), {"evaluate": ratings, "service": services})
    assert caught.value.diagnostic.code == "ZS4351"
    assert "interface" in caught.value.diagnostic.values["said_zh"]


def test_both_directions_in_one_file_are_an_error() -> None:
    ratings, services = interface()
    for row in ratings[: len(ratings) // 2]:
        row["satisfaction"] = str(6 - int(str(row["satisfaction"])))
    exports = {"evaluate": [{**row} for row in ratings], "service": services}
    with pytest.raises(LogError) as caught:
        fitted("zhejiang", connect(), exports)
    assert caught.value.diagnostic.code == "ZS4351"


def test_an_explicit_decision_goes_before_the_data_and_is_told() -> None:
    found = fitted("zhejiang", connect(), None, {"satisfaction": "gbt39046"})
    assert [note.code for note in found.notes if note.code.startswith("ZS435")] == ["ZS4353"]
    with pytest.raises(LogError) as caught:
        fitted("zhejiang", connect(), None, {"satisfaction": "upwards"})
    assert caught.value.diagnostic.code == "ZS4306"


def test_a_default_rating_is_known_by_having_neither_options_nor_text() -> None:
    exports = EXPORTS["zhejiang"]()
    sms = [{**row, "projectNo": f"38{n}", "pf": "7"} for n, row in enumerate(exports["evaluation_202603"])]
    exports["evaluation_202603"] = [*exports["evaluation_202603"], *sms]
    with pytest.raises(LogError) as caught:
        fitted("zhejiang", connect(), exports)
    assert {one.code for one in caught.value.diagnostics} == {"ZS4352"}
    assert caught.value.diagnostic.values["name"] == "pf"


def test_promised_days_tell_the_case_type() -> None:
    exports = EXPORTS["shandong"]()
    for row in exports["好差评服务"]:
        row["projectType"] = "2"
    with pytest.raises(LogError) as caught:
        fitted("shandong", connect(), exports)
    assert caught.value.diagnostic.values["name"] == "project_type"


def test_a_name_tells_a_government_body() -> None:
    exports = EXPORTS["shandong"]()
    for row in exports["好差评服务"]:
        row.update(userProp="5", userName="某市财政局")
    with pytest.raises(LogError) as caught:
        fitted("shandong", connect(), exports)
    assert caught.value.diagnostic.values["name"] == "user_prop"
    said = caught.value.diagnostic.values["said_zh"]
    assert "财政局" not in said and "***" in said, "names of recipients are masked"


def test_second_services_are_told_from_second_ratings() -> None:
    connection = connect()
    exports = EXPORTS["shandong"]()
    tables = [raw(each, rows, connection) for each, rows in exports.items()]
    profile = load("shandong", VOCABULARY)
    judged = {one.conflict.name: one for one in judge(profile, tables, VOCABULARY, connection)}
    assert judged["assess_number"].state == "confirmed"
    exports["好差评服务"] = exports["好差评服务"][:-1]
    with pytest.raises(LogError) as caught:
        fitted("shandong", connect(), exports)
    assert caught.value.diagnostic.values["name"] == "assess_number"


def test_shandong_channels_six_and_seven_must_be_settled() -> None:
    exports = EXPORTS["shandong"]()
    exports["好差评评价"][0]["pf"] = "6"
    with pytest.raises(LogError) as caught:
        fitted("shandong", connect(), exports)
    assert caught.value.diagnostic.code == "ZS4351"
    connection = connect()
    found = fitted("shandong", connection, exports, {"pf": "fujian"})
    ratings = next(each for each in found.mapped if each.record == "rating")
    assert cells(ratings, connection)[0]["channel"] == "phone"


def test_zhejiang_second_numbers_are_follow_up_ratings() -> None:
    connection = connect()
    found = fitted("zhejiang", connection)
    ratings = next(each for each in found.mapped if each.record == "rating")
    rows = cells(ratings, connection)
    follow_up = [row for row in rows if row["rating_kind"] == "follow_up_rating"]
    assert len(follow_up) == 1
    assert follow_up[0]["service_id"] == rows[0]["service_id"]
    assert [row["is_default"] for row in rows].count("true") == 1
    types = {row["handling_type"] for row in cells(_of(found, "service"), connection)}
    assert types == {"immediate"}


def test_shandong_replies_come_from_answered_ratings() -> None:
    connection = connect()
    found = fitted("shandong", connection)
    assert cells(_of(found, "reply"), connection) == [
        {
            "reply_id": "37000002-1-reply", "order_id": "37000002-1", "replied_at": "2026-03-04 09:00:00",
            "content": "已改进",
        }
    ]  # fmt: skip


def test_codes_that_no_document_explains_are_rejected_not_dropped() -> None:
    exports = EXPORTS["zhejiang"]()
    exports["evaluation_202603"][0]["pf"] = "8"
    exports["evaluation_202603"][1]["evalDetail"] = "406,999"
    connection = connect()
    found = fitted("zhejiang", connection, exports)
    assert faults(_of(found, "rating"), connection) == [("options", "ZS4341", 1), ("channel", "ZS4341", 1)]


def _of(found: Fitted, record: str):  # type: ignore[no-untyped-def]
    return next(each for each in found.mapped if each.record == record)
