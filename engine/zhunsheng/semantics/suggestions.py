"""What was probably meant: the nearest name of the vocabulary, or the names there are, in the reader's
language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zhunsheng.semantics.index import VocabularyIndex
from zhunsheng.semantics.wording import suggestion

Names = Mapping[str, str]


def _like(name: str, things: Iterable[Names]) -> dict[str, str]:
    names = list(things)
    known = {text for one in names for text in one.values()}
    return suggestion(name, known, zh=[one["zh"] for one in names], en=[one["en"] for one in names])


def records_like(name: str, index: VocabularyIndex) -> dict[str, str]:
    """Hint for an unknown record type."""
    return _like(name, [one.names for one in index.vocabulary.records.values()])


def codelists_like(name: str, index: VocabularyIndex) -> dict[str, str]:
    """Hint for an unknown code list."""
    return _like(name, [one.names for one in index.vocabulary.codelists.values()])


def members_like(name: str, index: VocabularyIndex, record: str) -> dict[str, str]:
    """Hint for an unknown field or role of a record."""
    found = index.vocabulary.records[record]
    roles = [one.names for one in found.parents]
    return _like(name, [*roles, *(one.names for one in found.fields.values())])


def codes_like(name: str, index: VocabularyIndex, codelist: str) -> dict[str, str]:
    """Hint for an unknown code."""
    return _like(name, [one.names for one in index.vocabulary.codelists[codelist].codes])
