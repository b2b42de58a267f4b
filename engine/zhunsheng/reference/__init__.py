"""The meaning in plain Python: what the engines are compared with, and what `explain` runs."""

from __future__ import annotations

from zhunsheng.calendars.model import Calendar
from zhunsheng.logs.model import Evidence, Store
from zhunsheng.reference.explain import explain
from zhunsheng.reference.measures import judge_index, judge_measure
from zhunsheng.reference.rules import judge_rule
from zhunsheng.reference.scope import World
from zhunsheng.semantics.typed import Program
from zhunsheng.verdicts.model import Evaluation

__all__ = ["evaluate", "explain"]


def evaluate(
    program: Program, store: Store, evidence: Evidence, calendar: Calendar, *, samples: int | None = None
) -> Evaluation:
    """Every rule over every subject, then measures and indices (language.md sections 8, 9; docs/meaning.md).

    `samples` caps the findings kept per rule (None: all of them); counts are always exact.
    """
    world = World(program, store, evidence, calendar, in_memory=True)
    measures = {measure.id: judge_measure(world, measure) for measure in program.measures}
    return Evaluation(
        as_of=evidence.as_of,
        rules={rule.id: judge_rule(world, rule, samples) for rule in program.rules},
        measures=measures,
        indices={index.id: judge_index(world, index, measures) for index in program.indices},
    )
