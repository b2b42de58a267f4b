"""One dictionary: one English name goes with one Chinese name over the whole vocabulary.

Without it the language switch of `fmt` could not be undone: two English names with one Chinese name
come back as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from zhunsheng.diagnostics import Diagnostic, Related, Source
from zhunsheng.semantics.json_text import place
from zhunsheng.semantics.schema_keywords import Path
from zhunsheng.semantics.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class _Entry:
    names: Mapping[str, str]
    source: Source
    path: Path


def _entries(
    vocabulary: Vocabulary, records: Mapping[str, Source], codelists: Mapping[str, Source]
) -> Iterator[_Entry]:
    for record in vocabulary.records.values():
        source = records[record.name]
        yield _Entry(record.names, source, ("x-record", "name"))
        for field in record.fields.values():
            yield _Entry(field.names, source, ("properties", field.name))
        for parent in record.parents:
            yield _Entry(parent.names, source, ("x-parent", parent.field))
    for codelist in vocabulary.codelists.values():
        source = codelists[codelist.id]
        yield _Entry(codelist.names, source, ("$defs", codelist.id))
        if codelist.subset_of is None:
            for index, code in enumerate(codelist.codes):
                yield _Entry(code.names, source, ("$defs", codelist.id, "oneOf", index, "const"))


def dictionary_breaches(
    vocabulary: Vocabulary, records: Mapping[str, Source], codelists: Mapping[str, Source]
) -> Iterator[Diagnostic]:
    """One diagnostic for each name that goes with two names of the other language, both places shown."""
    by_name: dict[str, _Entry] = {}
    for entry in _entries(vocabulary, records, codelists):
        for name in dict.fromkeys(entry.names.values()):
            other = by_name.setdefault(name, entry)
            if dict(other.names) == dict(entry.names):
                continue
            first, second = (" / ".join(dict.fromkeys(one.names.values())) for one in (other, entry))
            yield Diagnostic(
                "ZS2112",
                place(entry.source, entry.path),
                {"name": name, "first": first, "second": second},
                (Related(place(other.source, other.path), "other"),),
            )
            break
