"""Loads a pack folder: `pack.yaml`, rule files, clause list, and the packs it extends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Severity, Source
from zhunsheng.packs import locations
from zhunsheng.packs.clause_files import read_clauses
from zhunsheng.packs.model import Disabled, LoadedPack
from zhunsheng.packs.overrides import day, overrides, texts
from zhunsheng.packs.reading import inside, read_source, rule_files
from zhunsheng.packs.schema_check import problems
from zhunsheng.packs.settings import Setting, outside, switches
from zhunsheng.packs.yaml_text import Document, read
from zhunsheng.semantics import Checked, check, load_vocabulary
from zhunsheng.semantics.clauses import Clause
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.semantics.wording import suggestion
from zhunsheng.syntax import parse, tree

_LONGEST_LINE_OF_PARENTS = 8
_EMPTY = Vocabulary({}, {})


def load_pack(path: Path) -> LoadedPack:
    """The pack in a folder, or the shipped pack of that id, with everything that is wrong with it.

    Never raises for what a user wrote or named (language.md section 3).
    """
    return _load(path, ())


def _load(path: Path, line: tuple[Path, ...]) -> LoadedPack:
    folder = locations.find(str(path))
    if folder is None:
        values = {"pack": str(path), **suggestion(str(path), locations.shipped())}
        return _broken(path, [Diagnostic("ZS5101", None, values, place=str(path))])
    if not (folder / "pack.yaml").exists():
        return _broken(path, [Diagnostic("ZS5102", None, {"pack": str(folder)}, place=str(folder))])
    if not inside(folder, folder / "pack.yaml"):
        return _broken(folder, [Diagnostic("ZS5114", None, {"path": "pack.yaml"}, place=str(folder))])
    source, wrong = read_source(folder / "pack.yaml")
    if source is None:
        return _broken(folder, [wrong] if wrong else [])
    document = read(source)
    faults = document.diagnostics or problems(document, "pack")
    if faults:
        return _broken(folder, faults, _texts_if_any(document))
    return _Loader(folder, document, line).pack()


def _texts_if_any(document: Document) -> Mapping[str, Any]:
    return document.value if isinstance(document.value, dict) else {}


def _broken(path: Path, diagnostics: list[Diagnostic], said: Mapping[str, Any] | None = None) -> LoadedPack:
    """A pack of which nothing can be used but the message."""
    said = said or {}
    checked = check((), _EMPTY)
    return LoadedPack(
        id=str(said.get("id") or path.name),
        version=str(said.get("version") or "?"),
        title=texts(said.get("title")),
        path=path,
        program=checked.program,
        checked=checked,
        files=(),
        own=frozenset(),
        diagnostics=tuple(diagnostics),
    )


class _Loader:
    """One pack on its way in; `line` are the packs that extend it."""

    def __init__(self, folder: Path, document: Document, line: tuple[Path, ...]) -> None:
        self.folder, self.document, self.line = folder, document, line
        self.said: Mapping[str, Any] = document.value
        self.report: list[Diagnostic] = []

    def pack(self) -> LoadedPack:
        parent = self._parent()
        vocabulary, vocabulary_folder = self._vocabulary(parent)
        own = self._own_files()
        disabled = self._disabled(parent)
        values = self._overrides(parent)
        files = (*_without(parent, {one.rule for one in disabled}), *own)
        rules = _declared(files, (tree.Rule, tree.Measure))
        if not rules and not any(one.severity is Severity.ERROR for one in self.report):
            self.report.append(Diagnostic("ZS5115", None, {"pack": str(self.folder)}, place=str(self.folder)))
        inherited = parent.checked.overrides if parent is not None else {}
        checked = check(files, vocabulary, overrides={**inherited, **values})
        clauses = self._clauses(checked, parent)
        settings = self._switches(checked, parent)
        effective = self._effective()
        return LoadedPack(
            id=self.said["id"],
            version=self.said["version"],
            title=texts(self.said["title"]),
            path=self.folder,
            program=checked.program,
            checked=checked,
            files=files,
            own=frozenset(file.source.name for file in own),
            diagnostics=(*self._inherited(parent), *self.report, *checked.diagnostics),
            clauses=clauses,
            parent=parent,
            disabled=disabled,
            overridden=tuple(values),
            switches=settings,
            standard=self.said.get("standard"),
            jurisdiction=self.said.get("jurisdiction"),
            effective=effective,
            vocabulary_folder=vocabulary_folder,
        )

    def _inherited(self, parent: LoadedPack | None) -> tuple[Diagnostic, ...]:
        """What is wrong with the parent's own folder; its rules are typed again here, and told of once."""
        if parent is None:
            return ()
        again = {id(one) for one in parent.checked.diagnostics}
        return tuple(one for one in parent.diagnostics if id(one) not in again)

    def _add(self, code: str, *path: str | int, **values: str) -> None:
        self.report.append(Diagnostic(code, self.document.value_place(path), values))

    def _add_key(self, code: str, *path: str | int, **values: str) -> None:
        self.report.append(Diagnostic(code, self.document.place(path), values))

    def _parent(self) -> LoadedPack | None:
        named = self.said.get("extends")
        if named is None:
            for key in ("parameters", "disable"):
                if self.said.get(key):
                    self._add_key("ZS5120", key, key=key)
            return None
        folder = None if Path(named).is_absolute() else locations.find(str(self.folder / named))
        if folder is None and named in locations.shipped():
            folder = locations.rules() / named
        if folder is None:
            self._add("ZS5101", "extends", pack=named, **suggestion(named, locations.shipped()))
            return None
        line = (*self.line, self.folder.resolve())
        if folder.resolve() in line or len(line) > _LONGEST_LINE_OF_PARENTS:
            self._add("ZS5116", "extends", pack=named)
            return None
        return _load(folder, line)

    def _vocabulary(self, parent: LoadedPack | None) -> tuple[Vocabulary, Path | None]:
        named = self.said.get("vocabulary")
        if named is None and parent is not None:
            return parent.program.vocabulary, parent.vocabulary_folder
        folder = locations.records() if named is None else self.folder / named
        if named is not None and not inside(self.folder, folder):
            self._add("ZS5114", "vocabulary", path=named)
            return _EMPTY, None
        for path in sorted(folder.glob("*.json")) if named is not None and folder.is_dir() else ():
            if not inside(self.folder, path):
                self.report.append(Diagnostic("ZS5114", None, {"path": str(path)}, place=str(path)))
                return _EMPTY, None
        vocabulary, wrong = load_vocabulary(folder)
        self.report += wrong
        return vocabulary, folder

    def _own_files(self) -> tuple[tree.File, ...]:
        files: list[tree.File] = []
        for found in rule_files(self.folder):
            source: Source | None
            wrong: Diagnostic | None
            source, wrong = (None, found) if isinstance(found, Diagnostic) else read_source(found)
            if wrong is not None:
                self.report.append(wrong)
            if source is not None:
                file, syntax = parse(source)
                self.report += syntax
                files.append(file)
        return tuple(files)

    def _disabled(self, parent: LoadedPack | None) -> tuple[Disabled, ...]:
        if parent is None:
            return ()
        known = _declared(parent.files, (tree.Rule, tree.Measure, tree.Index))
        found: dict[str, Disabled] = {}
        for number, entry in enumerate(self.said.get("disable") or ()):
            if entry["rule"] not in known:
                values = {"rule": entry["rule"], **suggestion(entry["rule"], known)}
                self._add("ZS5119", "disable", number, "rule", **values)
            else:
                found[entry["rule"]] = Disabled(entry["rule"], texts(entry["reason"]))
        return tuple(found.values())

    def _overrides(self, parent: LoadedPack | None) -> dict[str, tree.Parameter]:
        if parent is None:
            return {}
        known = _declared(parent.files, (tree.Parameter,))
        values = overrides(self.document, self.report)
        for name in list(values):
            if name not in known:
                self._add_key("ZS5117", "parameters", name, name=name, **suggestion(name, known))
                del values[name]
        return values

    def _clauses(self, checked: Checked, parent: LoadedPack | None) -> tuple[Clause, ...]:
        inherited = {(one.standard, one.number): one for one in (parent.clauses if parent else ())}
        path = self.folder / "clauses.yaml"
        if not path.exists() and not path.is_symlink():
            return tuple(inherited.values())
        if not inside(self.folder, path):
            self.report.append(Diagnostic("ZS5114", None, {"path": str(path)}, place=str(path)))
            return tuple(inherited.values())
        standards = [one.id for one in checked.program.standards]
        own = read_clauses(path, standards, self.report)
        known = _declared(checked.files, (tree.Rule, tree.Measure, tree.Index))
        for clause in own:
            for rule in clause.rules:
                if rule not in known:
                    values = {"rule": rule, "number": clause.number, **suggestion(rule, known)}
                    self.report.append(Diagnostic("ZS5122", clause.span, values))
        return tuple((inherited | {(one.standard, one.number): one for one in own}).values())

    def _switches(self, checked: Checked, parent: LoadedPack | None) -> Mapping[str, tuple[Setting, ...]]:
        own = switches(self.document, checked.program, self.report)
        settings = {**(parent.switches if parent else {}), **own}
        self.report += outside(checked.program, settings, self.document)
        return settings

    def _effective(self) -> tuple[date | None, date | None]:
        said = self.said.get("effective") or {}
        start = day(self.document, ("effective", "from"), said.get("from"), self.report)
        until = day(self.document, ("effective", "until"), said.get("until"), self.report)
        if start is not None and until is not None and until < start:
            self._add("ZS5124", "effective", start=str(start), until=str(until))
        return start, until


def _declared(files: Collection[tree.File], kinds: tuple[type, ...]) -> list[str]:
    return [one.name.text for file in files for one in file.declarations if isinstance(one, kinds)]


def _without(parent: LoadedPack | None, disabled: Collection[str]) -> tuple[tree.File, ...]:
    """The parent's files without the rules that are disabled here."""
    if parent is None:
        return ()
    return tuple(
        replace(
            file,
            declarations=tuple(
                one
                for one in file.declarations
                if not (isinstance(one, (tree.Rule, tree.Measure, tree.Index)) and one.name.text in disabled)
            ),
        )
        for file in parent.files
    )
