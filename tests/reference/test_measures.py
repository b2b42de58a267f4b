"""M22 to M25: shares and their intervals, thresholds, agreement with published figures, indices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from reference.builders import (
    DECIMAL,
    INTEGER,
    RATED,
    TEXT,
    Log,
    S,
    at,
    compare,
    evaluated,
    has,
    length,
    level,
    log,
    measure,
    measured,
    number,
    of,
    parameter,
    program,
    rating,
    ref,
    replies,
    reply,
    service,
    within,
)
from zhunsheng.reference.measures import shown
from zhunsheng.semantics.typed import Agreement, Arithmetic, Const, Dimension, Expr, Index, PartOf, Threshold
from zhunsheng.verdicts.model import AgreementOutcome, GroupOutcome, Interval, Reason, Verdict

REPLIED = has(replies(window=within(length(3))))
BAD = compare(of(S, "level"), "=", level("bad"))
REGION = Dimension("region", of(service(), "region"))
MONTH = Dimension("month", PartOf("month", RATED, TEXT))


def at_least(value: Expr, modality: str = "must") -> Threshold:
    return Threshold(modality, "at_least", value)  # type: ignore[arg-type]


def share_of(numerator: int, denominator: int) -> Const:
    return Const(Fraction(numerator, denominator), DECIMAL)


def ratings(*levels: str | None, replied: int = 0) -> Log:
    rows = [rating(rating_id=f"R{place}", level=each) for place, each in enumerate(levels, 1)]
    return log(
        *rows, replies=[reply(rating_id=f"R{place}", reply_id=f"P{place}") for place in range(1, replied + 1)]
    )


def whole(of_measure: Any, there: Log, *parameters: Any) -> GroupOutcome:
    return measured(of_measure, there, *parameters).groups[0]


class TestM22Shares:
    def test_m22_a_share_of_decided_subjects_is_exact(self) -> None:
        found = whole(measure("share", REPLIED, where=BAD), ratings("bad", "bad", "bad", "good", replied=2))
        assert (found.numerator, found.denominator, found.undecided, found.errors) == (2, 3, 0, 0)
        assert found.interval == Interval(Fraction(2, 3), Fraction(2, 3)) and found.interval.exact

    def test_m22_open_outcomes_widen_the_interval(self) -> None:
        there = replace(ratings("bad", "bad", replied=1), as_of=at("2024-03-03 00:00"))
        found = whole(measure("share", REPLIED, where=BAD), there)
        assert (found.numerator, found.denominator, found.undecided) == (1, 2, 1)
        assert found.interval == Interval(Fraction(1, 2), Fraction(1))

    def test_m22_open_applicability_widens_it_too(self) -> None:
        """R1 bad and replied, R2 perhaps bad and replied, R3 perhaps bad and not replied."""
        found = whole(measure("share", REPLIED, where=BAD), ratings("bad", None, None, replied=2))
        assert (found.numerator, found.denominator, found.undecided) == (1, 1, 2)
        assert found.interval == Interval(Fraction(1, 2), Fraction(1))

    def test_m22_no_subject_no_value(self) -> None:
        found = whole(
            measure("share", REPLIED, where=BAD, threshold=at_least(share_of(1, 1))), ratings("good")
        )
        assert (found.interval, found.verdict) == (Interval(None, None), Verdict.NOTAPPLICABLE)

    def test_m22_a_count_lies_between_the_sure_and_all_undecided(self) -> None:
        found = whole(measure("count", where=BAD), ratings("bad", None, None, "good"))
        assert (found.numerator, found.denominator, found.undecided) == (1, 1, 2)
        assert found.interval == Interval(Fraction(1), Fraction(3))

    def test_m22_sum_and_average_are_exact_or_have_no_bounds(self) -> None:
        scored = [rating(rating_id="R1", level="bad", score=4), rating(rating_id="R2", level="bad", score=1)]
        sum_, average = (measure(kind, of(S, "score"), where=BAD) for kind in ("sum", "average"))
        assert whole(sum_, log(*scored)).interval == Interval(Fraction(5), Fraction(5))
        assert whole(average, log(*scored)).interval == Interval(Fraction(5, 2), Fraction(5, 2))
        for extra in (rating(rating_id="R3", level="bad"), rating(rating_id="R3", score=7)):
            for asked in (sum_, average):
                found = whole(asked, log(*scored, extra))
                assert (found.interval, found.undecided, found.numerator) == (Interval(None, None), 1, 5)

    def test_m22_an_average_counts_only_known_values_in_its_denominator(self) -> None:
        there = log(rating(score=4), rating(rating_id="R2"))
        assert whole(measure("average", of(S, "score")), there).denominator == 1
        assert whole(measure("sum", of(S, "score")), there).denominator == 2

    def test_m22_of_nothing_a_sum_is_nought_and_an_average_has_no_value(self) -> None:
        empty = replace(log(), rows={})
        limit = at_least(number(0))
        assert whole(measure("sum", of(S, "score"), threshold=limit), empty).verdict is Verdict.PASS
        assert (
            whole(measure("average", of(S, "score"), threshold=limit), empty).verdict is Verdict.NOTAPPLICABLE
        )
        assert whole(measure("count", threshold=limit), empty).interval == Interval(Fraction(0), Fraction(0))

    def test_m22_effective_dates_and_bindings_apply(self) -> None:
        there = log(rating(), rating(rating_id="R2", rated_at=at("2024-04-01 00:00")))
        march = measure("count", effective=(date(2024, 3, 1), date(2024, 3, 31)))
        assert whole(march, there).numerator == 1


class TestGroups:
    SERVICES = (
        {"service_id": "V1", "region": "西区"},
        {"service_id": "V2", "region": "东区"},
        {"service_id": "V3"},
    )

    def rows(self, *links: str | None, **changes: Any) -> Log:
        made = [
            rating(rating_id=f"R{place}", service_id=link, level="bad") for place, link in enumerate(links)
        ]
        return log(*made, services=self.SERVICES, **changes)

    def test_the_whole_log_then_groups_in_sorted_order_missing_last(self) -> None:
        found = measured(measure("count", by=(REGION,)), self.rows("V1", "V2", "V3", None, "V1"))
        expected = [({}, 5), ({"region": "东区"}, 1), ({"region": "西区"}, 2), ({"region": None}, 2)]
        assert [(group.group, group.numerator) for group in found.groups] == expected

    def test_several_dimensions(self) -> None:
        found = measured(measure("count", by=(REGION, MONTH)), self.rows("V1", "V2"))
        assert [group.group for group in found.groups[1:]] == [
            {"region": "东区", "month": "2024-03"},
            {"region": "西区", "month": "2024-03"},
        ]

    def test_subjects_outside_make_no_group(self) -> None:
        found = measured(
            measure("count", by=(REGION,), where=compare(of(S, "level"), "=", level("good"))), self.rows("V1")
        )
        assert [group.group for group in found.groups] == [{}]

    def test_a_group_value_that_is_not_settled_counts_as_missing(self) -> None:
        twice = self.rows("V1")
        twice = replace(twice, rows={**twice.rows, "service": [self.SERVICES[0], self.SERVICES[0]]})
        assert [group.group for group in measured(measure("count", by=(REGION,)), twice).groups] == [
            {},
            {"region": None},
        ]

    def test_every_group_has_its_own_threshold(self) -> None:
        asked = measure("share", REPLIED, by=(REGION,), threshold=at_least(share_of(1, 2)))
        there = self.rows(
            "V1",
            "V1",
            "V2",
            replies=[reply(rating_id="R2", reply_id="P"), reply(rating_id="R0", reply_id="Q")],
        )
        found = [(group.group.get("region"), group.verdict) for group in measured(asked, there).groups]
        assert found == [(None, Verdict.PASS), ("东区", Verdict.PASS), ("西区", Verdict.PASS)]
        there = self.rows("V1", "V1", "V2", replies=[reply(rating_id="R2", reply_id="P")])
        found = [(group.group.get("region"), group.verdict) for group in measured(asked, there).groups]
        assert found == [(None, Verdict.FAIL), ("东区", Verdict.PASS), ("西区", Verdict.FAIL)]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (Fraction(3, 2), "1.5"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(2), "2"),
        (Fraction(1, 3), "1/3"),
        (Fraction(12345678901234, 10_000) + Fraction(1, 10_000), "1234567890.1235"),
        (7, "7"),
        (True, "true"),
        (date(2024, 3, 1), "2024-03-01"),
        ("bad", "bad"),
        (("bad", "good"), "bad,good"),
        (None, None),
    ],
)
def test_the_name_of_a_group_is_exact(cell: Any, name: str | None) -> None:
    assert shown(cell) == name


class TestM23Thresholds:
    def test_m23_decided_only_when_both_ends_agree(self) -> None:
        asked = measure("share", REPLIED, where=BAD, threshold=at_least(share_of(9, 10)))
        assert whole(asked, ratings("bad", replied=1)).verdict is Verdict.PASS
        assert whole(asked, ratings("bad", "bad", replied=1)).verdict is Verdict.FAIL
        assert whole(asked, ratings("bad", None, replied=1)).verdict is Verdict.UNKNOWN
        assert whole(asked, ratings("bad", None, replied=2)).verdict is Verdict.PASS

    def test_m23_a_share_is_compared_exactly(self) -> None:
        third = measure("share", REPLIED, where=BAD, threshold=at_least(share_of(1, 3)))
        assert whole(third, ratings("bad", "bad", "bad", replied=1)).verdict is Verdict.PASS
        above = measure(
            "share", REPLIED, where=BAD, threshold=at_least(Const(Fraction(33334, 100000), DECIMAL))
        )
        assert whole(above, ratings("bad", "bad", "bad", replied=1)).verdict is Verdict.FAIL

    def test_m23_an_error_among_the_subjects_is_an_error_unless_it_fails(self) -> None:
        broken = compare(Arithmetic("/", number(1), of(S, "score"), DECIMAL), ">", number(0))
        there = log(rating(score=0), rating(rating_id="R2", score=1), rating(rating_id="R3", score=1))
        found = whole(measure("share", broken, threshold=at_least(share_of(1, 2))), there)
        assert (found.errors, found.undecided, found.verdict) == (1, 1, Verdict.ERROR)
        none = compare(Arithmetic("/", number(1), of(S, "score"), DECIMAL), "<", number(0))
        assert (
            whole(measure("share", none, threshold=at_least(share_of(1, 2))), there).verdict is Verdict.FAIL
        )

    def test_m23_below_the_minimum_it_is_unknown(self) -> None:
        asked = measure("share", REPLIED, where=BAD, threshold=at_least(share_of(1, 2)), minimum=number(2))
        assert whole(asked, ratings("bad", replied=1)).verdict is Verdict.UNKNOWN
        assert whole(asked, ratings("bad", None, replied=2)).verdict is Verdict.UNKNOWN  # only one is sure
        assert whole(asked, ratings("bad", "bad", replied=2)).verdict is Verdict.PASS

    def test_m23_without_a_threshold_not_applicable(self) -> None:
        assert whole(measure("share", REPLIED), ratings("bad")).verdict is Verdict.NOTAPPLICABLE

    def test_m23_the_limit_in_force_on_the_day_of_observation(self) -> None:
        """A threshold has no subject: its parameter applies as of the observation time."""
        asked = measure("share", REPLIED, threshold=at_least(ref(DECIMAL)))
        raised = parameter(DECIMAL, (None, Fraction(1, 2)), (date(2024, 6, 30), Fraction(1)))
        half = ratings("bad", "bad", replied=1)
        assert whole(asked, half, raised).verdict is Verdict.FAIL
        assert whole(asked, replace(half, as_of=at("2024-06-29 24:00")), raised).verdict is Verdict.PASS
        later = parameter(DECIMAL, (date(2030, 1, 1), Fraction(1)))
        assert whole(asked, half, later).verdict is Verdict.UNKNOWN


class TestM24Agreement:
    ASKED = measure(
        "share", REPLIED, where=BAD, by=(REGION, MONTH), agreement=Agreement("must", Fraction(5, 10_000))
    )
    SERVICES = ({"service_id": "V1", "region": "西区"}, {"service_id": "V2", "region": "东区"})

    def outcome(self, *published: dict[str, Any], **changes: Any) -> tuple[AgreementOutcome, ...]:
        """Two of three bad ratings replied: one of one in 西区, one of two in 东区."""
        rows = [
            rating(rating_id="R1", service_id="V1", level="bad"),
            rating(rating_id="R2", service_id="V2", level="bad"),
            rating(rating_id="R3", service_id="V2", level="bad", rated_at=at("2024-04-01 00:00")),
        ]
        answered = [reply(rating_id=key, reply_id=key) for key in ("R1", "R2")]
        figures = [
            {"publication_id": f"F{place}", "measure": "m", **each} for place, each in enumerate(published, 1)
        ]
        return measured(
            self.ASKED, log(*rows, services=self.SERVICES, replies=answered, publications=figures, **changes)
        ).agreement

    def test_m24_within_the_tolerance(self) -> None:
        (found,) = self.outcome({"value": Fraction(6667, 10_000)})
        assert found.verdict is Verdict.PASS
        assert (found.publication, found.group, found.published) == ("F1", {}, Fraction(6667, 10_000))
        assert found.interval == Interval(Fraction(2, 3), Fraction(2, 3))
        assert self.outcome({"value": Fraction(6700, 10_000)})[0].verdict is Verdict.FAIL

    def test_m24_groups_and_periods(self) -> None:
        found = self.outcome(
            {"value": Fraction(1), "region": "西区"},
            {"value": Fraction(1, 2), "region": "东区"},
            {
                "value": Fraction(1),
                "region": "东区",
                "period_from": date(2024, 3, 1),
                "period_until": date(2024, 3, 31),
            },
            {"value": Fraction(0), "region": "东区", "period_from": date(2024, 4, 1)},
            {"value": Fraction(1), "period_until": date(2024, 3, 31)},
        )
        assert [each.verdict for each in found] == [Verdict.PASS] * 5
        assert found[0].group == {"region": "西区"}

    def test_m24_a_period_without_subjects_has_no_value(self) -> None:
        assert (
            self.outcome({"value": Fraction(1), "period_from": date(2025, 1, 1)})[0].verdict
            is Verdict.NOTAPPLICABLE
        )

    def test_m24_a_figure_without_value_and_other_measures_figures(self) -> None:
        found = self.outcome({}, {"measure": "another", "value": Fraction(1)})
        assert [(each.publication, each.verdict, each.reason) for each in found] == [
            ("F1", Verdict.UNKNOWN, Reason.FIELD_MISSING)
        ]

    def test_m24_no_publication_supplied(self) -> None:
        (found,) = self.outcome(withheld=frozenset({"publication"}))
        assert (found.publication, found.verdict, found.reason) == (
            None,
            Verdict.UNKNOWN,
            Reason.NOT_SUPPLIED,
        )
        assert self.outcome() == ()

    def test_m24_a_subject_without_time_may_lie_in_any_period(self) -> None:
        timeless = rating(rating_id="R1", level="bad", rated_at=None)
        asked = measure("share", has(replies()), where=BAD, agreement=Agreement("must", Fraction(0)))
        figures = [
            {"publication_id": "F1", "measure": "m", "value": Fraction(1), "period_from": date(2024, 1, 1)}
        ]
        there = log(timeless, replies=[reply()], publications=figures)
        assert measured(asked, there).agreement[0].verdict is Verdict.UNKNOWN
        undated = replace(there, rows={**there.rows, "publication": [{**figures[0], "period_from": None}]})
        assert measured(asked, undated).agreement[0].verdict is Verdict.PASS


class TestM25Index:
    SHARE = replace(measure("share", REPLIED, where=BAD), id="answered")
    COUNT = replace(measure("count", where=BAD), id="number")

    def index(
        self, there: Log, *terms: tuple[str, Expr], threshold: Threshold | None = None, parameters: Any = ()
    ) -> Any:
        declared = Index("i", (), terms, threshold, {}, {})
        of_program = program(measures=[self.SHARE, self.COUNT], indices=[declared], parameters=parameters)
        return evaluated(of_program, there).indices["i"]

    def test_m25_the_weighted_mean_of_both_ends(self) -> None:
        there = ratings("bad", "bad", replied=1)  # share 1/2, count 2
        found = self.index(
            there, ("answered", number(3)), ("number", number(1)), threshold=at_least(number(1))
        )
        assert found.interval == Interval(Fraction(7, 8), Fraction(7, 8))
        assert found.verdict is Verdict.FAIL

    def test_m25_undecided_measures_widen_it(self) -> None:
        there = ratings("bad", None, replied=1)  # share [1/2, 1], count [1, 2]
        found = self.index(
            there, ("answered", number(1)), ("number", number(1)), threshold=at_least(number(1))
        )
        assert found.interval == Interval(Fraction(3, 4), Fraction(3, 2))
        assert found.verdict is Verdict.UNKNOWN

    def test_m25_no_value_is_not_applicable(self) -> None:
        found = self.index(
            ratings("good"), ("answered", number(1)), ("number", number(1)), threshold=at_least(number(1))
        )
        assert (found.interval, found.verdict) == (Interval(None, None), Verdict.NOTAPPLICABLE)

    def test_m25_a_weight_not_in_force_is_unknown_and_weights_of_nought_an_error(self) -> None:
        later = parameter(INTEGER, (date(2030, 1, 1), 1))
        limit = at_least(number(1))
        there = ratings("bad", replied=1)
        assert (
            self.index(there, ("answered", ref(INTEGER)), threshold=limit, parameters=[later]).verdict
            is Verdict.UNKNOWN
        )
        assert self.index(there, ("answered", number(0)), threshold=limit).verdict is Verdict.ERROR

    @pytest.mark.parametrize("modality", ["must", "should"])
    def test_m25_the_modality_does_not_change_the_verdict(self, modality: str) -> None:
        found = self.index(ratings("bad"), ("answered", number(1)), threshold=at_least(number(1), modality))
        assert found.verdict is Verdict.FAIL
