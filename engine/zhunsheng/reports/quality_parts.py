"""What loading found, as the report shows it: labelled, personal values masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from zhunsheng.diagnostics import message
from zhunsheng.logs.quality import BadValue, LinkQuality, Quality, SourceQuality
from zhunsheng.reports.masking import mask
from zhunsheng.reports.model import BadRecordPart, CountedPart, QualityPart
from zhunsheng.reports.reads import records_of
from zhunsheng.reports.reasons import record_label
from zhunsheng.semantics.typed import Measure, Program, Rule
from zhunsheng.semantics.vocabulary import Vocabulary


def quality_part(
    quality: Quality, programs: Sequence[Program], language: str, *, samples: int, reveal: bool
) -> QualityPart:
    """The loader's findings; at most `samples` bad values are listed. The programs share one vocabulary."""
    vocabulary = programs[0].vocabulary

    def counted(
        count: Callable[[SourceQuality], int], shown: Callable[[SourceQuality], tuple[str, ...]] = _none
    ) -> tuple[CountedPart, ...]:
        return tuple(
            CountedPart(
                source.record,
                record_label(source.record, vocabulary, language),
                None,
                count(source),
                _shown(shown(source), hide=source.key_personal and not reveal),
            )
            for source in quality.sources
            if count(source)
        )

    def columns(names: Callable[[SourceQuality], tuple[str, ...]]) -> tuple[CountedPart, ...]:
        return tuple(
            CountedPart(source.record, record_label(source.record, vocabulary, language), name, 1)
            for source in quality.sources
            for name in names(source)
        )

    return QualityPart(
        rows_read=quality.rows_read,
        accepted=quality.accepted,
        bad_records=quality.bad_records,
        bad=counted(lambda source: source.bad),
        bad_samples=tuple(_bad(value, language, reveal=reveal) for value in quality.bad_values[:samples]),
        not_supplied=_not_supplied(quality, programs, vocabulary, language),
        missing_keys=counted(lambda source: source.missing_keys),
        duplicate_keys=counted(lambda source: source.duplicate_keys, lambda source: source.duplicate_samples),
        dangling_links=tuple(
            _link(link, vocabulary, language, reveal=reveal) for link in quality.links if link.dangling
        ),
        after_as_of=counted(lambda source: source.after_as_of),
        unknown_columns=columns(lambda source: source.unknown_columns),
        missing_columns=columns(lambda source: source.missing_columns),
        unread_files=quality.unread_files,
        notes=tuple(message(note, language)[0] for note in quality.notes),
    )


def _none(_: SourceQuality) -> tuple[str, ...]:
    return ()


def _shown(values: Iterable[str], *, hide: bool) -> tuple[str, ...]:
    return tuple(mask(value) if hide else value for value in values)


def _bad(bad: BadValue, language: str, *, reveal: bool) -> BadRecordPart:
    found = bad.diagnostic
    if bad.personal and reveal:
        found = type(found)(
            found.code,
            None,
            {**found.values, "value": bad.value or ""},
            severity=found.severity,
            place=found.place,
        )
    value = bad.value if bad.value is None or reveal or not bad.personal else mask(bad.value)
    return BadRecordPart(bad.place, bad.record, bad.field, value, message(found, language)[0])


def _link(link: LinkQuality, vocabulary: Vocabulary, language: str, *, reveal: bool) -> CountedPart:
    samples = _shown(link.samples, hide=link.personal and not reveal)
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
