"""The plan: rules grouped by subject, patterns grouped by what one scan of their records can answer.

All patterns of one *group* look at the same rows for the same environment, so one grouped scan computes the
aggregates of all of them (docs of architecture: one pass per subject, fused by what the rules read).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zhunsheng.plan.scope import Equality, Row
from zhunsheng.semantics.typed import Link, Measure, Rule


@dataclass(slots=True)
class Group:
    """One grouped scan: the rows of `record`, per environment or per link key."""

    name: str
    environment: tuple[Row, ...]
    """Variables of the pattern it was first met in; others that share it stand in the same places."""
    record: str
    link: Link | None
    equalities: tuple[Equality, ...]
    depth: int
    by_rows: bool = False
    """Grouped by the rows of the environment, because some pattern compares the two; else by the link's
    key."""
    owners: set[str] = field(default_factory=set)
    uses: int = 0

    @property
    def of_subject(self) -> bool:
        """Whether the environment is the rule's subject alone."""
        return len(self.environment) == 1 and self.environment[0].pattern is None


@dataclass(slots=True)
class SubjectPlan:
    """All rules and measures over one record type, and the groups that they need, inner ones first."""

    record: str
    rules: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    groups: dict[object, Group] = field(default_factory=dict)
