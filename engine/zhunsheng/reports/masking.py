"""Personal data in reports: shown only when asked for (language.md section 4, `x-personal`)."""

from __future__ import annotations

from zhunsheng.semantics.vocabulary import Vocabulary


def mask(value: str) -> str:
    """What stays visible of a personal value: its first character, as on counters' name plates (王**), and
    nothing about its length.

    >>> mask("王小明"), mask("440106199001011234")
    ('王***', '4***')
    """
    return value[:1] + "***"


def is_personal(vocabulary: Vocabulary, record: str, field: str | None) -> bool:
    """Whether a field holds personal data. An unknown field of a known record is not; an unknown record is
    taken to be."""
    found = vocabulary.records.get(record)
    if found is None:
        return True
    return field is not None and field in found.fields and found.fields[field].personal


def subject_key(vocabulary: Vocabulary, record: str, key: str | None, *, reveal: bool) -> str | None:
    """A subject's key as it may be shown: masked when the key field is personal."""
    if key is None or reveal:
        return key
    return mask(key) if is_personal(vocabulary, record, vocabulary.records[record].key) else key
