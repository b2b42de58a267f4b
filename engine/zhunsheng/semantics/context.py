"""What typing one declaration needs to know: the names in scope, the pack's declarations, and where to
report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from zhunsheng.diagnostics import Related, Span
from zhunsheng.semantics import typed
from zhunsheng.semantics.index import VocabularyIndex
from zhunsheng.semantics.kinds import Value
from zhunsheng.semantics.reporting import Reporter
from zhunsheng.semantics.rewrite import extent
from zhunsheng.semantics.scope import Entry, Scope
from zhunsheng.semantics.symbols import Symbol
from zhunsheng.semantics.types import Type
from zhunsheng.semantics.vocabulary import Code, CodeList, Field, Parent, Record
from zhunsheng.semantics.wording import both, type_names
from zhunsheng.syntax import tree

DEEPEST = 60
"""Levels of nesting in one place; deeper text is a slip or an attack, and every later stage recurses
over it."""
DEEPEST_TYPED = 120
"""Levels of a typed tree: definitions and lets within each other add up beyond what is written in one
place."""
LARGEST = 4000
"""Typed nodes of one declaration: definitions and lets can double a rule's size with every line."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A `define`, typed over its argument; `body` is None when it was wrong."""

    name: str
    record: str
    argument: typed.Var
    body: typed.Expr | None
    span: Span


@dataclass
class Pack:
    """The declarations of all files, by name, and what typing them says."""

    index: VocabularyIndex
    reporter: Reporter = field(default_factory=Reporter)
    parameters: dict[str, typed.Parameter] = field(default_factory=dict)
    wrong_parameters: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    """Names of declarations that could not be read: their users are not at fault."""
    written_definitions: dict[str, tree.Define] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    open_definitions: list[str] = field(default_factory=list)
    standards: dict[str, typed.Standard] = field(default_factory=dict)
    names: dict[str, dict[int, Symbol]] = field(default_factory=dict)
    rows: Iterator[int] = field(default_factory=count)


_VOCABULARY_KEYS = {"record", "anchor", "subject", "wanted", "found", "list", "other"}
"""Message values that are names of records or code lists."""

Handler = Callable[["Context", Any, Type | None], Value | None]


class TooLarge(Exception):
    """The declaration outgrew LARGEST or DEEPEST_TYPED; it has been reported."""


@dataclass
class Context:
    """One declaration being typed. `subject` is the record that `other` and bare fields mean, if there
    is one."""

    pack: Pack
    handlers: Mapping[type, Handler]
    scope: Scope
    place: Span
    subject: typed.Var | None = None
    bare: bool = False
    """Whether a bare name may be a field of the subject (in `by`)."""
    depth: int = 0
    size: int = 0

    @property
    def index(self) -> VocabularyIndex:
        return self.pack.index

    def error(
        self, code: str, span: Span, related: tuple[Related, ...] = (), /, **values: str | Type
    ) -> None:
        """Report a mistake. A type, and a record or code list by its canonical name, is put in words
        per language: `found` becomes `found_zh` and `found_en`."""
        said: dict[str, str] = {}
        for key, value in values.items():
            if not isinstance(value, str):
                said |= both(key, type_names(value, self.index.vocabulary))
                continue
            said[key] = value
            if key in _VOCABULARY_KEYS:
                said |= both(key, self.index.called(value))
        self.pack.reporter.add(code, span, said, related)

    def grow(self, nodes: int) -> None:
        """Count nodes that came into being; raises TooLarge beyond the limit."""
        self.size += nodes
        if self.size > LARGEST:
            self.error("ZS2030", self.place, limit=str(LARGEST))
            raise TooLarge

    def take_in(self, node: Any) -> None:
        """Count a tree that is put in a name's place; raises TooLarge when it makes the whole too large
        or deep."""
        size, depth = extent(node)
        self.grow(size)
        if self.depth + depth > DEEPEST_TYPED:
            self.error("ZS2031", self.place, limit=str(DEEPEST_TYPED))
            raise TooLarge

    @contextmanager
    def inside(self, entry: Entry) -> Iterator[None]:
        """A name that is known for a while."""
        outer, self.scope = self.scope, self.scope.with_(entry)
        try:
            yield
        finally:
            self.scope = outer

    def declare(self, entry: Entry) -> None:
        """A name that is known from here on."""
        self.scope = self.scope.with_(entry)

    def check_free(self, name: tree.Name) -> None:
        """Report a new name that something else in scope already has."""
        taken = self.scope.find(name.text)
        if taken is not None:
            self.error("ZS2005", name.span, (Related(taken.span, "first"),), name=name.text)
        elif name.text in self.pack.parameters:
            place = self.pack.parameters[name.text].span
            related = (Related(place, "first"),) if place else ()
            self.error("ZS2005", name.span, related, name=name.text)

    # ---- the vocabulary, noting what each written name stands for --------------------------------------

    def note(self, name: tree.Name, symbol: Symbol) -> None:
        self.pack.names.setdefault(name.span.source.name, {})[name.span.start] = symbol

    def record(self, name: tree.Name) -> Record | None:
        found = self.index.records.get(name.text)
        if found is not None:
            self.note(name, Symbol("record", found.name, found.names))
        return found

    def member(self, record: str, name: tree.Name) -> Field | Parent | None:
        found = self.index.members(record).get(name.text)
        if isinstance(found, Field):
            self.note(name, Symbol("field", found.name, found.names, record))
        elif found is not None:
            self.note(name, Symbol("role", found.role, found.names, record))
        return found

    def code(self, codelist: str, name: tree.Name) -> Code | None:
        found = self.index.codes(codelist).get(name.text)
        if found is not None:
            self.note(name, Symbol("code", found.name, found.names, codelist))
        return found

    def codelist(self, name: tree.Name) -> CodeList | None:
        found = self.index.codelists.get(name.text)
        if found is not None:
            self.note(name, Symbol("codelist", found.id, found.names))
        return found
