"""M19 to M21, M26: the verdict of a rule, permissions, effective dates, what has not happened yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reference.builders import (
    DECIMAL,
    P,
    S,
    at,
    because,
    bind,
    compare,
    evaluated,
    finding,
    has,
    length,
    level,
    log,
    number,
    of,
    program,
    rating,
    replies,
    reply,
    rule,
    service,
    text,
    verdict,
    within,
    yes,
)
from zhunsheng.reference import evaluate
from zhunsheng.semantics.typed import Arithmetic, Expr, Not, RecordMissing, Subject, Var
from zhunsheng.verdicts.model import Counts, Reason, Verdict

NO = Not(yes())
UNKNOWN = of(S, "voided")
ERROR = compare(Arithmetic("/", number(1), number(0), DECIMAL), ">", number(0))
PENDING = has(replies(window=within(length(365))))


class TestM19Verdict:
    """The whole table stands in tests/verdicts; here, that `where` and `unless` make the applicability."""

    @pytest.mark.parametrize(
        ("where", "norm", "expected"),
        [
            (None, yes(), "pass"),
            (None, NO, "fail"),
            (NO, ERROR, "notapplicable"),
            (UNKNOWN, yes(), "pass"),
            (UNKNOWN, NO, "unknown"),
            (UNKNOWN, PENDING, "unknown"),
            (UNKNOWN, ERROR, "error"),
            (PENDING, yes(), "pass"),
            (PENDING, NO, "pending"),
            (PENDING, UNKNOWN, "unknown"),
            (ERROR, yes(), "error"),
        ],
    )
    def test_m19_where(self, where: Expr | None, norm: Expr, expected: str) -> None:
        assert verdict(rule(norm, where=where)) == expected

    @pytest.mark.parametrize(
        ("unless", "norm", "expected"),
        [
            (yes(), NO, "notapplicable"),
            (NO, NO, "fail"),
            (UNKNOWN, NO, "unknown"),
            (UNKNOWN, yes(), "pass"),
            (PENDING, NO, "pending"),
            (ERROR, yes(), "error"),
        ],
    )
    def test_m19_unless(self, unless: Expr, norm: Expr, expected: str) -> None:
        assert verdict(rule(norm, unless=unless)) == expected

    def test_m19_outside_where_wins_over_an_error_in_unless(self) -> None:
        assert verdict(rule(yes(), where=NO, unless=ERROR)) == "notapplicable"
        assert verdict(rule(yes(), where=ERROR, unless=yes())) == "notapplicable"

    def test_m19_the_reason_is_that_of_whichever_made_the_verdict(self) -> None:
        assert because(rule(NO, where=UNKNOWN)) == ("unknown", Reason.FIELD_MISSING)
        assert because(rule(NO, where=PENDING)) == ("pending", Reason.WINDOW_OPEN)
        assert because(rule(ERROR, where=UNKNOWN)) == ("error", Reason.DIVISION_BY_ZERO)

    def test_m19_unless_may_use_a_binding(self) -> None:
        first = bind("first", replies())
        asked = rule(NO, bindings=(first,), unless=RecordMissing(first.var))
        assert verdict(asked) == "notapplicable"
        assert verdict(asked, log(replies=[reply()])) == "fail"


class TestM20Permission:
    @pytest.mark.parametrize(
        ("norm", "expected"),
        [
            (yes(), "pass"),
            (NO, "notapplicable"),
            (UNKNOWN, "unknown"),
            (PENDING, "pending"),
            (ERROR, "error"),
        ],
    )
    def test_m20_a_permission_never_fails(self, norm: Expr, expected: str) -> None:
        assert verdict(rule(norm, modality="may")) == expected

    def test_m20_a_recommendation_fails_as_such(self) -> None:
        assert verdict(rule(NO, modality="should")) == "fail"


class TestM21EffectiveDates:
    MARCH = (date(2024, 3, 1), date(2024, 3, 31))

    @pytest.mark.parametrize(
        ("rated", "expected"),
        [
            ("2024-02-29 24:00", "notapplicable"),
            ("2024-03-01 00:00", "fail"),
            ("2024-03-31 24:00", "fail"),
            ("2024-04-01 00:00", "notapplicable"),
        ],
    )
    def test_m21_both_days_belong_to_the_period_in_the_logs_zone(self, rated: str, expected: str) -> None:
        assert verdict(rule(NO, effective=self.MARCH), log(rating(rated_at=at(rated)))) == expected

    @pytest.mark.parametrize(
        "effective",
        [(date(2024, 3, 1), None), (None, date(2024, 3, 1)), (date(2024, 3, 1), date(2024, 3, 1))],
    )
    def test_m21_half_open_periods(self, effective: tuple[date | None, date | None]) -> None:
        assert verdict(rule(NO, effective=effective)) == "fail"

    def test_m21_a_subject_without_time_is_unknown_for_rules_that_have_them(self) -> None:
        timeless = log(rating(rated_at=None))
        assert because(rule(NO, effective=self.MARCH), timeless) == ("unknown", Reason.TIME_MISSING)
        assert verdict(rule(yes(), effective=self.MARCH), timeless) == "pass"
        assert verdict(rule(NO), timeless) == "fail"

    def test_m21_also_records_that_have_no_time_at_all(self) -> None:
        item = Var("s", "item")
        asked = replace(
            rule(compare(of(item, "size"), "=", number(2)), effective=self.MARCH), subject=Subject(item, None)
        )
        assert because(asked, log(items=[{"item_id": "I1", "size": 1}])) == ("unknown", Reason.TIME_MISSING)


class TestM26NotHappenedYet:
    EARLY = log(as_of=at("2024-03-02 00:00"))

    def test_m26_rows_after_the_observation_time_are_no_subjects(self) -> None:
        later = rating(rating_id="R2", rated_at=at("2024-03-02 00:00:01"))
        there = replace(self.EARLY, rows={"rating": [rating(), later]})
        assert evaluated(program(rules=[rule(yes())]), there).rules["r"].counts == Counts(
            subjects=1, passed=1
        )

    def test_m26_nor_candidates(self) -> None:
        there = replace(self.EARLY, rows={"rating": [rating()], "reply": [reply("2024-03-02 09:00")]})
        assert verdict(has(replies(window=within(length(5)))), there) == "pending"
        assert verdict(has(), there) == "fail"

    def test_m26_nor_parents(self) -> None:
        services = [{"service_id": "V1", "done_at": at("2024-03-05 09:00"), "region": "东区"}]
        there = replace(self.EARLY, rows={"rating": [rating(service_id="V1")], "service": services})
        assert verdict(RecordMissing(service()), there) == "pass"
        twice = [*services, {"service_id": "V1", "done_at": at("2024-03-01 09:00"), "region": "西区"}]
        there = replace(there, rows={**there.rows, "service": twice})
        assert verdict(compare(of(service(), "region"), "=", text("西区")), there) == "pass"


class TestCountsAndFindings:
    def test_every_subject_is_counted_once_and_only_samples_are_capped(self) -> None:
        levels = ["bad", "good", None, "bad", "very_bad"]
        rows = [rating(rating_id=f"R{place}", level=each) for place, each in enumerate(levels)]
        norm = rule(Not(compare(of(S, "level"), "=", level("bad"))))
        there = log(*rows)
        whole = evaluate(
            program(rules=[norm]), there.store(), there.evidence(), there.calendar, samples=1
        ).rules["r"]
        assert whole.counts == Counts(subjects=5, passed=2, fail=2, unknown=1)
        assert [(each.row, each.verdict) for each in whole.samples] == [(1, Verdict.FAIL)]
        every = (
            evaluate(program(rules=[norm]), there.store(), there.evidence(), there.calendar)
            .rules["r"]
            .samples
        )
        assert [(each.row, each.key) for each in every] == [(1, "R0"), (4, "R3"), (3, "R2")]

    def test_rows_that_share_a_key_stay_subjects_of_their_own(self) -> None:
        twice = log(rating(score=1), rating(score=2))
        outcome = evaluated(program(rules=[rule(compare(of(S, "score"), "=", number(1)))]), twice).rules["r"]
        assert outcome.counts == Counts(subjects=2, passed=1, fail=1)
        assert [(each.key, each.row) for each in outcome.samples] == [("R1", 2)]

    def test_the_order_of_rows_in_the_source_does_not_change_a_verdict(self) -> None:
        rows = [reply(f"2024-03-0{day} 09:00", reply_id=f"P{day}", final=day != 2) for day in (1, 2, 3)]
        first = bind("first", replies(of(P, "final"), link=None))
        asked = rule(compare(of(first.var, "reply_id"), "=", text("P1")), bindings=(first,))
        assert {
            verdict(asked, log(replies=order)) for order in (rows, rows[::-1], [rows[1], rows[2], rows[0]])
        } == {"pass"}

    def test_a_rule_without_subjects(self) -> None:
        empty = replace(log(), rows={})
        assert evaluated(program(rules=[rule(yes())]), empty).rules["r"].counts == Counts()

    def test_a_finding_without_key(self) -> None:
        found = finding(NO, log(rating(rating_id=None)))
        assert found is not None and (found.key, found.row, found.record) == (None, 1, "rating")
