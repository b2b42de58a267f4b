"""The two scripts that read the real logs, on small inputs of the same form; these need nothing shared."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from real_logs.real_log import FIXTURES, converter

XES = """<?xml version="1.0" encoding="UTF-8" ?>
<log xmlns="http://www.xes-standard.org/">
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <float key="meta" value="7.6"><float key="nested" value="0.1"/></float>
  <trace>
    <string key="concept:name" value="1-1"/>
    <event>
      <date key="time:timestamp" value="2012-05-03T01:05:29+02:00"/>
      <string key="org:group" value="V13 2nd 3rd"/>
      <string key="concept:name" value="Accepted"/>
      <string key="lifecycle:transition" value="Wait - User"/>
      <string key="resource country" value="0"/>
      <string key="organization country" value="SE"/>
      <string key="impact" value="High"/>
      <string key="product" value="PROD1"/>
    </event>
    <event>
      <date key="time:timestamp" value="2012-05-03T09:00:00+02:00"/>
      <string key="org:group" value="V5 3rd"/>
      <string key="concept:name" value="Completed"/>
      <string key="lifecycle:transition" value="In Call"/>
      <string key="resource country" value="United Kingdom"/>
      <string key="impact" value="High"/>
      <string key="product" value="PROD1"/>
    </event>
  </trace>
</log>
"""


def xes(folder: Path, text: str) -> Path:
    path = folder / "log.xes.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_events_become_changes_in_the_order_of_the_trace(tmp_path: Path) -> None:
    converter("bpic2013").convert(xes(tmp_path, XES), tmp_path / "out")
    first, second = pq.read_table(tmp_path / "out" / "change.parquet").to_pylist()
    assert (first["change_id"], second["change_id"]) == ("1-1/0001", "1-1/0002")
    assert (first["status"], first["substatus"]) == ("accepted", "wait_user")
    assert (first["owner_country"], first["team_country"]) == (None, "se")
    assert (second["owner_country"], second["team_country"]) == ("gb", None)
    assert first["changed_at"].isoformat() == "2012-05-02T23:05:29+00:00"
    [incident] = pq.read_table(tmp_path / "out" / "incident.parquet").to_pylist()
    assert (incident["incident_id"], incident["opened_at"], incident["impact"]) == (
        "1-1",
        first["changed_at"],
        "high",
    )


def test_the_line_of_a_team_is_read_from_the_end_of_its_name(tmp_path: Path) -> None:
    line = converter("bpic2013").line
    assert [line(team) for team in ["D5", "G140 2nd", "V13 2nd 3rd", "O3 3rd"]] == [
        "line_1",
        "line_2",
        "line_2_3",
        "line_3",
    ]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE log SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_document_with_a_type_declaration_is_refused(tmp_path: Path, declaration: str) -> None:
    convert = converter("bpic2013")
    text = XES.replace("<log ", declaration + "<log ", 1)
    with pytest.raises(convert.Refused):
        convert.convert(xes(tmp_path, text), tmp_path / "out")


def test_an_unlisted_country_is_an_error_and_not_a_guess(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="Atlantis"):
        converter("bpic2013").country("Atlantis")


def test_repeated_case_columns_become_one_application(tmp_path: Path) -> None:
    convert = converter("receipt")
    case = {
        "case:concept:name": "case-1",
        "case:startdate": "2011-10-11 13:42:22.688000+02:00",
        "case:enddate": "",
        "case:enddate_planned": "2011-12-06 13:41:31.788000+01:00",
        "case:deadline": "2011-12-06 13:41:31.788000+01:00",
        "case:channel": "e-mail",
        "case:department": "Customer contact",
        "case:group": "",
        "case:responsible": "Resource21",
    }
    step = {"concept:name": "Confirmation of receipt", "org:group": "EMPTY", "org:resource": "Resource30"}
    rows = [
        case | step | {"concept:instance": "task-1", "time:timestamp": "2011-10-30 02:30:00+02:00"},
        case | step | {"concept:instance": "task-2", "time:timestamp": "2011-10-30 02:15:00+01:00"},
    ]
    source = tmp_path / "receipt.csv"
    with source.open("w", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    manifest = convert.convert(source, tmp_path / "out")
    with (tmp_path / "out" / "application.csv").open() as text:
        [application] = csv.DictReader(text)
    assert application["channel"] == "e_mail"
    assert application["department"] == "customer_contact"
    assert application["ended_at"] == ""
    with (tmp_path / "out" / "step.csv").open() as text:
        assert [row["group_name"] for row in csv.DictReader(text)] == ["", ""]
    with (tmp_path / "out" / "officer.csv").open() as text:
        assert [row["officer_id"] for row in csv.DictReader(text)] == ["Resource21", "Resource30"]
    # The clocks went back that night: the later instant is the one that looks earlier as text.
    assert 'until: "2011-10-30T02:15:00+01:00"' in manifest.read_text()


def test_every_activity_of_the_converter_is_a_code_of_the_vocabulary() -> None:
    lists = json.loads((FIXTURES / "receipt" / "vocabulary" / "receipt.codes.json").read_text())["$defs"]
    codes = {one["const"] for one in lists["activity"]["oneOf"]}
    assert set(converter("receipt").ACTIVITIES.values()) == codes
