"""A loaded pack: what its folder says, its parent's part included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from zhunsheng.diagnostics import Diagnostic, Severity
from zhunsheng.packs.settings import Setting
from zhunsheng.semantics import Checked
from zhunsheng.semantics.clauses import Clause
from zhunsheng.semantics.typed import Program
from zhunsheng.syntax.tree import File


@dataclass(frozen=True, slots=True)
class Disabled:
    """A rule of the parent that does not apply here, and why (texts by language)."""

    rule: str
    reason: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LoadedPack:
    """A pack, as far as it could be read.

    `program` is the typed whole, inherited rules included; `files` are the pack's own rule files after those
    of its parents. `diagnostics` holds everything found on the way, the parents' included; with an
    error among them the program is incomplete and must not be used for verdicts.
    """

    id: str
    version: str
    title: Mapping[str, str]
    path: Path
    program: Program
    checked: Checked = field(repr=False)
    files: tuple[File, ...] = field(repr=False)
    own: frozenset[str]
    """Source names of the pack's own files."""
    diagnostics: tuple[Diagnostic, ...]
    clauses: tuple[Clause, ...] = ()
    parent: LoadedPack | None = field(default=None, repr=False)
    disabled: tuple[Disabled, ...] = ()
    overridden: tuple[str, ...] = ()
    """Parameters of the parent that have other values here."""
    switches: Mapping[str, tuple[Setting, ...]] = field(default_factory=dict)
    """Parameters whose settings `pack.yaml` lists, the parents' included. Boolean parameters need no list."""
    standard: str | None = None
    jurisdiction: str | None = None
    effective: tuple[date | None, date | None] = (None, None)
    vocabulary_folder: Path | None = None

    @property
    def has_errors(self) -> bool:
        """Whether the pack cannot be used for verdicts."""
        return any(one.severity is Severity.ERROR for one in self.diagnostics)
