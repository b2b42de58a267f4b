"""What a rule or measure reads: its parameters and record types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from zhunsheng.logs.model import Evidence
from zhunsheng.reports.model import ParameterPart, ParameterPeriod
from zhunsheng.reports.values import constant
from zhunsheng.reports.wording import Wording
from zhunsheng.semantics.rewrite import walk
from zhunsheng.semantics.typed import Const, Index, Measure, Parameter, ParamRef, ParentOf, Program, Rule, Var

_WEAKEST_FIRST = ("assumption", "secondary", "normative")


def parameters_of(declared: Rule | Measure | Index) -> tuple[str, ...]:
    """Ids of the parameters it reads, in the order of the text, each once."""
    found: dict[str, None] = {}
    for node in walk(declared):
        if isinstance(node, ParamRef):
            found.setdefault(node.parameter)
    return tuple(found)


def records_of(declared: Rule | Measure) -> tuple[str, ...]:
    """Record types it looks at: the subject's first, then those of its patterns, links and parents."""
    found: dict[str, None] = {declared.subject.var.record: None}
    for node in walk(declared):
        if isinstance(node, (Var, ParentOf)):
            found.setdefault(node.record)
    return tuple(found)


def weakest_basis(parameters: tuple[ParameterPart, ...]) -> str | None:
    """How well the least known parameter is known; None without parameters."""
    bases = {parameter.basis for parameter in parameters}
    return next((basis for basis in _WEAKEST_FIRST if basis in bases), None)


def parameter_parts(
    declared: Rule | Measure | Index, program: Program, evidence: Evidence, wording: Wording
) -> tuple[ParameterPart, ...]:
    """The parameters it reads, with the values that can have been in force for subjects of this log."""
    shares = share_parameters(declared)
    return tuple(
        ParameterPart(
            id=name,
            label=in_language(program.parameters[name].label, wording.language) or name,
            values=periods(program.parameters[name], program, evidence, wording, share=name in shares),
            basis=program.parameters[name].basis,
            source=in_language(program.parameters[name].source, wording.language) or "",
        )
        for name in parameters_of(declared)
    )


def share_parameters(declared: Rule | Measure | Index) -> frozenset[str]:
    """Parameters that are thresholds of a share, and so are shown as percentages."""
    if isinstance(declared, Measure) and declared.kind == "share" and declared.threshold is not None:
        return frozenset(node.parameter for node in walk(declared.threshold) if isinstance(node, ParamRef))
    return frozenset()


def periods(
    parameter: Parameter, program: Program, evidence: Evidence, wording: Wording, *, share: bool = False
) -> tuple[ParameterPeriod, ...]:
    """Periods of a parameter that overlap the log: from its coverage's start (if declared) to the
    observation time."""
    first = _day(evidence.coverage.start, evidence)
    last = _day(evidence.as_of, evidence)
    kept = []
    for place, (start, value) in enumerate(parameter.periods):
        following = parameter.periods[place + 1][0] if place + 1 < len(parameter.periods) else None
        begun = start is None or last is None or start <= last
        over = following is not None and first is not None and following <= first
        if begun and not over:
            kept.append(ParameterPeriod(start, constant(value, wording, program.vocabulary, share=share)))
    return tuple(kept)


def limit_values(
    value: object, program: Program, evidence: Evidence, wording: Wording, *, share: bool
) -> tuple[ParameterPeriod, ...]:
    """A threshold's values: the literal, or the parameter's periods."""
    if isinstance(value, ParamRef):
        return periods(program.parameters[value.parameter], program, evidence, wording, share=share)
    if isinstance(value, Const):
        return (ParameterPeriod(None, constant(value, wording, program.vocabulary, share=share)),)
    return ()


def in_language(labels: Mapping[str, str], language: str) -> str | None:
    """The text in `language`, else the one without language mark, else any; None when there is none."""
    return labels.get(language) or labels.get("") or next((text for text in labels.values() if text), None)


def _day(moment: datetime | None, evidence: Evidence) -> date | None:
    return moment.astimezone(ZoneInfo(evidence.zone)).date() if moment is not None else None
