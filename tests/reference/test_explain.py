"""What `explain` keeps: rows looked at, limits and days stepped over, parameters, conditions, timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reference.builders import (
    INTEGER,
    RATED,
    Log,
    P,
    S,
    at,
    bind,
    compare,
    has,
    hours,
    length,
    level,
    log,
    moment,
    number,
    of,
    parameter,
    program,
    rating,
    ref,
    replies,
    reply,
    rule,
    service,
    text,
    within,
)
from zhunsheng.diagnostics import Source, Span
from zhunsheng.logs.model import Coverage
from zhunsheng.reference import evaluate, explain
from zhunsheng.reference.explanation import DayOff, Explanation
from zhunsheng.semantics.typed import And, Expr, Not, Rule, Window
from zhunsheng.semantics.types import DurationType
from zhunsheng.verdicts.model import Reason, Verdict
from zhunsheng.verdicts.truth import Truth

FINAL = replies(of(P, "final"), within(length(5, "working_day")))


def explained(norm: Expr | Rule, there: Log | None = None, *parameters: Any, key: str = "R1") -> Explanation:
    there = there or log()
    asked = norm if isinstance(norm, Rule) else rule(norm)
    of_program = program(rules=[asked], parameters=parameters)
    return explain(of_program, "r", key, there.store(), there.evidence(), there.calendar)[0]


def test_the_verdict_is_that_of_the_evaluation() -> None:
    there = log(replies=[reply("2024-03-11 09:00", final=True)])
    asked = rule(has(FINAL))
    whole = evaluate(program(rules=[asked]), there.store(), there.evidence(), there.calendar)
    (found,) = whole.rules["r"].samples
    it = explained(asked, there)
    assert (it.verdict, it.reason, it.deadline, it.observed) == (
        found.verdict,
        found.reason,
        found.deadline,
        found.observed,
    )
    assert (it.verdict, it.reason) == (Verdict.FAIL, Reason.LATE)
    assert (it.applicability, it.effective, it.norm) == (Truth.TRUE, Truth.TRUE, Truth.FALSE)


def test_every_row_says_whether_it_counts_and_why_not() -> None:
    there = log(
        replies=[
            reply("2024-03-04 09:00", reply_id="yes", final=True),
            reply("2024-02-28 09:00", reply_id="early", final=True),
            reply("2024-03-09 00:00", reply_id="late", final=True),
            reply("2024-03-05 09:00", reply_id="not final", final=False),
            reply("2024-03-05 10:00", reply_id="perhaps", final=None),
            reply(None, reply_id="timeless", final=True),
            reply("2024-03-05 09:00", reply_id="of another", rating_id="R2", final=True),
        ]
    )
    (looked,) = explained(has(FINAL, asked=3), there).looked
    assert {row.key: row.ruling for row in looked.rows} == {
        "yes": "matches",
        "early": "too_early",
        "late": "too_late",
        "not final": "condition",
        "perhaps": "undecided",
        "timeless": "undecided",
    }
    assert (looked.use, looked.asked, looked.sure, looked.possible) == ("at_least", 3, 1, 2)
    assert next(row for row in looked.rows if row.key == "perhaps").fields == ("reply.final",)


def test_a_working_day_limit_tells_its_start_its_end_and_the_days_stepped_over() -> None:
    """From Thursday 8 February 2024: the Festival from the 10th to the 17th, Sunday the 18th was worked."""
    there = log(rating(rated_at=at("2024-02-08 10:00")))
    (looked,) = explained(has(replies(window=within(length(3, "working_day")))), there).looked
    limit = looked.limit
    assert limit is not None and limit.type is not None
    assert (limit.kind, limit.since, limit.amount, limit.type.unit) == (
        "within_after",
        at("2024-02-08 10:00"),
        3,
        "working_day",
    )
    assert limit.high == at("2024-02-19 24:00")
    off = [each.day.day for each in limit.days if each.kind != "worked_weekend"]
    assert off == [10, 11, 12, 13, 14, 15, 16, 17]
    assert limit.days[0] == DayOff(date(2024, 2, 10), "weekend")
    assert limit.days[2] == DayOff(date(2024, 2, 12), "holiday")
    assert limit.days[-1] == DayOff(date(2024, 2, 18), "worked_weekend")


def test_a_rolling_limit_tells_the_days_it_moved_past() -> None:
    (looked,) = explained(has(replies(window=within(length(1, rolling=True))))).looked
    assert looked.limit is not None
    assert looked.limit.high == at("2024-03-04 24:00")
    assert [each.day for each in looked.limit.days] == [date(2024, 3, 2), date(2024, 3, 3)]


@pytest.mark.parametrize("duration", [hours(5), length(5), length(1, "month")])
def test_other_limits_step_over_nothing(duration: Any) -> None:
    (looked,) = explained(has(replies(window=within(duration)))).looked
    assert looked.limit is not None and looked.limit.days == ()


def test_a_limit_that_cannot_be_computed_says_why() -> None:
    (looked,) = explained(has(replies(window=within(length(5), of(S, "due_at"))))).looked
    assert looked.limit is not None
    assert (looked.limit.high, looked.limit.reason) == (None, Reason.FIELD_MISSING)
    far = log(rating(rated_at=at("2031-03-03 10:00")), as_of=at("2031-06-30 24:00"), coverage=Coverage())
    (looked,) = explained(has(FINAL), far).looked
    assert looked.limit is not None and looked.limit.reason is Reason.CALENDAR


def test_what_the_log_could_not_show() -> None:
    late = log(coverage=Coverage(at("2024-03-05 00:00"), at("2024-06-30 24:00")))
    it = explained(has(FINAL), late)
    assert it.looked[0].limitless is Reason.OUTSIDE_COVERAGE
    assert [event.kind for event in it.timeline] == [
        "subject",
        "coverage_starts",
        "limit_ends",
        "coverage_ends",
        "observed",
    ]


def test_parameters_with_the_value_in_force_for_this_subject() -> None:
    limit = parameter(
        DurationType("day"), (date(2021, 1, 1), 15), (date(2024, 2, 1), 10), (date(2024, 7, 1), 5)
    )
    window = within(ref(DurationType("day")))
    (used,) = explained(has(replies(window=window)), log(), limit).parameters
    assert used.value is not None
    assert (used.parameter, used.value.value, used.since, used.reason) == ("p", 10, date(2024, 2, 1), None)
    (used,) = explained(has(asked=ref(INTEGER)), log(), parameter(INTEGER, (date(2030, 1, 1), 1))).parameters
    assert (used.value, used.reason) == (None, Reason.PARAMETER_NOT_IN_FORCE)


def test_fields_of_the_subject_and_its_parents_also_the_missing_ones() -> None:
    services = [{"service_id": "V1", "region": "东区"}]
    asked = And(
        (compare(of(service(), "region"), "=", text("东区")), compare(of(S, "score"), ">", number(1)))
    )
    it = explained(asked, log(rating(service_id="V1"), services=services))
    facts = {(fact.record, fact.field): (fact.value, fact.reason) for fact in it.facts}
    assert facts == {("service", "region"): ("东区", None), ("rating", "score"): (None, Reason.FIELD_MISSING)}
    assert it.fields == ("rating.score",)


def test_conditions_one_by_one_with_their_source_text() -> None:
    source = Source("a.rule", "r.level = bad and r.score > 3")
    first = replace(compare(of(S, "level"), "=", level("bad")), span=Span(source, 0, 13))
    second = replace(compare(of(S, "score"), ">", number(3)), span=Span(source, 18, 29))
    it = explained(rule(has(), where=And((first, second))), log(rating(level="bad")))
    found = [(each.part, each.text, each.truth, each.reason) for each in it.conditions]
    assert found[:2] == [
        ("where", "r.level = bad", Truth.TRUE, None),
        ("where", "r.score > 3", Truth.UNKNOWN, Reason.FIELD_MISSING),
    ]
    assert found[2][0] == "norm"


def test_outside_the_rule_only_the_applicability_is_explained() -> None:
    it = explained(
        rule(has(FINAL), where=compare(of(S, "level"), "=", level("bad"))), log(rating(level="good"))
    )
    assert (it.verdict, it.norm, it.looked) == (Verdict.NOTAPPLICABLE, None, ())
    assert [each.part for each in it.conditions] == ["where"]
    early = explained(rule(has(FINAL), effective=(date(2025, 1, 1), None)))
    assert (early.verdict, early.effective) == (Verdict.NOTAPPLICABLE, Truth.FALSE)


def test_the_row_a_binding_took() -> None:
    first = bind("first", replies())
    asked = rule(compare(of(first.var, "final"), "=", of(first.var, "final")), bindings=(first,))
    there = log(
        replies=[
            reply("2024-03-03 09:00", reply_id="B", final=True),
            reply("2024-03-02 09:00", reply_id="A", final=True),
        ]
    )
    (looked,) = explained(asked, there).looked
    assert (looked.part, looked.use) == ("binding", "first")
    assert [(row.key, row.chosen) for row in looked.rows] == [("B", False), ("A", True)]


def test_the_timeline_is_sorted_and_what_has_no_time_comes_last() -> None:
    there = log(
        replies=[
            reply(None, reply_id="Z"),
            reply("2024-03-20 09:00", reply_id="B"),
            reply("2024-03-04 09:00", reply_id="A"),
        ]
    )
    timeline = explained(has(replies(window=within(length(5)))), there).timeline
    assert [(event.kind, event.key) for event in timeline] == [
        ("subject", "R1"),
        ("row", "A"),
        ("limit_ends", None),
        ("row", "B"),
        ("observed", None),
        ("row", "Z"),
    ]


def test_a_window_backwards_shows_its_start() -> None:
    timeline = explained(has(replies(window=Window("within_before", RATED, length(5))))).timeline
    assert [event.kind for event in timeline] == ["limit_starts", "subject", "observed"]
    both = explained(
        has(replies(window=Window("bounds", low=moment("2024-02-01 00:00"), high=RATED)))
    ).timeline
    assert [event.kind for event in both] == ["limit_starts", "subject", "limit_ends", "observed"]


def test_a_pattern_used_twice_is_told_once() -> None:
    asked = And((has(FINAL), Not(has(FINAL, asked=2))))
    assert len(explained(asked).looked) == 1


def test_one_explanation_per_row_with_that_key() -> None:
    there = log(rating(score=1), rating(rating_id="R2"), rating(score=2))
    asked = program(rules=[rule(compare(of(S, "score"), "=", number(1)))])
    found = explain(asked, "r", "R1", there.store(), there.evidence(), there.calendar)
    assert [(it.row, it.verdict) for it in found] == [(1, Verdict.PASS), (3, Verdict.FAIL)]
    assert explain(asked, "r", "R9", there.store(), there.evidence(), there.calendar) == ()


def test_a_rule_that_is_not_there() -> None:
    there = log()
    with pytest.raises(KeyError):
        explain(program(), "r", "R1", there.store(), there.evidence(), there.calendar)


def test_a_subject_that_has_not_happened_yet_is_not_explained() -> None:
    there = log(rating(rated_at=at("2024-07-01 00:00")))
    assert (
        explain(program(rules=[rule(has())]), "r", "R1", there.store(), there.evidence(), there.calendar)
        == ()
    )
