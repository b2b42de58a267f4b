"""What a profile says: which tables of an export hold which records, and how each field is computed.

A profile is read by `files.load`; everything in it has been checked against the vocabulary by then, so the
other modules of this package meet no mistakes of its author, only those of the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhunsheng.diagnostics import Span
from zhunsheng.syntax.tree import Expr

Words = Mapping[str, str]
"""A text per language, "zh" and "en"."""


@dataclass(frozen=True, slots=True)
class Written:
    """An expression as it stands in a profile."""

    text: str
    tree: Expr
    span: Span
    """Where it stands in the profile's file."""


@dataclass(frozen=True, slots=True)
class CodeMap:
    """Codes of an export -> what the canonical log holds; None for a code that means "not stated"."""

    name: str
    codes: Mapping[str, str | None]
    source: str = ""
    note: Words = field(default_factory=dict)
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """How one canonical field is computed. A part that is None is taken from the profile that is extended."""

    value: Written | None = None
    constant: str | None = None
    codes: CodeMap | str | None = None
    """A map, or the name of one among `Profile.codes`."""
    formats: tuple[str, ...] | None = None
    """Ways in which times are written; the first that fits is used."""
    items: str | None = None
    """What separates the codes of a list."""
    source: str | None = None
    """Id among `Profile.sources`."""
    basis: str | None = None
    """secondary (a document or a system's code says so) or assumption (ours)."""
    note: Words | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class RecordMapping:
    """Rows of a table as records of one type. A field that is None was taken out by an extending profile."""

    fields: Mapping[str, FieldMapping | None] = field(default_factory=dict)
    where: Written | None = None
    """Which rows are such a record; all of them without."""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One kind of table of an export: how it is known, and what records its rows are."""

    names: tuple[str, ...] = ()
    """Patterns of table names, `*` and `?`; upper and lower case are the same."""
    columns: tuple[str, ...] = ()
    """Columns that it must have."""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name in the expressions -> other headers of the same column."""
    records: Mapping[str, RecordMapping | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Partner:
    """Rows of another table that have the same values: own column -> column there."""

    table: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of codes that mean different things in different places."""

    name: str
    title: Words
    source: str = ""
    speaks: Written | None = None
    """True for a row that speaks for this reading and against the others."""
    matched: Partner | None = None
    """Rows with such a partner speak for this reading."""
    unmatched: Partner | None = None
    """Rows speak for it whose first column has a partner but whose columns together have none."""
    tables: Mapping[str, TableMapping] = field(default_factory=dict)
    """What this reading changes in the profile's tables."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question that a profile's author or the assessor must answer before anything is computed."""

    name: str
    title: Words
    table: str
    readings: Mapping[str, Reading]
    concerns: Written | None = None
    """Rows that the answer changes; all of them without."""
    source: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class NotMapped:
    """A field of which it is known that nothing is known: said, so that nobody looks for it."""

    field: str
    why: Words


@dataclass(frozen=True, slots=True)
class Cited:
    """What mappings rest on."""

    title: Words
    cite: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A whole profile, what it extends included."""

    name: str
    title: Words
    about: Words = field(default_factory=dict)
    chain: tuple[str, ...] = ()
    """Names of the profiles that it extends, nearest first."""
    zone: str | None = None
    formats: tuple[str, ...] = ()
    sources: Mapping[str, Cited] = field(default_factory=dict)
    codes: Mapping[str, CodeMap] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    """Conflicts of the extended profile that are none here."""
    readings: Mapping[str, str] = field(default_factory=dict)
    """What the profile's own documents say of a conflict: name -> reading. The data may speak against it."""
    decide: Mapping[str, str] = field(default_factory=dict)
    """Conflicts settled explicitly: name -> reading."""
    tables: Mapping[str, TableMapping] = field(default_factory=dict)
    not_mapped: tuple[NotMapped, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    """Its file and those of the profiles that it extends -> sha256 in hexadecimal."""
    abstract: bool = False
    """Only there to be extended."""
