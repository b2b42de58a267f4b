"""Whatever is handed in that cannot be used: a clear message in both languages, the right exit code, no
traceback."""

import os
import random

import pytest

from cli.commandline import MANIFEST, RATINGS, SMALL, command, process, write_log, write_pack

BOTH = pytest.mark.parametrize("language", ["zh", "en"])
BYTES = 100_000_000


def told(ended, code: int, *codes: str) -> None:
    """It ended with this exit code and said one of these diagnostics, with a place or a hint."""
    assert ended.code == code, ended.err
    assert ended.out == ""
    assert any(each in ended.err for each in codes), ended.err
    assert "ZS5099" not in ended.err


@BOTH
@pytest.mark.parametrize("pack", ["nowhere", "/nowhere", "", "gbt3973", "\x00", "a" * 5000])
def test_a_pack_that_does_not_exist(log, pack, language):
    if "\x00" in pack:
        pytest.skip("no system passes a zero byte in an argument")
    told(command("check", pack, "--log", log, language=language), 2, "ZS51")


@BOTH
def test_a_folder_that_is_no_pack(log, tmp_path, language):
    told(command("check", tmp_path, "--log", log, language=language), 2, "ZS51")


@BOTH
@pytest.mark.parametrize(
    "text", ["", "id: [", "- 1", "id: small", "!!python/object/apply:os.system ['echo x']", "\x01\x02"]
)
def test_a_pack_file_with_mistakes(log, tmp_path, text, language):
    pack = write_pack(tmp_path / "pack")
    (pack / "pack.yaml").write_text(text, encoding="utf-8")
    told(command("check", pack, "--log", log, language=language), 2, "ZS51")


@BOTH
def test_a_rule_file_with_mistakes_is_shown_with_carets(log, tmp_path, language):
    pack = write_pack(tmp_path / "pack", more="rule x\n    for each ratng r\n    must r.level is known\n")
    ended = command("check", pack, "--log", log, language=language)
    told(ended, 2, "ZS1", "ZS2")
    assert "more.rule:" in ended.err
    assert "^" in ended.err


@BOTH
@pytest.mark.parametrize("seed", range(3))
def test_a_rule_file_of_random_bytes(log, tmp_path, seed, language):
    pack = write_pack(tmp_path / "pack")
    (pack / "noise.rule").write_bytes(random.Random(seed).randbytes(100_000))
    told(command("check", pack, "--log", log, language=language), 2, "ZS5104")
    told(command("fmt", pack / "noise.rule"), 2, "ZS5104")


def test_a_rule_file_of_random_characters_ends_in_time(log, tmp_path):
    letters = "规则应有属于rule must have (){}“”\"'`#，。%≥0１\n \t\u0300\u200b"
    pack = write_pack(tmp_path / "pack", noise="".join(random.Random(1).choices(letters, k=20_000)))
    ended = command("check", pack, "--log", log)
    told(ended, 2, "ZS1")


def test_a_rule_file_that_is_a_folder_a_pipe_or_unreadable(log, tmp_path):
    pack = write_pack(tmp_path / "pack")
    os.mkfifo(pack / "pipe.rule")
    told(command("check", pack, "--log", log), 2, "ZS51")
    (pack / "pipe.rule").unlink()
    (pack / "gone.rule").symlink_to(tmp_path / "nothing")
    told(command("check", pack, "--log", log), 2, "ZS51")


def test_parents_that_go_round_in_a_circle(log, tmp_path):
    pack = write_pack(tmp_path / "pack")
    (pack / "pack.yaml").write_text("{id: a, version: '1', title: a, extends: ../pack}", encoding="utf-8")
    told(command("check", pack, "--log", log), 2, "ZS5116")


@BOTH
@pytest.mark.parametrize("name", ["nowhere", "", "a" * 5000])
def test_a_log_that_does_not_exist(tmp_path, name, language):
    told(command("check", SMALL, "--log", tmp_path / name if name else "", language=language), 4, "ZS40")


@BOTH
def test_an_empty_folder(tmp_path, language):
    (tmp_path / "log").mkdir()
    told(command("check", SMALL, "--log", tmp_path / "log", language=language), 4, "ZS40")


@BOTH
def test_a_log_file_without_content(tmp_path, language):
    told(
        command("check", SMALL, "--log", write_log(tmp_path / "log", ratings=""), language=language), 4, "ZS4"
    )


@BOTH
def test_a_log_file_of_random_bytes(tmp_path, language):
    log = write_log(tmp_path / "log")
    (log / "rating.csv").write_bytes(random.Random(1).randbytes(100_000))
    told(command("check", SMALL, "--log", log, language=language), 4, "ZS4")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_log_that_may_not_be_read(log):
    (log / "rating.csv").chmod(0)
    told(command("check", SMALL, "--log", log), 4, "ZS4")


@BOTH
@pytest.mark.parametrize(
    "manifest",
    [
        "sources: [",
        "zone: Mars/Olympus\nsources: {rating: {file: rating.csv}}",
        "sources: {ratting: {file: rating.csv}}",
        "sources: {rating: {file: ../../../etc/passwd}}",
        "sources: {rating: {file: none.csv}}",
        MANIFEST.replace("2024-01-01", "2024-02-30"),
    ],
    ids=["yaml", "zone", "record", "outside", "missing", "date"],
)
def test_a_manifest_with_mistakes(tmp_path, manifest, language):
    log = write_log(tmp_path / "log", manifest=manifest)
    told(command("check", SMALL, "--log", log, language=language), 4, "ZS40")
    told(command("check", SMALL, "--log", log, "--as-of", "2024-03-31", language=language), 4, "ZS40")


def test_a_log_of_another_zone_is_judged_in_that_zone(tmp_path):
    """Four hours after midnight in Shanghai it is still the day before in Amsterdam: the deadline is that
    zone's day."""
    ratings = "rating_id,rated_at,level,region,phone\nP1,2024-03-05T04:00:00+08:00,1,east,\n"
    replies = "reply_id,rating_id,replied_at\n"
    ends = {}
    for zone in ("Asia/Shanghai", "Europe/Amsterdam"):
        manifest = MANIFEST.replace("Asia/Shanghai", zone)
        log = write_log(tmp_path / zone, ratings=ratings, replies=replies, manifest=manifest)
        ended = command("check", SMALL, "--log", log)
        assert ended.code == 1
        ends[zone] = next(line for line in ended.out.splitlines() if "deadline" in line)
    assert "2024-03-12 24:00" in ends["Asia/Shanghai"]
    assert "2024-03-11 24:00" in ends["Europe/Amsterdam"]


@BOTH
@pytest.mark.parametrize(
    "time", ["2024-02-30", "2023-02-29", "yesterday", "", "24:00", "1500-01-01", "9999-12-31T23:59"]
)
def test_an_impossible_observation_time(log, time, language):
    told(command("check", SMALL, "--log", log, "--as-of", time, language=language), 2, "ZS5011")


@BOTH
def test_an_impossible_date_in_the_log(tmp_path, language):
    """One bad record of four is more than one in a hundred: the log as a whole is refused."""
    log = write_log(tmp_path / "log", ratings=RATINGS + "P4,2024-02-30T09:00:00+08:00,1,east,\n")
    ended = command("check", SMALL, "--log", log, language=language)
    told(ended, 4, "ZS4")
    assert "2024-02-30" in ended.err


@pytest.mark.slow
@BOTH
def test_a_single_line_of_100_megabytes_in_the_log(tmp_path, language):
    log = write_log(tmp_path / "log")
    with (log / "rating.csv").open("wb") as file:
        for _ in range(100):
            file.write(b"x" * (BYTES // 100))
    told(process("check", SMALL, "--log", log, language=language), 4, "ZS4")


@pytest.mark.slow
def test_a_rule_file_of_100_megabytes(log, tmp_path):
    pack = write_pack(tmp_path / "pack")
    with (pack / "long.rule").open("wb") as file:
        for _ in range(100):
            file.write(b"x" * (BYTES // 100))
    told(command("check", pack, "--log", log), 2, "ZS5105")


@BOTH
@pytest.mark.parametrize(
    "text", ["", "id: x", "years: [", "{id: x, source: y, years: [2030], holidays: [2031-01-01]}"]
)
def test_a_calendar_file_with_mistakes(log, tmp_path, text, language):
    (tmp_path / "calendar.yaml").write_text(text, encoding="utf-8")
    told(
        command("check", SMALL, "--log", log, "--calendar", tmp_path / "calendar.yaml", language=language),
        2,
        "ZS503",
    )


def test_files_named_by_options_that_do_not_exist(log, tmp_path):
    told(command("check", SMALL, "--log", log, "--calendar", tmp_path / "none"), 2, "ZS50")
    told(command("check", SMALL, "--log", log, "--waivers", tmp_path / "none"), 2, "ZS5013")
    told(command("check", SMALL, "--log", log, "--waivers", tmp_path), 2, "ZS5014")


def test_a_rule_that_is_not_in_the_pack_gets_the_nearest_name(log):
    ended = command("check", SMALL, "--log", log, "--rule", "region_is_namd")
    told(ended, 2, "ZS5016")
    assert "region_is_named" in ended.err


def test_explain_says_when_there_is_no_such_subject_or_rule(log):
    def explained(rule, key):
        return command("explain", SMALL, "--log", log, "--rule", rule, "--subject", key)

    told(explained("bad_rating_is_answered", "P99"), 2, "ZS5020")
    told(explained("bad_rating", "P1"), 2, "ZS5016")
    told(explained("reply_rate", "P1"), 2, "ZS5021")
