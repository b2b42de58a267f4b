"""Which files make up a log: manifests with several files, folders of partitions, single files, several sources of
one record type.
"""

# ruff: noqa: E501  (tables of cases are read across)
from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.logs.manifest import fits

from .log_files import loaded, refusal, rows_of, write_parquet, write_text

AT = datetime(2022, 1, 1, tzinfo=UTC)
HEAD = "rating_id,level,rated_at\n"
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "log.schema.json").read_text(encoding="utf-8"))


def row(key: str, day: int = 1, level: str = "neutral") -> str:
    return f"{key},{level},2021-01-{day:02d} 09:00:00\n"


def test_rows_of_several_files_are_numbered_through(tmp_path: Path) -> None:
    """A bad row and a blank line keep their places, so that numbers do not depend on what is wrong."""
    good = "".join(row(f"G{i}") for i in range(300))
    files = {
        "rating/part-2.csv": HEAD + row("B1") + row("B2", 9, "bad") + row("B3"),
        "rating/part-10.csv": HEAD + row("C1"),
        "rating/part-1.csv": HEAD + good,
    }
    write_text(tmp_path, files)
    with loaded(tmp_path) as log:
        rows = rows_of(log, "rating")
        assert [each["rating_id"] for each in rows[300:]] == ["B1", "B3", "C1"]
        assert [each["_row"] for each in rows] == [*range(1, 302), 303, 304]
        assert [(source.file, source.rows_read, source.bad) for source in log.quality.sources] == [
            ("rating/part-1.csv", 300, 0),
            ("rating/part-2.csv", 3, 1),
            ("rating/part-10.csv", 1, 0),
        ]
        assert [bad.place for bad in log.quality.bad_values] == ["rating/part-2.csv:3"]
        assert set(log.digests) == set(files)


def test_what_comes_later_is_counted_per_file_and_still_exists_for_links(tmp_path: Path) -> None:
    replies = "reply_id,rating_id,replied_at\n" + "".join(
        f"P{i},{key},2021-01-01 10:00:00\n" for i, key in enumerate(["A2", "B2", "X"])
    )
    write_text(
        tmp_path,
        {"rating/1.csv": HEAD + row("A1") + row("A2", 5), "rating/2.csv": HEAD + row("B1", 2) + row("B2", 6), "reply.csv": replies},
    )  # fmt: skip
    with loaded(tmp_path, as_of=datetime(2021, 1, 3, tzinfo=UTC)) as log:
        assert [each["rating_id"] for each in rows_of(log, "rating")] == ["A1", "B1"]
        assert [source.after_as_of for source in log.quality.sources] == [1, 1, 0]
        (link,) = log.quality.links
        assert (link.dangling, link.samples) == (1, ("X",))


def test_keys_are_counted_over_all_files(tmp_path: Path) -> None:
    write_text(tmp_path, {"rating/1.csv": HEAD + row("A"), "rating/2.csv": HEAD + row("A", 2)})
    with loaded(tmp_path) as log:
        assert not log.evidence.tables["rating"].unique_key
        assert sum(source.duplicate_keys for source in log.quality.sources) == 1


def test_folders_of_a_partition_are_columns(tmp_path: Path) -> None:
    files = {
        "rating/unit_id=U%201/day=2021-01-01/a.csv": HEAD + row("A"),
        "rating/unit_id=__HIVE_DEFAULT_PARTITION__/day=2021-01-02/a.csv": HEAD + row("B"),
    }
    write_text(tmp_path, files)
    with loaded(tmp_path) as log:
        found = {each["rating_id"]: (each["unit_id"], str(each["day"])) for each in rows_of(log, "rating")}
        assert found == {"A": ("U 1", "2021-01-01"), "B": (None, "2021-01-02")}


@pytest.mark.parametrize(
    "name", ["rating_202101.csv", "rating-2021-01.csv", "评价1.csv", "rating.part2.csv", "rating part 3.csv"]
)
def test_a_number_at_the_end_of_a_name_is_a_part(name: str, tmp_path: Path) -> None:
    write_text(tmp_path, {name: HEAD + row("A")})
    with loaded(tmp_path) as log:
        assert len(rows_of(log, "rating")) == 1


def test_formats_of_one_record_type_may_differ(tmp_path: Path) -> None:
    manifest = "sources:\n  rating: {files: [a.csv, b.parquet, 'c*.jsonl']}\n"
    write_text(
        tmp_path,
        {
            "log.yaml": manifest,
            "a.csv": HEAD + row("A"),
            "c1.jsonl": '{"rating_id":"C","level":"neutral","rated_at":"2021-01-01 09:00:00"}\n',
        },
    )
    write_parquet(tmp_path / "b.parquet", [{"rating_id": "B", "level": "neutral"}], ["rating_id", "level"])
    with loaded(tmp_path) as log:
        assert [(each["_row"], each["rating_id"]) for each in rows_of(log, "rating")] == [
            (1, "A"),
            (2, "B"),
            (3, "C"),
        ]


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ("sources: {rating: {files: ['x*.csv']}}\n", "ZS4056"),
        ("sources: {rating: {files: ['../*.csv']}}\n", "ZS4016"),
        ("sources: {rating: {files: ['/etc/*.csv']}}\n", "ZS4016"),
        ("sources: {rating: {file: rating.csv, files: [rating.csv]}}\n", "ZS4055"),
        ("sources: {rating: {encoding: utf-8}}\n", "ZS4055"),
        ("sources: {rating: {url: 'oracle://host/db'}}\n", "ZS4057"),
        ("sources: {rating: {file: rating.csv, encoding: ebcdic}}\n", "ZS4051"),
        ("sources: {rating: {file: rating.csv, header_row: 0}}\n", "ZS4042"),
        ("sources: {rating: {file: rating.csv, delimiter: ab}}\n", "ZS4042"),
        ("files: []\n", "ZS4042"),
        ("files: [1.csv]\n", "ZS4015"),
    ],
)  # fmt: skip
def test_a_manifest_that_names_no_file_is_refused_at_its_line(
    manifest: str, code: str, tmp_path: Path
) -> None:
    write_text(tmp_path, {"log.yaml": manifest, "rating.csv": HEAD + row("A")})
    error = refusal(tmp_path).diagnostic
    assert error.code == code and error.span is not None


def test_files_of_a_manifest_are_told_by_their_tables_names(tmp_path: Path) -> None:
    document = '{"rating": [{"rating_id":"B","level":"neutral"}], "其他": [{"a": 1}]}'
    write_text(
        tmp_path,
        {"log.yaml": "files: [in, all.json]\n", "in/评价.csv": HEAD + row("A"), "all.json": document},
    )
    with loaded(tmp_path) as log:
        assert [each["rating_id"] for each in rows_of(log, "rating")] == ["A", "B"]
        assert log.quality.unread_files == ("all.json [其他]",)


@pytest.mark.parametrize("name", ["rating.csv", "评价.csv"])
def test_a_single_file_is_a_log(name: str, tmp_path: Path) -> None:
    write_text(tmp_path, {name: HEAD + row("A"), "unit.csv": "broken\n"})
    with loaded(tmp_path / name) as log:
        assert len(rows_of(log, "rating")) == 1
        assert set(log.quality.not_supplied) == {"unit", "reply"}
        assert set(log.digests) == {name}


plain = st.recursive(
    st.none() | st.sampled_from(["utf-8", "x", "", "3", "0", "tab", "2021-01-01", "csv", "a.csv"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(["sources", "files", "file", "rating", "encoding", "header_row", "gaps", "from", "until", "reason", "zone", "coverage", "profile", "x"]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(data=plain)
def test_the_short_check_of_a_manifest_agrees_with_jsonschema(data: Any) -> None:
    assert fits(data, SCHEMA) == jsonschema.Draft202012Validator(SCHEMA).is_valid(data)
