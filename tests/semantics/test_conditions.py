"""`conflict` is right whenever it speaks: no values satisfy conditions that it calls contradictory."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantics.samples import typed, vocabulary
from zhunsheng.semantics import typed as t
from zhunsheng.semantics.conditions import conflict

NUMBERS = [None, 0, 1, 2, 3]
LEVELS = [None, "very_dissatisfied", "dissatisfied", "fair", "satisfied", "very_satisfied"]
_number = st.builds(
    lambda op, n: f"r.rounds {op} {n}", st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.integers(0, 3)
)
_level = st.builds(
    lambda op, code: f"r.level {op} {code}",
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.sampled_from(LEVELS[1:]),
)
_set = st.builds(
    lambda negated, codes: f"r.level {'not ' if negated else ''}in {{{', '.join(sorted(codes))}}}",
    st.booleans(),
    st.sets(st.sampled_from(LEVELS[1:]), min_size=1, max_size=3),
)
_missing = st.sampled_from(
    ["r.rounds is missing", "r.level is known", "r.rounds is known", "r.level is missing"]
)
_atom = st.one_of(_number, _level, _set, _missing)
_condition = st.recursive(
    _atom,
    lambda inner: st.one_of(
        st.builds(lambda a, b: f"({a} and {b})", inner, inner),
        st.builds(lambda a, b: f"({a} or {b})", inner, inner),
        st.builds(lambda a: f"not ({a})", inner),
    ),
    max_leaves=5,
)


def _holds(expr: t.Expr, row: dict[str, int | str | None]) -> bool | None:
    """Kleene's logic over one row; None is unknown."""
    if isinstance(expr, t.Not):
        inner = _holds(expr.operand, row)
        return None if inner is None else not inner
    if isinstance(expr, t.And):
        values = [_holds(one, row) for one in expr.operands]
        return False if False in values else None if None in values else True
    if isinstance(expr, t.Or):
        values = [_holds(one, row) for one in expr.operands]
        return True if True in values else None if None in values else False
    if isinstance(expr, t.IsMissing):
        assert isinstance(expr.operand, t.FieldOf)
        return row[expr.operand.field] is None
    if isinstance(expr, t.OneOf):
        assert isinstance(expr.operand, t.FieldOf)
        value = row[expr.operand.field]
        return None if value is None else value in expr.values
    assert (
        isinstance(expr, t.Compare) and isinstance(expr.left, t.FieldOf) and isinstance(expr.right, t.Const)
    )
    found, wanted = row[expr.left.field], expr.right.value
    if found is None:
        return None
    if isinstance(found, str):
        found, wanted = LEVELS.index(found), LEVELS.index(str(wanted))
    assert isinstance(wanted, int)
    return {"=": found == wanted, "!=": found != wanted, "<": found < wanted, "<=": found <= wanted,
            ">": found > wanted, ">=": found >= wanted}[expr.op]  # fmt: skip


def _where(text: str) -> t.Expr:
    where = typed(f"rule x\nfor each rating r where {text}\nmust r.named").program.rules[0].subject.where
    assert where is not None
    return where


@settings(max_examples=150, deadline=None)
@given(st.lists(_condition, min_size=1, max_size=3))
def test_what_is_called_contradictory_has_no_model(texts: list[str]) -> None:
    conditions = [_where(text) for text in texts]
    satisfied = any(
        all(_holds(one, {"rounds": number, "level": level}) for one in conditions)
        for number, level in product(NUMBERS, LEVELS)
    )
    if satisfied:
        assert conflict(conditions, vocabulary()) is None


@pytest.mark.parametrize(
    "text",
    [
        "r.level = satisfied and r.level != satisfied",
        "r.level in {fair} and r.level not in {fair, satisfied}",
        "r.level != fair and r.level not in {very_dissatisfied, dissatisfied, satisfied, very_satisfied}",
        "r.rounds > 1 and r.rounds < 1",
        "r.rounds = 2 and (r.rounds = 3 or r.rounds is missing)",
        "r.service is missing and r.service.region = \"A\"",
        "r.service.handler is missing and r.service.handler.title = \"A\"",
        "r.service is missing and r.service.handler.title = \"A\"",
        "r.comment = \"a\" and r.comment = \"b\"",
        "r.named = true and r.named = false",
        "r.due_on > 2024-01-02 and r.due_on < 2024-01-01",
        "not (r.rounds > 1 or r.rounds <= 1 or r.rounds is missing)",
        "2 > 3",
    ],
)  # fmt: skip
def test_plain_contradictions_are_found(text: str) -> None:
    if "reply q" in text:
        pytest.skip(
            "rows of two patterns in one rule are numbered apart: found between rules, not within one"
        )
    assert conflict([_where(text)], vocabulary()) is not None
