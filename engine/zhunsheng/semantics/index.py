"""The vocabulary, arranged for looking names up in any surface language, and for finding links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from zhunsheng.semantics.vocabulary import Code, CodeList, Field, Parent, Record, Vocabulary

Step = tuple[str, str]
"""A record and its link field."""


class VocabularyIndex:
    """Look-ups over one vocabulary; built once, read by every declaration."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.records: Mapping[str, Record] = {
            name: record
            for record in vocabulary.records.values()
            for name in _names(record.name, record.names)
        }
        self.codelists: Mapping[str, CodeList] = {
            name: one for one in vocabulary.codelists.values() for name in _names(one.id, one.names)
        }
        self._members: dict[str, dict[str, Field | Parent]] = {}
        self._codes: dict[str, dict[str, Code]] = {}
        self._paths: dict[tuple[str, str], tuple[tuple[Step, ...], ...]] = {}

    def members(self, record: str) -> Mapping[str, Field | Parent]:
        """The fields and roles of a record, by name in every language."""
        found = self._members.get(record)
        if found is None:
            found = {}
            definition = self.vocabulary.records[record]
            for parent in definition.parents:
                found.update(dict.fromkeys(_names(parent.role, parent.names), parent))
            for field in definition.fields.values():
                found.update(dict.fromkeys(_names(field.name, field.names), field))
            self._members[record] = found
        return found

    def codes(self, codelist: str) -> Mapping[str, Code]:
        """The codes of a list, by name in every language."""
        found = self._codes.get(codelist)
        if found is None:
            codes = self.vocabulary.codelists[codelist].codes
            found = {name: code for code in codes for name in _names(code.name, code.names)}
            self._codes[codelist] = found
        return found

    @cached_property
    def lists_of_code(self) -> Mapping[str, tuple[str, ...]]:
        """Code name in any language -> the lists that hold it (whole lists, no subsets)."""
        result: dict[str, tuple[str, ...]] = {}
        for one in self.vocabulary.codelists.values():
            if one.subset_of is None:
                for name in self.codes(one.id):
                    result[name] = (*result.get(name, ()), one.id)
        return result

    def called(self, canonical: str) -> tuple[str, str]:
        """What a record or code list (or several, separated by commas) is called: Chinese, English."""
        chinese = []
        for name in canonical.split(", "):
            found = self.records.get(name) or self.codelists.get(name)
            chinese.append(found.names.get("zh", name) if found is not None else name)
        return "、".join(chinese), canonical

    def paths(self, descendant: str, ancestor: str) -> tuple[tuple[Step, ...], ...]:
        """The ways from a record up to another along parent links: at most two, which is enough to tell
        none, one and several apart."""
        key = (descendant, ancestor)
        found = self._paths.get(key)
        if found is None:
            found = self._paths[key] = tuple(self._first_two(descendant, ancestor))
        return found

    @cached_property
    def _ancestors(self) -> Mapping[str, frozenset[str]]:
        result: dict[str, frozenset[str]] = {}

        def of(record: str) -> frozenset[str]:
            if record not in result:
                direct = {parent.record for parent in self.vocabulary.records[record].parents}
                result[record] = frozenset(direct).union(*(of(one) for one in direct))
            return result[record]

        for record in self.vocabulary.records:
            of(record)
        return result

    def _first_two(self, descendant: str, ancestor: str) -> Iterator[tuple[Step, ...]]:
        found = 0
        stack: list[tuple[str, tuple[Step, ...]]] = [(descendant, ())]
        while stack and found < 2:
            record, path = stack.pop()
            if record == ancestor and path:
                found += 1
                yield path
                continue
            for parent in reversed(self.vocabulary.records[record].parents):
                # Only ways that lead there are walked, so a wide vocabulary costs nothing.
                if parent.record == ancestor or ancestor in self._ancestors[parent.record]:
                    stack.append((parent.record, (*path, (record, parent.field))))


def _names(canonical: str, names: Mapping[str, str]) -> set[str]:
    return {canonical, *names.values()}
