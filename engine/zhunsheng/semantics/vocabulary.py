"""The vocabulary: record types, fields, links and code lists, as the JSON Schema files say (language.md
section 4).

This module holds the values; `vocabulary_files` reads them from a folder. Names are canonical (the
property name in the schema); `names` and `labels` give them per surface language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhunsheng.semantics.types import CodesType, CodeType, Type

Unit = Literal["minute", "hour", "day", "working_day", "month"]


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list. `name` is canonical and what canonical logs hold."""

    name: str
    names: Mapping[str, str]
    labels: Mapping[str, str]
    retired: bool = False


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list; `ordered` lists compare by position. `subset_of` names the list whose codes it
    selects."""

    id: str
    codes: tuple[Code, ...]
    ordered: bool = False
    subset_of: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Surface language -> name used in `in codelist(…)`; a loaded list always has "en" (= id) and "zh"."""
    labels: Mapping[str, str] = field(default_factory=dict)

    def position(self, name: str) -> int:
        """Place of a code in the list, from 0. Raises KeyError for a code that is not in it."""
        for index, code in enumerate(self.codes):
            if code.name == name:
                return index
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: Type
    names: Mapping[str, str]
    """Surface language -> name used in rules; always holds "en" (= canonical) and "zh"."""
    labels: Mapping[str, str]
    required: bool = False
    personal: bool = False
    free_text: bool = False
    """Of a personal text: it is people's own words, in which only what looks like personal data is."""
    description: Mapping[str, str] = field(default_factory=dict)
    constraints: Mapping[str, object] = field(default_factory=dict)
    """JSON Schema keywords the loader checks beside the type: minimum, maximum, exclusiveMinimum,
    exclusiveMaximum, multipleOf, pattern, minLength, maxLength (values as in the schema; numbers exact:
    int or Fraction)."""
    unit: Unit | None = None
    """Of a duration, as logs write it: `minute` and `hour` are both the type unit `exact`."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A link: this record's `field` holds the key of a `record`; `role` is how rules name it
    (`t.receiver`)."""

    field: str
    record: str
    role: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    names: Mapping[str, str]
    labels: Mapping[str, str]
    key: str
    time: str | None
    """The field that dates the record (an instant), or None for undated catalogues."""
    fields: Mapping[str, Field]
    parents: tuple[Parent, ...] = ()
    description: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    records: Mapping[str, Record]
    codelists: Mapping[str, CodeList]

    def codes_of(self, type_: Type) -> CodeList | None:
        """The code list of a code or list-of-codes type, else None."""
        return self.codelists[type_.codelist] if isinstance(type_, (CodeType, CodesType)) else None
