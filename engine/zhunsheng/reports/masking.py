"""Personal data in one output: shown only when asked for (language.md section 4, `x-personal`).

A value is replaced by a sign that is the same wherever the value is: numbered in the order of appearance, so
that equal inputs give equal bytes and nothing can be found out by trying; under a key (`ZHUNSHENG_KEY`) by a
keyed pseudonym, so that several outputs can be read together.
"""

from __future__ import annotations

from zhunsheng.logs.personal import findings
from zhunsheng.logs.pseudonyms import PREFIX, Pseudonyms
from zhunsheng.semantics.types import TextType
from zhunsheng.semantics.vocabulary import Vocabulary

HIDDEN = "***"
_SIGNS = 10


class Masking:
    """How one output shows personal values. Make a new one for each output.

    >>> masking = Masking()
    >>> masking.mask("王小明"), masking.mask("李四"), masking.mask("王小明")
    ('***1', '***2', '***1')
    >>> masking.text("请打 13812345678")
    '请打 ***3'
    """

    def __init__(self, *, reveal: bool = False, key: bytes | None = None) -> None:
        self.reveal = reveal
        self._pseudonyms = None if key is None else Pseudonyms(key)
        self._numbers: dict[str, int] = {}

    def mask(self, value: str) -> str:
        """What stands for a personal value; nothing of the value is left, not even its length."""
        if self.reveal:
            return value
        if self._pseudonyms is not None:
            return HIDDEN + self._pseudonyms.opaque(value)[len(PREFIX) :][:_SIGNS]
        return f"{HIDDEN}{self._numbers.setdefault(value, len(self._numbers) + 1)}"

    def text(self, value: str) -> str:
        """A text that should hold no personal data, without what looks like it."""
        if self.reveal:
            return value
        parts, end = [], 0
        for found in findings(value):
            parts += [value[end : found.start], self.mask(value[found.start : found.end])]
            end = found.end
        return "".join([*parts, value[end:]])

    def of_field(self, vocabulary: Vocabulary, record: str, field: str | None, value: str) -> str:
        """A field's value as it may be shown."""
        if is_personal(vocabulary, record, field):
            return self.mask(value)
        if field is not None and not isinstance(vocabulary.records[record].fields[field].type, TextType):
            return value
        return self.text(value)

    def subject_key(self, vocabulary: Vocabulary, record: str, key: str | None) -> str | None:
        """A subject's key as it may be shown: whole, unless the key field is personal. Keys are numbers that
        others look up: one that looks like a phone number is left as it is (and told by the scan)."""
        if key is None or not is_personal(vocabulary, record, vocabulary.records[record].key):
            return key
        return self.mask(key)


def is_personal(vocabulary: Vocabulary, record: str, field: str | None) -> bool:
    """Whether a field holds personal data. An unknown field of a known record is not; an unknown record is
    taken to be."""
    found = vocabulary.records.get(record)
    if found is None:
        return True
    return field is not None and field in found.fields and found.fields[field].personal
