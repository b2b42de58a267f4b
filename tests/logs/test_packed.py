"""Archives: what is inside is read as if it lay in a folder; what could hurt, or is damaged, is refused whole."""

# ruff: noqa: E501  (tables of cases are read across)
from __future__ import annotations

import gzip
import io
import os
import stat
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zhunsheng.logs import LogError
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.session import open_session
from zhunsheng.logs.tables.packing import Budget, unpacked

from .log_files import loaded, refusal, rows_of, write_text
from .workbooks import write_workbook

AT = datetime(2022, 1, 1, tzinfo=UTC)
RATING = "rating_id,level\nR1,满意\n"


def zipped(members: dict[str, bytes | str], *, link: str = "", locked: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name == link:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, content)
    data = bytearray(target.getvalue())
    if locked:
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def test_zip_gzip_and_both_are_read(tmp_path: Path) -> None:
    inner = gzip.compress(RATING.encode("gb18030"))
    files = {
        "评价.csv.gz": inner,
        "out/unit.json": '[{"unit_id":"U1"}]',
        "__MACOSX/._unit.json": "x",
        "说明.docx": "x",
    }
    (tmp_path / "export.zip").write_bytes(zipped(files))
    with loaded(tmp_path / "export.zip", as_of=AT) as log:
        assert rows_of(log, "rating")[0]["level"] == "satisfied"
        assert [source.file for source in log.quality.sources] == [
            "export.zip/out/unit.json",
            "export.zip/评价.csv.gz",
        ]
        assert set(log.digests) == {"export.zip"}


def test_names_that_old_programs_write_are_read(tmp_path: Path) -> None:
    """Without the flag for UTF-8 a zip's names are in the encoding of the machine that made it."""
    data = zipped({"AAAA.csv": RATING})
    (tmp_path / "e.zip").write_bytes(data.replace(b"AAAA.csv", "评价".encode("gb18030") + b".csv"))
    with loaded(tmp_path / "e.zip", as_of=AT) as log:
        assert len(rows_of(log, "rating")) == 1


@pytest.mark.parametrize("name", ["rating.csv", "rating.csv.gz", "rating.parquet"])
def test_what_a_file_is_its_bytes_say(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(
        gzip.compress(RATING.encode()) if "parquet" not in name else zipped({"rating.csv": RATING})
    )
    with loaded(tmp_path, as_of=AT) as log:
        assert len(rows_of(log, "rating")) == 1


def test_a_workbook_called_csv(tmp_path: Path) -> None:
    write_workbook(tmp_path / "rating.csv", {"Sheet1": [["rating_id", "level"], ["R1", "满意"]]})
    with loaded(tmp_path, as_of=AT) as log:
        assert log.quality.sources[0].format == "xlsx"


def test_one_member_may_be_chosen(tmp_path: Path) -> None:
    manifest = "sources: {rating: {file: e.zip, member: b/data.txt, format: csv}}\n"
    write_text(tmp_path, {"log.yaml": manifest, "e.zip": zipped({"a/data.txt": "x", "b/data.txt": RATING})})
    with loaded(tmp_path, as_of=AT) as log:
        assert log.quality.sources[0].file == "e.zip/b/data.txt"


def nested(times: int) -> bytes:
    data = zipped({"rating.csv": RATING})
    for _ in range(times):
        data = zipped({"rating.zip": data})
    return data


def cut_inside() -> bytes:
    """A zip whose directory is whole and whose first member is not."""
    data = bytearray(zipped({"rating.csv": os.urandom(9000)}))
    data[4000:5000] = bytes(1000)
    return bytes(data)


HURTING = {
    "truncated zip": (zipped({"rating.csv": RATING * 99})[:-40], "ZS4023"),
    "damaged member": (cut_inside(), "ZS4023"),
    "truncated gzip": (gzip.compress(RATING.encode() * 999)[:-30], "ZS4023"),
    "garbage after gzip": (gzip.compress(RATING.encode()) + b"garbage", "ZS4023"),
    "only a magic number": (b"\x1f\x8b", "ZS4023"),
    "bomb": (gzip.compress(b"0" * 200_000_000, 9), "ZS4024"),
    "zip bomb": (zipped({"rating.csv": b"0" * 200_000_000}), "ZS4024"),
    "nested": (nested(4), "ZS4024"),
    "many members": (zipped({f"{i}.csv": "" for i in range(10_001)}), "ZS4024"),
    "path above": (zipped({"../rating.csv": RATING}), "ZS4025"),
    "path above inside": (zipped({"rating.csv": RATING, "a/../../b.csv": "x"}), "ZS4025"),
    "path above of Windows": (zipped({"..\\rating.csv": RATING}), "ZS4025"),
    "absolute path": (zipped({"/etc/rating.csv": RATING}), "ZS4025"),
    "drive": (zipped({"C:/rating.csv": RATING}), "ZS4025"),
    "link": (zipped({"rating.csv": "/etc/passwd"}, link="rating.csv"), "ZS4026"),
    "locked": (zipped({"rating.csv": RATING}, locked=True), "ZS4027"),
    "nothing inside": (zipped({}), "ZS4028"),
    "nothing of use inside": (zipped({"readme.docx": "x"}), "ZS4028"),
}  # fmt: skip


@pytest.mark.parametrize("case", HURTING)
def test_an_archive_that_may_hurt_is_refused_and_leaves_nothing(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, code = HURTING[case]
    spill = tmp_path / "spill"
    spill.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spill))
    path = tmp_path / "log" / ("rating.csv.gz" if content[:2] == b"\x1f\x8b" else "rating.zip")
    path.parent.mkdir()
    path.write_bytes(content)
    error = refusal(path.parent).diagnostic
    assert error.code == code
    assert (error.place or "").startswith(path.name)
    assert list(spill.iterdir()) == []
    assert sorted(each.name for each in tmp_path.iterdir()) == ["log", "spill"]


def test_unpacking_stops_where_the_disk_would_be_full(tmp_path: Path) -> None:
    path = tmp_path / "rating.csv.gz"
    path.write_bytes(gzip.compress(os.urandom(5000)))
    session = open_session()
    try:
        with pytest.raises(LogError) as caught:
            list(unpacked(SourceFile(path, path.name, "csv"), session, Budget(1000)))
    finally:
        session.close()
    assert (caught.value.diagnostic.code, caught.value.diagnostic.place) == ("ZS4030", path.name)


def test_links_in_a_folder_stay_inside_it(tmp_path: Path) -> None:
    outside, log = tmp_path / "outside", tmp_path / "log"
    write_text(outside, {"rating.csv": RATING})
    write_text(log, {"unit.csv": "unit_id\nU1\n"})
    (log / "rating").symlink_to(outside)
    assert refusal(log).diagnostic.code == "ZS4016"
    (log / "rating").unlink()
    (log / "rating").symlink_to(log)  # a circle
    with loaded(log, as_of=AT) as found:
        assert len(found.quality.sources) == 1
    (log / "rating").unlink()
    (log / "rating.csv").symlink_to(log / "nowhere.csv")
    assert refusal(log).diagnostic.code == "ZS4015"
    write_text(log, {"log.yaml": "files: ['*/rating.csv']\n"})
    (log / "in").symlink_to(outside)
    assert refusal(log).diagnostic.code == "ZS4016"
