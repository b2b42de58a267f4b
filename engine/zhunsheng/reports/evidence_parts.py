"""What was looked for in the data beside the loader's findings, in words: silences that the manifest does not
declare, and personal data where none belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhunsheng.logs.scanning import PersonalData
from zhunsheng.logs.sufficiency import Suspicion, proposed_gaps
from zhunsheng.reports.model import PersonalPart, SuspicionPart
from zhunsheng.reports.reasons import field_label, record_label
from zhunsheng.reports.values import constant
from zhunsheng.reports.wording import Wording
from zhunsheng.semantics.typed import Const
from zhunsheng.semantics.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in the canonical tables."""

    suspicions: tuple[Suspicion, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()


NOTHING = Looked()


def suspicion_part(found: Suspicion, vocabulary: Vocabulary, words: Wording) -> SuspicionPart:
    label = record_label(found.record, vocabulary, words.language)
    return SuspicionPart(
        kind=found.kind,
        record=found.record,
        label=label,
        start=found.start,
        until=found.until,
        days=found.days,
        expected=found.expected,
        rows=found.rows,
        field=found.field,
        codes=found.codes,
        hours=found.hours or (),
        text=_in_words(found, label, vocabulary, words),
    )


def _in_words(found: Suspicion, label: str, vocabulary: Vocabulary, words: Wording) -> str:
    hours = found.hours or (0, 0)
    return words.text(
        f"suspicion.{found.kind}",
        record=label,
        span=span_text(found.start, found.until, words),
        expected=found.expected,
        rows=found.rows,
        codes=words.text("list").join(_code(found, code, vocabulary, words) for code in found.codes),
        first=f"{hours[0]:02d}:00",
        last=f"{hours[1] + 1:02d}:00",
    )


def span_text(start: date | None, until: date | None, words: Wording) -> str:
    """A stretch of days in words; one day is one."""
    if start is None or until is None:
        return ""
    name = "suspicion.day" if start == until else "suspicion.span"
    return words.text(name, start=start.isoformat(), until=until.isoformat())


def _code(found: Suspicion, code: str, vocabulary: Vocabulary, words: Wording) -> str:
    assert found.field is not None
    return constant(Const(code, vocabulary.records[found.record].fields[found.field].type), words, vocabulary)


def gap_lines(found: Sequence[Suspicion], words: Wording) -> tuple[str, ...]:
    """Lines for `gaps:` of the manifest, one per stretch, with the record types that are silent in it."""
    reason = words.text("suspicion.gap_reason")
    return tuple(
        f'- {{from: "{start}", until: "{until}", records: [{", ".join(records)}], reason: "{reason}"}}'
        for (start, until), records in proposed_gaps(found).items()
    )


def personal_part(found: PersonalData, vocabulary: Vocabulary, words: Wording) -> PersonalPart:
    label = record_label(found.record, vocabulary, words.language)
    text = words.text(
        "personal_data.found_least" if found.at_least else "personal_data.found",
        record=label,
        field=field_label(found.field, found.record, vocabulary, words.language),
        kind=words.text(f"personal_data.{found.kind}"),
        n=found.count,
        looked=found.looked_at,
        rows=words.text("list").join(str(row) for row in found.rows),
    )
    return PersonalPart(
        record=found.record,
        label=label,
        field=found.field,
        kind=found.kind,
        count=found.count,
        at_least=found.at_least,
        looked_at=found.looked_at,
        rows=found.rows,
        text=text,
    )
