"""Help, versions, languages and mistakes on the command line."""

import pytest

from cli.commandline import command, process
from zhunsheng import __version__
from zhunsheng.cli.commands import COMMANDS
from zhunsheng.cli.language import chosen, from_environment


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW"}, "zh"),
        ({"LANG": "C", "LC_ALL": ""}, "en"),
        ({"LANG": "ZH_cn"}, "zh"),
    ],
)
def test_the_locale_chooses_the_language(environment, language):
    assert from_environment(environment) == language


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["check", "--lang", "en"], "en"),
        (["--lang=en", "check"], "en"),
        (["--lang", "en", "check", "--lang", "zh"], "zh"),
        (["check", "--lang", "fr"], "zh"),
        (["check", "--lang"], "zh"),
        (["fmt", "--lang", "en"], "zh"),
        (["--lang", "en", "fmt", "--lang", "zh"], "en"),
        (["check", "fmt", "--lang", "en"], "en"),
    ],
)
def test_lang_chooses_the_language_before_anything_is_parsed(arguments, language):
    """The locale here is Chinese; `fmt --lang` names the language to rewrite into, not the one to speak."""
    assert chosen(arguments, {"LANG": "zh_CN"}) == language


def test_version():
    assert process("--version").out == f"zhunsheng {__version__}\n"


def test_without_arguments_there_is_help():
    ended = command()
    assert ended.code == 0
    assert all(name in ended.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(("language", "heading"), [("zh", "选项："), ("en", "Options:")])
def test_every_command_has_help_in_both_languages(name, language, heading):
    ended = command(name, "--help", language=language)
    assert ended.code == 0
    assert heading in ended.out
    foreign = ("Usage", "Show this", "OPTIONS") if language == "zh" else ("用法", "选项", "显示")
    assert not any(word in ended.out for word in foreign)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["chek"], "ZS5002"),
        (["check"], "ZS5003"),
        (["check", "pack"], "ZS5003"),
        (["check", "pack", "--log"], "ZS5005"),
        (["check", "pack", "--lgo", "x"], "ZS5010"),
        (["check", "pack", "--quite-unlike-any"], "ZS5001"),
        (["check", "pack", "--log", "x", "--format", "xml"], "ZS5004"),
        (["check", "pack", "--log", "x", "--limit-samples", "-1"], "ZS5007"),
        (["check", "pack", "--log", "x", "--max-unknown", "1.5"], "ZS5007"),
        (["check", "pack", "--log", "x", "--reveal=yes"], "ZS5008"),
        (["check", "pack", "--log", "x", "--lang", "fr"], "ZS5004"),
        (["explain", "a", "b", "--log", "x", "--rule", "r", "--subject", "s"], "ZS5006"),
        (["fmt"], "ZS5003"),
    ],
)
@pytest.mark.parametrize(("language", "word"), [("zh", "错误"), ("en", "error")])
def test_usage_errors_are_said_in_the_language_chosen(arguments, code, language, word):
    ended = command(*arguments, language=language)
    assert ended.code == 2
    assert ended.err.startswith(f"{word} {code}")
    assert "{" not in ended.err
    assert ended.out == ""


def test_the_nearest_option_is_offered():
    assert "--log" in command("check", "pack", "--lgo", "x").err


def test_words_from_outside_cannot_drive_the_terminal():
    assert "\x1b" not in command("check\x1b[31m").err


def test_bytes_that_are_no_utf8_are_no_reason_to_fall_over():
    ended = process("check", b"\xff\xfe".decode("utf-8", "surrogateescape"), "--log", "x")
    assert ended.code == 2
    assert "ZS5101" in ended.err


def test_the_locale_speaks_without_lang():
    assert process("chek", language=None, LANG="zh_CN.UTF-8").err.startswith("错误")
    assert process("chek", language=None, LANG="C.UTF-8").err.startswith("error")


def test_a_terminal_without_chinese_is_no_reason_to_fall_over():
    ended = process("--help", language="zh", PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="POSIX")
    assert ended.code == 0
    assert "check" in ended.out
