"""Waivers are an overlay: what was evaluated stays beside it."""

from __future__ import annotations

from datetime import date

from zhunsheng.verdicts.model import Counts, Finding, Reason, RuleOutcome, Verdict
from zhunsheng.verdicts.waivers import Waiver, WaiverState, overlay

TODAY = date(2024, 6, 30)


def _finding(key: str | None, verdict: Verdict = Verdict.FAIL, row: int = 1) -> Finding:
    return Finding("answered", "rating", key, row, verdict, Reason.TOO_FEW)


def _outcome(*findings: Finding) -> RuleOutcome:
    fails = sum(each.verdict is Verdict.FAIL for each in findings)
    counts = Counts(subjects=10, passed=10 - len(findings), fail=fails, unknown=len(findings) - fails)
    return RuleOutcome("answered", counts, findings)


def _waiver(subject: str | None = "R1", expires: date = TODAY, rule: str = "answered") -> Waiver:
    return Waiver(rule, subject, "门户组", "迁移期间", expires)


def test_a_valid_waiver_turns_a_fail_into_waived_and_keeps_the_original() -> None:
    laid = overlay([_outcome(_finding("R1"), _finding("R2", row=2))], [_waiver()], TODAY)
    assert [each.verdict for each in laid.outcomes[0].samples] == [Verdict.WAIVED, Verdict.FAIL]
    assert (laid.outcomes[0].counts.fail, laid.outcomes[0].counts.waived) == (1, 1)
    assert laid.outcomes[0].counts.subjects == 10
    assert [(each.original.verdict, each.original.key) for each in laid.waived] == [(Verdict.FAIL, "R1")]
    assert [(each.state, each.waived) for each in laid.uses] == [(WaiverState.USED, 1)]


def test_the_expiry_day_itself_is_still_covered_and_the_next_is_not() -> None:
    outcome = _outcome(_finding("R1"))
    assert overlay([outcome], [_waiver(expires=TODAY)], TODAY).outcomes[0].counts.waived == 1
    late = overlay([outcome], [_waiver(expires=date(2024, 6, 29))], TODAY)
    assert late.outcomes == (outcome,)
    assert [(each.state, each.waived) for each in late.uses] == [(WaiverState.EXPIRED, 1)]


def test_only_fails_of_that_rule_and_subject_are_waived() -> None:
    outcome = _outcome(_finding("R1", Verdict.UNKNOWN), _finding(None, row=2), _finding("R3", row=3))
    laid = overlay([outcome], [_waiver(), _waiver("R3", rule="another")], TODAY)
    assert laid.outcomes == (outcome,)
    assert [each.state for each in laid.uses] == [WaiverState.UNUSED, WaiverState.UNUSED]


def test_one_waiver_covers_every_row_with_that_key_and_all_covers_all() -> None:
    rows = (_finding("R1"), _finding("R1", row=2), _finding(None, row=3))
    assert overlay([_outcome(*rows)], [_waiver()], TODAY).outcomes[0].counts.waived == 2
    assert overlay([_outcome(*rows)], [_waiver(None)], TODAY).outcomes[0].counts.waived == 3


def test_the_first_valid_waiver_of_several_is_the_one_used() -> None:
    expired, first, second = _waiver(expires=date(2023, 1, 1)), _waiver(), _waiver(None)
    laid = overlay([_outcome(_finding("R1"))], [expired, first, second], TODAY)
    assert [each.state for each in laid.uses] == [WaiverState.EXPIRED, WaiverState.USED, WaiverState.UNUSED]
