"""Lone expressions, as profiles hold them."""

from __future__ import annotations

import pytest

from zhunsheng.diagnostics import Source, render
from zhunsheng.syntax import parse_expression
from zhunsheng.syntax.tree import Binary, Call, InSet, Literal_, Name, Ref


def test_names_calls_and_operators_are_read_as_in_rules() -> None:
    tree, wrong = parse_expression(Source("p.yaml", 'join("-", projectNo, `办件 编号`)'))
    assert not wrong
    assert tree == Call(Name("join"), (Literal_("-"), Ref(Name("projectNo")), Ref(Name("办件 编号"))))
    chinese, wrong = parse_expression(Source("p.yaml", '满意度 属于 {"1"} 且 渠道 = "2"'))
    assert not wrong
    assert chinese == Binary(
        "and",
        InSet(Ref(Name("满意度")), (Literal_("1"),)),
        Binary("=", Ref(Name("渠道")), Literal_("2")),
    )


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ('x = "1" or', "ZS1018", ""),
        ("a b", "ZS1001", "b"),
        ("part(a, 1", "ZS1016", "("),
        ('a == "1"', "ZS1035", "=="),
        ("", "ZS1020", ""),
        ("a\n    rule b", "ZS1001", "rule"),
    ],
)
def test_slips_are_named_where_they_stand(text: str, code: str, marked: str) -> None:
    tree, wrong = parse_expression(Source("p.yaml", text))
    assert tree is None
    assert [one.code for one in wrong] == [code]
    assert wrong[0].span is not None
    assert wrong[0].span.text == marked
    assert all(render(one, language) for one in wrong for language in ("zh", "en"))
