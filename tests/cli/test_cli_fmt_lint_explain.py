"""`fmt`, `lint` and `explain` as users run them."""

import json

import pytest

from cli.commandline import SMALL, command, write_pack

RULES = (SMALL / "rules.rule").read_text("utf-8")


def test_fmt_check_shows_the_difference_and_writes_nothing(tmp_path):
    pack = write_pack(tmp_path / "pack", rules=RULES.replace("    clause", "  clause"))
    before = (pack / "rules.rule").read_bytes()
    ended = command("fmt", "--check", pack)
    assert ended.code == 1
    assert '+    clause S "9.3"' in ended.out
    assert (pack / "rules.rule").read_bytes() == before
    assert command("fmt", pack).code == 0
    assert command("fmt", "--check", pack).code == 0
    assert (pack / "rules.rule").read_text("utf-8") == RULES


def test_fmt_translates_and_back(tmp_path):
    pack = write_pack(tmp_path / "pack")
    assert command("fmt", "--lang", "zh", pack).code == 0
    chinese = (pack / "rules.rule").read_text("utf-8")
    assert "对每个 评价 r" in chinese
    assert "for each" not in chinese
    assert command("lint", pack).code == 0
    assert command("fmt", "--lang", "en", pack).code == 0
    assert (pack / "rules.rule").read_text("utf-8") == RULES


def test_fmt_leaves_a_file_with_errors_as_it_is_and_formats_the_others(tmp_path):
    pack = write_pack(tmp_path / "pack", broken="rule x y z\n", rules=RULES.replace("    clause", "  clause"))
    ended = command("fmt", pack)
    assert ended.code == 2
    assert "broken.rule:1" in ended.err
    assert (pack / "broken.rule").read_text("utf-8") == "rule x y z\n"
    assert (pack / "rules.rule").read_text("utf-8") == RULES


def test_fmt_without_a_pack_can_only_lay_out(tmp_path):
    (tmp_path / "alone.rule").write_text(RULES.replace("    clause", "  clause"), encoding="utf-8")
    assert command("fmt", tmp_path / "alone.rule").code == 0
    assert (tmp_path / "alone.rule").read_text("utf-8") == RULES
    ended = command("fmt", "--lang", "zh", tmp_path / "alone.rule")
    assert ended.code == 2
    assert "ZS5023" in ended.err


@pytest.mark.parametrize("name", ["nowhere.rule", "."])
def test_fmt_of_nothing_is_an_error(tmp_path, name):
    ended = command("fmt", tmp_path / name)
    assert ended.code == 2
    assert "ZS5013" in ended.err or "ZS5022" in ended.err


def test_lint_of_a_good_pack():
    ended = command("lint", SMALL)
    assert ended.code == 0
    assert "nothing found" in ended.out


def test_lint_tells_warnings_and_errors_apart(tmp_path):
    unused = 'parameter never_used "x"\n    5 days\n    source "y"\n    basis assumption\n'
    pack = write_pack(tmp_path / "pack", more=unused)
    assert command("lint", pack).code == 0
    strict = command("lint", "--strict", pack)
    assert strict.code == 1
    assert "ZS3" in strict.out
    assert "more.rule:1" in strict.out
    (pack / "more.rule").write_text("rule x y\n", encoding="utf-8")
    assert command("lint", pack).code == 2


@pytest.mark.parametrize(("language", "word"), [("zh", "超过期限"), ("en", "late")])
def test_explain_in_both_languages(log, language, word):
    arguments = ("--log", log, "--rule", "bad_rating_is_answered", "--subject", "P2")
    ended = command("explain", SMALL, *arguments, language=language)
    assert ended.code == 0
    assert word in ended.out
    assert "2024-03-11 24:00" in ended.out


def test_explain_as_json_and_into_a_file(log, tmp_path):
    arguments = ("--log", log, "--rule", "bad_rating_is_answered", "--subject", "P2", "--format", "json")
    ended = command("explain", SMALL, *arguments, "--output", tmp_path / "why.json")
    assert ended.code == 0
    assert ended.out == ""
    assert "P2" in json.dumps(json.loads((tmp_path / "why.json").read_text("utf-8")))


def test_a_pack_with_a_name_that_is_not_known_is_not_rewritten_by_halves(tmp_path):
    wrong = 'rule x "x"\n    clause S "1"\n    for each rating r\n    must r.lvel is known\n'
    pack = write_pack(tmp_path / "pack", more=wrong)
    ended = command("fmt", "--lang", "zh", pack)
    assert ended.code == 2
    assert ended.err.count("more.rule:4") == 1
    assert (pack / "rules.rule").read_text("utf-8") == RULES
