"""Records that do not fit: exact counts, the line, the value and the reason of each, and the same
verdict as jsonschema.
"""

# ruff: noqa: E501  (tables of cases are read across)
from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhunsheng.diagnostics import message, render
from zhunsheng.logs.quality import LISTED

from .log_files import loaded, refusal, rows_of, write_text
from .small_vocabulary import CHANNELS, LEVELS, VOCABULARY

HEAD = "rating_id,level,words,score\n"
GOOD = "R1,neutral,,\n"


def goods(count: int) -> str:
    """So many good lines, no two alike."""
    return "".join(f"G{number},neutral,,\n" for number in range(count))


AT = datetime(2021, 1, 1, tzinfo=UTC)


def test_each_line_has_its_reason_and_number(tmp_path: Path) -> None:
    lines = [
        'R1,neutral,"two\nlines",\n',  # lines 2 and 3
        "R2,neutral\n",  # 4: too few columns
        "\n",  # 5
        "R3,neutral,x,1,2\n",  # 6: too many
        'R4,neutral,"x"y,1\n',  # 7: a stray quote
        'R5,neutral,a"b,1\n',  # 8: a quote inside plain text is text
        "R6,bad,12345678901,x\n",  # 9: three values
        ",neutral,,101\n",  # 10: no key, too large
        "r7,neutral,,-1\n",  # 11: pattern, too small
        'R8,neutral,"a ""q"" w",\n',  # 12
        "R9,neutral,,1.5\n",  # 13
    ]
    text = HEAD + "".join(lines) + goods(990)
    (tmp_path / "rating.csv").write_bytes(text.encode())
    with loaded(tmp_path, as_of=AT) as log:
        found = [(bad.line, bad.field, bad.code) for bad in log.quality.bad_values]
        assert found == [
            (4, None, "ZS4254"),
            (6, None, "ZS4255"),
            (7, None, "ZS4256"),
            (9, "level", "ZS4210"),
            (9, "score", "ZS4203"),
            (9, "words", "ZS4228"),
            (10, "rating_id", "ZS4201"),
            (10, "score", "ZS4222"),
            (11, "rating_id", "ZS4226"),
            (11, "score", "ZS4221"),
            (13, "score", "ZS4203"),
        ]
        (source,) = log.quality.sources
        assert (source.rows_read, source.accepted, source.bad) == (1000, 993, 7)
        assert log.quality.bad_records == 7
        kept = [row["rating_id"] for row in rows_of(log, "rating")][:3]
        assert kept == ["R1", "R5", "R8"]
        for bad in log.quality.bad_values:
            assert bad.place == f"rating.csv:{bad.line}"
            for language in ("zh", "en"):
                assert "{" not in "".join(message(bad.diagnostic, language)[0])


def test_lines_of_json_are_counted_as_they_stand(tmp_path: Path) -> None:
    good = '{"rating_id":"R1","level":"neutral"}\n'
    lines = [
        good,
        "\n",
        '{"rating_id":"R2","level":"neutral"\n',
        "[1]\n",
        '{"rating_id":7,"level":"neutral"}\n',
        '{"rating_id":"R3","level":"neutral","channels":["web",null]}\n',
        "   \n",
        '{"rating_id":"R4","level":null}\n',
        '{"rating_id":"R5","level":"neutral","named":"maybe"} \n',
        '{"rating_id":"R6","level":"neutral"}{}\n',
    ]
    (tmp_path / "rating.jsonl").write_text("".join(lines) + good * 993 + good.strip(), encoding="utf-8")
    with loaded(tmp_path, as_of=AT) as log:
        found = [(bad.line, bad.field, bad.code) for bad in log.quality.bad_values]
        assert found == [
            (3, None, "ZS4252"),
            (4, None, "ZS4253"),
            (5, "rating_id", "ZS4202"),
            (6, "channels", "ZS4211"),
            (8, "level", "ZS4201"),
            (9, "named", "ZS4206"),
            (10, None, "ZS4252"),
        ]
        (source,) = log.quality.sources
        assert (source.rows_read, source.bad) == (1002, 7)
        assert (source.accepted, source.duplicates) == (1, 994)


def test_all_are_counted_and_the_first_listed(tmp_path: Path) -> None:
    text = HEAD + goods(300_000) + "R1,bad,,\nR2\n" * 1500
    write_text(tmp_path, {"rating.csv": text})
    with loaded(tmp_path, as_of=AT) as log:
        assert (log.quality.bad_records, log.quality.accepted, log.quality.rows_read) == (
            3000,
            300_000,
            303_000,
        )
        assert len(log.quality.bad_values) == LISTED
        assert [bad.line for bad in log.quality.bad_values] == list(range(300_002, 300_002 + LISTED))


def test_one_percent_is_the_limit(tmp_path: Path) -> None:
    write_text(tmp_path, {"rating.csv": HEAD + goods(99) + "R2,bad,,\n"})
    with loaded(tmp_path, as_of=AT) as log:
        assert log.quality.bad_records == 1
    error = refusal(tmp_path, as_of=AT, on_bad_record="fail")
    assert (error.diagnostic.code, error.diagnostic.place) == ("ZS4062", "rating.csv:101")
    assert [each.code for each in error.first] == ["ZS4210"]
    assert error.quality is not None and error.quality.bad_records == 1


def test_some_bytes_that_are_no_text_cost_only_their_lines(tmp_path: Path) -> None:
    (tmp_path / "rating.csv").write_bytes((HEAD + goods(9999)).encode() + b"R2,\xff\xfe,,\n")
    with loaded(tmp_path, as_of=AT) as log:
        (bad,) = log.quality.bad_values
        assert (bad.line, bad.code, bad.value) == (10_001, "ZS4258", None)


def test_a_stray_quote_beside_chinese_is_no_wrong_encoding(tmp_path: Path) -> None:
    (tmp_path / "rating.csv").write_bytes((HEAD + 'R2,neutral,"很"好,\n' + goods(120)).encode())
    with loaded(tmp_path, as_of=AT) as log:
        assert [(bad.line, bad.code) for bad in log.quality.bad_values] == [(2, "ZS4256")]


def test_an_endless_line_among_others_costs_only_itself(tmp_path: Path) -> None:
    text = HEAD + goods(500) + "R2,neutral," + "x" * 3_000_000 + ",\n" + goods(1000)
    write_text(tmp_path, {"rating.csv": text})
    with loaded(tmp_path, as_of=AT) as log:
        (bad,) = log.quality.bad_values
        assert (bad.line, bad.code) == (502, "ZS4257")
        assert bad.value is not None and len(bad.value) <= 200
        (source,) = log.quality.sources
        assert (source.accepted, source.duplicates) == (1000, 500)


@pytest.mark.parametrize(
    ("field", "value", "fits"),
    [
        ("score", "0", True), ("score", "100", True), ("score", "101", False), ("score", "-1", False),
        ("score", "007", True), ("score", "7.0", True), ("score", "7.5", False), ("score", "7 ", False),
        ("score", "1e1", False), ("score", "1000000000000000", False), ("score", "７", False),
        ("amount", "99999999999999.99", True), ("amount", "100000000000000", False), ("amount", "1.230", True),
        ("amount", "1.234", False), ("amount", "-0.01", False), ("amount", "1,000", False), ("amount", ".5", False),
        ("amount", "12 %", False), ("amount", "NaN", False), ("amount", "Infinity", False),
        ("named", "TRUE", True), ("named", "否", True), ("named", "1", True), ("named", "yes", False),
        ("day", "2020-02-29", True), ("day", "2021-02-29", False), ("day", "2021-1-1", False),
        ("day", "1899-12-31", False), ("day", "2199-12-31", True), ("day", "2021-01-01 00:00:00", False),
        ("level", "very_satisfied", True), ("level", "非常满意", True), ("level", "Very_satisfied", False),
        ("channels", "web", True), ("channels", "web|大厅", True), ("channels", "web, hall", True),
        ("channels", "web,,hall", False), ("channels", "web;hall", False), ("channels", "[]", True),
        ("took", "15", True), ("took", "-1", True), ("took", "1.5", False), ("took", "123456789", False),
        ("words", "差评差评差评差评差评", True), ("words", "差评差评差评差评差评差", False),
        ("rating_id", "R" + "1" * 19, True), ("rating_id", "R" + "1" * 20, False), ("rating_id", "1R", False),
    ],
)  # fmt: skip
def test_what_fits_a_field(field: str, value: str, fits: bool, tmp_path: Path) -> None:
    row = {"rating_id": "R1", "level": "neutral", field: value}
    text = ",".join(row) + "\n" + ",".join(f'"{each}"' for each in row.values()) + "\n"
    good = ",".join({**row, field: {"rating_id": "R1", "level": "neutral"}.get(field, "")}.values()) + "\n"
    write_text(tmp_path, {"rating.csv": text + good * 99})
    with loaded(tmp_path, as_of=AT) as log:
        assert (log.quality.bad_records == 0) == fits, [
            render(bad.diagnostic, "en") for bad in log.quality.bad_values
        ]


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["rating_id", "level"],
    "properties": {
        "rating_id": {"type": "string", "maxLength": 20, "pattern": "^[A-Z]"},
        "level": {"type": "string", "enum": [code.name for code in LEVELS.codes]},
        "channels": {"type": "array", "items": {"enum": [code.name for code in CHANNELS.codes]}},
        "score": {"type": "integer", "minimum": 0, "maximum": 100},
        "amount": {"type": "number", "multipleOf": 0.25, "minimum": 0},
        "named": {"type": "boolean"},
        "words": {"type": "string", "maxLength": 10},
        "day": {"type": "string", "format": "date"},
    },
}
words = st.text(st.sampled_from("aZ差é9- \U0001f600"), min_size=1, max_size=12)
records = st.fixed_dictionaries(
    {"rating_id": st.one_of(st.from_regex(r"\A[A-Za-z]\w{0,21}\Z"), words)},
    optional={
        "level": st.sampled_from([*(code.name for code in LEVELS.codes), "bad"]),
        "channels": st.lists(st.sampled_from(["web", "hall", "fax"]), max_size=3),
        "score": st.one_of(st.integers(-5, 105), st.sampled_from([1.5, 2.0, 100.0])),
        "amount": st.integers(-3, 40).map(lambda n: n / 8),
        "named": st.booleans(),
        "words": words,
        "day": st.sampled_from(["2021-02-28", "2021-02-29", "2020-02-29", "2021-13-01", "x"]),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(records, min_size=1, max_size=8))
def test_the_same_records_are_bad_for_jsonschema(
    tmp_path_factory: pytest.TempPathFactory, items: list[dict[str, Any]]
) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    expected = [number for number, item in enumerate(items, start=1) if not validator.is_valid(item)]
    folder = tmp_path_factory.mktemp("agreement")
    good = {"rating_id": "R1", "level": "neutral"}
    padding = [good] * (100 * len(expected) + 1)
    text = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in [*items, *padding])
    (folder / "rating.jsonl").write_text(text, encoding="utf-8")
    with loaded(folder, as_of=AT) as log:
        assert sorted({bad.line for bad in log.quality.bad_values}) == expected
        assert log.quality.rows_read == len(items) + len(padding)
        assert log.quality.bad_records == len(expected)


def test_the_schema_of_the_agreement_test_is_the_vocabulary() -> None:
    fields = VOCABULARY.records["rating"].fields
    for name, constraints in SCHEMA["properties"].items():
        for keyword, limit in fields[name].constraints.items():
            if (name, keyword) != ("amount", "multipleOf"):
                assert constraints[keyword] == limit
