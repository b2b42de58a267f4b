"""What a log becomes: the same tables whatever its format, the evidence its manifest declares, exact
counts.
"""

# ruff: noqa: E501  (tables of cases are read across)
from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhunsheng.logs import MemoryStore
from zhunsheng.logs.model import Coverage, Gap, Row, TableFacts

from .log_files import loaded, rows_of, write_csv, write_jsonl, write_parquet, write_text
from .small_vocabulary import CHANNELS, LEVELS, VOCABULARY

FIELDS = list(VOCABULARY.records["rating"].fields)
HEAD = "rating_id,level,rated_at\n"
ONE = HEAD + "R1,satisfied,2021-01-01 09:00:00\n"

# NFC text: what is written is what is loaded. Line ends inside quotes are kept as they are.
words = st.text(st.sampled_from("ab\"',|差评é\n 　[]{}"), min_size=1, max_size=10).filter(
    lambda text: text.strip() != ""
)
rating_rows = st.lists(
    st.fixed_dictionaries(
        {
            "rating_id": st.from_regex(r"\A[A-Z][a-z'\"]{0,3}\Z"),
            "level": st.sampled_from([code.name for code in LEVELS.codes]),
            "unit_id": st.none() | words,
            "channels": st.none()
            | st.lists(st.sampled_from([code.name for code in CHANNELS.codes]), max_size=2),
            "rated_at": st.none()
            | st.datetimes(datetime(1901, 1, 1), datetime(2198, 1, 1), timezones=st.just(UTC)),
            "day": st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31)),
            "score": st.none() | st.integers(0, 100),
            "amount": st.none() | st.integers(0, 10**16 - 1).map(lambda cents: Fraction(cents, 100)),
            "named": st.none() | st.booleans(),
            "words": st.none() | words,
            "took": st.none() | st.integers(0, 99_999_999),
        }
    ),
    min_size=1,
    max_size=5,
    # Equal rows are kept once: test_quarantine.
    unique_by=lambda row: repr(sorted(row.items())),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rating_rows)
def test_every_format_loads_the_rows_that_were_written(
    rows: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("formats")
    expected = list(MemoryStore(VOCABULARY, {"rating": rows}).rows("rating"))
    write_csv(folder / "a.csv", rows, FIELDS)
    write_jsonl(folder / "b.jsonl", rows)
    write_parquet(folder / "c.parquet", rows, FIELDS)
    for file in ("a.csv", "b.jsonl", "c.parquet"):
        write_text(folder, {"log.yaml": f"sources: {{rating: {{file: {file}}}}}\n"})
        with loaded(folder, as_of=datetime(2199, 1, 1, tzinfo=UTC)) as log:
            assert log.quality.bad_values == ()
            assert rows_of(log, "rating") == expected, file
            keys = [row["rating_id"] for row in rows]
            assert log.evidence.tables["rating"] == TableFacts(True, len(rows), len(set(keys)) == len(keys))
            assert log.evidence.tables["reply"] == TableFacts(False)
            assert log.digests[file] == hashlib.sha256((folder / file).read_bytes()).hexdigest()


def test_chinese_and_english_names_are_the_same(tmp_path: Path) -> None:
    write_text(
        tmp_path,
        {
            "评价.csv": '\ufeff评价编号,评价等级,渠道,实名,rated_at\r\nR1,非常不满意,"网站, 大厅",是,2021-01-01T01:00:00Z\r\n',
            "reply.jsonl": '{"回复编号":"P1","评价编号":"R1","回复时间":"2021-01-01 09:30:00"}\n\n',
        },
    )
    with loaded(tmp_path) as log:
        (rating,) = rows_of(log, "rating")
        assert (rating["level"], rating["channels"], rating["named"]) == (
            "very_dissatisfied",
            ("web", "hall"),
            True,
        )
        assert rating["rated_at"] == datetime(2021, 1, 1, 1, tzinfo=UTC)
        (reply,) = rows_of(log, "reply")
        assert reply["replied_at"] == datetime(2021, 1, 1, 1, 30, tzinfo=UTC) == log.evidence.as_of


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021-01-01 09:00:00", datetime(2021, 1, 1, 1)),
        ("2021-01-01T09:00:00.5", datetime(2021, 1, 1, 1, 0, 0, 500_000)),
        ("2021-01-01T09:00:00.123456789", datetime(2021, 1, 1, 1, 0, 0, 123_456)),
        ("2021-01-01T09:00:00+09:00", datetime(2021, 1, 1)),
        ("2021-01-01T09:00Z", datetime(2021, 1, 1, 9)),
        ("1988-07-01 09:00:00", datetime(1988, 7, 1)),
        ("2020-02-29 00:00:00", datetime(2020, 2, 28, 16)),
    ],
)
def test_times_are_read_in_the_zone_of_the_log(written: str, expected: datetime, tmp_path: Path) -> None:
    write_text(tmp_path, {"rating.csv": HEAD + f"R1,satisfied,{written}\n"})
    with loaded(tmp_path) as log:
        assert rows_of(log, "rating")[0]["rated_at"] == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2021-01-01", "2021-02-29 00:00:00", "2021-01-01 24:00:00", "2021-01-01 09:00", "2021-1-1 09:00:00",
        "2021-01-01 09:00:60", "1899-12-31 00:00:00", "9999-12-31 23:59:59", "01/02/2021 09:00:00", " 2021-01-01 09:00:00",
        "2021-01-01T09:00:00+25:00", "20210101090000", "yesterday",
    ],
)  # fmt: skip
def test_what_is_no_time_is_bad(written: str, tmp_path: Path) -> None:
    write_text(tmp_path, {"rating.csv": ONE + f"R2,satisfied,{written}\n" + "R3,satisfied,\n" * 198})
    with loaded(tmp_path) as log:
        (bad,) = log.quality.bad_values
        assert (bad.line, bad.field, bad.value) == (3, "rated_at", written)
        assert bad.code == ("ZS4209" if written == "2021-01-01" else "ZS4208")


def test_a_manifest_declares_zone_coverage_and_gaps(tmp_path: Path) -> None:
    manifest = """\
# what the site handed in
zone: Europe/Berlin
coverage: {from: 2021-03-28, until: 2021-03-28}
sources:
  评价: {file: data/r.txt, format: csv}
gaps:
  - {from: 2021-03-28 12:00:00, until: 2021-03-28T13:00:00Z, records: [评价, reply], reason: outage}
  - from: "2021-03-28"
    until: "2021-03-28"
    reason: 全部
"""
    write_text(tmp_path, {"log.yaml": manifest, "data/r.txt": HEAD + "R1,satisfied,2021-03-28 03:30:00\n"})
    # The day on which summer time begins has 23 hours.
    start, until = (
        datetime(2021, 3, 27, 23, tzinfo=UTC),
        datetime(2021, 3, 28, 21, 59, 59, 999_999, tzinfo=UTC),
    )
    for path in (tmp_path, tmp_path / "log.yaml"):
        with loaded(path) as log:
            evidence = log.evidence
            assert (evidence.zone, evidence.as_of) == ("Europe/Berlin", until)
            assert evidence.coverage == Coverage(start, until)
            gap = Gap(
                datetime(2021, 3, 28, 10, tzinfo=UTC),
                datetime(2021, 3, 28, 13, tzinfo=UTC),
                frozenset({"rating", "reply"}),
                "outage",
            )
            assert evidence.gaps == (gap, Gap(start, until, frozenset(), "全部"))
            assert rows_of(log, "rating")[0]["rated_at"] == datetime(2021, 3, 28, 1, 30, tzinfo=UTC)
            assert set(log.digests) == {"log.yaml", "data/r.txt"}
            assert set(log.quality.not_supplied) == {"unit", "reply"}


def test_the_observation_time_has_three_sources(tmp_path: Path) -> None:
    rows = ONE + "R2,satisfied,2021-01-02 09:00:00\nR3,satisfied,\n"
    write_text(tmp_path, {"rating.csv": rows, "unit.csv": "unit_id\nU1\n"})
    with loaded(tmp_path) as log:
        assert log.evidence.as_of == datetime(2021, 1, 2, 1, tzinfo=UTC)
        assert log.evidence.coverage == Coverage(None, None)
        assert log.quality.after_as_of == 0
    with loaded(tmp_path, as_of=datetime(2021, 1, 1, 1, tzinfo=UTC)) as log:
        # R1 happened at that very instant, R2 has not happened yet, R3 has no time.
        assert [row["rating_id"] for row in rows_of(log, "rating")] == ["R1", "R3"]
        (source, _) = sorted(log.quality.sources, key=lambda each: each.record)
        assert (source.accepted, source.after_as_of, log.evidence.tables["rating"].rows) == (3, 1, 2)
    with loaded(tmp_path, as_of="now") as log:
        assert abs(log.evidence.as_of - datetime.now(UTC)).total_seconds() < 60


def test_an_observation_time_before_everything_is_legal_and_noted(tmp_path: Path) -> None:
    write_text(tmp_path, {"rating.csv": ONE})
    with loaded(tmp_path, as_of=datetime(1990, 1, 1, tzinfo=UTC)) as log:
        assert log.evidence.tables["rating"] == TableFacts(True, 0)
        assert [note.code for note in log.quality.notes] == ["ZS4071"]


def test_keys_and_links_are_accounted_for(tmp_path: Path) -> None:
    ratings = "rating_id,level,rated_at,unit_id\n" + "".join(
        f"{key},satisfied,{time},{unit}\n"
        for key, time, unit in [
            ("R1", "2021-01-01 09:00:00", "U1"),
            ("R1", "2021-01-01 10:00:00", "U9"),
            ("R2", "2021-01-01 10:00:00", ""),
            ("R9", "2021-01-09 10:00:00", "U1"),
        ]
    )
    replies = "reply_id,rating_id,replied_at\nP1,R1,2021-01-01 11:00:00\nP2,R7,2021-01-01 11:00:00\nP3,R9,2021-01-01 11:00:00\n"
    write_text(tmp_path, {"rating.csv": ratings, "reply.csv": replies})
    at = datetime(2021, 1, 2, tzinfo=UTC)
    with loaded(tmp_path, as_of=at) as log:
        rating = next(source for source in log.quality.sources if source.record == "rating")
        assert (rating.duplicate_keys, rating.duplicate_rows, rating.duplicate_samples) == (1, 2, ("R1",))
        assert not log.evidence.tables["rating"].unique_key
        # No units were handed in: nothing can be said about links to them. R9 exists, it has only not happened yet.
        (link,) = log.quality.links
        assert (link.record, link.field, link.parent, link.dangling, link.samples) == (
            "reply", "rating_id", "rating", 1, ("R7",)
        )  # fmt: skip
    write_text(tmp_path, {"unit.csv": "unit_id\nU1\n"})
    with loaded(tmp_path, as_of=at) as log:
        assert {(link.parent, link.dangling) for link in log.quality.links} == {("unit", 1), ("rating", 1)}


def test_columns_that_no_field_has_are_named(tmp_path: Path) -> None:
    write_text(
        tmp_path,
        {
            "rating.csv": "rating_id,备注,level,\nR1,x,satisfied,y\n",
            "reply.jsonl": '{"reply_id":"P1","replied_at":"2021-01-01 09:00:00","extra":{"a":[1]}}\n',
        },
    )
    with loaded(tmp_path) as log:
        unknown = {source.record: source.unknown_columns for source in log.quality.sources}
        assert unknown == {"rating": ("备注", ""), "reply": ("extra.a",)}
        assert "score" in log.quality.sources[0].missing_columns


def test_file_names_are_names_and_not_patterns(tmp_path: Path) -> None:
    manifest = 'sources:\n  rating: {file: "r[1]*?\'.csv"}\n'
    write_text(tmp_path, {"log.yaml": manifest, "r[1]*?'.csv": ONE, "r1x.csv": HEAD + "X,satisfied,\n"})
    with loaded(tmp_path) as log:
        assert [row["rating_id"] for row in rows_of(log, "rating")] == ["R1"]


def test_nothing_can_be_reached_from_a_loaded_log(tmp_path: Path) -> None:
    write_text(tmp_path, {"rating.csv": ONE})
    with loaded(tmp_path) as log:
        for statement in (
            "SELECT * FROM read_text('/etc/hostname')",
            "SET threads = 1",
            "COPY rating TO 'x.csv'",
        ):
            with pytest.raises(duckdb.Error):
                log.connection.execute(statement)
        spill = log.session.spill
        assert spill.is_dir()
    assert not spill.exists()


def test_decimals_of_json_numbers_keep_every_digit(tmp_path: Path) -> None:
    line = '{"rating_id":"R%d","level":"neutral","rated_at":"2021-01-01 09:00:00","amount":%s}\n'
    amounts = ["99999999999999.99", "0.10", "1", "12345678901234.5"]
    text = "".join(line % pair for pair in enumerate(amounts))
    write_text(tmp_path, {"rating.jsonl": text})
    with loaded(tmp_path) as log:
        assert [row["amount"] for row in rows_of(log, "rating")] == [Fraction(amount) for amount in amounts]


def test_text_is_normalised(tmp_path: Path) -> None:
    write_text(
        tmp_path, {"rating.csv": "rating_id,level,words\nR1,neutral,cafe\u0301\nR2,neutral,が\u304b\u3099\n"}
    )
    with loaded(tmp_path, as_of=datetime(2021, 1, 1, tzinfo=UTC)) as log:
        assert [row["words"] for row in rows_of(log, "rating")] == ["café", "がが"]


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    text = 'rating_id,level,words\r\nR1,neutral,"a\nb"\r\nR2,neutral,\nR3,neutral,c\r\n'
    write_text(tmp_path, {"rating.csv": text})
    with loaded(tmp_path, as_of=datetime(2021, 1, 1, tzinfo=UTC)) as log:
        assert [row["rating_id"] for row in rows_of(log, "rating")] == ["R1", "R2", "R3"]
        assert rows_of(log, "rating")[0]["words"] == "a\nb"
