"""Measures and indices in the report."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from zhunsheng.reports.judged import Judged, Run
from zhunsheng.reports.masking import Masking, is_personal
from zhunsheng.reports.model import (
    AgreementPart,
    GroupPart,
    IndexPart,
    IntervalPart,
    MeasurePart,
    ThresholdPart,
)
from zhunsheng.reports.reads import in_language, limit_values, parameter_parts, weakest_basis
from zhunsheng.reports.reasons import field_label, record_label
from zhunsheng.reports.rule_parts import clause_names
from zhunsheng.reports.values import constant, exact
from zhunsheng.reports.wording import Wording
from zhunsheng.semantics.rewrite import walk
from zhunsheng.semantics.typed import (
    Const,
    Dimension,
    FieldOf,
    Index,
    Measure,
    ParamRef,
    Program,
    Threshold,
)
from zhunsheng.semantics.types import BooleanType, CodeType
from zhunsheng.verdicts.model import AgreementOutcome, GroupOutcome, Interval, Verdict
from zhunsheng.verdicts.rollup import of_measure, of_verdicts


def measure_part(measure: Measure, judged: Judged, run: Run, wording: Wording) -> MeasurePart:
    """What the report says about one measure."""
    program = judged.program
    outcome = judged.evaluation.measures[measure.id]
    parameters = parameter_parts(measure, program, run.evidence, wording)
    rolled = of_measure(
        outcome,
        measure.threshold.modality if measure.threshold else None,
        measure.agreement.modality if measure.agreement else None,
    )
    modality = _modality(measure)
    groups = tuple(_group(group, measure, program, run, wording) for group in outcome.groups)
    return MeasurePart(
        id=measure.id,
        label=in_language(measure.label, wording.language) or measure.id,
        pack=judged.pack.id,
        clauses=clause_names(measure.clauses, program, wording.language),
        kind=measure.kind,
        modality=modality,
        basis=weakest_basis(parameters),
        parameters=parameters,
        threshold=_threshold(measure.threshold, program, run, wording, share=measure.kind == "share"),
        tolerance=measure.agreement.tolerance if measure.agreement else None,
        exercised=any(group.denominator + group.undecided > 0 for group in outcome.groups),
        verdict=rolled.verdict,
        contributes=rolled.rises,
        advisory=rolled.advisory,
        dimensions={each.name: _dimension_label(each, program, wording) for each in measure.by},
        groups=groups,
        agreement=tuple(_agreement(each, measure, program, run, wording) for each in outcome.agreement),
        note=in_language(measure.note, wording.language),
        remedy=in_language(measure.remedy, wording.language),
    )


def index_part(index: Index, judged: Judged, run: Run, wording: Wording) -> IndexPart:
    """What the report says about one index."""
    program = judged.program
    outcome = judged.evaluation.indices[index.id]
    parameters = parameter_parts(index, program, run.evidence, wording)
    modality = index.threshold.modality if index.threshold else None
    rolled = of_verdicts((outcome.verdict,) if modality else (), modality or "should")
    return IndexPart(
        id=index.id,
        label=in_language(index.label, wording.language) or index.id,
        pack=judged.pack.id,
        clauses=clause_names(index.clauses, program, wording.language),
        kind="share" if of_shares(index, program) else "number",
        modality=modality,
        basis=weakest_basis(parameters),
        parameters=parameters,
        threshold=_threshold(index.threshold, program, run, wording, share=of_shares(index, program)),
        terms={name: _weight(weight, program, wording) for name, weight in index.terms},
        interval=_interval(outcome.interval),
        exercised=outcome.interval.low is not None or outcome.verdict is not Verdict.NOTAPPLICABLE,
        verdict=rolled.verdict,
        contributes=rolled.rises,
        advisory=rolled.advisory,
    )


def of_shares(index: Index, program: Program) -> bool:
    """Whether all its measures are shares, so that it is a percentage itself."""
    kinds = {measure.id: measure.kind for measure in program.measures}
    return all(kinds.get(name) == "share" for name, _ in index.terms)


def _modality(measure: Measure) -> str | None:
    """The stronger of what its threshold and its agreement ask."""
    asked = {part.modality for part in (measure.threshold, measure.agreement) if part is not None}
    return "must" if "must" in asked else "should" if asked else None


def _threshold(
    threshold: Threshold | None, program: Program, run: Run, wording: Wording, *, share: bool
) -> ThresholdPart | None:
    if threshold is None:
        return None
    values = limit_values(threshold.value, program, run.evidence, wording, share=share)
    return ThresholdPart(threshold.modality, threshold.bound, values)


def _group(group: GroupOutcome, measure: Measure, program: Program, run: Run, wording: Wording) -> GroupPart:
    shown, labels = group_shown(group.group, measure, program, run.masking, wording)
    return GroupPart(
        group=shown,
        labels=labels,
        numerator=Fraction(group.numerator),
        denominator=group.denominator,
        undecided=group.undecided,
        errors=group.errors,
        interval=_interval(group.interval),
        verdict=group.verdict,
    )


def _agreement(
    outcome: AgreementOutcome, measure: Measure, program: Program, run: Run, wording: Wording
) -> AgreementPart:
    shown, labels = group_shown(outcome.group, measure, program, run.masking, wording)
    return AgreementPart(
        publication=outcome.publication,
        group=shown,
        labels=labels,
        published=outcome.published,
        interval=_interval(outcome.interval),
        verdict=outcome.verdict,
        reason=outcome.reason.value if outcome.reason else None,
        text=_agreement_text(outcome, program, wording),
    )


def _agreement_text(outcome: AgreementOutcome, program: Program, wording: Wording) -> str | None:
    if outcome.reason is None:
        return None
    wanted = record_label("publication", program.vocabulary, wording.language)
    return wording.text(f"reason.{outcome.reason.value}", wanted=wanted)


def _interval(interval: Interval) -> IntervalPart:
    return IntervalPart(interval.low, interval.high)


def group_shown(
    group: Mapping[str, str | None], measure: Measure, program: Program, masking: Masking, wording: Wording
) -> tuple[dict[str, str | None], dict[str, str]]:
    """The group's values as they may be shown, and in words."""
    by_name = {dimension.name: dimension for dimension in measure.by}
    shown, labels = {}, {}
    for name, value in group.items():
        dimension = by_name.get(name)
        if value is not None and dimension is not None and _personal(dimension, program):
            value = masking.mask(value)
        shown[name] = value
        labels[name] = _in_words(value, dimension, program, wording)
    return shown, labels


def _dimension_label(dimension: Dimension, program: Program, wording: Wording) -> str:
    if isinstance(dimension.value, FieldOf):
        record = dimension.value.record.record
        return field_label(dimension.value.field, record, program.vocabulary, wording.language)
    return wording.find(f"part.{dimension.name}") or dimension.name


def _in_words(value: str | None, dimension: Dimension | None, program: Program, wording: Wording) -> str:
    if value is None:
        return wording.text("value.missing")
    type_ = dimension.value.type if dimension is not None and isinstance(dimension.value, FieldOf) else None
    if isinstance(type_, CodeType):
        return constant(Const(value, type_), wording, program.vocabulary)
    if isinstance(type_, BooleanType):
        return wording.find(f"value.{value}") or value
    return value


def _personal(dimension: Dimension, program: Program) -> bool:
    return any(
        isinstance(node, FieldOf) and is_personal(program.vocabulary, node.record.record, node.field)
        for node in walk(dimension)
    )


def _weight(weight: object, program: Program, wording: Wording) -> str:
    if isinstance(weight, ParamRef):
        weight = program.parameters[weight.parameter].periods[-1][1]
    if isinstance(weight, Const):
        return constant(weight, wording, program.vocabulary)
    return exact(Fraction(str(weight)))
