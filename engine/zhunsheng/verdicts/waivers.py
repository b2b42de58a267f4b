"""Waivers: an overlay on what was evaluated (language.md section 9). They never change how a rule is
evaluated.

A valid waiver turns a fail into `waived`; the finding it covers is kept beside it. A waiver is valid up to
and including its expiry day, compared with the observation time's day in the log's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from zhunsheng.verdicts.model import Finding, RuleOutcome, Verdict


@dataclass(frozen=True, slots=True)
class Waiver:
    """`subject` is the subject's key; None waives the rule for every subject (written out as `all: true`)."""

    rule: str
    subject: str | None
    owner: str
    reason: str
    expires: date


class WaiverState(StrEnum):
    USED = "used"
    UNUSED = "unused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Waived:
    """A fail that a waiver covers: `original` is the finding as it was evaluated."""

    original: Finding
    waiver: Waiver


@dataclass(frozen=True, slots=True)
class WaiverUse:
    waiver: Waiver
    state: WaiverState
    waived: int
    """Fails that it covers; of an expired one, those that it would have covered."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """`outcomes` in the order given, with fails moved to `waived` in counts and findings."""

    outcomes: tuple[RuleOutcome, ...]
    waived: tuple[Waived, ...]
    uses: tuple[WaiverUse, ...]


def overlay(outcomes: Iterable[RuleOutcome], waivers: Sequence[Waiver], today: date) -> Overlay:
    """Apply waivers to outcomes that hold *all* their findings (a capped list would lose waived subjects).

    Where several valid waivers cover one fail, the first in the list is the one used.
    """
    covered = dict.fromkeys(waivers, 0)
    changed: list[RuleOutcome] = []
    waived: list[Waived] = []
    for outcome in outcomes:
        samples = []
        for finding in outcome.samples:
            matching = [waiver for waiver in waivers if _covers(waiver, finding)]
            for waiver in matching:
                covered[waiver] += not _valid(waiver, today)
            used = next((waiver for waiver in matching if _valid(waiver, today)), None)
            if used:
                covered[used] += 1
                waived.append(Waived(finding, used))
            samples.append(replace(finding, verdict=Verdict.WAIVED) if used else finding)
        changed.append(_recounted(outcome, tuple(samples)))
    uses = tuple(
        WaiverUse(waiver, _state(waiver, today, number), number) for waiver, number in covered.items()
    )
    return Overlay(tuple(changed), tuple(waived), uses)


def _covers(waiver: Waiver, finding: Finding) -> bool:
    same_subject = waiver.subject is None or waiver.subject == finding.key
    return finding.verdict is Verdict.FAIL and waiver.rule == finding.rule and same_subject


def _valid(waiver: Waiver, today: date) -> bool:
    return today <= waiver.expires


def _state(waiver: Waiver, today: date, covered: int) -> WaiverState:
    if not _valid(waiver, today):
        return WaiverState.EXPIRED
    return WaiverState.USED if covered else WaiverState.UNUSED


def _recounted(outcome: RuleOutcome, samples: tuple[Finding, ...]) -> RuleOutcome:
    moved = sum(finding.verdict is Verdict.WAIVED for finding in samples)
    counts = replace(outcome.counts, fail=outcome.counts.fail - moved, waived=outcome.counts.waived + moved)
    return replace(outcome, counts=counts, samples=samples)
