"""What the formatter writes: pinned texts, one per decision."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhunsheng.diagnostics import Source
from zhunsheng.diagnostics.render import width
from zhunsheng.syntax import format_file, parse
from zhunsheng.syntax.tree import Define, File
from zhunsheng.syntax.writing import WIDEST

GOOD = Path(__file__).parents[1] / "good"


def read(text: str) -> File:
    file, diagnostics = parse(Source("layout.rule", text))
    assert not diagnostics
    return file


def formatted(text: str, language: str | None = None) -> str:
    return format_file(read(text), language)


def test_one_part_per_line_and_canonical_spacing() -> None:
    text = (
        'rule  a "x" clause S "9.3" for each rating r where r.a=1 and r.b  in{c,d} '
        "must have reply of r unless -r.e<( 3 )"
    )
    assert formatted(text) == (
        'rule a "x"\n'
        '    clause S "9.3"\n'
        "    for each rating r where r.a = 1 and r.b in {c, d}\n"
        "    must have reply of r\n"
        "    unless -r.e < 3\n"
    )


def test_windows_change_their_order_with_the_language() -> None:
    english = (
        "rule a\n    for each rate r\n    must have reply y of r where y.ok within 1 working day after r.t\n"
    )
    chinese = "规则 a\n    对每个 rate r\n    应有 reply y 属于 r 满足 y.ok 于 r.t 之后 1 个工作日内\n"
    assert formatted(english, "zh") == chinese
    assert formatted(chinese, "en") == english


def test_every_declaration_keeps_its_own_language() -> None:
    text = "define a(r: x) = r.b and r.c\n定义 d(r: x) = r.b 且 r.c\n"
    assert formatted(text) == text


def test_comments_stay_where_they_were() -> None:
    expected = """\
# The head of the file.
#
# Two paragraphs of it.

# Belongs to the standard.
standard S "GB/T 39734-2020"  # beside it

# Above the rule, first block.

# Above the rule, second block.
rule commented "有注释的规则"  # beside the name
    # before the clause
    clause S "9.3"  # beside the clause
    # this line
    for each rating r where bad(r)  # and this one are one part
    # two lines
    # before the norm
    # inside the norm
    must have reply of r within 3 days after r.rated_at
    # after the last part
    # still inside

# Outside again.

define one(r: rating) = r.a
define two(r: rating) = r.b  # adjacent definitions stay adjacent

define three(r: rating) = r.c
# indented after a single line

# The end.
"""
    assert formatted((GOOD / "comments_en.rule").read_text(encoding="utf-8")) == expected


def test_a_file_of_comments_only_keeps_them() -> None:
    file, _ = parse(Source("c.rule", "# a\n\n\n  # b\n"))
    assert format_file(file) == "# a\n\n# b\n"


def test_renames_are_written_and_quoted_where_they_collide() -> None:
    text = "define bad(r: rating) = r.level in {low, other} and r.kind = low"
    file = read(text)
    define = file.declarations[0]
    assert isinstance(define, Define)
    starts = {
        text.index("rating"): "评价",
        text.index("level"): "等级",
        text.index("low"): "除非",
        text.index("kind"): "类 别",
        text.rindex("low"): "低",
    }
    assert format_file(file, "zh", starts) == (
        "定义 bad(r: 评价) = r.等级 属于 {`除非`, other} 且 r.`类 别` = 低\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`r`.`level`", "r.level"),
        ("`where`(r) and r.where", "`where`(r) and r.where"),
        ("`each` = `missing`", "`each` = `missing`"),
        ("`属于r` = `ｒ`", "`属于r` = `ｒ`"),
        ("`3rd` = `a b`", "`3rd` = `a b`"),
        ("r.`3rd`", "r.`3rd`"),
        ("other = `other`", "other = other"),
    ],
)
def test_names_are_quoted_only_where_they_must_be(text: str, expected: str) -> None:
    assert formatted(f"define f(r: x) = {text}") == f"define f(r: x) = {expected}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("((a)) and (b)", "a and b"),
        ("a or b and c", "a or (b and c)"),
        ("(a and b) implies c", "(a and b) implies c"),
        ("(a - b) - c - (d - e)", "a - b - c - (d - e)"),
        ("not (a = b)", "not a = b"),
        ("(count of x y of r where y.a) <= 3", "(count of x y of r where y.a) <= 3"),
        ("(count of x of r) <= 3", "count of x of r <= 3"),
        ("(has x of r after r.a) and b", "has x of r after r.a and b"),
        ("(has x y of r where y.a) and b", "(has x y of r where y.a) and b"),
        ("b and (has x y of r where y.a)", "b and has x y of r where y.a"),
        ("99.50% * 1.0", "99.50 % * 1.0"),
        ("r.at > 2021-01-01T09:00:00Z", "r.at > 2021-01-01T09:00+00:00"),
        ("r.a < 1 days + 2 days", "r.a < 1 day + 2 days"),
        ("has x y where y.a between r.b and r.c", "has x y where y.a between r.b and r.c"),
        ("has x y between r.b and r.c where y.a", "has x y between r.b and r.c where y.a"),
        ("has x y within 3 days after r.b where y.a", "has x y where y.a within 3 days after r.b"),
    ],
)
def test_parentheses_and_literals(text: str, expected: str) -> None:
    assert formatted(f"define f(r: x) = {text}") == f"define f(r: x) = {expected}\n"


def test_must_not_is_not_must_with_a_negation() -> None:
    text = "rule a\n    for each x r\n    must (not r.b and r.c)\n"
    assert formatted(text) == text
    assert formatted(text, "zh") == "规则 a\n    对每个 x r\n    应 (非 r.b 且 r.c)\n"


def test_a_long_part_is_broken_at_its_loosest_joints() -> None:
    terms = " and ".join(f"(r.first_field_{i} = one or r.second_field_{i} = two)" for i in range(3))
    assert formatted(f"rule a for each rating r where {terms} must r.x") == (
        "rule a\n"
        "    for each rating r\n"
        "        where (r.first_field_0 = one or r.second_field_0 = two)\n"
        "        and (r.first_field_1 = one or r.second_field_1 = two)\n"
        "        and (r.first_field_2 = one or r.second_field_2 = two)\n"
        "    must r.x\n"
    )


def test_long_lists_fill_their_lines() -> None:
    members = ", ".join(f"非常满意选项{i}" for i in range(40))
    text = formatted(f"定义 f(r: x) = r.选项 属于 {{{members}}}")
    lines = text.splitlines()
    assert len(lines) > 4
    assert all(WIDEST - 20 < width(line) <= WIDEST for line in lines[:-1])


def test_windows_line_ends_and_a_byte_order_mark_are_cleaned() -> None:
    assert formatted("\ufeffdefine a(r: x) = r.b # c\r\n\r\n\r\ndefine d(r: x) = r.e\r\n") == (
        "define a(r: x) = r.b  # c\n\ndefine d(r: x) = r.e\n"
    )


def test_parameter_parts_come_in_one_order() -> None:
    text = 'parameter p "x" 3 days note "n" basis assumption source "s" rolling'
    assert formatted(text) == (
        'parameter p "x"\n    3 days\n    rolling\n    source "s"\n    basis assumption\n    note "n"\n'
    )
