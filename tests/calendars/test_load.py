"""The published calendar, and calendar files that add or replace years."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from chinese_calendar import is_workday
from chinese_calendar.constants import holidays

from zhunsheng.calendars import CalendarEnds, CalendarFileError, load
from zhunsheng.calendars.published import days_of, published_years
from zhunsheng.diagnostics import message

FIRST, LAST = published_years()


def test_the_range_is_what_the_package_publishes() -> None:
    calendar = load()
    assert FIRST == 2004
    assert (calendar.first, calendar.last) == (date(2004, 1, 1), date(LAST, 12, 31))
    assert date(LAST, 10, 1) in holidays
    with pytest.raises(CalendarEnds):
        calendar.is_working(date(LAST + 1, 1, 4))
    with pytest.raises(CalendarEnds):
        calendar.is_working(date(2003, 12, 31))


def test_every_day_is_as_the_package_says() -> None:
    calendar = load()
    assert all(calendar.is_working(day) == is_workday(day) for day in days_of(range(FIRST, LAST + 1)))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 2, 9), True),  # Spring Festival 2024 began on the 10th
        (date(2024, 2, 12), False),
        (date(2024, 2, 18), True),  # a Sunday worked in exchange
        (date(2024, 10, 1), False),
        (date(2024, 10, 12), True),  # a Saturday worked in exchange
        (date(2024, 10, 13), False),
    ],
)
def test_days_of_2024(day: date, working: bool) -> None:
    assert load().is_working(day) is working


def test_a_year_listed_only_by_its_new_year_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(holidays, date(LAST + 1, 1, 1), "New Year's Day")
    assert published_years() == (FIRST, LAST)


def _file(folder: Path, text: str) -> Path:
    path = folder / "calendar.yaml"
    path.write_text(text, encoding="utf-8")
    return path


NEXT = f"""
id: next
source: "test: not an official arrangement"
years: [{LAST + 1}]
holidays: [{LAST + 1}-01-01, {{from: {LAST + 1}-10-01, until: {LAST + 1}-10-07, name: 国庆节}}]
working_days: []
"""


def test_a_file_adds_a_year(tmp_path: Path) -> None:
    calendar = load([_file(tmp_path, NEXT)])
    assert calendar.last == date(LAST + 1, 12, 31)
    assert not calendar.is_working(date(LAST + 1, 10, 7))
    assert calendar.is_working(date(LAST + 1, 10, 8)) == (date(LAST + 1, 10, 8).weekday() < 5)
    assert calendar.id.endswith("+next") and calendar.source.endswith("test: not an official arrangement")
    assert load().last == date(LAST, 12, 31)


def test_a_file_replaces_a_whole_year(tmp_path: Path) -> None:
    text = 'id: local\nsource: "test"\nyears: [2024]\nholidays: [2024-03-04]\nworking_days: [2024-03-09]\n'
    calendar = load([_file(tmp_path, text)])
    assert not calendar.is_working(date(2024, 3, 4))
    assert calendar.is_working(date(2024, 3, 9))
    assert calendar.is_working(date(2024, 10, 1))  # the file does not list it, and speaks for the year
    assert not calendar.is_working(date(2023, 10, 2))  # 2023 stays as published
    assert calendar.is_working(date(2023, 10, 7))


def test_quoted_days_read_like_plain_ones(tmp_path: Path) -> None:
    text = 'id: local\nsource: "test"\nyears: [2024]\nholidays: ["2024-03-04"]\n'
    assert not load([_file(tmp_path, text)]).is_working(date(2024, 3, 4))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ZS5030", "id: [unclosed"),
        ("ZS5031", "just a sentence"),
        ("ZS5031", "id: a\nyears: [2024]\nholidays: []\n"),
        ("ZS5031", 'id: a\nsource: "s"\nyears: [2024]\nholidays: [1]\n'),
        ("ZS5031", 'id: a\nsource: "s"\nyears: [2024]\nholidays: []\nextra: 1\n'),
        ("ZS5032", 'id: a\nsource: "s"\nyears: [2024]\nholidays: [2025-01-01]\n'),
        ("ZS5033", 'id: a\nsource: "s"\nyears: [2024]\nholidays: []\nworking_days: [2024-03-04]\n'),
        ("ZS5034", 'id: a\nsource: "s"\nyears: [2024]\nholidays: [2024-03-09]\nworking_days: [2024-03-09]\n'),
        ("ZS5035", 'id: a\nsource: "s"\nyears: [2024]\nholidays: [{from: 2024-03-09, until: 2024-03-01}]\n'),
        ("ZS5036", 'id: a\nsource: "s"\nyears: [2024]\nholidays: ["2024-02-30"]\n'),
        ("ZS5037", f'id: a\nsource: "s"\nyears: [{LAST + 2}]\nholidays: []\n'),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, code: str, text: str) -> None:
    with pytest.raises(CalendarFileError) as found:
        load([_file(tmp_path, text)])
    assert found.value.diagnostic.code == code
    for language in ("zh", "en"):
        said, hint = message(found.value.diagnostic, language)
        assert "calendar.yaml" in said and hint


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"id: \x00", b"a: &a [*a]", b"- " * 2000])
def test_a_file_of_odd_bytes_is_an_error_and_no_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_bytes(content)
    with pytest.raises(CalendarFileError):
        load([path])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError) as found:
        load([tmp_path / "none.yaml"])
    assert found.value.diagnostic.code == "ZS5030"


def test_the_schema_is_itself_valid() -> None:
    from jsonschema import Draft202012Validator

    schema = Path(__file__).parents[2] / "schemas" / "calendar.schema.json"
    Draft202012Validator.check_schema(json.loads(schema.read_text("utf-8")))
