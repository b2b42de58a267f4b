"""What the text says: precedence, patterns, spans, and that both languages say the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from zhunsheng.diagnostics import Source
from zhunsheng.syntax import parse
from zhunsheng.syntax import tree as t


def declaration(text: str) -> t.Declaration:
    file, diagnostics = parse(Source("test.rule", text))
    assert not diagnostics, diagnostics
    assert len(file.declarations) == 1
    return file.declarations[0]


def expression(text: str) -> t.Expr:
    define = declaration(f"define f(r: rating) = {text}")
    assert isinstance(define, t.Define)
    return define.body


def ref(name: str) -> t.Ref:
    return t.Ref(t.Name(name))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("a or b and c", "a or (b and c)"),
        ("not a and b", "(not a) and b"),
        ("not a = b", "not (a = b)"),
        ("a implies b implies c", "a implies (b implies c)"),
        ("a or b implies c and d", "(a or b) implies (c and d)"),
        ("a and b and c", "(a and b) and c"),
        ("a - b - c", "(a - b) - c"),
        ("a - b * c / d", "a - ((b * c) / d)"),
        ("-a * b", "(-a) * b"),
        ("a + b otherwise c = d", "((a + b) otherwise c) = d"),
        ("a between b and c and d", "(a between b and c) and d"),
        ("a + 1 between b and c + 1", "(a + 1) between b and (c + 1)"),
        ("has x and b", "(has x) and b"),
        ("not has x of r and b", "(not (has x of r)) and b"),
        ("has x where a and b", "has x where (a and b)"),
        ("count of x of r <= 3", "(count of x of r) <= 3"),
        ("sum of a + b for x of r", "sum of (a + b) for x of r"),
        ("month of r.at = b", "(month of r.at) = b"),
        ("days from a to b + 1", "(days from a to b) + 1"),
        ("has x after a + b and c", "(has x after (a + b)) and c"),
        ("a is missing or b is known", "(a is missing) or (b is known)"),
        ("a not in {b}", "(a not in {b})"),
        ("a is not missing", "a is known"),
    ],
)
def test_precedence(text: str, same: str) -> None:
    assert expression(text) == expression(same)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("has y of r within 15 working days after r.at", "有 y 属于 r 于 r.at 之后 15个工作日 内"),
        ("has y of r within 24 hours after r.at", "有 y 属于 r 于 r.at 之后 24 小时内"),
        ("has y of r within 3 months before r.at", "有 y 属于 r 于 r.at 之前 3 个月 内"),
        ("has y of r within 7 days after r.at", "有 y 属于 r 于 r.at 之后 7 日 内"),
        ("has y of r within 7 days after r.at", "有 y 属于 r 于 r.at 之后 7天内"),
        ("has y of r within 30 minutes after r.at", "有 y 属于 r 于 r.at 之后 30 分钟 内"),
        ("has y of r after r.at", "有 y 属于 r 于 r.at 之后"),
        ("has y of r before r.at", "有 y 属于 r 于 r.at 之前"),
        ("has y of r between r.a and r.b", "有 y 属于 r 介于 r.a 至 r.b"),
        ("has y of r on the same day as r.at", "有 y 属于 r 于 r.at 当日"),
        ("has at least 2 other y z of r where z.a at b", "有 至少 2 其他 y z 属于 r 满足 z.a 时间取 b"),
        ("has no y", "没有 y"),
        ("r.a in {b, c} and r.d not in codelist(e)", "r.a 属于 {b，c} 且 r.d 不属于 码表（e）"),
        ("all of r.a in {b} or any of r.a in {c}", "全部 r.a 属于 ｛b｝ 或 任一 r.a 属于 {c}"),
        ("not (r.a implies r.b)", "非 （r.a 则 r.b）"),
        ("r.a is missing and r.b is known", "r.a 缺失 且 r.b 已知"),
        ("r.a otherwise 0 >= 1", "r.a 缺失则取 0 ≥ 1"),
        ('r.a matches "x"', "r.a 匹配 “x”"),
        ("r.a between 1 and 5", "r.a 介于 1 至 5"),
        ("count of y of r = 1", "条数 y 属于 r ＝ 1"),
        ("sum of z.a for y z of r > 1", "合计 z.a 取自 y z 属于 r ＞ 1"),
        ("working days from r.a to r.b <= 15", "工作日数 自 r.a 至 r.b ≤ 15"),
        ("month of r.a = year of r.b", "所在月 r.a = 所在年 r.b"),
        ("r.a = true or r.b != 99.5 %", "r.a = 真 或 r.b ≠ 99.5％"),
    ],
)
def test_both_languages_say_the_same(english: str, chinese: str) -> None:
    assert expression(english) == expression(chinese)


def test_a_whole_rule() -> None:
    rule = declaration(
        """
        rule answered "一" en "one"
            clause S "9.3"
            effective from 2021-01-01 until 2022-12-31
            for each rating r where bad(r)
            let h = first reply of r
            must have reply of r within limit after r.at
            unless r.voided
        """
    )
    at = t.Dot(ref("r"), t.Name("at"))
    reply = t.Pattern(
        None, False, t.Name("reply"), None, ref("r"), None, None, t.Within(ref("limit"), "after", at)
    )
    first = t.Pattern(None, False, t.Name("reply"), None, ref("r"), None, None, None)
    assert rule == t.Rule(
        t.Name("answered"),
        t.Text((("", "一"), ("en", "one"))),
        (t.Clause(t.Name("S"), "9.3"),),
        t.Effective(date(2021, 1, 1), date(2022, 12, 31)),
        None,
        None,
        t.Subject(t.Name("rating"), t.Name("r"), t.Call(t.Name("bad"), (ref("r"),))),
        (t.Let(t.Name("h"), t.FirstLast("first", first)),),
        t.Norm("must", t.HasExpr(reply)),
        t.Dot(ref("r"), t.Name("voided")),
    )


def test_percentages_are_exact_fractions() -> None:
    assert expression("99.5 %") == t.Literal_(Decimal("0.995"), percent=True)
    assert expression("0.1%") == t.Literal_(Decimal("0.001"), percent=True)


def test_window_and_where_in_either_order() -> None:
    assert expression("has y z of r where z.a after r.b") == expression("has y z of r after r.b where z.a")
    between = expression("has y z of r between r.a and r.b where z.c")
    assert isinstance(between, t.HasExpr)
    assert isinstance(between.pattern.window, t.BetweenTimes)
    assert between.pattern.where is not None


def test_names_are_normalised_and_spans_point_into_the_raw_text() -> None:
    text = "define f(r: rating) = r.caf\u0065\u0301 = `two words`"
    file, diagnostics = parse(Source("nfd.rule", text))
    assert not diagnostics
    body = file.declarations[0]
    assert isinstance(body, t.Define)
    compared = body.body
    assert isinstance(compared, t.Binary)
    assert isinstance(compared.left, t.Dot)
    assert compared.left.name.text == "caf\u00e9"
    assert compared.left.name.span.text == "caf\u0065\u0301"
    assert compared.right == ref("two words")
    assert compared.right.span.text == "`two words`"
    assert compared.span.text == text.split(" = ", 1)[1]


def test_a_word_after_a_dot_is_a_name() -> None:
    assert expression("r.source = r.where") == t.Binary(
        "=", t.Dot(ref("r"), t.Name("source")), t.Dot(ref("r"), t.Name("where"))
    )


def test_backslashes_are_themselves_except_before_quotes_and_backslashes() -> None:
    assert expression(r'"^\d+\"\\$"') == t.Literal_(r"^\d+" + '"' + "\\$")


def test_errors_cost_their_own_declaration_only() -> None:
    file, diagnostics = parse(
        Source(
            "t.rule", "define a(r: x) = r.b\ndefine c(r: x) = = r\ndefine d(r: x) = r.e\ndefine f(r x) = r\n"
        )
    )
    assert [each.name.text for each in file.declarations if isinstance(each, t.Define)] == ["a", "d"]
    assert [diagnostic.span.line for diagnostic in diagnostics if diagnostic.span] == [2, 4]


def test_a_misspelt_head_keeps_the_declaration_before_it() -> None:
    file, diagnostics = parse(
        Source("t.rule", "define a(r: x) = r.b\ndefin c(r: x) = r.b\nrul d for each x r must r.b")
    )
    assert len(file.declarations) == 3
    assert [diagnostic.code for diagnostic in diagnostics] == ["ZS1003", "ZS1003"]


def test_comments_know_whether_they_stand_alone() -> None:
    file, _ = parse(Source("c.rule", "# one\ndefine a(r: x) = r.b # two\n   ＃ three\n"))
    assert [(comment.text, comment.alone) for comment in file.comments] == [
        ("# one", True),
        ("# two", False),
        ("＃ three", True),
    ]
