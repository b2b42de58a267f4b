"""What loading found, as the report shows it: labelled, personal values masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from zhunsheng.diagnostics import Diagnostic, message
from zhunsheng.logs.quality import BadValue, LinkQuality, Quality, SourceQuality
from zhunsheng.logs.sufficiency import LISTED as SUSPICIONS_LISTED
from zhunsheng.reports.evidence_parts import (
    NOTHING,
    Looked,
    gap_lines,
    personal_part,
    suspicion_part,
)
from zhunsheng.reports.masking import Masking
from zhunsheng.reports.model import BadRecordPart, CountedPart, OriginPart, QualityPart, SumPart
from zhunsheng.reports.reads import records_of
from zhunsheng.reports.reasons import record_label
from zhunsheng.reports.wording import wording
from zhunsheng.semantics.typed import Measure, Program, Rule
from zhunsheng.semantics.vocabulary import Vocabulary


def quality_part(
    quality: Quality,
    programs: Sequence[Program],
    language: str,
    *,
    samples: int,
    masking: Masking,
    looked: Looked = NOTHING,
) -> QualityPart:
    """The loader's findings and what was `looked` for beside; at most `samples` bad values are listed. The
    programs share one vocabulary."""
    vocabulary = programs[0].vocabulary
    words = wording(language)

    def counted(
        count: Callable[[SourceQuality], int], shown: Callable[[SourceQuality], tuple[str, ...]] = _none
    ) -> tuple[CountedPart, ...]:
        return tuple(
            CountedPart(
                source.record,
                record_label(source.record, vocabulary, language),
                None,
                count(source),
                _shown(shown(source), masking, personal=source.key_personal),
            )
            for source in quality.sources
            if count(source)
        )

    def columns(names: Callable[[SourceQuality], tuple[str, ...]]) -> tuple[CountedPart, ...]:
        # A record type may have several sources that lack the same column: it is told once.
        found = dict.fromkeys((source.record, name) for source in quality.sources for name in names(source))
        return tuple(
            CountedPart(record, record_label(record, vocabulary, language), name, 1) for record, name in found
        )

    return QualityPart(
        rows_read=quality.rows_read,
        left_out=quality.left_out,
        accepted=quality.accepted,
        bad_records=quality.bad_records,
        duplicates=quality.duplicates,
        sums=tuple(_sum(source, vocabulary, language) for source in quality.sources),
        bad=counted(lambda source: source.bad),
        bad_samples=tuple(_bad(value, language, masking) for value in quality.bad_values[:samples]),
        not_supplied=_not_supplied(quality, programs, vocabulary, language),
        missing_keys=counted(lambda source: source.missing_keys),
        duplicate_keys=counted(lambda source: source.duplicate_keys, lambda source: source.duplicate_samples),
        dangling_links=tuple(
            _link(link, vocabulary, language, masking) for link in quality.links if link.dangling
        ),
        after_as_of=counted(lambda source: source.after_as_of),
        unknown_columns=columns(lambda source: source.unknown_columns),
        missing_columns=columns(lambda source: source.missing_columns),
        unread_files=quality.unread_files,
        notes=tuple(message(note, language)[0] for note in quality.notes),
        personal_data=tuple(personal_part(each, vocabulary, words) for each in looked.personal_data),
        suspicions=tuple(
            suspicion_part(each, vocabulary, words) for each in looked.suspicions[:SUSPICIONS_LISTED]
        ),
        suspicions_more=max(0, len(looked.suspicions) - SUSPICIONS_LISTED),
        proposed_gaps=gap_lines(looked.suspicions, words),
        origins=tuple(part for source in quality.sources for part in _origins(source)),
    )


def _origins(source: SourceQuality) -> Iterator[OriginPart]:
    for field, origin in source.origins.items():
        if origin.columns != (field,) or origin.transformation or origin.source:
            yield OriginPart(
                source.record, source.file, field, origin.columns, origin.transformation, origin.source
            )


def _none(_: SourceQuality) -> tuple[str, ...]:
    return ()


def _shown(values: Iterable[str], masking: Masking, *, personal: bool) -> tuple[str, ...]:
    return tuple(masking.mask(value) if personal else value for value in values)


def _sum(source: SourceQuality, vocabulary: Vocabulary, language: str) -> SumPart:
    return SumPart(
        source.record,
        record_label(source.record, vocabulary, language),
        source.file,
        source.rows_read,
        source.left_out,
        source.accepted,
        source.bad,
        source.duplicates,
    )


def _bad(bad: BadValue, language: str, masking: Masking) -> BadRecordPart:
    """A value in a field that holds no personal data may still be some: columns slip."""
    value = bad.value
    if value is not None:
        value = masking.mask(value) if bad.personal else masking.text(value)
    found = bad.diagnostic
    told = Diagnostic(
        found.code, None, {**found.values, "value": value or ""}, severity=found.severity, place=found.place
    )
    return BadRecordPart(bad.place, bad.record, bad.field, value, message(told, language)[0])


def _link(link: LinkQuality, vocabulary: Vocabulary, language: str, masking: Masking) -> CountedPart:
    samples = _shown(link.samples, masking, personal=link.personal)
    return CountedPart(
        link.record, record_label(link.record, vocabulary, language), link.field, link.dangling, samples
    )


def _not_supplied(
    quality: Quality, programs: Sequence[Program], vocabulary: Vocabulary, language: str
) -> tuple[CountedPart, ...]:
    declared: list[Rule | Measure] = []
    for program in programs:
        declared += [*program.rules, *program.measures]
    readers = [set(records_of(each)) for each in declared]
    return tuple(
        CountedPart(
            record, record_label(record, vocabulary, language), None, sum(record in read for read in readers)
        )
        for record in quality.not_supplied
    )
