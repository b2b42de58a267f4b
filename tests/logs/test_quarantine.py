"""Records that are kept out: written so that they can be mended, fed back, and counted once; duplicates."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhunsheng.logs import DuckStore, LoadedLog, LogError, load
from zhunsheng.logs.quarantine import MARK, Quarantine, escaped, unescaped
from zhunsheng.semantics import load_vocabulary

VOCABULARY = load_vocabulary(Path(__file__).parents[2] / "schemas" / "records")[0]
AT = datetime(2024, 1, 1, tzinfo=UTC)
HEAD = "rating_id,rated_at,level,comment,department,mobile_number,region\n"
BAD = (
    "B1,2023-02-30 09:00:00,good,=1+1,13812345678,13900001111,350000\n"  # a day that is none, no code
    '"B2",2023-02-01 09:00:00,满意,"two\nlines",\'x,,35\n'  # the region is too short
    "B3,2023-02-01 09:00:00,满意\n"  # cut off
)
Cells = dict[str, str]


def good(count: int) -> str:
    return "".join(f"R{number},2023-01-01 09:00:00,满意,,,,\n" for number in range(count))


def write_log(folder: Path, more: str = BAD, *, count: int = 500) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "rating.csv").write_text(HEAD + more + good(count), encoding="utf-8")
    return folder


def opened(folder: Path, **options: Any) -> LoadedLog:
    return load(folder, VOCABULARY, as_of=AT, **options)


def quarantined(tmp_path: Path, *, reveal: bool = False, more: str = BAD) -> tuple[Path, Path]:
    """A log with bad records and the quarantine file of its ratings."""
    log = write_log(tmp_path / "log", more)
    opened(log, quarantine=Quarantine(tmp_path / "out", "en", reveal)).close()
    return log, tmp_path / "out" / "rating.csv"


def rows_of(path: Path) -> list[Cells]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def mended(path: Path, change: Callable[[Cells], object], *, encoding: str = "utf-8") -> Path:
    """The file with every row changed."""
    rows = rows_of(path)
    for row in rows:
        change(row)
    target = path.with_name("mended.csv")
    with target.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return target


def put_right(row: Cells) -> None:
    row |= {"rated_at": "2023-02-01 09:00:00", "level": "满意", "region": "350000"}
    row["rating_id"] = row["rating_id"] or "B3"


def counts(log: LoadedLog) -> list[tuple[str, int, int, int, int]]:
    found = [
        (each.file, each.rows_read, each.accepted, each.bad, each.duplicates) for each in log.quality.sources
    ]
    for source in log.quality.sources:
        assert source.rows_read == source.left_out + source.accepted + source.bad + source.duplicates
    return found


def refusal(log: Path, *files: Path) -> str:
    with pytest.raises(LogError) as error:
        opened(log, mended=files)
    return error.value.diagnostic.code


def test_every_cell_its_place_and_what_is_wrong(tmp_path: Path) -> None:
    _, path = quarantined(tmp_path)
    first, second, third = rows_of(path)
    assert (first["_record"], first["_file"], first["_line"]) == ("rating", "rating.csv", "2")
    assert first["_columns"].split("; ") == ["level", "rated_at"]
    assert first["_values"].split("; ") == ["good", "2023-02-30 09:00:00"]
    assert first["_rules"].split("; ") == ["ZS4210", "ZS4208"]
    assert "no time" in first["_problems"]
    assert (second["_line"], second["_rules"], second["region"]) == ("3", "ZS4226", "35")
    assert (third["_line"], third["_rules"], third["rating_id"]) == ("5", "ZS4254", "")
    table = pq.read_table(path.with_suffix(".parquet")).to_pylist()
    assert [{key: value or "" for key, value in row.items()} for row in table] == [
        {key: unescaped(value) for key, value in row.items()} for row in rows_of(path)
    ]


def test_nothing_personal_is_written_unless_revealed(tmp_path: Path) -> None:
    _, path = quarantined(tmp_path)
    for suffix in (".csv", ".parquet"):
        content = path.with_suffix(suffix).read_bytes()
        assert b"13900001111" not in content and b"13812345678" not in content
    first, _, third = rows_of(path)
    assert (first["mobile_number"], first["department"], third["_text"]) == (MARK, MARK, MARK)
    _, path = quarantined(tmp_path, reveal=True)
    assert rows_of(path)[0]["mobile_number"] == "13900001111"
    assert rows_of(path)[0]["comment"] == "'=1+1"


@pytest.mark.parametrize("reveal", [False, True])
def test_mended_records_take_the_place_of_the_bad_ones(tmp_path: Path, reveal: bool) -> None:
    log, path = quarantined(tmp_path, reveal=reveal)
    before = opened(log)
    assert counts(before) == [("rating.csv", 503, 500, 3, 0)]
    before.close()
    after = opened(log, mended=[mended(path, put_right)])
    assert counts(after) == [("rating.csv", 500, 500, 0, 0), ("out/mended.csv", 3, 3, 0, 0)]
    assert after.quality.rows_read == 503
    rows = {row["rating_id"]: row for row in DuckStore(after.connection, VOCABULARY).rows("rating")}
    assert len(rows) == 503
    # What was hidden came back from the source, what a spreadsheet would have run is text again.
    assert rows["B1"]["mobile_number"] == "13900001111"
    assert (rows["B1"]["comment"], rows["B1"]["department"]) == ("=1+1", "13812345678")
    assert (rows["B2"]["comment"], rows["B2"]["department"]) == ("two\nlines", "'x")
    assert [note.code for note in after.quality.notes] == ["ZS4408"]
    assert "out/mended.csv" in after.digests
    after.close()


def test_parquet_and_what_a_spreadsheet_saves_in_china(tmp_path: Path) -> None:
    log, path = quarantined(tmp_path)
    saved = mended(path, put_right, encoding="gb18030")
    one = opened(log, mended=[saved])
    rows = rows_of(path)
    for row in rows:
        put_right(row)
        row |= {key: unescaped(value) for key, value in row.items()}
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "out" / "mended.parquet")
    two = opened(log, mended=[tmp_path / "out" / "mended.parquet"])
    tables = [list(DuckStore(log.connection, VOCABULARY).rows("rating")) for log in (one, two)]
    assert tables[0] == tables[1]
    one.close()
    two.close()


def test_what_is_still_wrong_stays_out_and_is_told_at_the_mended_line(tmp_path: Path) -> None:
    log, path = quarantined(tmp_path)
    saved = mended(path, lambda row: put_right(row) if row["rating_id"] != "B2" else None)
    after = opened(log, mended=[saved], quarantine=Quarantine(tmp_path / "again", "zh"))
    assert counts(after) == [("rating.csv", 500, 500, 0, 0), ("out/mended.csv", 3, 2, 1, 0)]
    (bad,) = after.quality.bad_values
    assert bad.place == "out/mended.csv:3"
    after.close()
    # And again: the second file mends what the first left.
    second = mended(tmp_path / "again" / "rating.csv", put_right)
    last = opened(log, mended=[saved, second])
    assert [each[2:] for each in counts(last)] == [(500, 0, 0), (2, 0, 0), (1, 0, 0)]
    last.close()


def test_rows_that_were_taken_out_stay_quarantined(tmp_path: Path) -> None:
    log, path = quarantined(tmp_path)
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    first = path.with_name("first.csv")
    first.write_text("".join(lines[:2]), encoding="utf-8")
    after = opened(log, mended=[mended(first, put_right)])
    assert counts(after) == [("rating.csv", 502, 500, 2, 0), ("out/mended.csv", 1, 1, 0, 0)]
    assert [bad.line for bad in after.quality.bad_values] == [3, 5]
    after.close()


def test_a_mended_file_that_does_not_fit_the_log_is_refused(tmp_path: Path) -> None:
    log, path = quarantined(tmp_path)
    saved = mended(path, put_right)
    assert refusal(log, tmp_path / "nothing.csv") == "ZS4403"
    assert refusal(log, log / "rating.csv") == "ZS4404"
    assert refusal(log, mended(path, lambda row: row.update(_file="other.csv"))) == "ZS4405"
    assert refusal(log, mended(path, lambda row: row.update(_row="", _line="5"))) in ("ZS4406", "ZS4407")
    assert refusal(log, mended(path, lambda row: row["_row"] or row.update(level=MARK))) == "ZS4409"
    mended(path, put_right)
    assert refusal(log, saved, saved) == "ZS4406"
    write_log(log, BAD.replace("350000", "360000"))
    assert refusal(log, saved) == "ZS4406"


def test_a_log_that_is_refused_is_written_all_the_same(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log", count=10)
    with pytest.raises(LogError):
        opened(log, quarantine=Quarantine(tmp_path / "out"))
    assert len(rows_of(tmp_path / "out" / "rating.csv")) == 3
    saved = mended(tmp_path / "out" / "rating.csv", put_right)
    opened(log, mended=[saved]).close()


@given(st.text(st.sampled_from("=+-@'\t\r\na差")))
def test_no_cell_is_a_formula_and_every_cell_comes_back(cell: str) -> None:
    assert unescaped(escaped(cell)) == cell
    assert not escaped(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_equal_rows_are_kept_once_and_others_stay(tmp_path: Path) -> None:
    row = "D1,2023-01-01 09:00:00,满意,很好,,,350000\n"
    log = write_log(tmp_path / "log", row * 3 + row.replace("很好", "一般") + row)
    (tmp_path / "log" / "log.yaml").write_text(
        "sources: {rating: {files: [rating.csv, more.csv]}}", encoding="utf-8"
    )
    (log / "more.csv").write_text(HEAD + row + row.replace("D1", "D2"), encoding="utf-8")
    found = opened(log)
    assert counts(found) == [("rating.csv", 505, 502, 0, 3), ("more.csv", 2, 1, 0, 1)]
    # The same key with other content stays, and is a finding.
    assert (found.quality.sources[0].duplicate_keys, found.quality.sources[0].duplicate_rows) == (1, 2)
    rows = [row for row in DuckStore(found.connection, VOCABULARY).rows("rating") if row["rating_id"] == "D1"]
    assert [(row["_row"], row["comment"]) for row in rows] == [(1, "很好"), (4, "一般")]
    assert found.evidence.tables["rating"].rows == 503
    found.close()
