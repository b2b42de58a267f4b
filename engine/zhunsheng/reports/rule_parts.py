"""A rule's line in the report."""

from __future__ import annotations

import re

from zhunsheng.reports.judged import Judged, Run
from zhunsheng.reports.model import RulePart, SamplePart
from zhunsheng.reports.reads import in_language, parameter_parts, weakest_basis
from zhunsheng.reports.reasons import reason_text, record_label
from zhunsheng.reports.wording import Wording
from zhunsheng.semantics.typed import ClauseRef, Program, Rule
from zhunsheng.verdicts.model import Finding
from zhunsheng.verdicts.rollup import of_rule

_DESIGNATION = re.compile(r"[A-Z]+[0-9]*(/[A-Z]+)? ?[0-9.]+([-—–][0-9]{4})?(?=\s|$)")


def rule_part(rule: Rule, judged: Judged, run: Run, wording: Wording) -> RulePart:
    """What the report says about one rule."""
    program = judged.program
    outcome = judged.evaluation.rules[rule.id]
    parameters = parameter_parts(rule, program, run.evidence, wording)
    rolled = of_rule(outcome.counts, rule.modality)
    return RulePart(
        id=rule.id,
        label=in_language(rule.label, wording.language) or rule.id,
        pack=judged.pack.id,
        clauses=clause_names(rule.clauses, program, wording.language),
        modality=rule.modality,
        negated=rule.negated,
        record=rule.subject.var.record,
        record_label=record_label(rule.subject.var.record, program.vocabulary, wording.language),
        basis=weakest_basis(parameters),
        parameters=parameters,
        exercised=rolled.exercised,
        verdict=rolled.verdict,
        contributes=rolled.rises,
        advisory=rolled.advisory,
        counts=outcome.counts,
        samples=tuple(_sample(finding, rule, program, run, wording) for finding in outcome.samples),
        note=in_language(rule.note, wording.language),
        remedy=in_language(rule.remedy, wording.language),
        digest=judged.digests.get(rule.id, ""),
    )


def clause_names(clauses: tuple[ClauseRef, ...], program: Program, language: str) -> tuple[str, ...]:
    """ "GB/T 39734-2020 9.3", each clause with the short name of its standard."""
    names = {
        standard.id: designation(in_language(standard.title, language) or standard.id)
        for standard in program.standards
    }
    return tuple(f"{names.get(clause.standard, clause.standard)} {clause.number}" for clause in clauses)


def designation(title: str) -> str:
    """The number of a standard where its title starts with one, else the whole title.

    >>> designation("GB/T 39734-2020 政务服务“一次一评”“一事一评”工作规范")
    'GB/T 39734-2020'
    """
    found = _DESIGNATION.match(title)
    return found[0] if found else title


def _sample(finding: Finding, rule: Rule, program: Program, run: Run, wording: Wording) -> SamplePart:
    return SamplePart(
        subject=run.masking.subject_key(program.vocabulary, finding.record, finding.key),
        row=finding.row,
        verdict=finding.verdict,
        reason=finding.reason.value,
        text=reason_text(finding, rule, program.vocabulary, run.evidence.zone, wording),
        deadline=finding.deadline,
        observed=finding.observed,
    )
