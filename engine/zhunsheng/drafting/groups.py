"""Groups of measures in tests: which dimension a name means, and the name of a group there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zhunsheng.drafting.cells import cell
from zhunsheng.drafting.model import ExpectedGroup, ExpectedMeasure
from zhunsheng.reference.measures import shown
from zhunsheng.semantics.typed import Dimension, FieldOf
from zhunsheng.semantics.vocabulary import Field, Vocabulary
from zhunsheng.semantics.wording import both, suggestion, type_names
from zhunsheng.verdicts.model import GroupOutcome

_PARTS = {"month": "月份", "year": "年份", "date": "日期", "hour": "小时"}


class Dimensions:
    """What a measure is grouped by, found by the name of the field or of the part (month) in either
    language."""

    def __init__(self, by: Sequence[Dimension], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.names: dict[str, Dimension] = {}
        for each in by:
            self.names.setdefault(each.name, each)
            for name in self._others(each):
                self.names.setdefault(name, each)

    def _others(self, dimension: Dimension) -> Iterator[str]:
        field = self._field(dimension)
        if field is not None:
            yield from field.names.values()
        elif dimension.name in _PARTS:
            yield _PARTS[dimension.name]

    def _field(self, dimension: Dimension) -> Field | None:
        if not isinstance(dimension.value, FieldOf):
            return None
        return self.vocabulary.records[dimension.value.record.record].fields[dimension.value.field]

    def find(self, name: str) -> Dimension | None:
        return self.names.get(name)

    def group_name(self, dimension: Dimension, raw: Any, zone: str) -> str | None:
        """The group's name as evaluation gives it. Raises ValueError for a value that is none of the
        field."""
        field = self._field(dimension)
        if raw is None or field is None:
            return None if raw is None else str(raw)
        return shown(cell(field, raw, self.vocabulary, zone))

    def expected(self, dimension: Dimension) -> Mapping[str, str]:
        """What may stand there, for a message."""
        field = self._field(dimension)
        assert field is not None
        codes = self.vocabulary.codes_of(field.type)
        names = [] if codes is None else [code.name for code in codes.codes]
        labels = [] if codes is None else [code.names.get("zh", code.name) for code in codes.codes]
        return {
            **both("expected", type_names(field.type, self.vocabulary)),
            **suggestion("", names, labels, names),
        }


def label(by: Mapping[str, str | None]) -> str:
    """A group in one line; the group without name shows as a dash."""
    return ", ".join(f"{name}={'—' if value is None else value}" for name, value in by.items())


def matching(expected: ExpectedGroup, groups: Sequence[GroupOutcome]) -> list[GroupOutcome]:
    """The groups that have all the names it gives."""
    return [
        group
        for group in groups
        if all(name in group.group and group.group[name] == value for name, value in expected.by.items())
    ]


def told_apart(expected: Sequence[ExpectedMeasure]) -> set[str]:
    """The dimensions of which some case names two groups."""
    found: set[str] = set()
    for each in expected:
        names: dict[str, set[str | None]] = {}
        for group in each.groups or ():
            for dimension, value in group.by.items():
                names.setdefault(dimension, set()).add(value)
        found |= {dimension for dimension, values in names.items() if len(values) > 1}
    return found
