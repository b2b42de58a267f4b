# ruff: noqa: E501  (a row of an export is one line)
"""Profiles over small tables: every way of computing a cell, and nothing that vanishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from profiles.exports import VOCABULARY, cells, connect, faults, raw
from zhunsheng.logs.errors import LogError
from zhunsheng.logs.profiles import apply, load
from zhunsheng.logs.tables.model import Mapped

HEAD = """
profile: mine
title: 试
codes:
  level: {map: {"5": very_satisfied, "1": very_dissatisfied, "9": null}}
tables:
  t:
    columns: [id]
    aliases: {id: [编号]}
    records:
"""


def mapped(tmp_path: Path, records: str, row: dict[str, str | None], *more: dict[str, str | None]) -> Mapped:
    connection = connect()
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + records, encoding="utf-8")
    (found,) = apply(load(path, VOCABULARY), [raw("t", [row, *more], connection)], VOCABULARY)
    _last[:] = [connection]
    return found


_last: list = []


def value(tmp_path: Path, expression: str, **row: str | None) -> str | None:
    """What an expression gives for one row."""
    records = f"      rating: {{fields: {{rating_id: id, comment: '{expression}', rated_at: id}}}}"
    found = mapped(tmp_path, records, {"id": "1", **row})
    return cells(found, _last[0])[0]["comment"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('join("-", a, b)', "x y-12"),
        ('join("-", a, nothing)', None),
        ("nothing otherwise b", "12"),
        ("part(a, 1, 1)", "x"),
        ("part(a, 3)", "y"),
        ('piece(a, " ", 2)', "y"),
        ('piece(a, " ", -2)', "x"),
        ('piece(a, " ", 3)', None),
        ('find(b, "[0-9]")', "1"),
        ('find(a, "([a-z]) y")', "x"),
        ('replace(a, " ", "")', "xy"),
        ('pad(b, 4, "0")', "0012"),
        ('pad(b, 1, "0")', "12"),
        ("upper(a)", "X Y"),
        ("text(number(b) * 2)", "24"),
        ("text(number(b) / 8)", "1.5"),
        ("text(length(a) + 7)", "10"),
        ('if(b = "12", a, "no")', "x y"),
        ('if(b = "13", a)', None),
        ('if(number(b) > 10 and a matches "^x", "big")', "big"),
        ('b in {"12", "13"}', "true"),
        ('not b between "1" and "2"', "false"),
        ("nothing is missing", "true"),
        ('nothing = "1"', None),
        ('连接("/", a, b)', "x y/12"),
        ("`a b`", "quoted"),
        ("A", "x y"),
    ],
)
def test_expressions(tmp_path: Path, expression: str, expected: str | None) -> None:
    row = {"a": "x y", "b": "12", "nothing": None, "a b": "quoted"}
    assert value(tmp_path, expression, **row) == expected


def test_code_maps_name_what_they_do_not_hold(tmp_path: Path) -> None:
    records = "      rating: {fields: {rating_id: id, rated_at: id, level: {value: s, codes: level}}}"
    rows = [{"id": str(n), "s": s} for n, s in enumerate(["5", " 1 ", "9", "7", None])]
    found = mapped(tmp_path, records, *rows)
    assert [row["level"] for row in cells(found, _last[0])] == [
        "very_satisfied", "very_dissatisfied", None, "7", None,
    ]  # fmt: skip
    assert faults(found, _last[0]) == [("level", "ZS4341", 1)]


def test_a_code_outside_the_map_is_no_boolean(tmp_path: Path) -> None:
    records = '      rating: {fields: {rating_id: id, rated_at: id, named: {value: s, codes: {"1": false, "2": true}}}}'
    found = mapped(tmp_path, records, {"id": "1", "s": "0"}, {"id": "2", "s": "1"})
    assert faults(found, _last[0]) == [("named", "ZS4341", 1)]
    assert cells(found, _last[0])[1]["named"] == "false"


@pytest.mark.parametrize("second", ["o108", "o109"])
def test_lists_are_split_and_each_code_is_mapped(tmp_path: Path, second: str) -> None:
    """Whether all codes only get a letter before them, or are looked up one by one."""
    records = (
        "      rating: {fields: {rating_id: id, rated_at: id, "
        f'options: {{value: o, items: ",|", codes: {{"510": o510, "108": {second}}}}}}}}}'
    )
    given = ["510, 108", "510|", "510,999", None, ",", "510 108", ",108"]
    found = mapped(tmp_path, records, *({"id": str(n), "o": o} for n, o in enumerate(given)))
    assert [row["options"] for row in cells(found, _last[0])] == [
        f"o510|{second}", "o510", "510,999", None, "[]", "510 108", second,
    ]  # fmt: skip
    assert faults(found, _last[0]) == [("options", "ZS4341", 2)]


@pytest.mark.parametrize(
    ("format_", "cell", "expected", "wrong"),
    [
        ("yyyy-MM-dd HH:mm:ss", "2026-03-01 09:05:00", "2026-03-01 09:05:00", False),
        ("yyyyMMddHHmmss", "20260301090500", "2026-03-01 09:05:00", False),
        ("yyyyMMdd'T'HHmmss", "20260301T090500", "2026-03-01 09:05:00", False),
        ("yyyy/M/d H:mm", "2026/3/1 9:05", "2026-03-01 09:05:00", False),
        ("yyyy年M月d日 HH:mm", "2026年3月1日 09:05", "2026-03-01 09:05:00", False),
        ("yyyyMMddHHmmssSSS", "20260301090500123", "2026-03-01 09:05:00.123", False),
        ("epoch_milliseconds", "1709254800123", "2024-03-01T01:00:00.123000Z", False),
        ("epoch_seconds", "1709254800", "2024-03-01T01:00:00.000000Z", False),
        ("yyyyMMddHHmmss", "2026-03-01T09:05:00+08:00", "2026-03-01T09:05:00+08:00", False),
        ("yyyy-MM-dd HH:mm:ss", "2026-02-30 09:05:00", "2026-02-30 09:05:00", True),
        ("yyyyMMddHHmmss", "01.03.2026", "01.03.2026", True),
    ],
)
def test_times(tmp_path: Path, format_: str, cell: str, expected: str, wrong: bool) -> None:
    records = f'      rating: {{fields: {{rating_id: id, rated_at: {{value: t, formats: ["{format_}"]}}}}}}'
    found = mapped(tmp_path, records, {"id": "1", "t": cell})
    assert cells(found, _last[0])[0]["rated_at"] == expected
    assert faults(found, _last[0]) == ([("rated_at", "ZS4342", 1)] if wrong else [])


def test_a_filter_takes_only_rows_that_are_surely_meant(tmp_path: Path) -> None:
    records = """      rating: {where: 'kind = "a"', fields: {rating_id: id, rated_at: id}}"""
    rows = [{"id": "1", "kind": "a"}, {"id": "2", "kind": "b"}, {"id": "3", "kind": None}]
    found = mapped(tmp_path, records, *rows)
    assert [row["rating_id"] for row in cells(found, _last[0])] == ["1"]


def test_numbers_that_are_none_are_told_only_in_rows_that_ask(tmp_path: Path) -> None:
    records = (
        "      rating: {fields: {rating_id: id, rated_at: id, "
        """comment: 'if(k = "n", text(number(x) + 1), x)'}}"""
    )
    rows = [{"id": "1", "k": "n", "x": "7"}, {"id": "2", "k": "n", "x": "?"}, {"id": "3", "k": "t", "x": "?"}]
    found = mapped(tmp_path, records, *rows)
    assert [row["comment"] for row in cells(found, _last[0])] == ["8", None, "?"]
    assert faults(found, _last[0]) == [("comment", "ZS4343", 1)]


def test_where_a_field_comes_from(tmp_path: Path) -> None:
    records = """      rating: {fields: {rating_id: id, rated_at: {value: t, formats: [yyyyMMddHHmmss]}, level: {value: s, codes: level},
        comment: {constant: x}, department: 'join("-", id, s)'}}"""
    found = mapped(tmp_path, records, {"编号": "1", "t": "x", "s": "5", "left": "y"})
    assert found.origins["rating_id"].columns == ("编号",)
    assert found.origins["rating_id"].transformation == ""
    assert found.origins["rated_at"].transformation == "t → yyyyMMddHHmmss"
    assert found.origins["level"].transformation == "s → level"
    assert found.origins["comment"].columns == ()
    assert found.origins["department"].columns == ("编号", "s")
    assert found.unused == ("left",)


def test_a_field_without_its_column_is_left_out(tmp_path: Path) -> None:
    records = "      rating: {fields: {rating_id: id, rated_at: id, comment: text_column, channel: 'other otherwise another'}}"
    found = mapped(tmp_path, records, {"id": "1", "another": "pc"})
    assert set(found.cells) == {"rating_id", "rated_at", "channel"}


def test_a_profile_that_fits_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError) as caught:
        mapped(tmp_path, "      rating: {fields: {rating_id: id}}", {"x": "1"})
    assert caught.value.diagnostic.code == "ZS4331"


def test_every_mistake_of_a_profile_is_told_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        """profile: mine
title: 试
zone: Asia/Shangai
formats: [hh-mm]
codes: {level: {map: {"5": very_satisfid}}}
decide: {x: y}
tables:
  t:
    columns: [id]
    records:
      rateing: {}
      rating:
        where: 'id + 1'
        fields:
          rating_idd: id
          level: {value: id, codes: level}
          channel: {value: id, codes: chanel}
          comment: 'joyn("-", id)'
          department: 'part(id, "1")'
          region: 'piece(id)'
          named: 'id matches "("'
          rated_at: {value: 'month of id', source: nobody}
          voided: 'id ='
""",
        encoding="utf-8",
    )
    with pytest.raises(LogError) as caught:
        load(path, VOCABULARY)
    found = {(one.code, one.span.line if one.span else 0) for one in caught.value.diagnostics}
    assert found == {
        ("ZS4320", 1), ("ZS4318", 1), ("ZS4308", 5), ("ZS4305", 1), ("ZS4303", 11), ("ZS4311", 13),
        ("ZS4304", 15), ("ZS4307", 17), ("ZS4309", 18), ("ZS4311", 19), ("ZS4310", 20), ("ZS4314", 21),
        ("ZS4316", 22), ("ZS4312", 22), ("ZS1018", 23),
    }  # fmt: skip


def test_a_profile_extends_another_field_by_field(tmp_path: Path) -> None:
    connection = connect()
    (tmp_path / "base.yaml").write_text(
        HEAD
        + "      rating: {fields: {rating_id: id, rated_at: id, comment: id, level: {value: s, codes: level}}}",
        encoding="utf-8",
    )
    own = tmp_path / "own.yaml"
    own.write_text(
        """profile: own
title: 自
extends: base.yaml
codes: {level: {map: {"A": very_satisfied}}}
tables: {t: {records: {rating: {fields: {level: grade, comment: null}}}}}
""",
        encoding="utf-8",
    )
    table = raw("t", [{"id": "1", "grade": "A"}], connection)
    (found,) = apply(load(own, VOCABULARY), [table], VOCABULARY)
    assert cells(found, connection) == [{"rating_id": "1", "rated_at": "1", "level": "very_satisfied"}]


def test_a_profile_cannot_reach_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("profile: b\ntitle: b\n", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "own.yaml").write_text("profile: o\ntitle: o\nextends: ../base.yaml\n", encoding="utf-8")
    with pytest.raises(LogError) as caught:
        load(inner / "own.yaml", VOCABULARY)
    assert caught.value.diagnostic.code == "ZS4301"


def test_a_circle_of_profiles_is_refused(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.yaml").write_text(
            f"profile: {name}\ntitle: x\nextends: {other}.yaml\n", encoding="utf-8"
        )
    with pytest.raises(LogError) as caught:
        load(tmp_path / "a.yaml", VOCABULARY)
    assert caught.value.diagnostic.code == "ZS4302"
