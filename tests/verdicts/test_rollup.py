"""The roll-up against its written-out tables."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from verdicts.tables_of import table
from zhunsheng.verdicts.model import (
    AgreementOutcome,
    Counts,
    GroupOutcome,
    Interval,
    MeasureOutcome,
    Verdict,
)
from zhunsheng.verdicts.rollup import ClauseLine, Rolled, of_measure, of_rule, of_standard, together, worst

FIELDS = {each: each.value for each in Verdict} | {Verdict.PASS: "passed"}


def _verdicts(text: str) -> list[Verdict]:
    return [] if text == "-" else [Verdict(each) for each in text.split(",")]


@pytest.mark.parametrize("line", table("rule"), ids=lambda line: " ".join(line.values()))
def test_rule_table(line: dict[str, str]) -> None:
    subjects = _verdicts(line["subjects"])
    counts = Counts(subjects=len(subjects), **{FIELDS[each]: subjects.count(each) for each in subjects})
    rolled = of_rule(counts, line["modality"])  # type: ignore[arg-type]
    expected = (Verdict(line["verdict"]), Verdict(line["rises"]), line["advisory"] == "yes")
    assert (rolled.verdict, rolled.rises, rolled.advisory) == expected


@pytest.mark.parametrize("line", table("clause"), ids=lambda line: " ".join(line.values()))
def test_clause_table(line: dict[str, str]) -> None:
    rolled = together(Rolled(each, each) for each in _verdicts(line["parts"]))
    assert rolled.verdict is rolled.rises is Verdict(line["together"])


def test_rolling_up_in_steps_or_at_once_is_the_same() -> None:
    """together(together(a, b), c) = together(a, b, c): the number of levels never changes a verdict."""
    parts = [Rolled(each, each) for each in Verdict]
    for three in combinations(parts, 3):
        assert together([together(three[:2]), three[2]]) == together(three)


def test_no_applicable_subject_is_no_pass() -> None:
    rolled = of_rule(Counts(subjects=7, notapplicable=7), "must")
    assert not rolled.exercised
    assert worst([]) is Verdict.NOTAPPLICABLE
    assert together([rolled]).verdict is Verdict.NOTAPPLICABLE


def test_an_advisory_is_seen_at_every_level_and_fails_none() -> None:
    advisory = of_rule(Counts(subjects=1, fail=1), "should")
    clause = together([advisory, of_rule(Counts(subjects=1, passed=1), "must")])
    assert (clause.verdict, clause.advisory) == (Verdict.PASS, True)
    assert together([clause]).advisory


def _group(verdict: Verdict) -> GroupOutcome:
    return GroupOutcome({}, 0, 0, 0, 0, Interval(Fraction(0), Fraction(0)), verdict)


def test_a_measure_is_as_bad_as_its_worst_group_and_figure() -> None:
    groups = (_group(Verdict.PASS), _group(Verdict.FAIL), _group(Verdict.NOTAPPLICABLE))
    figure = AgreementOutcome("P1", {}, None, Interval(None, None), Verdict.UNKNOWN)
    outcome = MeasureOutcome("rate", groups, (figure,))
    assert of_measure(outcome, "must", None) == Rolled(Verdict.FAIL, Verdict.FAIL)
    assert of_measure(outcome, "should", "must") == Rolled(Verdict.FAIL, Verdict.UNKNOWN, advisory=True)
    assert of_measure(outcome, None, "must") == Rolled(Verdict.UNKNOWN, Verdict.UNKNOWN)
    assert not of_measure(outcome, None, None).exercised


def test_a_standard_counts_every_clause_also_those_nothing_judges() -> None:
    passed, not_exercised = Rolled(Verdict.PASS, Verdict.PASS), together([])
    line = of_standard(
        [
            ClauseLine("7.1", "encoded", passed),
            ClauseLine("7.2", "partly", Rolled(Verdict.PENDING, Verdict.PENDING)),
            ClauseLine("7.3", "encoded", not_exercised),
            ClauseLine("8.2", "manual"),
            ClauseLine("10.2", "uncheckable"),
        ]
    )
    assert line.rolled.verdict is Verdict.PENDING
    assert dict(line.coverage) == {"encoded": 2, "partly": 1, "manual": 1, "uncheckable": 1}
    assert line.clauses == 5
    assert dict(line.verdicts) == {Verdict.PASS: 1, Verdict.PENDING: 1, Verdict.NOTAPPLICABLE: 1}


def test_a_standard_of_manual_clauses_only_is_no_pass() -> None:
    assert of_standard([ClauseLine("8.2", "manual")]).rolled.verdict is Verdict.NOTAPPLICABLE
