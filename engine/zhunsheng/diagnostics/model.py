"""The records every stage hands over when it finds something wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Source:
    """A text that diagnostics point into: its name as the user wrote it, and the text as it was read."""

    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of character offsets into the raw text of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """Line number, from 1."""
        return self.source.text.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        """Column in characters, from 1."""
        return self.start - (self.source.text.rfind("\n", 0, self.start) + 1) + 1

    def to(self, other: Span) -> Span:
        """The range from the start of this span to the end of another one in the same source."""
        return Span(self.source, self.start, max(self.end, other.end))


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that a message shows (the other of two conflicting ones); `key` names its caption."""

    span: Span
    key: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about a rule text or a pack.

    `code` is stable: ZS1xxx syntax, ZS2xxx names and types, ZS3xxx lint. `values` fill the placeholders of
    the catalogue's message and hint. `span` is None only where no place exists (a pack without files).
    """

    code: str
    span: Span | None
    values: Mapping[str, str] = field(default_factory=dict)
    related: tuple[Related, ...] = ()
    severity: Severity = Severity.ERROR
    place: str | None = None
    """Where it is when there is no span, as "ratings.csv:12:4" (logs are never kept whole as text)."""
