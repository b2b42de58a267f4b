"""`zhunsheng test` and `zhunsheng clauses` as users run them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli.commandline import command
from drafting.small import HEAD, pack_of

GOOD = """\
  - title: {zh: 没有工单, en: No order}
    log: {rating: {R1: {}}}
    expect: {has_order: {R1: fail}}
"""
BAD = GOOD.replace("fail}", "pass}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_exit_codes(tmp_path: Path, language: str) -> None:
    pack_of(tmp_path, HEAD + GOOD)
    assert command("test", tmp_path, language=language).code == 0
    assert command("test", tmp_path, "--coverage", "--threshold", "100", language=language).code == 1
    assert command("test", tmp_path, "--mutate", language=language).code == 1
    pack_of(tmp_path, HEAD + BAD)
    ended = command("test", tmp_path, language=language)
    assert (
        ended.code == 1
        and "a.yaml:8" in ended.out
        and ("没有工单" if language == "zh" else "No order") in ended.out
    )
    pack_of(tmp_path, HEAD + GOOD.replace("fail}", "failed}"))
    ended = command("test", tmp_path, language=language)
    assert ended.code == 2 and "ZS5207" in ended.err
    assert command("test", tmp_path, "--rule", "has_ordr", language=language).code == 2


def test_a_measure_without_test_does_not_pass_mutation(tmp_path: Path) -> None:
    cases = """\
  - title: exact
    log:
      rating: {R1: {}, R2: {}, R3: {voided: true}, R4: {}, R5: {level: satisfied}}
      work_order:
        W1: 2024-03-06 24:00
        W2: {rating_id: R2, created_at: 2024-03-07 00:00}
        W4: {rating_id: R4, created_at: 2024-03-04 09:59}
    expect: {has_order: {R1: pass, R2: fail, R3: notapplicable, R4: fail, R5: notapplicable}}
"""
    pack_of(tmp_path, HEAD + cases)
    assert command("test", tmp_path, "--mutate", "--rule", "has_order").code == 0
    ended = command("test", tmp_path, "--mutate")
    assert ended.code == 1 and "good: no test" in ended.out


def test_both_evaluators(tmp_path: Path) -> None:
    pack_of(tmp_path, HEAD + GOOD)
    assert command("test", tmp_path, "--engine", "both").code == 0


def test_json_and_junit(tmp_path: Path) -> None:
    pack_of(tmp_path, HEAD + BAD)
    found = json.loads(command("test", tmp_path, "--format", "json", "--coverage", "--mutate").out)
    failure = found["cases"][0]["failures"][0]
    assert (failure["rule"], failure["subject"], failure["expected"], failure["found"], failure["line"]) == (
        "has_order", "R1", "pass", "fail", 8,
    )  # fmt: skip
    assert found["coverage"]["rules"][0]["rule"] == "has_order" and found["mutations"] == []
    out = tmp_path / "report.xml"
    assert command("test", tmp_path, "--format", "junit", "--output", out).code == 1
    suite = ElementTree.fromstring(out.read_text(encoding="utf-8"))[0]
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert "a.yaml:8" in (suite[0][0].get("message") or "")


def test_only_one_rule(tmp_path: Path) -> None:
    pack_of(tmp_path, HEAD + BAD)
    assert "0 cases" in command("test", tmp_path, "--rule", "good").out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_clause_table(language: str) -> None:
    table = json.loads(command("clauses", "gbt39734", "--format", "json", language=language).out)
    assert table["total"] == 26 == sum(table["by_status"].values())
    one = next(each for each in table["clauses"] if each["number"] == "7.2")
    assert one["rules"] == ["rating_within_window", "unrated_service_invited"] and one["why"] and one["known"]
    markdown = command("clauses", "gbt39734", "--format", "markdown", language=language).out
    assert markdown.count("\n|") == 26 + 2
    assert "7.2" in command("clauses", "gbt39734", language=language).out
