"""Object-centric logs: the three forms give the same tables; what is no such log is told."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from real_logs.real_log import shared

from .ocel_forms import Log, write_json, write_sqlite, write_xml
from .raw_tables import Rows, refusal, tables

Tables = dict[str, list[tuple[tuple[str, str | None], ...]]]

LOG: Log = {
    "objectTypes": [
        {"name": "评价", "attributes": [{"name": "level", "type": "string"}]},
        {"name": "Order", "attributes": []},
    ],
    "eventTypes": [{"name": "Rate", "attributes": [{"name": "by", "type": "string"}]}],
    "objects": [
        {
            "id": "R1",
            "type": "评价",
            "attributes": [
                {"name": "level", "time": "2024-03-02T00:00:00+08:00", "value": "good"},
                {"name": "level", "time": "1970-01-01T00:00:00Z", "value": "bad"},
            ],
            "relationships": [{"objectId": "O1", "qualifier": "整改"}],
        },
        {"id": "O1", "type": "Order"},
    ],
    "events": [
        {
            "id": "e1",
            "type": "Rate",
            "time": "2024-03-01T09:00:00+08:00",
            "attributes": [{"name": "by", "value": "张 & 李"}],
            "relationships": [{"objectId": "R1", "qualifier": "a"}, {"objectId": "O1", "qualifier": "b"}],
        }
    ],
}


def comparable(found: dict[str, Rows]) -> Tables:
    """Without lines, which only XML has, and in an order that does not depend on the form."""
    return {
        name: sorted(
            (tuple(sorted((key, value) for key, value in row.items() if key != "_line")) for row in rows),
            key=str,
        )
        for name, rows in found.items()
    }


def changed(**items: Any) -> Log:
    log: Log = json.loads(json.dumps(LOG))
    return log | items


def test_a_table_per_type_and_the_relations(tmp_path: Path) -> None:
    found = tables(write_json(tmp_path / "log.json", LOG), "ocel")
    change = {"ocel:object": "R1", "ocel:type": "评价", "ocel:attribute": "level"}
    later = "2024-03-02T00:00:00+08:00"
    assert found == {
        "object:评价": [{"ocel:id": "R1", "level": "bad"}],
        "object:Order": [{"ocel:id": "O1"}],
        "event:Rate": [{"ocel:id": "e1", "ocel:time": "2024-03-01T09:00:00+08:00", "by": "张 & 李"}],
        "event_object": [
            {"ocel:event": "e1", "ocel:object": "R1", "ocel:qualifier": "a"},
            {"ocel:event": "e1", "ocel:object": "O1", "ocel:qualifier": "b"},
        ],
        "object_object": [{"ocel:source": "R1", "ocel:target": "O1", "ocel:qualifier": "整改"}],
        "object_changes": [
            {**change, "ocel:time": "1970-01-01T00:00:00Z", "ocel:value": "bad", "ocel:change": "0"},
            {**change, "ocel:time": later, "ocel:value": "good", "ocel:change": "1"},
        ],
    }


def test_xml_knows_lines(tmp_path: Path) -> None:
    path = write_xml(tmp_path / "log.xml", LOG)
    lines = path.read_text(encoding="utf-8").split("\n")
    found = tables(path, "ocel")
    assert '<object id="R1"' in lines[found["object:评价"][0]["_line"] - 1]
    assert '"b"' in lines[found["event_object"][1]["_line"] - 1]


def test_the_shared_example_in_its_three_forms(tmp_path: Path) -> None:
    path = shared() / "ocel20_example.json"
    if not path.exists():
        pytest.skip("the shared logs are not here")
    log = json.loads(path.read_text(encoding="utf-8"))
    expected = comparable(tables(path, "ocel"))
    assert comparable(tables(write_xml(tmp_path / "log.xml", log), "ocel")) == expected
    assert comparable(tables(write_sqlite(tmp_path / "log.sqlite", log), "ocel")) == expected
    assert {name: len(rows) for name, rows in expected.items() if ":" not in name} == {
        "event_object": sum(len(each["relationships"]) for each in log["events"]),
        "object_object": sum(len(each.get("relationships", [])) for each in log["objects"]),
        "object_changes": sum(len(each.get("attributes", [])) for each in log["objects"]),
    }


@pytest.mark.shared
def test_the_shared_sqlite_file_writes_local_times_without_offset() -> None:
    """The two shared files are one log; the times of one are in UTC, of the other an hour later."""
    zone = ZoneInfo("Europe/Berlin")

    def in_utc(found: dict[str, Rows]) -> Tables:
        for row in (row for rows in found.values() for row in rows):
            if row.get("ocel:time"):
                at = datetime.fromisoformat(row["ocel:time"])
                row["ocel:time"] = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(ZoneInfo("UTC"))
        return comparable(found)

    folder = shared()
    assert in_utc(tables(folder / "ocel20_example.sqlite", "ocel")) == in_utc(
        tables(folder / "ocel20_example.json", "ocel")
    )


NAMES = st.text("abX评 '\"<&|:/", min_size=1, max_size=6).filter(lambda text: text.strip() == text)
IDS = st.text("ab1价'\"<&", min_size=1, max_size=4)
TEXTS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.isoformat() + "+08:00")


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Logs whose types have different short names, since the relational form names tables by them."""
    names = [f"{letter} type" for letter in "ABC"]
    attributes = draw(st.lists(NAMES, unique_by=str.lower, max_size=3))
    ids = draw(st.lists(IDS, unique=True, max_size=6))
    declared = [{"name": each, "type": "string"} for each in attributes]
    types = [{"name": name, "attributes": declared} for name in names]
    related = st.lists(
        st.builds(dict, objectId=st.sampled_from(ids or ["x"]), qualifier=TEXTS), max_size=3 if ids else 0
    )
    changes = st.lists(
        st.builds(dict, name=st.sampled_from(attributes or ["x"]), time=TIMES, value=TEXTS),
        max_size=4 if attributes else 0,
        unique_by=lambda each: (each["name"], each["time"]),
    )
    objects = [
        {
            "id": each,
            "type": draw(st.sampled_from(names)),
            "attributes": draw(changes),
            "relationships": draw(related),
        }
        for each in ids
    ]
    events = [
        {
            "id": f"e{place}",
            "type": draw(st.sampled_from(names)),
            "time": draw(TIMES),
            "attributes": [{"name": name, "value": draw(TEXTS)} for name in attributes],
            "relationships": draw(related),
        }
        for place in range(draw(st.integers(0, 4)))
    ]
    return {"objectTypes": types, "eventTypes": types, "objects": objects, "events": events}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs())
def test_every_log_has_the_same_tables_in_every_form(
    tmp_path_factory: pytest.TempPathFactory, log: Log
) -> None:
    folder = tmp_path_factory.mktemp("forms")
    expected = comparable(tables(write_json(folder / "log.json", log), "ocel"))
    assert comparable(tables(write_xml(folder / "log.xml", log), "ocel")) == expected
    assert comparable(tables(write_sqlite(folder / "log.sqlite", log), "ocel")) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [(500, "500"), (1.10, "1.1"), (True, "true"), (None, None), ("007", "007"), ([1], "[1]"), ("", None)],
)
def test_values_are_text_as_json_writes_them(tmp_path: Path, value: Any, text: str | None) -> None:
    event = {"id": "e1", "type": "Rate", "time": "", "attributes": [{"name": "by", "value": value}]}
    [row] = tables(write_json(tmp_path / "log.json", changed(events=[event])), "ocel")["event:Rate"]
    assert row["by"] == text


def test_a_type_that_occurs_undeclared_has_a_table(tmp_path: Path) -> None:
    log = changed(events=[{"id": "e1", "type": "New", "time": "2024-03-01T09:00:00+08:00"}])
    for path in (write_json(tmp_path / "l.json", log), write_xml(tmp_path / "l.xml", log)):
        assert [row["ocel:id"] for row in tables(path, "ocel")["event:New"]] == ["e1"]


def test_gzip_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "log.json.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + json.dumps(LOG).encode()))
    assert len(tables(path, "ocel")["event_object"]) == 2


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ('{"objectTypes": [],\n "eventTypes": [],\n "objects": [}', "ZS4121", "log.json:3"),
        ('{"objectTypes": [],\n "eventTypes": [],\n', "ZS4125", "log.json:3"),
        ('{"objectTypes": [], "eventTypes": [], "objects": []}', "ZS4122", "log.json"),
        ('{"objectTypes": [], "eventTypes": [], "objects": {}, "events": []}', "ZS4123", "log.json"),
        ('{"objectTypes": [], "eventTypes": [], "objects": [1], "events": []}', "ZS4123", "log.json"),
        (
            '{"objectTypes": [], "eventTypes": [], "objects": [{"id": "x"}], "events": []}',
            "ZS4122",
            "log.json",
        ),
        ('{"a": ' * 200, "ZS4107", "log.json"),
        ("   ", "ZS4009", "log.json"),
        ("<log>\n<objects><object type='a'/></objects></log>", "ZS4122", "log.json:2"),
        ("<log>\n<objects>", "ZS4102", "log.json:2"),
        ("<!DOCTYPE log [<!ENTITY a 'b'>]><log/>", "ZS4103", "log.json:1"),
        ("<ocel>\n</ocel>", "ZS4105", "log.json:1"),
    ],
)
def test_what_is_no_object_centric_log(tmp_path: Path, text: str, code: str, place: str) -> None:
    path = tmp_path / "log.json"
    path.write_text(text, encoding="utf-8")
    assert refusal(path, "ocel")[:2] == (code, place)


def test_the_item_that_lacks_something_is_named(tmp_path: Path) -> None:
    log = changed(events=[*LOG["events"], {"id": "e2", "time": "2024-03-01T09:00:00+08:00"}])
    found = refusal(write_json(tmp_path / "log.json", log), "ocel")
    assert found == ("ZS4122", "log.json", {"key": "type", "path": "/events/1"})


def test_a_database_with_the_tables_of_such_a_log_is_one(tmp_path: Path) -> None:
    path = write_sqlite(tmp_path / "log.sqlite", LOG)
    assert tables(path, "sqlite") == tables(path, "ocel")
    assert list(tables(path, "sqlite", table="event_map_type")) == ["event_map_type"]


def test_a_database_of_another_kind(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "log.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE event (ocel_id TEXT, ocel_type TEXT)")
    database.close()
    assert refusal(path, "ocel")[0] == "ZS4124"
