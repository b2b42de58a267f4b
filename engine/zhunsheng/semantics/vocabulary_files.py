"""Reads a vocabulary from its folder: `*.schema.json`, one per record type, and `*.codes.json`.

The form of the files stands in `schemas/records/README.md`. They are untrusted: whatever is wrong with
them comes back as diagnostics that point into the file, and what can be read is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Source
from zhunsheng.semantics.codelist_files import read_codelists
from zhunsheng.semantics.dictionary import dictionary_breaches
from zhunsheng.semantics.json_text import read
from zhunsheng.semantics.record_files import RecordDraft, read_record
from zhunsheng.semantics.reporting import Reporter
from zhunsheng.semantics.types import CodesType, CodeType
from zhunsheng.semantics.vocabulary import CodeList, Parent, Record, Vocabulary
from zhunsheng.semantics.wording import suggestion

_LARGEST_FILE = 4_000_000


@dataclass
class _Folder:
    """What has been read so far, and where it came from."""

    reporter: Reporter = field(default_factory=Reporter)
    drafts: dict[str, RecordDraft] = field(default_factory=dict)
    codelists: dict[str, CodeList] = field(default_factory=dict)
    codelist_sources: dict[str, Source] = field(default_factory=dict)


def load_vocabulary(folder: Path) -> tuple[Vocabulary, tuple[Diagnostic, ...]]:
    """The vocabulary in a folder, as far as it can be read, and what is wrong with it (ZS21xx). Never
    raises."""
    state = _Folder()
    for path in _files(folder, "*.codes.json", state.reporter):
        for source, value in _read(path, state.reporter):
            _add_codelists(state, source, value)
    for path in _files(folder, "*.schema.json", state.reporter):
        for source, value in _read(path, state.reporter):
            draft = read_record(source, value, state.reporter)
            if draft is None:
                continue
            other = state.drafts.get(draft.record.name)
            if other is not None:
                state.reporter.json(
                    "ZS2111",
                    source,
                    ("x-record", "name"),
                    {"name": draft.record.name},
                    related=(other.source, ("x-record", "name")),
                )
                continue
            state.drafts[draft.record.name] = draft
    if not state.drafts and not state.reporter.diagnostics:
        state.reporter.add("ZS2117", None, {"folder": str(folder)})
    _check_subsets(state)
    records = {name: _resolve(draft, state) for name, draft in sorted(state.drafts.items())}
    _report_cycles(state, records)
    vocabulary = Vocabulary(records, dict(sorted(state.codelists.items())))
    places = {name: draft.source for name, draft in state.drafts.items()}
    for diagnostic in dictionary_breaches(vocabulary, places, state.codelist_sources):
        state.reporter.diagnostics.append(diagnostic)
    return vocabulary, tuple(state.reporter.diagnostics)


def _files(folder: Path, glob: str, reporter: Reporter) -> list[Path]:
    try:
        if not folder.is_dir():
            if not reporter.diagnostics:
                reporter.add("ZS2101", None, {"folder": str(folder)})
            return []
        return sorted(folder.glob(glob))
    except (OSError, ValueError) as error:
        reporter.add("ZS2102", None, {"file": str(folder), "reason": str(error)})
        return []


def _read(path: Path, reporter: Reporter) -> list[tuple[Source, Any]]:
    """The file's JSON value as a list of one, or of none when it cannot be read."""
    try:
        if not path.is_file():
            # Opening a pipe would wait for ever.
            reporter.add("ZS2102", None, {"file": str(path), "reason": "not a regular file"})
            return []
        if path.stat().st_size > _LARGEST_FILE:
            reporter.add("ZS2102", None, {"file": str(path), "reason": f"> {_LARGEST_FILE} bytes"})
            return []
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reporter.add("ZS2102", None, {"file": str(path), "reason": str(error)})
        return []
    source = Source(str(path), text)
    value, wrong = read(source)
    if wrong is not None:
        reporter.diagnostics.append(wrong)
        return []
    if not isinstance(value, dict):
        reporter.value(source, (), "", '{"…": …}', value)
        return []
    return [(source, value)]


def _add_codelists(state: _Folder, source: Source, value: Mapping[str, Any]) -> None:
    for codelist in read_codelists(source, value, state.reporter):
        other = state.codelist_sources.get(codelist.id)
        if other is not None:
            state.reporter.json(
                "ZS2111",
                source,
                ("$defs", codelist.id),
                {"name": codelist.id},
                related=(other, ("$defs", codelist.id)),
            )
            continue
        state.codelists[codelist.id] = codelist
        state.codelist_sources[codelist.id] = source


def _check_subsets(state: _Folder) -> None:
    """Entries of a subset must stand in the list that it selects from, whose names they take."""
    for id_, codelist in state.codelists.items():
        if codelist.subset_of is None:
            continue
        source = state.codelist_sources[id_]
        at: Sequence[str | int] = ("$defs", id_, "x-codelist", "subset_of")
        whole = state.codelists.get(codelist.subset_of)
        if whole is None or whole.subset_of is not None:
            known = [name for name, one in state.codelists.items() if one.subset_of is None]
            state.reporter.json(
                "ZS2113", source, at, {"name": codelist.subset_of, **suggestion(codelist.subset_of, known)}
            )
            continue
        names = {code.name: code for code in whole.codes}
        for index, code in enumerate(codelist.codes):
            if code.name not in names:
                state.reporter.json(
                    "ZS2116",
                    source,
                    ("$defs", id_, "oneOf", index, "const"),
                    {"name": code.name, "list": whole.id, **suggestion(code.name, names)},
                )
        # A subset's codes keep the order of the list they come from, so positions agree in sense.
        kept = {code.name for code in codelist.codes}
        state.codelists[id_] = replace(
            codelist,
            codes=tuple(code for code in whole.codes if code.name in kept),
            ordered=codelist.ordered or whole.ordered,
        )


def _resolve(draft: RecordDraft, state: _Folder) -> Record:
    """The record with its links and code lists looked up; what leads nowhere is reported and left out."""
    record, reporter = draft.record, state.reporter
    for name, one in record.fields.items():
        if isinstance(one.type, (CodeType, CodesType)) and one.type.codelist not in state.codelists:
            reporter.json(
                "ZS2113",
                draft.source,
                ("properties", name, "x-codes"),
                {"name": one.type.codelist, **suggestion(one.type.codelist, state.codelists)},
            )
    parents = []
    taken: dict[str, str] = {}
    for parent in record.parents:
        at = ("x-parent", parent.field)
        target = state.drafts.get(parent.record)
        if target is None:
            reporter.json(
                "ZS2109", draft.source, at, {"name": parent.record, **suggestion(parent.record, state.drafts)}
            )
            continue
        parent = _named(parent, target.record)
        key = target.record.fields[target.record.key]
        if record.fields[parent.field].type != key.type:
            reporter.json(
                "ZS2115",
                draft.source,
                ("properties", parent.field),
                {"field": parent.field, "record": parent.record, "key": key.name},
                related=(target.source, ("properties", key.name)),
            )
        clash = next((name for name in parent.names.values() if name in taken), None)
        if clash is not None:
            reporter.json(
                "ZS2118", draft.source, at, {"role": clash, "field": parent.field, "other": taken[clash]}
            )
            continue
        taken.update(dict.fromkeys(parent.names.values(), parent.field))
        for one in record.fields.values():
            both = set(one.names.values()) & set(parent.names.values())
            if both:
                values = {"role": min(both), "field": parent.field, "other": one.name}
                reporter.json("ZS2118", draft.source, at, values)
        parents.append(parent)
    fields = {
        name: one
        for name, one in record.fields.items()
        if not isinstance(one.type, (CodeType, CodesType)) or one.type.codelist in state.codelists
    }
    return replace(record, parents=tuple(parents), fields=fields)


def _named(parent: Parent, target: Record) -> Parent:
    """A role that was not named is the parent record's name, in both languages."""
    return parent if parent.role else replace(parent, role=target.name, names=target.names)


def _report_cycles(state: _Folder, records: dict[str, Record]) -> None:
    """A record that is its own ancestor makes no path unique; the link that closes the circle is dropped."""
    done: set[str] = set()
    for name in list(records):
        stack: list[tuple[str, int]] = [(name, 0)]
        on_path = [name]
        while stack:
            current, index = stack.pop()
            parents = records[current].parents
            if current in done or index >= len(parents):
                done.add(current)
                on_path.pop()
                continue
            stack.append((current, index + 1))
            parent = parents[index]
            if parent.record in on_path:
                circle = [*on_path[on_path.index(parent.record) :], parent.record]
                state.reporter.json(
                    "ZS2110",
                    state.drafts[current].source,
                    ("x-parent", parent.field),
                    {"circle": " → ".join(circle)},
                )
                kept = tuple(one for one in parents if one is not parent)
                records[current] = replace(records[current], parents=kept)
                stack[-1] = (current, index)
            elif parent.record not in done:
                stack.append((parent.record, 0))
                on_path.append(parent.record)
