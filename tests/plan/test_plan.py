"""What is planned together, and what must not be."""

from __future__ import annotations

from dataclasses import replace

from reference.builders import (
    RATED,
    P,
    S,
    bind,
    compare,
    has,
    hours,
    length,
    number,
    of,
    program,
    replies,
    rule,
    within,
    yes,
)
from zhunsheng.plan.build import plan
from zhunsheng.plan.text import plan_text
from zhunsheng.semantics.typed import And, Expr, IsMissing, Link, Pattern, Rule, Var


def named(id_: str, norm: Expr, **changes: object) -> Rule:
    return replace(rule(norm, **changes), id=id_)


def test_rules_about_one_record_share_one_scan_of_its_children() -> None:
    rules = [
        named("a", has()),
        named("b", has(replies(window=within(length(3))))),
        named("c", has(replies(compare(of(P, "final"), "=", yes())), "at_most", 2)),
    ]
    (subject,) = plan(program(rules=rules))
    (group,) = subject.groups.values()
    assert (group.uses, group.by_rows, sorted(group.owners)) == (3, True, ["a", "b", "c"])


def test_rows_that_nothing_compares_with_the_subject_are_grouped_by_the_link_alone() -> None:
    (subject,) = plan(program(rules=[named("a", has(replies(compare(of(P, "score"), ">", number(3)))))]))
    (group,) = subject.groups.values()
    assert not group.by_rows


def test_a_pattern_that_waits_for_a_binding_is_a_scan_of_its_own() -> None:
    first = bind("first", replies())
    later = has(replies(window=within(hours(2), of(Var("b0", "reply"), "replied_at"))))
    (subject,) = plan(program(rules=[named("a", later, bindings=(first,))]))
    assert sorted(group.depth for group in subject.groups.values()) == [0, 1]


def test_a_pattern_inside_a_where_is_computed_for_the_row_it_mentions() -> None:
    inner = Var("p1", "reply")
    ratings = Pattern(Var("p0", "rating"), Link(S, "up", ()), False, None, None, "rated_at")
    inside = Pattern(
        inner, Link(ratings.var, "down", (("reply", "rating_id"),)), False, None, None, "replied_at"
    )
    outer = replace(
        ratings, link=None, where=And((compare(of(ratings.var, "device"), "=", of(S, "device")), has(inside)))
    )
    (subject,) = plan(program(rules=[named("a", has(outer))]))
    by_record = {group.record: group for group in subject.groups.values()}
    assert [row.name for row in by_record["reply"].environment] == ["p0"]
    assert [row.name for row in by_record["rating"].environment] == ["s"]
    assert by_record["reply"].depth < by_record["rating"].depth
    assert len(by_record["rating"].equalities) == 1


def test_the_plan_reads_as_text() -> None:
    rules = [named("a", has(replies(window=within(length(3))))), named("b", IsMissing(RATED))]
    assert plan_text(plan(program(rules=rules))) == (
        "subject rating: 2 rules, 0 measures\n"
        "  rules a, b\n"
        "  scan reply:1 over reply, linked down rating_id, per row of rating: 1 pattern\n"
    )
