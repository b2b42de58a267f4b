"""`check` on logs with personal data, bad records and declared gaps, as an assessor runs it."""

import csv
import json

import pytest

from cli.commandline import MANIFEST, RATINGS, REPLIES, ROOT, SMALL, command, process, write_log

BAD = "P9,2024-02-30T09:00:00+08:00,2,west,13900009999\n"
MANY = "".join(f"M{number},2024-03-01T09:00:00+08:00,5,east,\n" for number in range(150))


def checked(*arguments, **environment):
    ended = process("check", SMALL, *arguments, "--format", "json", language="en", **environment)
    assert ended.code in (0, 1, 3), ended.err
    return json.loads(ended.out)


def test_records_are_written_mended_and_fed_back(tmp_path):
    log = write_log(tmp_path / "log", ratings=RATINGS + BAD + MANY)
    out = tmp_path / "out"
    before = checked("--log", log, "--quarantine", out)["quality"]
    assert (before["bad_records"], before["accepted"]) == (1, 155)
    text = (out / "rating.csv").read_text("utf-8-sig")
    assert "13900009999" not in text
    (out / "rating.csv").write_text(text.replace("P9,2024-02-30T", "P9,2024-02-29T"), encoding="utf-8")
    after = checked("--log", log, "--mended", out / "rating.csv", "--reveal")["quality"]
    assert (after["rows_read"], after["bad_records"], after["accepted"]) == (156, 0, 156)
    assert [part["file"] for part in after["sums"]] == ["rating.csv", "out/rating.csv", "reply.csv"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mended_file_that_does_not_fit_is_told(tmp_path, language):
    log = write_log(tmp_path / "log")
    ended = command("check", SMALL, "--log", log, "--mended", log / "rating.csv", language=language)
    assert ended.code == 4
    assert "ZS4404" in ended.err and "_digest" in ended.err


def test_personal_values_are_masked_and_a_key_joins_outputs(tmp_path):
    log = write_log(tmp_path / "log", ratings=RATINGS.replace(",5,east,", ",13800138000,east,") + MANY)
    key = {"ZHUNSHENG_KEY": "a secret of more than sixteen characters"}
    plain, keyed, again = (checked("--log", log, **given) for given in ({}, key, key))
    for report in (plain, keyed):
        assert "13800138000" not in json.dumps(report)
        assert report["personal"] == "masked"
    assert plain["quality"]["bad_samples"][0]["value"] == "***1"
    assert keyed == again
    assert keyed["quality"]["bad_samples"][0]["value"] not in ("***1", "13800138000")
    shown = checked("--log", log, "--reveal")
    assert (shown["personal"], shown["quality"]["bad_samples"][0]["value"]) == ("revealed", "13800138000")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_key_that_could_be_guessed_is_refused(tmp_path, language):
    log = write_log(tmp_path / "log")
    ended = process("check", SMALL, "--log", log, language=language, ZHUNSHENG_KEY="tiny")
    assert ended.code == 2
    assert "ZS4401" in ended.err and "tiny" not in ended.err


def test_a_rule_whose_window_falls_in_a_declared_gap_is_undetermined(tmp_path):
    """P2 was answered too late; with the replies of its window declared lost, nobody can say."""
    before = checked("--log", write_log(tmp_path / "a"))
    gap = 'gaps: [{from: "2024-03-05", until: "2024-03-06", records: [reply], reason: lost}]\n'
    late = REPLIES.replace("H1,P1,2024-03-06T10:00:00+08:00\n", "")
    after = checked("--log", write_log(tmp_path / "b", replies=late, manifest=MANIFEST + gap))
    found = [next(rule for rule in each["rules"] if rule["samples"]) for each in (before, after)]
    assert found[0]["counts"]["fail"] == 1
    assert (found[1]["counts"]["fail"], found[1]["counts"]["unknown"]) == (0, 2)
    assert {sample["reason"] for sample in found[1]["samples"]} == {"outside_coverage"}


def test_a_silence_is_told_changes_no_verdict_and_can_be_declared(tmp_path):
    """The lines that the report prints, pasted into the manifest, make the same log undetermined there."""
    days = [
        f"2024-{month:02d}-{day:02d}"
        for month, day in [(1, d) for d in range(2, 32)] + [(3, d) for d in range(1, 16)]
    ]
    ratings = RATINGS.splitlines(keepends=True)[0] + "".join(
        f"Q{day}-{n},{day}T09:{n:02d}:00+08:00,5,east,\n" for day in days for n in range(15)
    )
    log = write_log(tmp_path / "log", ratings=ratings)
    quality = checked("--log", log)["quality"]
    silent = [
        each for each in quality["suspicions"] if each["record"] == "rating" and each["kind"] == "silent_days"
    ]
    assert [(each["from"], each["until"]) for each in silent] == [("2024-02-01", "2024-02-29")]
    (line,) = [line for line in quality["proposed_gaps"] if "2024-02-01" in line]
    (log / "log.yaml").write_text(MANIFEST + f"gaps:\n  {line}\n", encoding="utf-8")
    declared = checked("--log", log)
    assert declared["log"]["gaps"][0]["records"] == ["rating"]
    left = [each for each in declared["quality"]["suspicions"] if each["kind"] == "silent_days"]
    assert left == []


def test_the_pilot_site_has_no_personal_data_where_none_belongs(tmp_path):
    ended = command(
        "check",
        "gbt39734",
        "--log",
        ROOT / "fixtures" / "pilot-site",
        "--format",
        "json",
        "--quarantine",
        tmp_path,
    )
    report = json.loads(ended.out)
    assert report["quality"]["personal_data"] == []
    with (tmp_path / "rating.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["_rules"] for row in csv.DictReader(file)} == {"ZS4208", "ZS4210"}
