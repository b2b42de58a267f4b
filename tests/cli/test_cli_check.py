"""`check` on a small pack and log: exit codes, both formats, what its options change."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cli.commandline import MANIFEST, RATINGS, REPLIES, ROOT, SMALL, command, process, write_log, write_pack

EXPECTED = Path(__file__).parent / "expected"
SCHEMA = json.loads((ROOT / "schemas" / "report.schema.json").read_text("utf-8"))

KEPT = RATINGS.replace("P3,2024-03-05T09:00:00+08:00,5,east", "P3,2024-03-05T09:00:00+08:00,5,west")
IN_TIME = REPLIES.replace("2024-03-20", "2024-03-08")


def checked(*arguments: object, code: int) -> dict:
    """The JSON report of a check that ends with this code; it fits its schema."""
    ended = command("check", SMALL, *arguments, "--format", "json")
    assert ended.code == code, ended.err
    report = json.loads(ended.out)
    Draft202012Validator(SCHEMA).validate(report)
    return report


def rule(report: dict, name: str = "bad_rating_is_answered") -> dict:
    return next(each for each in report["rules"] if each["id"] == name)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_text_report_is_as_pinned(log, language):
    ended = command("check", SMALL, "--log", log, language=language)
    assert ended.code == 1
    assert ended.err == ""
    assert ended.out == (EXPECTED / f"check.{language}.txt").read_text("utf-8")


def test_two_runs_give_the_same_bytes(log, tmp_path):
    for name in ("one", "two"):
        process("check", SMALL, "--log", log, "--format", "json", "--output", tmp_path / name, language="zh")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_requirement_that_fails_gives_1(log):
    report = checked("--log", log, code=1)
    assert report["conforms"] is False
    counts = rule(report)["counts"]
    assert (counts["subjects"], counts["applicable"], counts["pass"], counts["fail"]) == (3, 2, 1, 1)
    (sample,) = rule(report)["samples"]
    assert sample["subject"] == "P2"
    assert sample["reason"] == "late"
    assert sample["deadline"] == "2024-03-11T23:59:59.999999+08:00"


def test_a_log_that_conforms_gives_0_and_an_advisory_does_not_change_that(tmp_path):
    log = write_log(tmp_path / "log", ratings=KEPT.replace("5,west", "5,"), replies=IN_TIME)
    report = checked("--log", log, code=0)
    assert report["conforms"] is True
    assert rule(report, "region_is_named")["advisory"]


def test_records_that_were_not_handed_in_give_3(tmp_path):
    manifest = MANIFEST.replace(", reply: {file: reply.csv}", "")
    log = write_log(tmp_path / "log", ratings=KEPT, replies=None, manifest=manifest)
    report = checked("--log", log, code=3)
    assert report["conforms"] is None
    assert report["conclusion"]["causes"] == ["unknown"]
    assert [part["record"] for part in report["quality"]["not_supplied"]] == ["reply"]
    assert checked("--log", log, "--max-unknown", "2", code=0)["conforms"] is True


def test_pending_counts_only_when_a_limit_is_given(tmp_path):
    log = write_log(
        tmp_path / "log", ratings=KEPT, replies=IN_TIME.replace("H2,P2,2024-03-08", "H2,P1,2024-03-06")
    )
    early = ("--log", log, "--as-of", "2024-03-07")
    report = checked(*early, code=0)
    assert rule(report)["counts"]["pending"] == 1
    assert report["as_of"] == "2024-03-07T23:59:59.999999+08:00"
    assert checked(*early, "--max-pending", "0", code=3)["conforms"] is None


def test_nothing_exercised_gives_3(tmp_path):
    log = write_log(tmp_path / "log", ratings="rating_id,rated_at,level,region,phone\n")
    report = checked("--log", log, code=3)
    assert report["conclusion"]["causes"] == ["nothing_exercised"]
    assert not any(each["exercised"] for each in report["rules"])


def test_only_the_rules_asked_for(log):
    report = checked("--log", log, "--rule", "region_is_named", code=0)
    assert [each["id"] for each in report["rules"]] == ["region_is_named"]
    assert report["measures"] == []


def test_samples_are_capped_and_counts_are_not(tmp_path):
    rows = "".join(f"Q{n},2024-03-04T09:00:00+08:00,1,east,\n" for n in range(30))
    log = write_log(tmp_path / "log", ratings=RATINGS + rows)
    report = checked("--log", log, "--limit-samples", "3", code=1)
    assert rule(report)["counts"]["fail"] == 31
    assert len(rule(report)["samples"]) == 3


def test_a_waiver_covers_a_fail_and_is_reported(log, tmp_path):
    waivers = tmp_path / "waivers.yaml"
    entry = "{{rule: bad_rating_is_answered, subject: P2, owner: 市政务办, reason: 系统迁移, expires: {}}}"
    entry = f"waivers: [{entry}]"
    waivers.write_text(entry.format("2024-12-31"), encoding="utf-8")
    report = checked("--log", log, "--waivers", waivers, code=0)
    assert rule(report)["counts"]["waived"] == 1
    assert rule(report)["verdict"] == "waived"
    assert [(each["state"], each["waived"]) for each in report["waivers"]] == [("used", 1)]
    waivers.write_text(entry.format("2024-01-31"), encoding="utf-8")
    report = checked("--log", log, "--waivers", waivers, code=1)
    assert report["waivers"][0]["state"] == "expired"


@pytest.mark.parametrize(
    "text",
    [
        "no list",
        "waivers: [{rule: bad_rating_is_answered, subject: P2, owner: a, reason: b}]",
        "waivers: [{rule: bad_rating_is_answered, owner: a, reason: b, expires: 2024-01-01}]",
        "waivers: [{rule: bad_rating_is_answered, subject: P2, owner: '', reason: b, expires: 2024-01-01}]",
        "waivers: [{rule: bad_rating_is_answered, subject: P2, owner: a, reason: b, expires: 2024-02-30}]",
        "waivers: [{rule: bad_rating_is_answered, all: true, owner: a, reason: b, expires: 2024-02-01, x}]",
        "a: [",
        "!!python/object/apply:os.system ['echo x']",
    ],
)
def test_a_waiver_file_with_a_mistake_waives_nothing(log, tmp_path, text):
    (tmp_path / "waivers.yaml").write_text(text, encoding="utf-8")
    ended = command("check", SMALL, "--log", log, "--waivers", tmp_path / "waivers.yaml")
    assert ended.code == 2
    assert "ZS5019" in ended.err


def test_a_measure_cannot_be_waived(log, tmp_path):
    entry = "{rule: reply_rate, all: true, owner: a, reason: b, expires: 2024-12-31}"
    (tmp_path / "waivers.yaml").write_text(f"waivers: [{entry}]", encoding="utf-8")
    ended = command("check", SMALL, "--log", log, "--waivers", tmp_path / "waivers.yaml")
    assert ended.code == 2
    assert "ZS5024" in ended.err


def test_no_samples_at_all(log):
    report = checked("--log", log, "--limit-samples", "0", code=1)
    assert [each["samples"] for each in report["rules"]] == [[], []]


def test_bad_records_are_kept_out_and_told_with_personal_values_masked(tmp_path):
    rows = "".join(f"Q{n},2024-03-04T09:00:00+08:00,5,east,\n" for n in range(300))
    bad = "P8,2024-02-30T09:00:00+08:00,1,east,\nP9,2024-03-04T09:00:00+08:00,5,east,139ABC\n"
    log = write_log(tmp_path / "log", ratings=RATINGS + rows + bad)
    ended = command("check", SMALL, "--log", log, "--format", "json")
    quality = json.loads(ended.out)["quality"]
    assert quality["bad_records"] == 2
    assert [each["place"].rsplit(":", 1)[1] for each in quality["bad_samples"]] == ["305", "306"]
    assert "139ABC" not in ended.out
    assert "139ABC" in command("check", SMALL, "--log", log, "--format", "json", "--reveal").out
    stopped = command("check", SMALL, "--log", log, "--on-bad-record", "fail")
    assert stopped.code == 4
    assert "305" in stopped.err
    assert "139ABC" not in stopped.err


def test_two_packs_need_one_vocabulary_and_names_of_their_own(log, tmp_path):
    other = write_pack(tmp_path / "other")
    (other / "pack.yaml").write_text(
        "{id: other, version: '1', title: x, vocabulary: vocabulary}", encoding="utf-8"
    )
    ended = command("check", SMALL, other, "--log", log)
    assert ended.code == 2
    assert ended.err.count("ZS5018") == 3
    text = (other / "rules.rule").read_text("utf-8")
    for name in ("bad_rating_is_answered", "region_is_named", "reply_rate"):
        text = text.replace(name, f"{name}_2")
    (other / "rules.rule").write_text(text, encoding="utf-8")
    both = json.loads(command("check", SMALL, other, "--log", log, "--format", "json").out)
    assert [pack["id"] for pack in both["packs"]] == ["small", "other"]
    assert len(both["rules"]) == 4
    schema = other / "vocabulary" / "reply.schema.json"
    schema.write_text(schema.read_text("utf-8").replace('"Reply"', '"Answer"'), encoding="utf-8")
    assert "ZS5017" in command("check", SMALL, other, "--log", log).err


@pytest.mark.parametrize("stage", ["tree", "typed", "plan", "sql"])
def test_every_stage_can_be_printed_without_a_log(stage):
    ended = command("check", SMALL, "--emit", stage, "--rule", "bad_rating_is_answered")
    assert ended.code == 0, ended.err
    assert ended.out.strip()
    assert "region_is_named" not in ended.out


def test_inputs_are_named_without_the_folder_they_lie_in(tmp_path):
    """The same pack and log elsewhere give the same bytes."""
    reports = []
    for place in ("here", "there"):
        pack, log = write_pack(tmp_path / place / "pack"), write_log(tmp_path / place / "log")
        reports.append(command("check", pack, "--log", log, "--format", "json").out)
    assert reports[0] == reports[1]
    kinds = [part["kind"] for part in json.loads(reports[0])["inputs"]]
    assert kinds == ["pack", "rules", "vocabulary", "log", "log", "log", "calendar"]
