"""Bulk validation and the jsonschema library accept and reject the same records: on the shipped record types
and on random ones, cell by cell.

A cell is text; `json_value` says which JSON value it stands for (docs/logs.md, "As JSON"). What the
vocabulary adds to a schema that JSON Schema does not know (digits that a column holds, years that calendars
know, code lists) is written out by `spelled_out`, and there is no other difference.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhunsheng.diagnostics import message
from zhunsheng.logs import LogError, intake, load
from zhunsheng.semantics import load_vocabulary
from zhunsheng.semantics.vocabulary import CodeList, Vocabulary

SHIPPED = Path(__file__).parents[2] / "schemas" / "records"
AT = datetime.fromisoformat("2024-01-01T00:00:00+08:00")
Cells = Mapping[str, str]

# From cells to JSON

TRUE, FALSE = ("true", "1", "是"), ("false", "0", "否")


def json_value(body: Mapping[str, Any], cell: str, codes: CodeList | None) -> Any:
    """The JSON value that a cell (not empty) of a field stands for; its text where it stands for none of the
    field's type, so that the library rejects the type."""
    kind = body["type"]
    if kind == "integer":
        return int(Decimal(cell)) if re.fullmatch(r"[+-]?[0-9]+(\.0+)?", cell) else cell
    if kind == "number":
        return Decimal(cell) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?", cell) else cell
    if kind == "boolean":
        word = cell.lower()
        return word in TRUE if word in TRUE + FALSE else cell
    if kind == "array":
        parts = [] if cell == "[]" else re.split(r"\s*[,|]\s*", cell)
        return [_canonical(part, codes) for part in parts]
    if codes is not None:
        return _canonical(cell, codes)
    if body.get("format") == "date-time":
        return _with_offset(cell)
    return unicodedata.normalize("NFC", cell)


def _canonical(word: str, codes: CodeList | None) -> str:
    assert codes is not None
    if any(code.name == word for code in codes.codes):
        return word
    return next((code.name for code in codes.codes if word in code.names.values()), word)


def _with_offset(cell: str) -> str:
    """RFC 3339 of a time that leaves out what the log's zone says, its seconds or the T."""
    shape = r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(.*)"
    if not (found := re.fullmatch(shape, cell, re.ASCII)):
        return cell
    day, minutes, seconds, offset = found.groups()
    if seconds is None and not offset:
        return cell
    if short := re.fullmatch(r"([+-]\d\d)(\d\d)?", offset):
        offset = f"{short[1]}:{short[2] or '00'}"
    return f"{day}T{minutes}{seconds or ':00'}{offset or '+08:00'}"


# What the vocabulary adds to the schema


def spelled_out(schema: Mapping[str, Any], vocabulary: Vocabulary, name: str) -> dict[str, Any]:
    properties = {}
    for field, body in schema["properties"].items():
        limits: dict[str, Any] = {}
        codes = vocabulary.codes_of(vocabulary.records[name].fields[field].type)
        if codes is not None:
            listed = {"enum": [code.name for code in codes.codes]}
            limits = {"items": listed} if body["type"] == "array" else listed
        elif body["type"] == "integer":
            most = 10**8 - 1 if "x-unit" in body else 10**15 - 1
            limits = {"minimum": -most, "maximum": most}
        elif body["type"] == "number":
            limits = {"exclusiveMinimum": -(10**14), "exclusiveMaximum": 10**14}
            limits["multipleOf"] = body.get("multipleOf", Decimal("0.0001"))
        properties[field] = {**body, "allOf": [limits]}
    return {**schema, "properties": properties}


FORMATS = jsonschema.FormatChecker(())


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return False
    return 1900 <= date.fromisoformat(value).year <= 2199


@FORMATS.checks("date-time", raises=(ValueError, OverflowError))
def _is_time(value: object) -> bool:
    """RFC 3339, in the years that instants may lie in; leap seconds are left out, as everywhere."""
    if not isinstance(value, str):
        return True
    shape = r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
    if not re.fullmatch(shape, value, re.ASCII):
        return False
    utc = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value)).timestamp()
    low, high = (datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00").timestamp() for year in (1900, 2200))
    return low <= utc < high


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    """As ECMA-262 reads it: `$` is the end alone, \\d and \\w are ASCII (Python's are not)."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance, re.ASCII):
        yield jsonschema.ValidationError("pattern")


Validator: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {"pattern": _pattern}
)


def rejected_by_library(schema: Any, vocabulary: Vocabulary, name: str, rows: Sequence[Cells]) -> list[int]:
    """Numbers (from 0) of the rows that the library rejects."""
    validator = Validator(spelled_out(schema, vocabulary, name), format_checker=FORMATS)
    fields = vocabulary.records[name].fields
    items = [
        {
            field: json_value(schema["properties"][field], cell, vocabulary.codes_of(fields[field].type))
            for field, cell in row.items()
            if cell
        }
        for row in rows
    ]
    return [number for number, item in enumerate(items) if not validator.is_valid(item)]


def rejected_in_bulk(
    folder: Path, vocabulary: Vocabulary, name: str, rows: Sequence[Cells], good: Cells
) -> list[int]:
    """Numbers of the rows that loading keeps out; checks that each rejected value is fully told."""
    path = folder / f"{name}.csv"
    columns = list(vocabulary.records[name].fields)
    # With a mark of its encoding: without it, two letters alone may as well be a Chinese character.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(columns)
        for row in [*rows, good]:
            writer.writerow([row.get(column, "") for column in columns])
    with pytest.MonkeyPatch.context() as patch:
        # A log that is bad through and through is refused; here every bad row is asked for.
        patch.setattr(intake, "BAD_PERCENT", 100)
        log = load(path.parent, vocabulary, as_of=AT)
    try:
        found = set()
        lines, next_ = [], 2  # the line on which each row begins
        for row in rows:
            lines.append(next_)
            next_ += 1 + sum(cell.count("\n") for cell in row.values())
        for bad in log.quality.bad_values:
            assert (bad.file, bad.record) == (path.name, name)
            assert bad.line in lines and bad.field in columns and bad.column == bad.field
            assert bad.code.startswith("ZS42")
            number = lines.index(bad.line)
            assert (bad.value or "") == rows[number].get(bad.field, "")[:200]
            found.add(number)
        quality = log.quality
        assert quality.rows_read == quality.accepted + quality.bad_records + quality.duplicates
        assert quality.bad_records == len(found)
        return sorted(found)
    finally:
        log.close()


# Cells

WORDS = st.text(st.sampled_from("aZ09差é\u0301-_ .|,\"'\n\t\U0001f600٣／"), min_size=1, max_size=8)
NUMBERS = st.one_of(
    st.integers(-120, 120).map(str),
    st.sampled_from(
        ["007", "+5", "-0", "5.0", "5.", ".5", "1e2", "1,5", "５", "999999999999999", "1000000000000000",
         "99999999", "100000000", "99999999999999.9999", "100000000000000", "0.00001", "1.50", "NaN", "1 "]
    ),
    st.decimals(-20, 20, places=3, allow_nan=False).map(str),
)  # fmt: skip
DAYS = st.one_of(
    st.dates(min_value=date(1890, 1, 1), max_value=date(2210, 1, 1)).map(str),
    st.sampled_from(["2021-02-29", "2020-02-29", "2021-1-1", "20210101", "2021-01-01 ", "2021/01/01"]),
    st.just("\u0662021-01-01"),
)
CLOCKS = st.sampled_from(
    ["09:00:00", "09:00", "24:00:00", "23:59:60", "9:00:00", "09:00:00.5", "09:00:00.1234567"]
)
TIMES = st.one_of(
    DAYS,
    st.builds(
        lambda day, sep, clock, offset: f"{day}{sep}{clock}{offset}",
        DAYS,
        st.sampled_from(["T", " ", "t", ""]),
        CLOCKS,
        st.sampled_from(["", "", "Z", "z", "+08:00", "+0800", "+08", "-24:00", "+05:30", " +08:00"]),
    ),
)


def cells_of(body: Mapping[str, Any], codes: CodeList | None) -> st.SearchStrategy[str]:
    """Cells of a field: mostly of its kind, some of any, some empty."""
    own: st.SearchStrategy[str] = WORDS
    if codes is not None:
        names = [name for code in codes.codes for name in (code.name, *code.names.values())]
        own = st.sampled_from([*names, "nothing", names[0].upper()])
        if body["type"] == "array":
            marks = st.sampled_from([",", "|", ", "])
            joined = st.builds(lambda mark, parts: mark.join(parts), marks, st.lists(own, max_size=3))
            own = st.one_of(joined, st.just("[]"), st.just(","))
    elif body["type"] in ("integer", "number"):
        own = NUMBERS
    elif body["type"] == "boolean":
        own = st.sampled_from(["true", "FALSE", "1", "0", "是", "否", "yes", "2"])
    elif body.get("format") == "date":
        own = DAYS
    elif body.get("format") == "date-time":
        own = TIMES
    elif pattern := body.get("pattern"):
        fitting = st.from_regex(pattern, alphabet=st.characters(exclude_categories=["Cc", "Cs"]))
        own = st.one_of(fitting, WORDS, st.just("123456\n"))
    return st.one_of(own, own, own, NUMBERS, WORDS, st.just(""))


def good_cells(body: Mapping[str, Any], codes: CodeList | None) -> str:
    """A cell that fits a required field of the shipped record types."""
    if codes is not None:
        return codes.codes[0].name
    if body.get("format") == "date-time":
        return "2023-01-01 09:00:00"
    if body["type"] in ("integer", "number", "boolean"):
        return "1"
    return "2023-01-01" if "format" in body else "G1"


@cache
def shipped() -> Vocabulary:
    vocabulary, diagnostics = load_vocabulary(SHIPPED)
    assert not diagnostics
    return vocabulary


def agree(folder: Path, schema: Any, vocabulary: Vocabulary, name: str, rows: Sequence[Cells]) -> None:
    fields = vocabulary.records[name].fields
    good = {
        field: good_cells(schema["properties"][field], vocabulary.codes_of(fields[field].type))
        for field in schema["required"]
    }
    assert not rejected_by_library(schema, vocabulary, name, [good])
    expected = rejected_by_library(schema, vocabulary, name, rows)
    assert rejected_in_bulk(folder, vocabulary, name, rows, good) == expected


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_on_the_shipped_record_types(data: st.DataObject, tmp_path_factory: Any) -> None:
    name = data.draw(st.sampled_from(sorted(shipped().records)))
    schema = json.loads((SHIPPED / f"{name}.schema.json").read_text("utf-8"), parse_float=Decimal)
    fields = shipped().records[name].fields
    cells = {}
    for field, body in schema["properties"].items():
        codes = shipped().codes_of(fields[field].type)
        fitting = "" if "pattern" in body else good_cells(body, codes)
        cells[field] = st.one_of(st.just(fitting), cells_of(body, codes))
    rows = data.draw(st.lists(st.fixed_dictionaries(cells), min_size=2, max_size=12))
    agree(tmp_path_factory.mktemp("shipped"), schema, shipped(), name, rows)


# Random record types

LIMITS = st.one_of(st.integers(-50, 50), st.sampled_from([*map(Decimal, ("0.5", "-7.25", "12.345"))]))
PATTERNS = st.sampled_from(
    ["^[0-9]{6,12}$", "^[A-Z]", "差", r"^\d+$", r"\w\s\w", "a|Z$", "^[^0-9]*$", "^.{2}$", r"(?:ab)?\.", "é"]
)
NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


KINDS = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "duration": "integer",
    "boolean": "boolean",
    "date": "string",
    "date-time": "string",
    "code": "string",
    "codes": "array",
}
TEXTUAL = {"pattern": PATTERNS, "minLength": st.integers(0, 4), "maxLength": st.integers(0, 8)}


@st.composite
def fields_of_any_kind(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from([*KINDS, "text"]))
    body: dict[str, Any] = {"type": KINDS[kind]}
    if kind == "text":
        body |= draw(st.fixed_dictionaries({}, optional=TEXTUAL))
    elif kind in ("integer", "number", "duration"):
        body |= draw(st.fixed_dictionaries({}, optional=dict.fromkeys(NUMERIC, LIMITS)))
        if kind == "number" and draw(st.booleans()):
            body["multipleOf"] = Decimal(1).scaleb(-draw(st.integers(0, 6)))
        elif kind != "number" and draw(st.booleans()):
            body["multipleOf"] = draw(st.integers(1, 7))
        if kind == "duration":
            body["x-unit"] = draw(st.sampled_from(["minute", "hour", "day", "working_day", "month"]))
    elif kind in ("date", "date-time"):
        body["format"] = kind
    elif kind == "code":
        body["x-codes"] = "level"
    elif kind == "codes":
        body |= {"items": {"type": "string"}, "x-codes": "level"}
    return body


CODES = {"$defs": {"level": {"type": "string", "x-codelist": {"names": {"zh": "等级"}}, "oneOf": [
    {"const": "good", "x-names": {"zh": "好"}}, {"const": "bad", "x-names": {"zh": "差"}}]}}}  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_on_random_record_types(data: st.DataObject, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("random")
    bodies = data.draw(st.lists(fields_of_any_kind(), min_size=1, max_size=5))
    properties: dict[str, Any] = {"id": {"type": "string"}} | {f"f{n}": body for n, body in enumerate(bodies)}
    # Required ones are of kinds for which a fitting cell is known beforehand.
    limited = {*TEXTUAL, *NUMERIC, "multipleOf"}
    plain = [f"f{n}" for n, body in enumerate(bodies) if not limited & set(body)]
    needed = data.draw(st.lists(st.sampled_from(plain), unique=True)) if plain else []
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "x-record": {"name": "thing", "names": {"zh": "事物"}},
        "x-key": "id",
        "required": ["id", *needed],
        "properties": properties,
    }
    (folder / "v").mkdir()
    written = json.dumps(schema, default=float, ensure_ascii=False)
    (folder / "v" / "thing.schema.json").write_text(written, encoding="utf-8")
    (folder / "v" / "lists.codes.json").write_text(json.dumps(CODES, ensure_ascii=False), encoding="utf-8")
    vocabulary, diagnostics = load_vocabulary(folder / "v")
    assert not diagnostics, diagnostics
    fields = vocabulary.records["thing"].fields
    cells = {
        name: cells_of(body, vocabulary.codes_of(fields[name].type)) for name, body in properties.items()
    }
    rows = data.draw(st.lists(st.fixed_dictionaries(cells), min_size=2, max_size=12))
    (folder / "log").mkdir()
    agree(folder / "log", schema, vocabulary, "thing", rows)


def test_a_rejected_row_names_everything(tmp_path: Path) -> None:
    """File, line, column, value and rule broken, in the words of both languages."""
    rows: list[Cells] = [
        {"rating_id": "R1", "rated_at": "2023-01-01 09:00:00", "region": "35"},
        *[{"rating_id": f"R{number}", "rated_at": "2023-01-01 09:00:00"} for number in range(2, 120)],
    ]
    assert rejected_in_bulk(tmp_path, shipped(), "rating", rows, rows[1]) == [0]
    log = load(tmp_path, shipped(), as_of=AT)
    (bad,) = log.quality.bad_values
    log.close()
    assert (bad.place, bad.column, bad.value, bad.code) == ("rating.csv:2", "region", "35", "ZS4226")
    assert dict(bad.values) == {"limit": "^[0-9]{6,12}$"}
    for language in ("zh", "en"):
        told = message(bad.diagnostic, language)[0]
        assert all(part in told for part in ("region", "35", "^[0-9]{6,12}$"))
    with pytest.raises(LogError):
        load(tmp_path, shipped(), as_of=AT, on_bad_record="fail")
