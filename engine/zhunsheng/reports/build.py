"""From evaluations to the report: every number and word that the formats show, decided once."""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.reports.clause_parts import clause_parts
from zhunsheng.reports.conclusion import conclude
from zhunsheng.reports.judged import Judged, Run
from zhunsheng.reports.measure_parts import index_part, measure_part
from zhunsheng.reports.model import CoveragePart, GapPart, LogPart, RecordPart, Report
from zhunsheng.reports.reasons import record_label
from zhunsheng.reports.rule_parts import rule_part
from zhunsheng.reports.wording import Wording, wording
from zhunsheng.semantics.vocabulary import Vocabulary


def build(judged: Sequence[Judged], run: Run, language: str) -> Report:
    """The report on all packs, in `language`. The packs share one vocabulary."""
    words = wording(language)
    rules = tuple(rule_part(rule, pack, run, words) for pack in judged for rule in pack.program.rules)
    measures = tuple(
        measure_part(each, pack, run, words) for pack in judged for each in pack.program.measures
    )
    indices = tuple(index_part(each, pack, run, words) for pack in judged for each in pack.program.indices)
    clauses, standards = clause_parts(judged, (*rules, *measures, *indices), words, listed=not run.only)
    conforms, conclusion = conclude(rules, measures, indices, run.max_unknown, run.max_pending)
    return Report(
        zhunsheng=run.zhunsheng,
        language=language,
        conforms=conforms,
        conclusion=conclusion,
        as_of=run.evidence.as_of,
        zone=run.evidence.zone,
        personal="revealed" if run.masking.reveal else "masked",
        packs=tuple(pack.pack for pack in judged),
        log=_log(run, judged[0].program.vocabulary, words),
        rules=rules,
        measures=measures,
        indices=indices,
        clauses=clauses,
        standards=standards,
        waivers=tuple(run.waivers),
        quality=run.quality,
        inputs=tuple(run.inputs),
    )


def _log(run: Run, vocabulary: Vocabulary, words: Wording) -> LogPart:
    evidence = run.evidence
    gaps = tuple(
        GapPart(gap.start, gap.until, tuple(sorted(gap.records)), gap.reason) for gap in evidence.gaps
    )
    records = tuple(
        RecordPart(name, record_label(name, vocabulary, words.language), facts.supplied, facts.rows)
        for name, facts in sorted(evidence.tables.items())
    )
    return LogPart(CoveragePart(evidence.coverage.start, evidence.coverage.until), gaps, records)
