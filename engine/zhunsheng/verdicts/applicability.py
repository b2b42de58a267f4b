"""From applicability and norm to the verdict of one subject (docs/meaning.md M19, M20)."""

from __future__ import annotations

from typing import Literal

from zhunsheng.verdicts.model import Verdict
from zhunsheng.verdicts.truth import Truth

_OF_NORM = {
    Truth.TRUE: Verdict.PASS,
    Truth.FALSE: Verdict.FAIL,
    Truth.UNKNOWN: Verdict.UNKNOWN,
    Truth.PENDING: Verdict.PENDING,
    Truth.ERROR: Verdict.ERROR,
}


def verdict(applicability: Truth, norm: Truth) -> Verdict:
    """M19: outside is notapplicable; an undecided applicability lets only a pass (and an error) through."""
    if applicability is Truth.FALSE:
        return Verdict.NOTAPPLICABLE
    if applicability is Truth.ERROR:
        return Verdict.ERROR
    if applicability is Truth.TRUE or norm in (Truth.TRUE, Truth.ERROR):
        return _OF_NORM[norm]
    return Verdict.UNKNOWN if Truth.UNKNOWN in (applicability, norm) else Verdict.PENDING


def of_modality(modality: Literal["must", "should", "may"], judged: Verdict) -> Verdict:
    """M20: a permission never fails; not used is notapplicable."""
    return Verdict.NOTAPPLICABLE if modality == "may" and judged is Verdict.FAIL else judged
