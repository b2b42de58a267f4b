"""Roll-up (language.md section 9): rule over subjects, clause over rules, standard over clauses, site over
standards.

The order is fail > error > unknown > pending > waived > pass > notapplicable. What has no applicable subject
is not exercised, and nothing is a pass because nothing was looked at.

>>> from zhunsheng.verdicts.model import Counts
>>> of_rule(Counts(subjects=2, passed=1, fail=1), "should").rises
<Verdict.PASS: 'pass'>
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhunsheng.verdicts.model import Counts, MeasureOutcome, Verdict

Modality = Literal["must", "should", "may"]
Coverage = Literal["encoded", "partly", "manual", "uncheckable"]
"""What a pack's clause list says about a clause (language.md section 11)."""

ORDER = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.UNKNOWN,
    Verdict.PENDING,
    Verdict.WAIVED,
    Verdict.PASS,
    Verdict.NOTAPPLICABLE,
)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The first of them in the order above; notapplicable for none."""
    present = set(verdicts)
    return next((each for each in ORDER if each in present), Verdict.NOTAPPLICABLE)


@dataclass(frozen=True, slots=True)
class Rolled:
    """One line of a report's tree."""

    verdict: Verdict
    """Its own verdict; notapplicable when nothing below was exercised."""
    rises: Verdict
    """What it contributes to the level above: a recommendation that fails contributes the worst of the
    rest."""
    advisory: bool = False
    """A recommendation failed here or below."""

    @property
    def exercised(self) -> bool:
        return self.verdict is not Verdict.NOTAPPLICABLE


def of_rule(counts: Counts, modality: Modality) -> Rolled:
    return of_verdicts(_present(counts), modality)


def _present(counts: Counts) -> dict[Verdict, int]:
    by_verdict = {
        Verdict.FAIL: counts.fail,
        Verdict.ERROR: counts.error,
        Verdict.UNKNOWN: counts.unknown,
        Verdict.PENDING: counts.pending,
        Verdict.WAIVED: counts.waived,
        Verdict.PASS: counts.passed,
    }
    return {verdict: number for verdict, number in by_verdict.items() if number}


def of_verdicts(verdicts: Iterable[Verdict], modality: Modality) -> Rolled:
    """One rule's or measure's line. A permission is counted and never rises, unless it could not be
    evaluated."""
    found = set(verdicts)
    own = worst(found)
    if modality == "may":
        return Rolled(own, Verdict.ERROR if Verdict.ERROR in found else Verdict.NOTAPPLICABLE)
    if modality == "should" and own is Verdict.FAIL:
        # It was exercised, and a recommendation not followed is no violation: the rest decides.
        return Rolled(own, worst({*found - {Verdict.FAIL}, Verdict.PASS}), advisory=True)
    return Rolled(own, own)


def of_measure(outcome: MeasureOutcome, threshold: Modality | None, agreement: Modality | None) -> Rolled:
    """A measure's line: its threshold over the whole log and every group, its agreement with each published
    figure.

    A modality of None: the measure has no threshold (no agreement), it only tells a number.
    """
    parts = []
    if threshold:
        parts.append(of_verdicts((group.verdict for group in outcome.groups), threshold))
    if agreement:
        parts.append(of_verdicts((each.verdict for each in outcome.agreement), agreement))
    joined = together(parts)
    return Rolled(worst(part.verdict for part in parts), joined.rises, joined.advisory)


def together(parts: Iterable[Rolled]) -> Rolled:
    """The level above: a clause over its rules and measures, a standard over its clauses, a site over its
    standards."""
    found = tuple(parts)
    verdict = worst(part.rises for part in found)
    return Rolled(verdict, verdict, any(part.advisory for part in found))


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause of the pack's clause list, or one that a rule names beside it. `rolled` is None where nothing
    judges it: a manual or uncheckable clause, which stands in every total all the same."""

    number: str
    coverage: Coverage
    rolled: Rolled | None = None


@dataclass(frozen=True, slots=True)
class StandardLine:
    rolled: Rolled
    coverage: Mapping[Coverage, int] = field(default_factory=dict)
    """Clauses by coverage; their sum is the number of clauses of the standard."""
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    """Clauses that something judges, by verdict; notapplicable = not exercised."""

    @property
    def clauses(self) -> int:
        return sum(self.coverage.values())


def of_standard(clauses: Iterable[ClauseLine]) -> StandardLine:
    found = tuple(clauses)
    judged = [clause.rolled for clause in found if clause.rolled is not None]
    return StandardLine(
        together(judged),
        Counter(clause.coverage for clause in found),
        Counter(part.verdict for part in judged),
    )
