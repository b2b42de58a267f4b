"""M7 to M18: candidates, matching, counting, windows, evidence, first and last, aggregates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from reference.builders import (
    DECIMAL,
    INTEGER,
    RATED,
    VOCABULARY,
    Log,
    P,
    S,
    aggregate,
    at,
    because,
    bind,
    compare,
    count,
    finding,
    has,
    hours,
    length,
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
from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.semantics.typed import (
    And,
    Arithmetic,
    Const,
    Expr,
    IsMissing,
    Link,
    Not,
    ParentOf,
    Pattern,
    RecordMissing,
    Rule,
    Subject,
    Var,
    Window,
)
from zhunsheng.semantics.types import DurationType
from zhunsheng.verdicts.model import Reason

V = Var("s", "service")
REPLIES_OF_SERVICE = Pattern(
    P, Link(V, "down", (("reply", "rating_id"), ("rating", "service_id"))), False, None, None, "replied_at"
)
SERVICE = {"service_id": "V1", "region": "东区", "done_at": at("2024-03-01 09:00")}
ERROR = compare(Arithmetic("/", number(1), number(0), DECIMAL), ">", number(0))
ALL_RATINGS = Pattern(Var("p0", "rating"), None, False, None, None, "rated_at")


def over_services(norm: Expr) -> Rule:
    return replace(rule(norm), subject=Subject(V, None))


def exactly(asked: int) -> Expr:
    return compare(count(), "=", number(asked))


class TestM7Candidates:
    def test_m7_rows_linked_to_the_anchor_only(self) -> None:
        there = log(
            replies=[
                reply(reply_id="P1"),
                reply(reply_id="P2", rating_id="R2"),
                reply(reply_id="P3", rating_id=None),
            ]
        )
        assert verdict(exactly(1), there) == "pass"

    def test_m7_without_of_all_rows(self) -> None:
        there = log(
            replies=[
                reply(reply_id="P1"),
                reply(reply_id="P2", rating_id="R2"),
                reply(reply_id="P3", rating_id=None),
            ]
        )
        assert verdict(has(replies(link=None), "exactly", 3), there) == "pass"

    def test_m7_a_row_counts_once_however_many_chains_lead_to_it(self) -> None:
        twice = log(rating(service_id="V1"), rating(service_id="V1"), services=[SERVICE], replies=[reply()])
        assert verdict(over_services(has(REPLIES_OF_SERVICE, "exactly", 1)), twice) == "pass"

    def test_m7_several_steps_down(self) -> None:
        there = log(
            rating(service_id="V1"),
            rating(rating_id="R2", service_id="V1"),
            rating(rating_id="R3", service_id="V2"),
            services=[SERVICE],
            replies=[reply(reply_id=f"P{each}", rating_id=f"R{each}") for each in (1, 2, 3, 4)],
        )
        assert verdict(over_services(has(REPLIES_OF_SERVICE, "exactly", 2)), there) == "pass"

    def test_m7_up_a_link_every_row_with_that_key_is_a_candidate(self) -> None:
        above = Pattern(
            Var("p0", "service"), Link(S, "up", (("rating", "service_id"),)), False, None, None, "done_at"
        )
        late = {**SERVICE, "done_at": at("2024-03-02 09:00")}
        assert (
            verdict(has(above, "exactly", 2), log(rating(service_id="V1"), services=[late, late])) == "pass"
        )
        assert verdict(has(above, "exactly", 0), log(rating(service_id="V9"), services=[late])) == "pass"
        assert verdict(has(above, "exactly", 0), log(rating(service_id=None), services=[late])) == "pass"

    def test_m7_a_missing_anchor_has_no_candidates(self) -> None:
        at_service = Pattern(
            Var("p0", "rating"),
            Link(service(), "down", (("rating", "service_id"),)),
            False,
            None,
            None,
            "rated_at",
        )
        assert verdict(has(at_service, "exactly", 0), log(rating(service_id=None))) == "pass"
        assert verdict(has(at_service), log(rating(service_id="V1"), services=[SERVICE])) == "pass"

    def test_m7_an_unknown_anchor_makes_the_count_unknown(self) -> None:
        at_service = Pattern(
            Var("p0", "rating"),
            Link(service(), "down", (("rating", "service_id"),)),
            False,
            None,
            None,
            "rated_at",
        )
        twice = log(rating(service_id="V1"), services=[SERVICE, SERVICE])
        assert because(has(at_service), twice) == ("unknown", Reason.AMBIGUOUS_KEY)
        assert because(has(at_service, "at_most", 0), twice) == ("unknown", Reason.AMBIGUOUS_KEY)
        assert verdict(has(at_service, "at_least", 0), twice) == "pass"


class TestM8Matching:
    @pytest.mark.parametrize(
        ("final", "when", "result"),
        [
            (True, "2024-03-02 09:00", "pass"),
            (False, "2024-03-02 09:00", "fail"),
            (None, "2024-03-02 09:00", "unknown"),
            (True, "2024-03-20 09:00", "fail"),
            (None, "2024-03-20 09:00", "fail"),
            (True, None, "unknown"),
            (False, None, "fail"),
        ],
    )
    def test_m8_condition_and_window_together(
        self, final: bool | None, when: str | None, result: str
    ) -> None:
        asked = has(replies(of(P, "final"), within(length(3))))
        assert verdict(asked, log(replies=[reply(when, final=final)])) == result

    def test_m8_an_error_in_the_condition_is_an_error_unless_the_window_excludes_the_row(self) -> None:
        share = compare(Arithmetic("/", number(1), of(P, "score"), DECIMAL), ">", number(0))
        asked = has(replies(share, within(length(3))))
        good = reply(reply_id="P1", score=1)
        assert verdict(asked, log(replies=[good, reply(reply_id="P2", score=0)])) == "error"
        assert (
            verdict(asked, log(replies=[good, reply("2024-04-01 09:00", reply_id="P2", score=0)])) == "pass"
        )
        assert verdict(asked, log(replies=[good, reply(None, reply_id="P2", score=0)])) == "error"

    def test_m8_a_pending_condition_may_match(self) -> None:
        inner = Var("p1", "reply")
        answered = Pattern(
            inner,
            None,
            False,
            compare(of(inner, "text"), "=", of(P, "reply_id")),
            within(length(365), of(P, "replied_at")),
            "replied_at",
        )
        assert verdict(has(replies(has(answered)))) == "fail"
        assert verdict(has(replies(has(answered))), log(replies=[reply()])) == "unknown"
        assert (
            verdict(
                has(replies(has(answered))),
                log(replies=[reply(), reply("2024-05-01 09:00", rating_id="R2", text="P1")]),
            )
            == "pass"
        )


class TestM9Counting:
    """The table itself is tested in tests/verdicts; here, that patterns feed it what M9 says."""

    def test_m9_a_window_bound_that_is_missing_leaves_the_count_without_limit(self) -> None:
        unbounded = within(length(3), of(S, "due_at"))
        assert because(has(replies(window=unbounded)), log(replies=[reply()])) == (
            "unknown",
            Reason.FIELD_MISSING,
        )
        assert verdict(has(replies(window=unbounded), "at_most", 9)) == "unknown"
        assert verdict(has(replies(window=unbounded), "at_least", 0)) == "pass"

    def test_m9_an_unknown_number(self) -> None:
        later = parameter(INTEGER, (date(2030, 1, 1), 1))
        assert because(has(asked=ref(INTEGER)), log(replies=[reply()]), later) == (
            "unknown",
            Reason.PARAMETER_NOT_IN_FORCE,
        )

    def test_m9_an_error_in_a_bound_or_condition_is_an_error(self) -> None:
        assert because(has(replies(window=within(length(40_000))))) == ("error", Reason.OUT_OF_RANGE)
        assert verdict(has(replies(ERROR)), log(replies=[reply()])) == "error"
        assert verdict(has(replies(ERROR))) == "fail"

    def test_m9_at_least_none_is_true_whatever_else(self) -> None:
        assert (
            verdict(has(replies(ERROR), "at_least", 0), log(replies=[reply()], withheld=frozenset({"reply"})))
            == "pass"
        )

    def test_m9_open_windows(self) -> None:
        open_ = replies(window=within(length(365)))
        assert because(has(open_)) == ("pending", Reason.WINDOW_OPEN)
        assert verdict(has(open_), log(replies=[reply()])) == "pass"
        assert verdict(has(open_, "exactly", 1), log(replies=[reply()])) == "pass"
        assert verdict(has(open_, "exactly", 2), log(replies=[reply()])) == "pending"
        assert verdict(has(open_, "at_most", 0)) == "pass"
        both = log(replies=[reply(), reply(reply_id="P2")])
        assert because(has(open_, "exactly", 1), both) == ("fail", Reason.TOO_MANY)


class TestM10Negation:
    OPEN = replies(window=within(length(365)))

    def test_m10_not_has_is_pending_while_the_window_is_open(self) -> None:
        assert verdict(Not(has(self.OPEN))) == "pending"
        assert verdict(Not(has(self.OPEN)), log(replies=[reply()])) == "fail"

    def test_m10_at_most_none_is_judged_on_what_was_observed(self) -> None:
        assert verdict(has(self.OPEN, "at_most", 0)) == "pass"
        assert because(has(self.OPEN, "at_most", 0), log(replies=[reply()])) == ("fail", Reason.TOO_MANY)


class TestM11Windows:
    @staticmethod
    def holds(window: Window, when: str, there: Log | None = None) -> bool:
        base = there or log()
        rows = {**base.rows, "reply": [reply(when)]}
        whole = replace(base, rows=rows, coverage=Coverage())
        result = verdict(has(replies(window=window)), whole)
        assert result in ("pass", "fail")
        return result == "pass"

    @pytest.mark.parametrize(
        ("window", "inside", "outside"),
        [
            # R1 is rated on Friday 1 March 2024 at 10:00.
            (
                Window("bounds", low=RATED),
                ["2024-03-01 10:00", "2024-06-01 00:00"],
                ["2024-03-01 09:59:59.999999"],
            ),
            (
                Window("bounds", high=RATED),
                ["2024-03-01 10:00", "2024-01-01 00:00"],
                ["2024-03-01 10:00:00.000001"],
            ),
            (
                Window("bounds", low=RATED, high=moment("2024-03-02 12:00")),
                ["2024-03-01 10:00", "2024-03-02 12:00"],
                ["2024-03-01 09:59", "2024-03-02 12:00:00.000001"],
            ),
            (
                Window("same_day", anchor=RATED),
                ["2024-03-01 00:00", "2024-03-01 24:00"],
                ["2024-02-29 24:00", "2024-03-02 00:00"],
            ),
            (
                Window("same_day", anchor=Const(date(2024, 3, 1), of(S, "due_on").type)),
                ["2024-03-01 00:00", "2024-03-01 24:00"],
                ["2024-02-29 24:00", "2024-03-02 00:00"],
            ),
            (
                within(hours(2)),
                ["2024-03-01 10:00", "2024-03-01 12:00"],
                ["2024-03-01 09:59", "2024-03-01 12:00:00.000001"],
            ),
            (
                within(length(3)),
                ["2024-03-01 10:00", "2024-03-04 24:00"],
                ["2024-03-01 09:59", "2024-03-05 00:00"],
            ),
            (
                within(length(0)),
                ["2024-03-01 10:00", "2024-03-01 24:00"],
                ["2024-03-01 09:59", "2024-03-02 00:00"],
            ),
            # Saturday and Sunday do not count.
            (within(length(1, "working_day")), ["2024-03-04 24:00"], ["2024-03-05 00:00"]),
            (within(length(5, "working_day")), ["2024-03-08 24:00"], ["2024-03-09 00:00"]),
            (within(length(1, "month")), ["2024-04-01 24:00"], ["2024-04-02 00:00"]),
            # 3 March 2024 is a Sunday.
            (within(length(2, rolling=True)), ["2024-03-04 24:00"], ["2024-03-05 00:00"]),
            (within(length(3, rolling=True)), ["2024-03-04 24:00"], ["2024-03-05 00:00"]),
            # 1 May is a holiday until Sunday the 5th.
            (within(length(2, "month", rolling=True)), ["2024-05-06 24:00"], ["2024-05-07 00:00"]),
            (
                Window("within_before", RATED, hours(2)),
                ["2024-03-01 08:00", "2024-03-01 10:00"],
                ["2024-03-01 07:59", "2024-03-01 10:01"],
            ),
            (
                Window("within_before", RATED, length(2)),
                ["2024-02-28 00:00", "2024-03-01 10:00"],
                ["2024-02-27 24:00", "2024-03-01 10:01"],
            ),
            (Window("within_before", RATED, length(0)), ["2024-03-01 00:00"], ["2024-02-29 24:00"]),
            (
                Window("within_before", RATED, length(5, "working_day")),
                ["2024-02-23 00:00"],
                ["2024-02-22 24:00"],
            ),
            (Window("within_before", RATED, length(1, "month")), ["2024-02-01 00:00"], ["2024-01-31 24:00"]),
        ],
    )
    def test_m11_both_ends_belong_to_the_window(
        self, window: Window, inside: list[str], outside: list[str]
    ) -> None:
        assert all(self.holds(window, each) for each in inside)
        assert not any(self.holds(window, each) for each in outside)

    @pytest.mark.parametrize(
        ("rated", "months", "last"),
        [
            ("2024-01-31 10:00", 1, "2024-02-29 24:00"),
            ("2023-01-31 10:00", 1, "2023-02-28 24:00"),
            ("2024-08-31 10:00", 1, "2024-09-30 24:00"),
            ("2024-02-29 10:00", 12, "2025-02-28 24:00"),
            ("2023-12-15 10:00", 3, "2024-03-15 24:00"),
        ],
    )
    def test_m11_a_month_without_that_day_ends_on_its_last(self, rated: str, months: int, last: str) -> None:
        there = log(rating(rated_at=at(rated)), as_of=at("2026-01-01 00:00"))
        window = within(length(months, "month"))
        assert self.holds(window, last, there)
        after = (at(last) + timedelta(microseconds=1)).astimezone(at("2024-01-01 00:00").tzinfo)
        assert finding(
            has(replies(window=window)), replace(there, coverage=Coverage())
        ).deadline == after - timedelta(microseconds=1)  # type: ignore[union-attr]

    def test_m11_make_up_working_days_count_and_holidays_do_not(self) -> None:
        """Rated on Friday 9 February 2024: the Festival is skipped, Sunday 18 February was worked."""
        there = log(rating(rated_at=at("2024-02-09 10:00")))
        assert self.holds(within(length(1, "working_day")), "2024-02-18 24:00", there)
        assert not self.holds(within(length(1, "working_day")), "2024-02-19 00:00", there)

    @pytest.mark.parametrize(
        "duration", [length(-1), hours(-1), length(-1, "working_day"), length(-1, "month")]
    )
    def test_m11_a_negative_length_is_an_empty_window(self, duration: Const) -> None:
        around = [reply(f"2024-0{month}-01 10:00", reply_id=f"P{month}") for month in (1, 2, 3, 4)]
        for window in (within(duration), Window("within_before", RATED, duration)):
            assert because(has(replies(window=window)), log(replies=around))[0] == "fail"

    def test_m11_a_negative_length_does_not_roll_forward_over_the_event(self) -> None:
        monday = log(rating(rated_at=at("2024-03-04 10:00")), replies=[reply("2024-03-04 11:00")])
        assert verdict(has(replies(window=within(length(-1, rolling=True)))), monday) == "fail"

    def test_m11_a_limit_moved_by_what_was_granted_to_this_case(self) -> None:
        granted = aggregate("sum", of(P, "granted"), replies(compare(of(P, "text"), "=", text("extension"))))
        limit = Arithmetic("+", length(3), granted, DurationType("day"))
        late = reply("2024-03-06 09:00", reply_id="P1", text="answer")
        asked = has(replies(compare(of(P, "text"), "=", text("answer")), within(limit)))
        assert verdict(asked, log(replies=[late])) == "fail"
        extension = reply("2024-03-02 09:00", reply_id="P2", text="extension", granted=2)
        assert verdict(asked, log(replies=[late, extension])) == "pass"

    def test_m11_the_limit_is_a_parameter(self) -> None:
        limit = parameter(DurationType("working_day"), (None, 15), (date(2024, 3, 1), 1))
        window = within(ref(DurationType("working_day")))
        assert verdict(has(replies(window=window)), log(replies=[reply("2024-03-05 09:00")]), limit) == "fail"
        earlier = log(rating(rated_at=at("2024-02-29 10:00")), replies=[reply("2024-03-05 09:00")])
        assert verdict(has(replies(window=window)), earlier, limit) == "pass"

    def test_m11_days_are_days_of_the_logs_zone(self) -> None:
        new_york = log(replies=[reply("2024-03-02 09:00")], zone="America/New_York")  # 20:00 on 1 March there
        assert (
            verdict(has(replies(window=Window("same_day", anchor=RATED))), new_york) == "fail"
        )  # rated 21:00, 29 February
        assert verdict(has(replies(window=within(length(1)))), new_york) == "pass"

    def test_m11_a_day_of_23_hours_ends_when_it_ends(self) -> None:
        """10 March 2024 in New York has 23 hours; its end is 04:00 UTC of the next day."""
        there = log(rating(rated_at=at("2024-03-10 22:00")), zone="America/New_York", coverage=Coverage())
        found = finding(has(replies(window=within(length(0)))), there)
        assert found is not None and found.deadline is not None
        assert found.deadline.isoformat() == "2024-03-11T03:59:59.999999+00:00"


def test_m12_an_event_at_midnight_belongs_to_the_next_day() -> None:
    window = within(length(1))
    assert verdict(has(replies(window=window)), log(replies=[reply("2024-03-02 24:00")])) == "pass"
    assert verdict(has(replies(window=window)), log(replies=[reply("2024-03-03 00:00")])) == "fail"
    found = finding(has(replies(window=window)), log(replies=[reply("2024-03-03 00:00")]))
    assert found is not None and found.deadline == at("2024-03-02 24:00")


class TestM13RowTimes:
    def test_m13_a_row_without_time_may_match_any_window_and_matches_without_one(self) -> None:
        timeless = log(replies=[reply(None)])
        assert because(has(replies(window=within(length(3)))), timeless) == ("unknown", Reason.UNDECIDED_ROWS)
        assert verdict(has(replies()), timeless) == "pass"

    def test_m13_the_at_field_is_looked_at_instead(self) -> None:
        there = log(replies=[reply("2024-05-01 09:00", sent_at=at("2024-03-02 09:00"))])
        assert verdict(has(replies(window=within(length(3)), at_field="sent_at")), there) == "pass"
        assert verdict(has(replies(window=within(length(3)))), there) == "fail"


class TestM14Open:
    def test_m14_open_means_the_end_lies_after_the_observation_time(self) -> None:
        asked = has(replies(window=within(length(3))))
        assert verdict(asked, log(as_of=at("2024-03-04 23:59"))) == "pending"
        assert verdict(asked, log(as_of=at("2024-03-04 24:00"))) == "fail"

    def test_m14_without_an_upper_end_nothing_is_pending(self) -> None:
        assert verdict(has(replies()), log(as_of=at("2024-03-02 00:00"))) == "fail"
        assert (
            verdict(has(replies(window=Window("bounds", low=RATED))), log(as_of=at("2024-03-02 00:00")))
            == "fail"
        )


class TestM15Evidence:
    @staticmethod
    def covered(start: str | None, until: str | None, **changes: object) -> Log:
        return log(coverage=Coverage(at(start) if start else None, at(until) if until else None), **changes)

    ASKED = has(replies(window=within(length(3))))

    def test_m15_the_window_must_lie_inside_the_coverage(self) -> None:
        assert verdict(self.ASKED, self.covered("2024-03-01 10:00", "2024-03-04 24:00")) == "fail"
        late = self.covered("2024-03-01 10:01", "2024-03-04 24:00")
        assert because(self.ASKED, late) == ("unknown", Reason.OUTSIDE_COVERAGE)
        early = self.covered("2024-03-01 10:00", "2024-03-04 23:00")
        assert because(self.ASKED, early) == ("unknown", Reason.OUTSIDE_COVERAGE)
        assert verdict(self.ASKED, self.covered(None, None)) == "fail"

    def test_m15_the_part_after_the_observation_time_is_not_asked_for(self) -> None:
        assert (
            verdict(
                self.ASKED, self.covered("2024-01-01 00:00", "2024-03-02 00:00", as_of=at("2024-03-02 00:00"))
            )
            == "pending"
        )

    def test_m15_enough_rows_pass_whatever_the_coverage(self) -> None:
        assert (
            verdict(self.ASKED, self.covered("2024-03-02 00:00", "2024-03-03 00:00", replies=[reply()]))
            == "pass"
        )

    def test_m15_at_most_needs_evidence(self) -> None:
        none = has(replies(window=within(length(3))), "at_most", 0)
        assert because(none, self.covered("2024-03-02 00:00", None)) == ("unknown", Reason.OUTSIDE_COVERAGE)
        assert verdict(none, self.covered("2024-03-02 00:00", None, replies=[reply()])) == "fail"

    def test_m15_without_a_lower_end_the_anchors_time_counts(self) -> None:
        assert verdict(has(), self.covered("2024-03-01 10:00", None)) == "fail"
        assert verdict(has(), self.covered("2024-03-01 10:01", None)) == "unknown"
        assert (
            verdict(
                has(replies(window=Window("bounds", high=moment("2024-03-05 00:00")))),
                self.covered("2024-03-01 10:00", None),
            )
            == "fail"
        )

    def test_m15_without_an_anchor_or_its_time_the_coverage_is_all_there_is(self) -> None:
        assert verdict(has(replies(link=None)), self.covered("2024-03-02 00:00", None)) == "fail"
        timeless = self.covered("2024-03-02 00:00", None)
        timeless = replace(timeless, rows={**timeless.rows, "rating": [rating(rated_at=None)]})
        assert verdict(has(), timeless) == "fail"

    def test_m15_without_an_upper_end_up_to_the_observation_time(self) -> None:
        assert verdict(has(), self.covered(None, "2024-06-30 24:00")) == "fail"
        assert verdict(has(), self.covered(None, "2024-06-30 23:00")) == "unknown"

    @pytest.mark.parametrize(
        ("start", "until", "records", "result"),
        [
            ("2024-03-04 24:00", "2024-03-09 00:00", {"reply"}, "unknown"),  # touches the last instant
            ("2024-03-05 00:00", "2024-03-09 00:00", {"reply"}, "fail"),
            ("2024-02-01 00:00", "2024-03-01 10:00", {"reply"}, "unknown"),  # touches the first
            ("2024-02-01 00:00", "2024-03-01 09:59", {"reply"}, "fail"),
            ("2024-03-02 00:00", "2024-03-03 00:00", {"rating"}, "fail"),  # another record's gap
            ("2024-03-02 00:00", "2024-03-03 00:00", set(), "unknown"),  # everything's gap
        ],
    )
    def test_m15_gaps(self, start: str, until: str, records: set[str], result: str) -> None:
        gap = Gap(at(start), at(until), frozenset(records))
        assert verdict(self.ASKED, log(gaps=(gap,))) == result

    def test_m15_a_record_type_not_supplied(self) -> None:
        withheld = frozenset({"reply"})
        assert because(self.ASKED, log(withheld=withheld)) == ("unknown", Reason.NOT_SUPPLIED)
        assert because(has(bound="at_most", asked=0), log(withheld=withheld)) == (
            "unknown",
            Reason.NOT_SUPPLIED,
        )

    def test_m15_a_record_type_on_the_path_between(self) -> None:
        path = log(services=[SERVICE], withheld=frozenset({"rating"}))
        path = replace(path, rows={**path.rows, "rating": ()})
        assert because(over_services(has(REPLIES_OF_SERVICE)), path) == ("unknown", Reason.NOT_SUPPLIED)
        gap = Gap(at("2024-03-05 00:00"), at("2024-03-06 00:00"), frozenset({"rating"}))
        assert because(over_services(has(REPLIES_OF_SERVICE)), log(services=[SERVICE], gaps=(gap,))) == (
            "unknown",
            Reason.OUTSIDE_COVERAGE,
        )

    def test_m15_an_empty_stretch_only_asks_that_the_record_was_supplied(self) -> None:
        future = has(
            replies(window=Window("bounds", low=moment("2025-01-01 00:00"), high=moment("2025-02-01 00:00")))
        )
        assert verdict(future, self.covered("2024-03-01 00:00", "2024-03-02 00:00")) == "pending"
        assert verdict(future, log(withheld=frozenset({"reply"}))) == "unknown"

    def test_m15_a_limit_beyond_the_calendar(self) -> None:
        asked = has(replies(window=within(length(5, "working_day"))))
        beyond = log(
            rating(rated_at=at("2031-03-03 10:00")), as_of=at("2031-06-30 24:00"), coverage=Coverage()
        )
        assert because(asked, beyond) == ("unknown", Reason.CALENDAR)
        with_reply = replace(beyond, rows={**beyond.rows, "reply": [reply("2031-03-03 11:00")]})
        assert because(asked, with_reply) == ("unknown", Reason.CALENDAR)


class TestM16Self:
    def same_device(self, other: bool) -> Pattern:
        row = Var("p0", "rating")
        return Pattern(row, None, other, compare(of(row, "device"), "=", of(S, "device")), None, "rated_at")

    def test_m16_the_subject_is_among_the_candidates_unless_other_is_written(self) -> None:
        alone = log(rating(device="D1"))
        assert verdict(has(self.same_device(False)), alone) == "pass"
        assert verdict(has(self.same_device(True)), alone) == "fail"

    def test_m16_itself_is_the_row_not_the_key(self) -> None:
        twin = log(rating(device="D1"), rating(device="D1"))
        assert finding(has(self.same_device(True)), twin) is None


class TestM17FirstAndLast:
    @staticmethod
    def chosen(
        which: str, *rows: dict[str, object], where: Expr | None = None, window: Window | None = None
    ) -> str | None:
        """The key of the row that is bound; None when missing, "?" when unknown."""
        bound = bind(which, replies(where, window))
        there = log(replies=rows)
        for row in rows:
            key = row["reply_id"]
            if (
                key
                and verdict(
                    rule(compare(of(bound.var, "reply_id"), "=", text(str(key))), bindings=(bound,)), there
                )
                == "pass"
            ):
                return str(key)
        result = verdict(rule(RecordMissing(bound.var), bindings=(bound,)), there)
        return {"pass": None, "unknown": "?", "fail": "no key"}[result]

    P1, P2, P3 = (reply(f"2024-03-0{day} 09:00", reply_id=f"P{day}") for day in (1, 2, 3))

    def test_m17_by_time_whatever_the_order_of_rows(self) -> None:
        assert self.chosen("first", self.P3, self.P1, self.P2) == "P1"
        assert self.chosen("last", self.P3, self.P1, self.P2) == "P3"
        assert self.chosen("first") is None

    def test_m17_ties_by_key_and_a_missing_key_comes_last(self) -> None:
        a, b = ({**self.P1, "reply_id": key} for key in ("A", "B"))
        nameless = {**self.P1, "reply_id": None}
        assert self.chosen("first", b, a, nameless) == "A"
        assert self.chosen("last", b, a) == "B"
        assert self.chosen("last", b, a, nameless) == "no key"

    def test_m17_ties_of_key_by_row(self) -> None:
        first, second = {**self.P1, "text": "one"}, {**self.P1, "text": "two"}
        bound = bind("last", replies())
        asked = rule(compare(of(bound.var, "text"), "=", text("two")), bindings=(bound,))
        assert verdict(asked, log(replies=[first, second])) == "pass"
        assert verdict(asked, log(replies=[second, first])) == "fail"

    def test_m17_a_row_without_time_leaves_it_unknown(self) -> None:
        timeless = reply(None, reply_id="P9")
        assert self.chosen("first", self.P1, timeless) == "?"
        assert (
            self.chosen(
                "last",
                self.P1,
                {**timeless, "final": False},
                where=Not(compare(of(P, "final"), "=", Not(yes()))),
            )
            == "?"
        )

    def test_m17_a_row_that_may_match_matters_only_where_it_would_win(self) -> None:
        final = of(P, "final")
        sure = {**self.P2, "final": True}
        earlier, later, equal = self.P1, self.P3, {**self.P2, "reply_id": "P0"}
        assert self.chosen("first", sure, later, where=final) == "P2"
        assert self.chosen("first", sure, earlier, where=final) == "?"
        assert self.chosen("last", sure, earlier, where=final) == "P2"
        assert self.chosen("last", sure, later, where=final) == "?"
        assert self.chosen("first", sure, equal, where=final) == "?"
        assert self.chosen("first", earlier, where=final) == "?"

    def test_m17_rows_outside_the_window_take_no_part(self) -> None:
        assert self.chosen("first", self.P1, self.P2, window=Window("bounds", low=RATED)) == "P2"
        assert self.chosen("last", self.P1, self.P2, window=Window("bounds", high=RATED)) == "P1"

    def test_m17_needs_evidence(self) -> None:
        bound = bind("first", replies())
        asked = rule(compare(of(bound.var, "text"), "=", text("x")), bindings=(bound,))
        there = log(replies=[{**self.P2, "text": "x"}])
        assert verdict(asked, there) == "pass"
        late = replace(there, coverage=Coverage(at("2024-03-02 00:00"), None))
        assert because(asked, late) == ("unknown", Reason.OUTSIDE_COVERAGE)

    def test_m17_a_later_binding_sees_an_earlier_one(self) -> None:
        first = bind("first", replies())
        second = bind(
            "first",
            replace(
                replies(window=Window("bounds", low=of(first.var, "replied_at"))),
                where=Not(compare(of(P, "reply_id"), "=", of(first.var, "reply_id"))),
            ),
            "b1",
        )
        asked = rule(compare(of(second.var, "reply_id"), "=", text("P2")), bindings=(first, second))
        assert verdict(asked, log(replies=[self.P3, self.P1, self.P2])) == "pass"


class TestM18Aggregates:
    ROWS = tuple(
        reply(reply_id=f"P{score}", score=score, text=word) for score, word in ((1, "a"), (2, "b"), (6, "b"))
    )

    @pytest.mark.parametrize(
        ("fn", "result"), [("sum", 9), ("min", 1), ("max", 6), ("average", 3), ("distinct", 3)]
    )
    def test_m18_over_matching_rows(self, fn: str, result: int) -> None:
        assert (
            verdict(compare(aggregate(fn, of(P, "score")), "=", number(result)), log(replies=self.ROWS))
            == "pass"
        )

    def test_m18_distinct_counts_values_not_rows(self) -> None:
        assert (
            verdict(compare(aggregate("distinct", of(P, "text")), "=", number(2)), log(replies=self.ROWS))
            == "pass"
        )

    def test_m18_an_average_is_exact(self) -> None:
        two = log(replies=self.ROWS[:2])
        assert (
            verdict(compare(aggregate("average", of(P, "score")), "=", Const(Fraction(3, 2), DECIMAL)), two)
            == "pass"
        )

    def test_m18_of_nothing(self) -> None:
        assert verdict(compare(aggregate("sum", of(P, "score")), "=", number(0))) == "pass"
        assert verdict(compare(aggregate("distinct", of(P, "score")), "=", number(0))) == "pass"
        for fn in ("min", "max", "average"):
            assert verdict(IsMissing(aggregate(fn, of(P, "score")))) == "pass"

    def test_m18_unknown_when_a_row_may_match_or_evidence_or_a_value_is_lacking(self) -> None:
        total = compare(aggregate("sum", of(P, "score"), replies(of(P, "final"))), ">=", number(0))
        sure = reply(final=True, score=1)
        assert verdict(total, log(replies=[sure])) == "pass"
        assert because(total, log(replies=[sure, reply(reply_id="P2", score=1)])) == (
            "unknown",
            Reason.UNDECIDED_ROWS,
        )
        assert because(total, log(replies=[reply(final=True)])) == ("unknown", Reason.FIELD_MISSING)
        assert because(total, log(replies=[sure], withheld=frozenset({"reply"}))) == (
            "unknown",
            Reason.NOT_SUPPLIED,
        )
        assert verdict(total, log(replies=[sure, reply(reply_id="P2", final=False)])) == "pass"

    def test_m18_whether_an_unsettled_aggregate_is_missing_is_unknown(self) -> None:
        assert because(IsMissing(aggregate("min", of(P, "score"))), log(replies=[reply()])) == (
            "unknown",
            Reason.FIELD_MISSING,
        )

    def test_m18_an_error_in_a_value_of_a_matching_row(self) -> None:
        share = Arithmetic("/", number(1), of(P, "score"), DECIMAL)
        total = compare(aggregate("sum", share, replies(of(P, "final"))), ">=", number(0))
        assert verdict(total, log(replies=[reply(final=True, score=0)])) == "error"
        assert verdict(total, log(replies=[reply(final=False, score=0)])) == "pass"


class TestFindingDetail:
    """What stands beside a verdict: reason, deadline, the first event that would have counted."""

    ASKED = has(replies(of(P, "final"), within(length(3))))

    def test_late_with_the_event_that_came_after_the_limit(self) -> None:
        found = finding(self.ASKED, log(replies=[reply("2024-03-06 09:00", final=True)]))
        assert found is not None
        assert (found.reason, found.deadline, found.observed) == (
            Reason.LATE,
            at("2024-03-04 24:00"),
            at("2024-03-06 09:00"),
        )

    def test_too_few_without_any(self) -> None:
        found = finding(self.ASKED, log(replies=[reply("2024-03-06 09:00", final=False)]))
        assert found is not None
        assert (found.reason, found.deadline, found.observed) == (
            Reason.TOO_FEW,
            at("2024-03-04 24:00"),
            None,
        )

    def test_an_event_before_the_window_is_not_late(self) -> None:
        found = finding(self.ASKED, log(replies=[reply("2024-02-28 09:00", final=True)]))
        assert found is not None
        assert (found.reason, found.observed) == (Reason.TOO_FEW, at("2024-02-28 09:00"))

    def test_no_deadline_where_the_norm_is_not_one_pattern(self) -> None:
        found = finding(And((self.ASKED, yes())))
        assert found is not None
        assert (found.reason, found.deadline, found.observed) == (Reason.TOO_FEW, None, None)

    def test_the_missing_field_is_named(self) -> None:
        found = finding(compare(of(S, "score"), ">", number(3)))
        assert found is not None and found.fields == ("rating.score",)
        row = finding(self.ASKED, log(replies=[reply("2024-03-02 09:00")]))
        assert row is not None and (row.reason, row.fields) == (Reason.UNDECIDED_ROWS, ("reply.final",))


def test_parents_over_several_steps_in_a_condition() -> None:
    item = ParentOf(service(), "item_id", "item")
    there = log(
        rating(service_id="V1"), services=[{**SERVICE, "item_id": "I1"}], items=[{"item_id": "I1", "size": 4}]
    )
    assert verdict(compare(of(item, "size"), "=", number(4)), there) == "pass"
    assert ALL_RATINGS.var.record in VOCABULARY.records
