"""`zhunsheng import` as users run it, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.commandline import SMALL, command, process, write_log

KEY = "a secret of more than sixteen signs"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHUNSHENG_KEY", KEY)


def imported(log: Path, to: Path, *more: object, language: str = "en") -> Any:
    return command("import", log, "--output", to, "--pack", SMALL, *more, language=language)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ["Canonical copy: ", "5 rows read = 5 accepted + 0 kept out", "Personal values are pseudonyms."],
        ),
        ("zh", ["已写成规范副本：", "读入 5 行 = 接受 5 + 隔离 0", "个人信息已换成假名。"]),
    ],
)
def test_what_it_says(log: Path, tmp_path: Path, language: str, said: list[str]) -> None:
    ended = imported(log, tmp_path / "copy", language=language)
    assert ended.code == 0
    assert ended.err == ""
    for text in said:
        assert text in ended.out


def test_a_check_of_the_copy_says_what_a_check_of_the_log_says(log: Path, tmp_path: Path) -> None:
    imported(log, tmp_path / "copy")
    reports = [
        json.loads(command("check", SMALL, "--log", path, "--format", "json").out)
        for path in (log, tmp_path / "copy")
    ]
    for report in reports:
        files = [part["name"] for part in report.pop("inputs") if part["kind"] == "log"]
        assert files
    assert reports[0] == reports[1]


def test_a_second_time_nothing_is_read(log: Path, tmp_path: Path) -> None:
    imported(log, tmp_path / "copy")
    ended = imported(log, tmp_path / "copy", language="zh")
    assert ended.code == 0
    assert "没有新的内容" in ended.out
    assert "副本中已有，没有再读（2 个）：" in ended.out


def test_a_changed_file_is_an_error_that_says_how_to_replace_it(log: Path, tmp_path: Path) -> None:
    imported(log, tmp_path / "copy")
    write_log(log, replies="reply_id,rating_id,replied_at\nH1,P1,2024-03-07T10:00:00+08:00\n")
    ended = imported(log, tmp_path / "copy")
    assert ended.code == 2
    assert "error ZS4502" in ended.err
    assert "--replace reply.csv" in ended.err
    ended = imported(log, tmp_path / "copy", "--replace", "reply.csv")
    assert ended.code == 0
    assert "Replaced: reply.csv" in ended.out


def test_bad_records_are_told_and_written(tmp_path: Path) -> None:
    rows = "".join(f"Q{n},2024-03-01T09:00:00+08:00,1,east,\n" for n in range(200))
    bad = "P9,2024-02-30T09:00:00+08:00,1,east,13900001111\n"
    log = write_log(tmp_path / "log", ratings="rating_id,rated_at,level,region,phone\n" + rows + bad)
    ended = imported(log, tmp_path / "copy", "--quarantine", tmp_path / "out")
    assert ended.code == 0
    assert "rating.csv:202: warning ZS4208" in ended.err
    assert f"Records that were kept out are in {tmp_path / 'out'}." in ended.out
    assert (tmp_path / "out" / "rating.csv").exists()
    ended = imported(log, tmp_path / "other", "--on-bad-record", "fail")
    assert ended.code == 4
    assert "error ZS4062" in ended.err
    assert not (tmp_path / "other").exists()


def test_a_part_that_was_tampered_with(log: Path, tmp_path: Path) -> None:
    imported(log, tmp_path / "copy")
    part = tmp_path / "copy" / "rating" / "part-0001.parquet"
    part.write_bytes(part.read_bytes()[:-9])
    ended = command("check", SMALL, "--log", tmp_path / "copy", language="zh")
    assert ended.code == 4
    assert "错误 ZS4504" in ended.err


def test_without_a_key_it_warns(log: Path, tmp_path: Path) -> None:
    arguments = ("import", log, "-o", tmp_path / "copy", "--pack", SMALL)
    ended = process(*arguments, language="en", ZHUNSHENG_KEY="")
    assert ended.code == 0
    assert "warning ZS4514" in ended.err
    ended = process(*arguments, language="en", ZHUNSHENG_KEY="short")
    assert ended.code == 2
    assert "ZS4401" in ended.err


def test_a_folder_that_cannot_be_made(log: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for language, said in (("en", "error ZS4512"), ("zh", "错误 ZS4512")):
        ended = imported(log, tmp_path / "file" / "copy", language=language)
        assert ended.code == 2
        assert said in ended.err


def test_the_shipped_vocabulary_is_the_default(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    (log / "评价.csv").write_text("评价编号,评价时间\nR1,2024-03-01 09:00:00\n", encoding="utf-8")
    ended = command("import", log, "-o", tmp_path / "copy", language="zh")
    assert ended.code == 0
    ended = command("check", "gbt39734", "--log", tmp_path / "copy", language="zh")
    assert ended.code in (0, 1, 3)
