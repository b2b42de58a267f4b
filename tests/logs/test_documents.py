"""JSON documents and workbooks: which tables they hold, what their cells become, where their rows stand."""

# ruff: noqa: E501  (tables of cases are read across)
from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from .log_files import loaded, refusal, rows_of, write_text
from .workbooks import DATE, TIME, Cell, write_workbook

AT = datetime(2199, 1, 1, tzinfo=UTC)
GOOD = ",\n".join(f'{{"rating_id":"G{i}","level":"neutral"}}' for i in range(200))


@pytest.mark.parametrize(
    ("document", "shown"),
    [
        (f'[\n{{"rating_id":"R1",\n"level":"x"}},\n{GOOD}]', "rating.json:2"),
        (f'{{"code": 0, "data": {{"rating": [\n{{"rating_id":"R1","level":"x"}},\n{GOOD}]}}}}', "rating.json:2"),
        (f'{{"unit": [{{"unit_id":"U1"}}],\n"rating": [\n{{"rating_id":"R1","level":"x"}}, {GOOD}]}}', "rating.json [rating]:3"),
    ],
)  # fmt: skip
def test_arrays_of_objects_are_tables(document: str, shown: str, tmp_path: Path) -> None:
    write_text(tmp_path, {"rating.json": document})
    with loaded(tmp_path / "rating.json", as_of=AT) as log:
        (bad,) = log.quality.bad_values
        assert (bad.place, bad.field) == (shown, "level")
        assert log.quality.accepted - len(rows_of(log, "unit")) == 200


def test_nested_objects_lists_and_numbers_of_a_document(tmp_path: Path) -> None:
    rows = [
        {
            "rating_id": "R1",
            "level": "neutral",
            "channels": ["web", "hall"],
            "amount": "AMOUNT",
            "extra": {"a": {"b": 1}},
        },
        {"level": "neutral", "rating_id": "R2", "words": "x\ny", "named": True, "extra": None},
    ]
    text = json.dumps({"a/b~c": rows}, ensure_ascii=False, indent=2).replace('"AMOUNT"', "99999999999999.99")
    write_text(tmp_path, {"log.yaml": "sources: {rating: {file: x.json}}\n", "x.json": text})
    with loaded(tmp_path, as_of=AT) as log:
        first, second = rows_of(log, "rating")
        assert (first["channels"], first["amount"]) == (("web", "hall"), Fraction("99999999999999.99"))
        assert (second["words"], second["named"], second["channels"]) == ("x\ny", True, None)
        assert log.quality.sources[0].unknown_columns == ("extra.a.b",)


def test_a_value_longer_than_what_is_read_at_a_time_is_whole(tmp_path: Path) -> None:
    """Numbers and texts that end where a chunk ends go on in the next."""
    rows = [{"unit_id": f"U{i}", "name": "长" * 997, "size": 10**12 + i} for i in range(1500)]
    write_text(tmp_path, {"unit.json": json.dumps(rows, ensure_ascii=False)})
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["unit_id"] for row in rows_of(log, "unit")] == [f"U{i}" for i in range(1500)]
        assert {len(str(row["name"])) for row in rows_of(log, "unit")} == {997}


def test_json_lines_called_json(tmp_path: Path) -> None:
    write_text(tmp_path, {"unit.json": '{"unit_id":"U1"}\n{"unit_id":"U2"}\n'})
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["unit_id"] for row in rows_of(log, "unit")] == ["U1", "U2"]


def test_names_that_first_occur_far_down_are_columns(tmp_path: Path) -> None:
    lines = (
        '{"rating_id":"R1","level":"neutral"}\n' * 5000
        + '{"rating_id":"R2","level":"neutral","words":"late"}\n'
    )
    write_text(tmp_path, {"rating.jsonl": lines})
    with loaded(tmp_path, as_of=AT) as log:
        assert rows_of(log, "rating")[-1]["words"] == "late"


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ('[{"unit_id":"U1"},\n{"unit_id":"U2"', "ZS4036", ":2"),
        ('[{"unit_id":"U1"},\n{"unit_id":}]', "ZS4036", ":2"),
        ('[{"unit_id":"U1"}]\n]', "ZS4036", ":2"),
        ("[" * 100_000, "ZS4036", ":1"),
        ('{"a":' * 100_000, "ZS4036", ":1"),
        ("5", "ZS4039", ""),
        ('{"a": [1, 2]} x', "ZS4036", ":1"),
        ("", "ZS4009", ""),
        (" \n ", "ZS4009", ""),
        ('[{"unit_id":"U1\0"}]', "ZS4011", ":1"),
        (b'[{"unit_id":"U1"},\n{"unit_id":"\xff\xfe"}]', "ZS4010", ":2"),
        ('{"unit_id":"U1"}\n' + "".join(f'{{"k{i}":1}}\n' for i in range(2500)), "ZS4035", ""),
    ],
)  # fmt: skip
def test_a_broken_document_is_refused_at_its_place(
    content: str | bytes, code: str, place: str, tmp_path: Path
) -> None:
    write_text(tmp_path, {"unit.json": content})
    error = refusal(tmp_path).diagnostic
    assert (error.code, error.place) == (code, f"unit.json{place}")


def test_sheets_are_tables_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    ratings = [
        ["2021年评价数据"],
        [],
        ["评价编号", "评价等级", "内容", "分数"],
        ["R1", "满意", 20210001, 5],
        [],
        ["R2", "x", None, 1.5],
        *[["R3", "满意", "", Cell("7", formula="A1+2")] for _ in range(200)],
    ]
    write_workbook(
        tmp_path / "导出.xlsx",
        {"评价": ratings, "说明": [["给人看的"]], "空": [], "单位": [["unit_id"], ["U1"]]},
    )
    with loaded(tmp_path, as_of=AT) as log:
        assert rows_of(log, "rating")[0]["words"] == "20210001"
        assert [row["unit_id"] for row in rows_of(log, "unit")] == ["U1"]
        assert [(bad.place, bad.field) for bad in log.quality.bad_values] == [
            ("导出.xlsx [评价]:6", "level"),
            ("导出.xlsx [评价]:6", "score"),
        ]
        notes = {note.code: note.values for note in log.quality.notes}
        assert notes["ZS4077"]["cell"] == "D7" and notes["ZS4077"]["count"] == "200"
        assert notes["ZS4076"]["text"] == "2021年评价数据"
        assert log.quality.unread_files == ("导出.xlsx [说明]",)


@pytest.mark.parametrize(("from_1904", "days"), [(False, 44197), (True, 44197 - 1462)])
def test_dates_are_numbers_of_either_calendar(from_1904: bool, days: int, tmp_path: Path) -> None:
    rows = [
        ["rating_id", "level", "rated_at", "day"],
        ["R1", "neutral", Cell(f"{days}.375", style=TIME), Cell(str(days), style=DATE)],
        # Midnight, in a column of times; 0.1 s that a fraction of a day cannot hold exactly.
        ["R2", "neutral", Cell(str(days), style=TIME), None],
        ["R3", "neutral", Cell(f"{days + 86399.1 / 86400!r}", style=TIME), "2021-01-02"],
        ["R4", "neutral", "2021-01-01 10:00:00", Cell(str(days), style=DATE)],
    ]
    write_workbook(tmp_path / "rating.xlsx", {"Sheet1": rows}, from_1904=from_1904)
    with loaded(tmp_path, as_of=AT) as log:
        found = [(row["rated_at"], row["day"]) for row in rows_of(log, "rating")]
        assert found == [
            (datetime(2021, 1, 1, 1, tzinfo=UTC), date(2021, 1, 1)),
            (datetime(2020, 12, 31, 16, tzinfo=UTC), None),
            (datetime(2021, 1, 1, 15, 59, 59, 100_000, tzinfo=UTC), date(2021, 1, 2)),
            (datetime(2021, 1, 1, 2, tzinfo=UTC), date(2021, 1, 1)),
        ]


def test_days_without_time_are_no_times(tmp_path: Path) -> None:
    rows = [["rating_id", "level", "rated_at"], *[["R1", "neutral", None] for _ in range(200)]]
    rows.append(["R2", "neutral", Cell("44197", style=DATE)])
    write_workbook(tmp_path / "rating.xlsx", {"Sheet1": rows})
    with loaded(tmp_path, as_of=AT) as log:
        (bad,) = log.quality.bad_values
        assert (bad.code, bad.value, bad.line) == ("ZS4209", "2021-01-01", 202)


def test_codes_that_a_workbook_holds_as_numbers(tmp_path: Path) -> None:
    code = "1137000000000000001000124003000"  # as a number it is 1.137E+30
    rows = [
        ["unit_id", "name"],
        ["U1", code],
        ["U2", 1137],
        ["U3", Cell(code)],
        *[["U4", ""] for _ in range(200)],
    ]
    write_workbook(tmp_path / "unit.xlsx", {"Sheet1": rows})
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["name"] for row in rows_of(log, "unit")][:2] == [code, "1137"]
        (bad,) = log.quality.bad_values
        assert (bad.line, bad.field, bad.code) == (4, "name", "ZS4202")
        (note,) = log.quality.notes
        assert (note.code, note.values["row"]) == ("ZS4078", "4")


def test_results_that_are_errors_are_told(tmp_path: Path) -> None:
    rows = [["rating_id", "level", "score"], ["R1", "neutral", Cell("#REF!", formula="X!A1", kind="e")]]
    write_workbook(tmp_path / "rating.xlsx", {"Sheet1": rows})
    with loaded(tmp_path, as_of=AT) as log:
        assert rows_of(log, "rating")[0]["score"] is None
        notes = {note.code: note.values["cell"] for note in log.quality.notes}
        assert notes == {"ZS4077": "C2", "ZS4080": "C2"}


def test_one_sheet_may_be_chosen(tmp_path: Path) -> None:
    manifest = "sources: {unit: {file: b.xlsx, sheet: 二}}\n"
    write_workbook(tmp_path / "b.xlsx", {"一": [["unit_id"], ["U1"]], "二": [["unit_id"], ["U2"]]})
    write_text(tmp_path, {"log.yaml": manifest})
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["unit_id"] for row in rows_of(log, "unit")] == ["U2"]
    write_text(tmp_path, {"log.yaml": manifest.replace("二", "三")})
    error = refusal(tmp_path).diagnostic
    assert (error.code, error.values["found"]) == ("ZS4038", "一, 二")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><table><tr><td>unit_id</td></tr></table></html>", "ZS4037"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ZS4037"),
        (b"PK\x03\x04" + b"\0" * 100, "ZS4023"),
        (b"", "ZS4009"),
    ],
)
def test_a_broken_workbook_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "unit.xlsx").write_bytes(content)
    assert refusal(tmp_path).diagnostic.code == code


def test_text_that_is_called_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "unit.xls").write_bytes("unit_id\tname\nU1\t一\n".encode("gb18030"))
    with loaded(tmp_path, as_of=AT) as log:
        assert rows_of(log, "unit")[0]["name"] == "一"


def test_a_cell_at_the_far_end_is_no_reason_to_take_all_memory(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "unit.xlsx", {"Sheet1": [["unit_id"], ["U1"]]})
    data = path.read_bytes()
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            new.writestr(name, content.replace("</sheetData>", far))
    assert refusal(tmp_path).diagnostic.code == "ZS4037"
