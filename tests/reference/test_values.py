"""M1 to M6: states of values, operators, errors, logic, counts compared."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from reference.builders import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INSTANT,
    INTEGER,
    RATED,
    TEXT,
    P,
    S,
    aggregate,
    at,
    because,
    bind,
    compare,
    count,
    has,
    hours,
    length,
    level,
    log,
    moment,
    number,
    of,
    parameter,
    rating,
    ref,
    replies,
    reply,
    rule,
    service,
    text,
    verdict,
    within,
    yes,
)
from zhunsheng.calendars.model import Calendar
from zhunsheng.semantics.typed import (
    And,
    Arithmetic,
    Const,
    DurationOf,
    EveryCode,
    InCodes,
    IsMissing,
    Matches,
    Not,
    OneOf,
    Or,
    Otherwise,
    PartOf,
    RecordMissing,
    Var,
)
from zhunsheng.semantics.types import CodesType, DurationType
from zhunsheng.verdicts.model import Reason

REGION = of(service(), "region")
SERVICE = {"service_id": "V1", "region": "东区", "done_at": at("2024-03-01 09:00")}


class TestM1ThreeStates:
    def test_m1_an_empty_field_is_missing(self) -> None:
        assert verdict(IsMissing(of(S, "level"))) == "pass"
        assert verdict(IsMissing(of(S, "level")), log(rating(level="bad"))) == "fail"

    def test_m1_an_empty_or_dangling_link_makes_the_parent_missing(self) -> None:
        for link in (None, "V9"):
            there = log(rating(service_id=link), services=[SERVICE])
            assert verdict(RecordMissing(service()), there) == "pass"
            assert verdict(IsMissing(REGION), there) == "pass"

    def test_m1_missing_stays_missing_over_several_steps(self) -> None:
        from zhunsheng.semantics.typed import ParentOf

        item = ParentOf(service(), "item_id", "item")
        assert verdict(RecordMissing(item), log(rating(service_id="V1"), services=[SERVICE])) == "pass"
        assert verdict(RecordMissing(item)) == "pass"

    def test_m1_a_binding_without_row_is_missing(self) -> None:
        first = bind("first", replies())
        assert verdict(rule(RecordMissing(first.var), bindings=(first,))) == "pass"
        assert verdict(rule(IsMissing(of(first.var, "text")), bindings=(first,))) == "pass"

    def test_m1_whether_an_unknown_value_is_missing_is_unknown(self) -> None:
        twice = log(rating(service_id="V1"), services=[SERVICE, SERVICE])
        assert because(IsMissing(REGION), twice) == ("unknown", Reason.AMBIGUOUS_KEY)
        assert because(Not(RecordMissing(service())), twice) == ("unknown", Reason.AMBIGUOUS_KEY)

    def test_m1_a_field_of_a_row_that_was_found_is_never_unknown(self) -> None:
        assert (
            verdict(IsMissing(REGION), log(rating(service_id="V1"), services=[{**SERVICE, "region": None}]))
            == "pass"
        )


class TestM2WhereUnknownComesFrom:
    def test_m2_a_parent_key_that_occurs_twice(self) -> None:
        twice = log(rating(service_id="V1"), services=[SERVICE, SERVICE])
        assert because(compare(REGION, "=", text("东区")), twice) == ("unknown", Reason.AMBIGUOUS_KEY)

    def test_m2_a_parent_of_a_record_type_not_supplied(self) -> None:
        withheld = frozenset({"service"})
        assert because(IsMissing(REGION), log(rating(service_id="V1"), withheld=withheld)) == (
            "unknown",
            Reason.NOT_SUPPLIED,
        )
        assert verdict(IsMissing(REGION), log(rating(), withheld=withheld)) == "pass"

    def test_m2_a_binding_the_evidence_does_not_settle(self) -> None:
        first = bind("first", replies())
        asked = rule(RecordMissing(first.var), bindings=(first,))
        assert because(asked, log(withheld=frozenset({"reply"}))) == ("unknown", Reason.NOT_SUPPLIED)
        early = log(rating(rated_at=at("2023-12-31 10:00")))
        assert because(asked, early) == ("unknown", Reason.OUTSIDE_COVERAGE)

    def test_m2_days_beyond_the_published_calendar(self) -> None:
        short = Calendar("t", "t", date(2024, 1, 1), date(2024, 3, 4), (date(2024, 3, 1), date(2024, 3, 4)))
        days = DurationOf("working_day", RATED, moment("2024-03-05 10:00"), DurationType("working_day"))
        asked = compare(days, "<=", length(5, "working_day"))
        assert because(asked, log(calendar=short)) == ("unknown", Reason.CALENDAR)

    def test_m2_a_parameter_before_its_first_date(self) -> None:
        later = parameter(INTEGER, (date(2024, 3, 2), 1))
        asked = compare(number(1), "=", ref(INTEGER))
        assert because(asked, log(), later) == ("unknown", Reason.PARAMETER_NOT_IN_FORCE)
        assert verdict(asked, log(), parameter(INTEGER, (date(2024, 3, 1), 1))) == "pass"

    def test_m2_a_dated_parameter_for_a_subject_without_time(self) -> None:
        asked = compare(number(1), "=", ref(INTEGER))
        dated = parameter(INTEGER, (None, 1), (date(2030, 1, 1), 2))
        assert because(asked, log(rating(rated_at=None)), dated) == ("unknown", Reason.TIME_MISSING)
        assert verdict(asked, log(rating(rated_at=None)), parameter(INTEGER, (None, 1))) == "pass"

    def test_m2_the_value_in_force_on_the_subjects_day_in_the_logs_zone(self) -> None:
        asked = compare(number(2), "=", ref(INTEGER))
        changed = parameter(INTEGER, (None, 1), (date(2024, 3, 2), 2))
        assert verdict(asked, log(rating(rated_at=at("2024-03-01 24:00"))), changed) == "fail"
        assert verdict(asked, log(rating(rated_at=at("2024-03-02 00:00"))), changed) == "pass"


class TestM3Operators:
    def test_m3_arithmetic_on_a_missing_operand_is_missing(self) -> None:
        plus = Arithmetic("+", of(S, "score"), number(1), INTEGER)
        assert verdict(IsMissing(plus)) == "pass"
        assert verdict(compare(plus, "=", number(4)), log(rating(score=3))) == "pass"

    def test_m3_error_wins_over_unknown_and_unknown_over_missing(self) -> None:
        twice = log(rating(service_id="V1"), services=[SERVICE, SERVICE])
        error = Arithmetic("/", number(1), number(0), DECIMAL)
        unknown = DurationOf("day", of(service(), "done_at"), RATED, DurationType("day"))
        missing = of(S, "days")
        assert (
            because(IsMissing(Arithmetic("+", missing, unknown, DurationType("day"))), twice)[1]
            is Reason.AMBIGUOUS_KEY
        )
        sum_ = Arithmetic("+", of(S, "score"), error, DECIMAL)
        assert because(compare(sum_, "=", number(1)), twice) == ("error", Reason.DIVISION_BY_ZERO)

    def test_m3_comparing_a_missing_operand_is_unknown(self) -> None:
        assert because(compare(of(S, "score"), "!=", number(1))) == ("unknown", Reason.FIELD_MISSING)
        assert because(OneOf(of(S, "level"), ("bad",))) == ("unknown", Reason.FIELD_MISSING)
        assert because(Matches(of(S, "device"), "x")) == ("unknown", Reason.FIELD_MISSING)

    def test_m3_a_missing_boolean_as_condition_is_unknown(self) -> None:
        assert because(of(S, "voided")) == ("unknown", Reason.FIELD_MISSING)
        assert because(Not(of(S, "voided"))) == ("unknown", Reason.FIELD_MISSING)
        assert verdict(of(S, "voided"), log(rating(voided=True))) == "pass"

    def test_m3_otherwise_stands_in_for_missing_only(self) -> None:
        score = Otherwise(of(S, "score"), number(7), INTEGER)
        assert verdict(compare(score, "=", number(7))) == "pass"
        assert verdict(compare(score, "=", number(3)), log(rating(score=3))) == "pass"
        twice = log(rating(service_id="V1"), services=[SERVICE, SERVICE])
        region = Otherwise(REGION, text("东区"), TEXT)
        assert because(compare(region, "=", text("东区")), twice) == ("unknown", Reason.AMBIGUOUS_KEY)

    def test_m3_otherwise_looks_at_its_default_only_when_it_is_needed(self) -> None:
        error = Arithmetic("/", number(1), number(0), DECIMAL)
        score = Otherwise(of(S, "score"), error, DECIMAL)
        assert verdict(compare(score, "=", number(3)), log(rating(score=3))) == "pass"
        assert verdict(compare(score, "=", number(3))) == "error"

    @pytest.mark.parametrize("which", ["all", "any"])
    def test_m3_all_and_any_of_a_missing_list_are_unknown(self, which: str) -> None:
        asked = EveryCode(which, of(S, "options"), ("bad", "fair"))  # type: ignore[arg-type]
        assert because(asked) == ("unknown", Reason.FIELD_MISSING)
        assert verdict(asked, log(rating(options=()))) == ("pass" if which == "all" else "fail")
        assert verdict(asked, log(rating(options=("bad", "good")))) == ("fail" if which == "all" else "pass")
        assert verdict(asked, log(rating(options=("bad", "fair")))) == "pass"

    def test_m3_a_code_in_a_list_field(self) -> None:
        asked = InCodes(of(S, "level"), of(S, "options"))
        assert verdict(asked, log(rating(level="bad", options=("bad",)))) == "pass"
        assert verdict(asked, log(rating(level="bad", options=()))) == "fail"
        assert verdict(asked, log(rating(level="bad"))) == "unknown"
        assert of(S, "options").type == CodesType("level")

    def test_m3_codes_compare_by_their_place_in_the_list(self) -> None:
        assert verdict(compare(of(S, "level"), "<", level("fair")), log(rating(level="bad"))) == "pass"
        assert verdict(compare(of(S, "level"), ">=", level("good")), log(rating(level="bad"))) == "fail"

    def test_m3_numbers_are_exact(self) -> None:
        third = Arithmetic("/", number(1), number(3), DECIMAL)
        assert verdict(compare(Arithmetic("*", third, number(3), DECIMAL), "=", number(1))) == "pass"
        tenth = Arithmetic("+", Const(Fraction(1, 10), DECIMAL), Const(Fraction(2, 10), DECIMAL), DECIMAL)
        assert verdict(compare(tenth, "=", Const(Fraction(3, 10), DECIMAL))) == "pass"

    def test_m3_text_is_compared_after_nfc_and_matches_finds_anywhere(self) -> None:
        decomposed = log(rating(device="Cafe\u0301 12"))
        assert verdict(compare(of(S, "device"), "=", text("Café 12")), decomposed) == "pass"
        assert verdict(Matches(of(S, "device"), "é [0-9]"), decomposed) == "pass"
        assert verdict(Matches(of(S, "device"), "^[0-9]"), decomposed) == "fail"

    def test_m3_parts_of_an_instant_are_in_the_logs_zone(self) -> None:
        new_year = log(rating(rated_at=at("2024-01-01 00:30")))
        assert verdict(compare(PartOf("year", RATED, INTEGER), "=", number(2024)), new_year) == "pass"
        assert verdict(compare(PartOf("month", RATED, TEXT), "=", text("2024-01")), new_year) == "pass"
        assert verdict(compare(PartOf("hour", RATED, INTEGER), "=", number(0)), new_year) == "pass"
        assert (
            verdict(compare(PartOf("date", RATED, DATE), "=", Const(date(2024, 1, 1), DATE)), new_year)
            == "pass"
        )

    def test_m3_durations_between_instants(self) -> None:
        sunday = log(rating(rated_at=at("2024-02-09 23:00"), due_at=at("2024-02-18 01:00")))
        due = of(S, "due_at")
        in_days = DurationOf("day", RATED, due, DurationType("day"))
        assert verdict(compare(in_days, "=", length(9)), sunday) == "pass"
        in_hours = DurationOf("exact", RATED, due, DurationType("exact"))
        assert verdict(compare(in_hours, "=", hours(8 * 24 + 2)), sunday) == "pass"
        # The whole Spring Festival lies between; Sunday 18 February was worked.
        working = DurationOf("working_day", RATED, due, DurationType("working_day"))
        assert verdict(compare(working, "=", length(1, "working_day")), sunday) == "pass"
        back = DurationOf("working_day", due, RATED, DurationType("working_day"))
        assert verdict(compare(back, "=", length(-1, "working_day")), sunday) == "pass"


class TestM4Errors:
    def test_m4_division_by_zero(self) -> None:
        share = Arithmetic("/", number(1), of(S, "score"), DECIMAL)
        assert because(compare(share, ">", number(0)), log(rating(score=0))) == (
            "error",
            Reason.DIVISION_BY_ZERO,
        )

    @pytest.mark.parametrize(
        ("amount", "result"), [(36_525, "pass"), (36_526, "error"), (-36_525, "fail"), (-36_526, "error")]
    )
    def test_m4_a_day_count_beyond_a_century_is_an_error(self, amount: int, result: str) -> None:
        there = log(replies=[reply()])
        assert verdict(has(replies(window=within(length(amount)))), there) == result
        assert verdict(has(replies(window=within(length(amount, "month")))), there) == result

    def test_m4_an_exact_duration_beyond_a_century(self) -> None:
        century = 36_525 * 24
        there = log(replies=[reply()])
        assert verdict(has(replies(window=within(hours(century)))), there) == "pass"
        assert because(has(replies(window=within(hours(century + 1)))), there) == (
            "error",
            Reason.OUT_OF_RANGE,
        )
        shifted = Arithmetic("+", RATED, hours(century + 1), INSTANT)
        assert because(compare(shifted, ">", RATED)) == ("error", Reason.OUT_OF_RANGE)

    def test_m4_too_long_a_window_is_an_error_even_without_a_start(self) -> None:
        assert verdict(has(replies(window=within(length(40_000), of(S, "due_at"))))) == "error"

    def test_m4_an_error_stops_neither_other_subjects_nor_rules(self) -> None:
        from reference.builders import evaluated, program

        share = Arithmetic("/", number(1), of(S, "score"), DECIMAL)
        both = log(rating(score=0), rating(rating_id="R2", score=1))
        counts = evaluated(program(rules=[rule(compare(share, ">", number(0)))]), both).rules["r"].counts
        assert (counts.error, counts.passed) == (1, 1)


class TestM5Logic:
    ERROR = compare(Arithmetic("/", number(1), number(0), DECIMAL), ">", number(0))
    PENDING = has(replies(window=within(length(365))))

    def test_m5_a_guard_protects_in_either_order(self) -> None:
        zero = log(rating(score=0))
        guard = compare(of(S, "score"), "!=", number(0))
        share = compare(Arithmetic("/", number(10), of(S, "score"), DECIMAL), ">", number(3))
        assert verdict(And((guard, share)), zero) == verdict(And((share, guard)), zero) == "fail"

    @pytest.mark.parametrize("swap", [False, True])
    def test_m5_the_order_of_strength(self, swap: bool) -> None:
        unknown = of(S, "voided")

        def both(*operands: object) -> tuple:  # type: ignore[type-arg]
            return tuple(reversed(operands)) if swap else operands

        assert verdict(And(both(self.ERROR, unknown))) == "error"
        assert verdict(And(both(unknown, self.PENDING))) == "unknown"
        assert verdict(And(both(self.PENDING, yes()))) == "pending"
        assert verdict(Or(both(yes(), self.ERROR))) == "pass"
        assert verdict(Or(both(self.ERROR, self.PENDING))) == "error"
        assert verdict(Or(both(Not(yes()), self.PENDING))) == "pending"

    def test_m5_the_first_reason_in_the_order_written(self) -> None:
        twice = log(rating(service_id="V1"), services=[SERVICE, SERVICE])
        ambiguous, missing = compare(REGION, "=", text("x")), of(S, "voided")
        assert because(And((ambiguous, missing)), twice)[1] is Reason.AMBIGUOUS_KEY
        assert because(And((missing, ambiguous)), twice)[1] is Reason.FIELD_MISSING

    def test_m5_a_pending_condition_used_as_a_value_is_unknown(self) -> None:
        assert because(IsMissing(self.PENDING)) == ("unknown", Reason.WINDOW_OPEN)
        assert because(compare(self.PENDING, "=", yes())) == ("unknown", Reason.WINDOW_OPEN)
        assert of(S, "voided").type == BOOLEAN


class TestM6CountsCompared:
    SURE = reply(reply_id="P1", final=True)
    PERHAPS = reply(reply_id="P2", final=None)
    FINAL = replies(of(P, "final"))

    def test_m6_an_interval_decides_when_every_number_agrees(self) -> None:
        there = log(replies=[self.SURE, self.PERHAPS])  # one or two
        assert verdict(compare(count(self.FINAL), ">=", number(1)), there) == "pass"
        assert verdict(compare(number(0), "<", count(self.FINAL)), there) == "pass"
        assert verdict(compare(count(self.FINAL), ">", number(2)), there) == "fail"
        assert because(compare(count(self.FINAL), "=", number(2)), there) == (
            "unknown",
            Reason.UNDECIDED_ROWS,
        )
        assert verdict(compare(count(self.FINAL), "!=", number(3)), there) == "pass"

    def test_m6_incomplete_evidence_has_no_upper_end(self) -> None:
        there = log(replies=[self.SURE], coverage=log().coverage.__class__(at("2024-03-02 00:00"), None))
        assert verdict(compare(count(self.FINAL), ">=", number(1)), there) == "pass"
        assert because(compare(count(self.FINAL), "<=", number(5)), there) == (
            "unknown",
            Reason.OUTSIDE_COVERAGE,
        )
        assert verdict(compare(count(self.FINAL), "<", number(1)), there) == "fail"

    def test_m6_two_counts_beside_each_other(self) -> None:
        there = log(replies=[self.SURE, self.PERHAPS])
        everything = replies()
        assert verdict(compare(count(self.FINAL), "<=", count(everything)), there) == "pass"
        assert verdict(compare(count(self.FINAL), "<", count(everything)), there) == "unknown"

    def test_m6_elsewhere_an_uncertain_count_is_unknown(self) -> None:
        there = log(replies=[self.SURE, self.PERHAPS])
        plus = Arithmetic("+", count(self.FINAL), number(1), INTEGER)
        assert verdict(compare(plus, ">=", number(1)), there) == "unknown"
        assert verdict(OneOf(count(self.FINAL), (1, 2)), there) == "unknown"
        assert verdict(compare(plus, "=", number(2)), log(replies=[self.SURE])) == "pass"

    def test_m6_an_unknown_number_beside_a_count(self) -> None:
        assert because(compare(count(), ">=", of(S, "score")), log(replies=[reply()])) == (
            "unknown",
            Reason.FIELD_MISSING,
        )

    def test_m6_an_open_window_does_not_make_a_comparison_pending(self) -> None:
        open_ = replies(window=within(length(365)))
        assert verdict(compare(count(open_), ">=", number(1))) == "fail"


def test_variables_of_several_rows_do_not_mix() -> None:
    """A nested pattern sees the outer row and the subject, each by its own name."""
    inner = Var("p1", "reply")
    from zhunsheng.semantics.typed import Pattern

    later = Pattern(
        inner, None, False, compare(of(inner, "replied_at"), ">", of(P, "replied_at")), None, "replied_at"
    )
    last = replies(Not(has(later)))
    there = log(replies=[reply("2024-03-02 09:00", reply_id="P1"), reply("2024-03-03 09:00", reply_id="P2")])
    assert verdict(compare(count(last), "=", number(1)), there) == "pass"
    assert verdict(compare(aggregate("max", of(P, "reply_id"), last), "=", text("P2")), there) == "pass"
