"""A canonical copy holds what a log holds: rows, sums, evidence; months are added, nothing is read twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from zhunsheng.logs import LogError, load
from zhunsheng.logs.importing.running import Imported, import_log
from zhunsheng.logs.model import Coverage
from zhunsheng.semantics.types import DateType
from zhunsheng.semantics.vocabulary import Vocabulary

from .log_files import loaded, rows_of, write_text
from .small_vocabulary import RATING, VOCABULARY, field

KEY = {"ZHUNSHENG_KEY": "a secret of more than sixteen signs"}
HEADER = "rating_id,unit_id,level,channels,rated_at,day,score,amount,named,words,took\n"
MARCH = (
    HEADER
    + "R1,U1,very_satisfied,web|hall,2024-03-01 09:00:00,2024-03-01,90,12.50,true,好,3\n"
    + 'R2,,不满意,[],2024-03-02T09:00:00Z,,,-0,否,"a ""b""\nc",\n'
    + "R3,U2,满意,,,,007,,,,1.0\n"
)
APRIL = HEADER + "R4,U1,neutral,,2024-04-01 10:00:00+08,,,,,,\nR5,U2,满意,,2024-04-30 23:59:59,,,,,,\n"
UNITS = "unit_id,name\nU1,一局\nU2,二局\n"


def manifest(start: str, until: str, *files: str) -> str:
    return yaml.safe_dump(
        {
            "coverage": {"from": start, "until": until},
            "sources": {"rating": {"files": list(files)}, "unit": {"file": "unit.csv"}},
        }
    )


@pytest.fixture
def march(tmp_path: Path) -> Path:
    files = {
        "2024-03.csv": MARCH,
        "unit.csv": UNITS,
        "log.yaml": manifest("2024-03-01", "2024-03-31", "2024-03.csv"),
    }
    return write_text(tmp_path / "march", files)


@pytest.fixture
def april(tmp_path: Path) -> Path:
    """The next month's delivery: the new file beside the old one."""
    files = {
        "2024-03.csv": MARCH,
        "2024-04.csv": APRIL,
        "unit.csv": UNITS,
        "log.yaml": manifest("2024-03-01", "2024-04-30", "2024-03.csv", "2024-04.csv"),
    }
    return write_text(tmp_path / "april", files)


def kept(log: Path, to: Path, *, vocabulary: Vocabulary = VOCABULARY, **options: Any) -> Imported:
    return import_log(log, to, vocabulary, environment=KEY, **options)


def refused(log: Path, to: Path, **options: Any) -> str:
    """The code that an import ends with; what the folder held is then still there, and nothing else."""
    before = content(to)
    with pytest.raises(LogError) as found:
        kept(log, to, **options)
    assert content(to) == before
    return found.value.diagnostic.code


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def values(path: Path, record: str = "rating") -> list[Mapping[str, Any]]:
    with loaded(path) as log:
        return [
            {name: value for name, value in row.items() if name != "_row"} for row in rows_of(log, record)
        ]


def inputs(imported: Imported) -> Sequence[str]:
    return [source.file for source in imported.quality.sources]


def accounts(folder: Path) -> Any:
    (path,) = folder.glob("accounts-*.json")
    return json.loads(path.read_text(encoding="utf-8"))


# what a copy holds


def test_a_copy_is_the_log(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    with loaded(march) as log, loaded(tmp_path / "copy") as copy:
        for record in VOCABULARY.records:
            assert rows_of(log, record) == rows_of(copy, record)
        assert copy.evidence == log.evidence
        assert copy.quality.links == log.quality.links


def test_others_can_read_the_parts(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    found = pq.read_table(tmp_path / "copy" / "rating" / "part-0001.parquet").to_pylist()
    assert [row["level"] for row in found] == ["very_satisfied", "dissatisfied", "satisfied"]
    assert found[0]["channels"] == ["web", "hall"]
    assert found[0]["rated_at"].isoformat() == "2024-03-01T01:00:00+00:00"


def test_without_its_section_the_manifest_is_that_of_a_log_of_parquet_files(
    march: Path, tmp_path: Path
) -> None:
    kept(march, tmp_path / "copy")
    path = tmp_path / "copy" / "log.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    del data["canonical"]
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    seen = values(path)
    for row, original in zip(seen, values(march), strict=True):
        # Durations are held exactly, in microseconds; a log writes them in minutes or days.
        assert {**row, "took": None} == {**original, "took": None}


def test_rows_after_the_observation_time_stay_out_and_are_counted(april: Path, tmp_path: Path) -> None:
    kept(april, tmp_path / "copy")
    at = datetime(2024, 4, 15, tzinfo=UTC)
    with loaded(april, as_of=at) as log, loaded(tmp_path / "copy", as_of=at) as copy:
        assert rows_of(copy, "rating") == rows_of(log, "rating")
        assert copy.evidence == log.evidence
        after = {source.file: source.after_as_of for source in copy.quality.sources}
        assert after == {"unit.csv": 0, "2024-03.csv": 0, "2024-04.csv": 1}


def test_a_log_without_coverage_is_observed_at_its_latest_time(tmp_path: Path) -> None:
    log = write_text(tmp_path / "log", {"rating.csv": MARCH})
    kept(log, tmp_path / "copy")
    with loaded(log) as first, loaded(tmp_path / "copy") as second:
        assert second.evidence == first.evidence


# sums


def test_the_sum_of_the_import_is_that_of_the_report(tmp_path: Path) -> None:
    rows = [f"R{number},,满意,,2024-03-02 10:00:00,,,,,,\n" for number in range(1, 300)]
    bad = "R300,,so so,,2024-03-02 10:00:00,,,,,,\nR301,,满意,,2024-02-30 10:00:00,,,,,,\n"
    log = write_text(
        tmp_path / "log", {"rating.csv": HEADER + "".join(rows[:200]) + bad + "".join(rows[199:])}
    )
    done = kept(log, tmp_path / "copy")
    (source,) = done.quality.sources
    assert (source.rows_read, source.accepted, source.bad, source.duplicates) == (302, 299, 2, 1)
    assert [value.place for value in done.quality.bad_values] == ["rating.csv:202", "rating.csv:203"]
    with loaded(log) as first, loaded(tmp_path / "copy") as second:
        (one,), (other,) = first.quality.sources, second.quality.sources
        assert replace(one, origins=other.origins) == other
        assert [row["rating_id"] for row in rows_of(second, "rating")] == [
            row["rating_id"] for row in rows_of(first, "rating")
        ]


def test_records_that_are_kept_out_go_to_the_quarantine(tmp_path: Path) -> None:
    from zhunsheng.logs.quarantine import Quarantine

    rows = "".join(f"R{number},,满意,,,,,,,,\n" for number in range(200))
    log = write_text(tmp_path / "log", {"rating.csv": HEADER + rows + "R9,,so so,,,,,,,,\n"})
    kept(log, tmp_path / "copy", quarantine=Quarantine(tmp_path / "out", "en"))
    text = (tmp_path / "out" / "rating.csv").read_text(encoding="utf-8-sig")
    assert "so so" in text
    assert "202" in text.splitlines()[1]


def test_too_many_bad_records_leave_nothing_behind(tmp_path: Path) -> None:
    log = write_text(tmp_path / "log", {"rating.csv": HEADER + "R1,,so so,,,,,,,,\nR2,,满意,,,,,,,,\n"})
    assert refused(log, tmp_path / "copy") == "ZS4061"
    assert not (tmp_path / "copy").exists()


def test_a_key_that_occurs_twice_is_told_of_a_copy_too(tmp_path: Path) -> None:
    log = write_text(tmp_path / "log", {"rating.csv": MARCH + "R1,U2,neutral,,,,,,,,\n"})
    kept(log, tmp_path / "copy")
    with loaded(log) as first, loaded(tmp_path / "copy") as second:
        assert first.quality.sources[0].duplicate_keys == second.quality.sources[0].duplicate_keys == 1
        assert second.evidence.tables["rating"].unique_key is False


@pytest.mark.parametrize(
    ("ids", "unique"),
    [
        (("A", "B", "C"), True),
        (("C", "A", "B"), True),
        (("A", "B", "A"), False),
        (("A", "A"), False),
        (("A",), True),
        ((), True),
    ],
)
def test_unique_keys_in_any_order(tmp_path: Path, ids: tuple[str, ...], unique: bool) -> None:
    rows = "".join(f"{each},,满意,,,,{place},,,,\n" for place, each in enumerate(ids))
    kept(write_text(tmp_path / "log", {"rating.csv": HEADER + rows}), tmp_path / "copy")
    assert accounts(tmp_path / "copy")["records"]["rating"]["unique_key"] is unique


def test_a_missing_key_does_not_hide_one_that_occurs_twice(tmp_path: Path) -> None:
    optional = replace(RATING, key="unit_id")
    vocabulary = Vocabulary({"rating": optional}, VOCABULARY.codelists)
    rows = "R1,U1,满意,,,,,,,,\nR2,,满意,,,,,,,,\nR3,U1,满意,,,,,,,,\n"
    log = write_text(tmp_path / "log", {"rating.csv": HEADER + rows})
    kept(log, tmp_path / "copy", vocabulary=vocabulary)
    held = accounts(tmp_path / "copy")["records"]["rating"]
    assert (held["unique_key"], held["missing_keys"]) == (False, 1)


# further months


def test_a_new_month_is_all_that_is_read(march: Path, april: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    before = content(tmp_path / "copy")
    done = kept(april, tmp_path / "copy")
    assert inputs(done) == ["2024-04.csv"]
    assert set(done.skipped) == {"2024-03.csv", "unit.csv"}
    after = content(tmp_path / "copy")
    assert after["rating/part-0001.parquet"] == before["rating/part-0001.parquet"]
    assert values(tmp_path / "copy") == values(april)
    with loaded(april) as log, loaded(tmp_path / "copy") as copy:
        assert copy.evidence == log.evidence


def test_months_come_one_by_one_with_a_gap_for_the_one_that_is_missing(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    may = write_text(
        tmp_path / "may",
        {"2024-05.csv": APRIL.replace("2024-04", "2024-05"), "unit.csv": UNITS},
    )
    (may / "log.yaml").write_text(manifest("2024-05-01", "2024-05-31", "2024-05.csv"), encoding="utf-8")
    done = kept(may, tmp_path / "copy")
    assert [note.code for note in done.notes] == ["ZS4517"]
    with loaded(tmp_path / "copy") as copy, loaded(may) as alone, loaded(march) as first:
        assert copy.evidence.coverage == Coverage(
            first.evidence.coverage.start, alone.evidence.coverage.until
        )
        (gap,) = copy.evidence.gaps
        assert gap.start > first.evidence.as_of
        assert gap.until < alone.evidence.coverage.start  # type: ignore[operator]


def test_an_end_that_the_new_files_do_not_declare_is_not_claimed(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    done = kept(write_text(tmp_path / "new", {"rating.csv": APRIL}), tmp_path / "copy")
    assert [note.code for note in done.notes] == ["ZS4515"]
    with loaded(tmp_path / "copy") as copy:
        assert copy.evidence.coverage == Coverage()
        assert len(rows_of(copy, "rating")) == 5


def test_the_same_file_under_another_name_is_not_read_again(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    done = kept(write_text(tmp_path / "again", {"rating.csv": MARCH}), tmp_path / "copy")
    assert done.skipped == ("rating.csv",)
    assert len(values(tmp_path / "copy")) == 3


def test_rows_that_the_copy_holds_already_are_counted_and_left_out(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    overlapping = write_text(tmp_path / "new", {"rating.csv": MARCH + APRIL.removeprefix(HEADER)})
    done = kept(overlapping, tmp_path / "copy")
    (source,) = done.quality.sources
    assert (source.rows_read, source.accepted, source.duplicates) == (5, 2, 3)
    assert [row["rating_id"] for row in values(tmp_path / "copy")] == ["R1", "R2", "R3", "R4", "R5"]


def test_a_changed_file_is_refused_until_it_is_to_replace_the_old_one(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    changed = write_text(tmp_path / "changed", {"2024-03.csv": MARCH.replace("R3", "R33")})
    (changed / "unit.csv").write_text(UNITS, encoding="utf-8")
    (changed / "log.yaml").write_text(manifest("2024-03-01", "2024-03-31", "2024-03.csv"), encoding="utf-8")
    assert refused(changed, tmp_path / "copy") == "ZS4502"
    assert refused(changed, tmp_path / "copy", replacing=["2024-3.csv"]) == "ZS4511"
    done = kept(changed, tmp_path / "copy", replacing=["2024-03.csv"])
    assert done.replaced == ("2024-03.csv",)
    assert [row["rating_id"] for row in values(tmp_path / "copy")] == ["R1", "R2", "R33"]
    assert sorted(path.name for path in (tmp_path / "copy" / "rating").iterdir()) == ["part-0002.parquet"]


def test_a_replacement_that_is_not_there_removes_nothing(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    other = write_text(tmp_path / "other", {"rating.csv": APRIL})
    assert refused(other, tmp_path / "copy", replacing=["2024-03.csv"]) == "ZS4519"


# what a copy is refused for


def test_a_part_that_was_changed_or_cut_is_not_believed(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    part = tmp_path / "copy" / "rating" / "part-0001.parquet"
    whole = part.read_bytes()
    other = tmp_path / "other"
    kept(write_text(tmp_path / "log", {"rating.csv": MARCH.replace("R3", "R4")}), other)
    forged = (other / "rating" / "part-0001.parquet").read_bytes()
    for bad in (whole[:-20], whole[:100] + b"!" + whole[101:], b"", forged):
        part.write_bytes(bad)
        with pytest.raises(LogError) as found:
            load(tmp_path / "copy", VOCABULARY)
        assert found.value.diagnostic.code == "ZS4504"
        assert found.value.diagnostic.place == str(part)


def test_accounts_that_were_edited_are_not_believed(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    (path,) = (tmp_path / "copy").glob("accounts-*.json")
    path.write_text(path.read_text(encoding="utf-8").replace('"quarantined": 0', '"quarantined": 1'))
    with pytest.raises(LogError) as found:
        load(tmp_path / "copy", VOCABULARY)
    assert found.value.diagnostic.code == "ZS4504"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("format: 1", "format: 2", "ZS4507"),
        ("format: 1", "format: one", "ZS4506"),
        ("personal: masked", "personal: hidden", "ZS4506"),
        ("accounts: accounts", "accounts: ../accounts", "ZS4506"),
        ("zone: Asia/Shanghai\ncoverage", "zone: Asia/Tokyo\ncoverage", "ZS4510"),
        ("    - unit/part-0001.parquet", "    - rating/part-0001.parquet", "ZS4506"),
    ],
)
def test_a_manifest_that_was_edited_where_it_must_not(
    march: Path, tmp_path: Path, old: str, new: str, code: str
) -> None:
    kept(march, tmp_path / "copy")
    path = tmp_path / "copy" / "log.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LogError) as found:
        load(tmp_path / "copy", VOCABULARY)
    assert found.value.diagnostic.code == code


def test_coverage_and_gaps_may_be_edited(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    path = tmp_path / "copy" / "log.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["coverage"]["until"] = "2024-03-15"
    data["gaps"] = [{"from": "2024-03-05", "until": "2024-03-06", "reason": "power cut"}]
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with loaded(path) as log:
        assert log.evidence.as_of.isoformat() == "2024-03-15T15:59:59.999999+00:00"
        assert [gap.reason for gap in log.evidence.gaps] == ["power cut"]


def test_a_copy_of_another_vocabulary_is_refused(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    more = replace(RATING, fields={**RATING.fields, "born": field("born", "出生日期", DateType())})
    other = Vocabulary({**VOCABULARY.records, "rating": more}, VOCABULARY.codelists)
    with pytest.raises(LogError) as found:
        load(tmp_path / "copy", other)
    assert (found.value.diagnostic.code, found.value.diagnostic.values["record"]) == ("ZS4503", "rating")
    new = write_text(tmp_path / "new", {"rating.csv": APRIL})
    assert refused(new, tmp_path / "copy", vocabulary=other) == "ZS4503"


def test_a_record_type_that_is_new_to_the_vocabulary_changes_nothing(march: Path, tmp_path: Path) -> None:
    fewer = Vocabulary({name: VOCABULARY.records[name] for name in ("unit", "rating")}, VOCABULARY.codelists)
    kept(march, tmp_path / "copy", vocabulary=fewer)
    with loaded(tmp_path / "copy") as log:
        assert log.quality.not_supplied == ("reply",)


@pytest.mark.parametrize("place", ["", "copy"])
def test_a_copy_inside_its_log_is_refused(march: Path, place: str) -> None:
    assert refused(march, march / place) == "ZS4518"
    assert not (march / "copy").exists()


def test_a_folder_of_something_else_is_left_alone(march: Path, april: Path, tmp_path: Path) -> None:
    other = write_text(tmp_path / "notes", {"notes.txt": "mine"})
    assert refused(march, other) == "ZS4501"
    assert refused(march, april) == "ZS4501"


def test_a_copy_is_not_copied_again(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    assert refused(tmp_path / "copy", tmp_path / "again") == "ZS4516"


def test_another_zone_is_refused(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    new = write_text(tmp_path / "new", {"rating.csv": APRIL})
    text = "zone: Asia/Urumqi\nsources: {rating: {file: rating.csv}}\n"
    (new / "log.yaml").write_text(text, encoding="utf-8")
    assert refused(new, tmp_path / "copy") == "ZS4510"


def test_two_imports_at_once_are_refused(march: Path, tmp_path: Path) -> None:
    import fcntl

    kept(march, tmp_path / "copy")
    handle = os.open(tmp_path / "copy", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert refused(march, tmp_path / "copy") == "ZS4513"
    finally:
        os.close(handle)


# interrupted


def test_an_import_that_fails_leaves_the_copy_as_it_was(march: Path, tmp_path: Path) -> None:
    kept(march, tmp_path / "copy")
    new = write_text(tmp_path / "new", {"rating.csv": APRIL, "reply.csv": b"reply_id,rating_id\n\0\0\0"})
    assert refused(new, tmp_path / "copy").startswith("ZS40")
    assert len(values(tmp_path / "copy")) == 3


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests", sys.argv[1] + "/engine"]
from logs.small_vocabulary import VOCABULARY
from zhunsheng.logs.importing import folder, running
at = sys.argv[4]
def killed(*_arguments, **_options):
    os.kill(os.getpid(), signal.SIGKILL)
if at == "parts":
    running.refuse_bad = killed
else:
    folder.manifest_text = killed
key = {"ZHUNSHENG_KEY": sys.argv[5]}
running.import_log(Path(sys.argv[2]), Path(sys.argv[3]), VOCABULARY, environment=key)
"""


@pytest.mark.parametrize("at", ["parts", "manifest"])
def test_an_import_that_is_killed_leaves_the_copy_as_it_was(
    march: Path, april: Path, tmp_path: Path, at: str
) -> None:
    """Before the parts are moved, and after that but before the manifest is there."""
    kept(march, tmp_path / "copy")
    root = str(Path(__file__).parents[2])
    line = [sys.executable, "-c", _KILLED, root, str(april), str(tmp_path / "copy"), at, KEY["ZHUNSHENG_KEY"]]
    ended = subprocess.run(line, check=False, timeout=120)
    assert ended.returncode == -signal.SIGKILL
    assert values(tmp_path / "copy") == values(march)
    done = kept(april, tmp_path / "copy")
    assert inputs(done) == ["2024-04.csv"]
    assert values(tmp_path / "copy") == values(april)
    parts = sorted(path.name for path in (tmp_path / "copy" / "rating").iterdir())
    assert parts == [
        Path(part["part"]).name for part in accounts(tmp_path / "copy")["records"]["rating"]["parts"]
    ]
    assert not list((tmp_path / "copy").glob(".import-*"))
