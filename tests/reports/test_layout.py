"""Columns and line breaks where a Chinese character is two columns wide."""

import doctest

import pytest

from zhunsheng.reports import layout, masking, values, wording
from zhunsheng.reports.layout import display_width, pad, printable, shorten, table, wrap


@pytest.mark.parametrize("module", [layout, masking, values, wording])
def test_examples_in_docstrings_run(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("差评", 4), ("（第 1 行）", 11), ("é", 1), ("e\u0301", 1), ("✗…", 2), ("\u200b", 0)],
)
def test_width_counts_columns_and_not_characters(text, columns):
    assert display_width(text) == columns


def test_padding_aligns_chinese_and_latin_cells():
    assert pad("差评", 6) + "|" == "差评  |"
    assert pad("12", 6, "right") == "    12"
    assert pad("太长的词", 4) == "太长的词"


@pytest.mark.parametrize("width", [4, 7, 10, 20, 33])
def test_no_line_is_wider_than_asked_and_nothing_is_lost(width):
    text = "期限 2024-03-22 24:00 已过，没有所要求的回复（含延期）；a_long_identifier_that_cannot_break 尾"
    lines = wrap(text, width)
    # Punctuation that may not start a line can stick out by its own width, never more.
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_punctuation_does_not_start_a_line_and_brackets_do_not_end_one():
    lines = wrap("差评回复，时限（工作日）。" * 6, 11)
    assert not any(line[0] in "，。）" for line in lines)
    assert not any(line[-1] == "（" for line in lines)


def test_shortened_text_says_that_it_was_cut():
    assert shorten("差评回复时限", 7) == "差评回…"
    assert shorten("差评", 4) == "差评"


def test_values_of_a_log_cannot_drive_the_terminal():
    assert "\x1b" not in printable("a\x1b[31mred\x07\u202e")


def test_table_columns_start_at_the_same_place():
    lines = table(["组", "value"], [["城东", "1"], ["a", "100"]], ["left", "right"])
    assert len({display_width(line) for line in lines}) == 1
