"""What the report is made from: the judged packs and the facts of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zhunsheng.logs.model import Evidence
from zhunsheng.reports.masking import Masking
from zhunsheng.reports.model import InputPart, PackPart, QualityPart, WaiverPart
from zhunsheng.semantics.typed import Program
from zhunsheng.verdicts.model import Evaluation


@dataclass(frozen=True, slots=True)
class ListedClause:
    """A clause of a pack's clause list; `number` as rules write it."""

    standard: str
    number: str
    title: Mapping[str, str]
    coverage: str
    """encoded, partly, manual or uncheckable."""
    why: Mapping[str, str]
    over_report: bool = False
    """Its rules may report what the clause allows."""
    under_report: bool = False
    """Its rules may miss what the clause forbids."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One pack, its typed program (perhaps only the rules asked for) and what the engine made of it."""

    pack: PackPart
    program: Program
    evaluation: Evaluation
    digests: Mapping[str, str]
    """Rule id -> digest of its typed tree."""
    listed: tuple[ListedClause, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Everything else a report tells."""

    zhunsheng: str
    evidence: Evidence
    quality: QualityPart
    inputs: Sequence[InputPart] = ()
    waivers: Sequence[WaiverPart] = ()
    max_unknown: int = 0
    max_pending: int | None = None
    masking: Masking = field(default_factory=Masking)
    only: frozenset[str] = frozenset()
    """Rules asked for by `--rule`; the clause list is not shown then, since it could not be complete."""
