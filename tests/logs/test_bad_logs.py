"""Logs that cannot be read: the code, the place, both languages, and nothing of the machinery in the
message.
"""

# ruff: noqa: E501  (tables of cases are read across)
from __future__ import annotations

import gzip
import os
import re
import time
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from zhunsheng.diagnostics import render
from zhunsheng.logs import LogError

from .log_files import loaded, refusal, rows_of, write_parquet, write_text

HEAD = "rating_id,level\n"
ROWS = HEAD + "R1,neutral\n"
SOURCES = "sources: {rating: {file: rating.csv}}\n"
MACHINERY = re.compile(r"duckdb|traceback|sql|zhunsheng_|\bNone\b|\{|read_csv|[A-Za-z]+Error", re.IGNORECASE)


def parquet() -> bytes:
    target = BytesIO()
    write_parquet(target, [{"rating_id": "R1", "level": "neutral"}], ["rating_id", "level"])  # type: ignore[arg-type]
    return target.getvalue()


def zipped() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("rating.csv", ROWS)
    return target.getvalue()


def assert_clear(error: LogError) -> None:
    """Message and hint exist in both languages and speak of the log only."""
    for diagnostic in error.diagnostics:
        texts = [render(diagnostic, language) for language in ("zh", "en")]
        assert texts[0] != texts[1]
        for text in texts:
            message = text.split(diagnostic.code, 1)[1]
            assert not MACHINERY.search(message.split("\n    ")[0]), text
            assert "  " in text, f"no hint: {text}"


BAD_FOLDERS = {
    "empty folder": ({}, "ZS4004", ""),
    "no record's name": ({"rateing.csv": ROWS}, "ZS4005", "rating.csv"),
    "only an archive of another kind": ({"logs.7z": b"7z\xbc\xaf\x27\x1c"}, "ZS4006", "unpack"),
    "gzip cut short": ({"rating.csv.gz": gzip.compress(ROWS.encode() * 99)[:-20]}, "ZS4023", "rating.csv.gz"),
    "zip cut short": ({"rating.zip": zipped()[:-30]}, "ZS4023", "rating.zip"),
    "two files": ({"rating.csv": ROWS, "评价.jsonl": "{}\n"}, "ZS4008", "评价.jsonl"),
    "empty file": ({"rating.csv": ""}, "ZS4009", "rating.csv"),
    "empty parquet": ({"rating.parquet": ""}, "ZS4009", "rating.parquet"),
    "only a byte order mark": ({"rating.jsonl": "\ufeff"}, "ZS4009", "rating.jsonl"),
    "utf-8, then gb18030": ({"rating.csv": (HEAD + "R1,满意\n" * 50).encode() + ("R1,不满意的啊\n" * 50).encode("gb18030")}, "ZS4022", "rating.csv:52"),
    "utf-8, then gb18030 far down": ({"rating.csv": (HEAD + "R1,满意\n" * 9000).encode() + ("R1,不满意的啊\n" * 9000).encode("gb18030")}, "ZS4022", "rating.csv:9002"),
    "nul byte": ({"rating.csv": HEAD + "R1,neu\0tral\n"}, "ZS4011", "rating.csv:2"),
    "nul byte far down": ({"rating.csv": HEAD + "R1,neutral\n" * 9000 + "R\0,neutral\n"}, "ZS4011", "rating.csv:9002"),
    "binary": ({"rating.csv": b"\x89PNG\r\n" + bytes(range(255, 0, -1)) * 9}, "ZS4010", "another encoding or binary"),
    "bytes of no encoding": ({"rating.csv": HEAD.encode() + b"R1,neutral\nR1,\xff\xfe\n" * 50}, "ZS4010", "another encoding or binary"),
    "no key column": ({"rating.csv": "level\nneutral\n"}, "ZS4031", "rating_id (评价编号)"),
    "column twice": ({"rating.csv": "rating_id,level,评价编号\n"}, "ZS4032", "评价编号"),
    "header never closed": ({"rating.csv": 'rating_id,"level\n' + "R1,neutral\n" * 20_000}, "ZS4033", "header"),
    "not parquet": ({"rating.parquet": ROWS}, "ZS4013", "Parquet"),
    "cut parquet": ({"rating.parquet": parquet()[:-20]}, "ZS4014", "cut short"),
    "damaged parquet": ({"rating.parquet": b"PAR1" + b"\xff" * 200 + b"PAR1"}, "ZS4014", "damaged"),
    "parquet called csv": ({"rating.csv": parquet()}, "ZS4021", "Parquet"),
    "parquet without key": ({"reply.parquet": parquet()}, "ZS4031", "reply_id"),
    "no time at all": ({"rating.csv": ROWS}, "ZS4064", "--as-of"),
    "every reply bad": ({"rating.csv": HEAD.strip() + ",rated_at\n" + "R1,neutral,2021-01-01 09:00:00\n" * 500, "reply.csv": "reply_id,replied_at\nP1,x\n"}, "ZS4063", "reply"),
    "more than 1 %": ({"rating.csv": HEAD + "R1,neutral\n" * 98 + "R2,bad\n"}, "ZS4061", "1 of 99"),
    "all lines ragged": ({"rating.csv": HEAD + "R1\n" * 9}, "ZS4061", "1 columns instead of 2"),
}  # fmt: skip

BAD_MANIFESTS = {
    "yaml": ("zone: [\n", "ZS4041", "log.yaml:2:1"),
    "tab": ("zone:\n\t- x\n", "ZS4041", "log.yaml:2:1"),
    "not a mapping": ("- a\n", "ZS4042", "mapping"),
    "empty": ("", "ZS4042", "mapping"),
    "no sources": ("zone: Asia/Shanghai\n", "ZS4044", "sources"),
    "unknown key": ("zoen: Asia/Shanghai\n" + SOURCES, "ZS4043", "log.yaml:1:1"),
    "source is text": ("sources:\n  rating: rating.csv\n", "ZS4042", "log.yaml:2:11"),
    "key twice": (SOURCES + SOURCES, "ZS4047", "log.yaml:2:1"),
    "alias": ("zone: &z Asia/Shanghai\n" + SOURCES + "coverage: *z\n", "ZS4048", "log.yaml:3:11"),
    "near record": ("sources:\n  rateing: {file: rating.csv}\n", "ZS4052", "did you mean rating"),
    "unknown record": ("sources:\n  zzzzzz: {file: rating.csv}\n", "ZS4053", "log.yaml:2:3"),
    "unknown zone": ("zone: Asia/Shanghia\n" + SOURCES, "ZS4050", "Asia/Shanghai"),
    "zone with a path": ("zone: ../../etc/passwd\n" + SOURCES, "ZS4050", "log.yaml:1:7"),
    "impossible date": ("coverage: {from: 2021-02-30}\n" + SOURCES, "ZS4045", "log.yaml:1:18"),
    "date in another style": ("coverage: {from: 2021/02/03}\n" + SOURCES, "ZS4045", "2021/02/03"),
    "backwards": ("coverage: {from: 2021-02-02, until: 2021-02-01}\n" + SOURCES, "ZS4046", "log.yaml:1:37"),
    "gap backwards": (SOURCES + "gaps:\n  - {from: 2021-02-02, until: 2021-02-01, reason: x}\n", "ZS4046", "log.yaml:3"),
    "gap of an unknown record": (SOURCES + "gaps:\n  - {from: 2021-02-02, until: 2021-02-03, records: [rply], reason: x}\n", "ZS4052", "reply"),
    "gap without reason": (SOURCES + "gaps:\n  - {from: 2021-02-02, until: 2021-02-03}\n", "ZS4044", "reason"),
    "missing file": ("sources: {rating: {file: rate.csv}}\n", "ZS4015", "rate.csv"),
    "file is a folder": ("sources: {rating: {file: .}}\n", "ZS4017", "no file"),
    "file outside": ("sources: {rating: {file: ../rating.csv}}\n", "ZS4016", "outside"),
    "absolute file outside": ("sources: {rating: {file: /etc/passwd, format: csv}}\n", "ZS4016", "outside"),
    "unknown format": ("sources: {rating: {file: rating.csv, format: docx}}\n", "ZS4051", "csv, parquet, jsonl"),
    "no format": ("sources: {rating: {file: log.yaml}}\n", "ZS4054", "log.yaml"),
    "one record under two names": ("sources:\n  rating: {file: rating.csv}\n  评价: {file: rating.csv}\n", "ZS4008", "log.yaml:3:3"),
    "not utf-8": ("zone: 上海\n".encode("gb18030"), "ZS4010", "log.yaml:1"),
    "huge": ("# " + "x" * 1_000_001, "ZS4049", "log.yaml"),
    "deep": ("zone: " + "[" * 500 + "]" * 500, "ZS4041", "log.yaml:1"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FOLDERS)
def test_a_bad_folder_is_refused(case: str, tmp_path: Path) -> None:
    files, code, shown = BAD_FOLDERS[case]
    folder = tmp_path / "log"
    folder.mkdir()
    error = refusal(write_text(folder, files))
    assert error.diagnostic.code == code, render(error.diagnostic, "en")
    assert_clear(error)
    assert shown in "\n".join(render(each, "en") for each in error.diagnostics)


@pytest.mark.parametrize("case", BAD_MANIFESTS)
def test_a_bad_manifest_is_refused(case: str, tmp_path: Path) -> None:
    manifest, code, shown = BAD_MANIFESTS[case]
    error = refusal(write_text(tmp_path, {"log.yaml": manifest, "rating.csv": ROWS}))
    assert error.diagnostic.code == code, render(error.diagnostic, "en")
    assert_clear(error)
    assert shown in render(error.diagnostic, "en"), render(error.diagnostic, "en")


def test_a_path_that_is_no_log(tmp_path: Path) -> None:
    write_text(tmp_path, {"notes.txt": "x", "other.csv": ROWS, "log.rar": zipped(), "other.yaml": SOURCES})
    write_text(tmp_path, {"rating.csv": ROWS})
    codes = {
        name: refusal(tmp_path / name).diagnostic.code
        for name in ("nowhere", "notes.txt", "other.csv", "log.rar")
    }
    assert codes == {"nowhere": "ZS4001", "notes.txt": "ZS4002", "other.csv": "ZS4074", "log.rar": "ZS4006"}
    assert refusal(tmp_path / "other.yaml").diagnostic.code == "ZS4064"


def test_a_link_out_of_the_log_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    write_text(tmp_path, {"secret.csv": ROWS})
    (folder / "rating.csv").symlink_to(tmp_path / "secret.csv")
    assert refusal(folder).diagnostic.code == "ZS4016"
    write_text(folder, {"log.yaml": SOURCES})
    assert refusal(folder).diagnostic.code == "ZS4016"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    write_text(tmp_path, {"rating.csv": ROWS})
    (tmp_path / "rating.csv").chmod(0)
    assert refusal(tmp_path).diagnostic.code == "ZS4003"


@pytest.mark.parametrize("name", ["rating.csv", "rating.jsonl"])
def test_one_endless_line_ends_quickly_and_in_little_memory(name: str, tmp_path: Path) -> None:
    with (tmp_path / name).open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    tracemalloc.start()
    start = time.monotonic()
    error = refusal(tmp_path)
    elapsed, (_, peak) = time.monotonic() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.diagnostic.code == "ZS4012"
    assert elapsed < 2 and peak < 20_000_000


def test_a_header_alone_is_a_supplied_record_without_rows(tmp_path: Path) -> None:
    write_text(
        tmp_path, {"log.yaml": "coverage: {until: 2021-01-01}\n" + SOURCES, "rating.csv": HEAD.strip()}
    )
    with loaded(tmp_path) as log:
        assert log.evidence.tables["rating"].supplied
        assert rows_of(log, "rating") == []


def test_files_that_were_not_read_are_named(tmp_path: Path) -> None:
    manifest_free = {
        "rating.csv": "rating_id,level,rated_at\nR1,neutral,2021-01-01 09:00:00\n",
        "rateings.csv": ROWS,
    }
    write_text(tmp_path, {**manifest_free, "README.md": "x"})
    with loaded(tmp_path) as log:
        assert log.quality.unread_files == ("rateings.csv",)
        assert [note.code for note in log.quality.notes] == ["ZS4072"]
