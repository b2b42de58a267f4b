"""From trees to a typed program: declarations first, so that a file may use what another one declares."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from zhunsheng.diagnostics import Diagnostic, Related
from zhunsheng.semantics import (
    arithmetic,
    literals,
    logic,
    measures,
    parameters,
    patterns,
    references,
    rules,
    typed,
)
from zhunsheng.semantics.context import Context, Handler, Pack, TooLarge
from zhunsheng.semantics.definitions import define
from zhunsheng.semantics.index import VocabularyIndex
from zhunsheng.semantics.scope import Scope
from zhunsheng.semantics.symbols import Symbol
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.syntax import tree

_HANDLERS: Mapping[type, Handler] = {
    tree.Literal_: literals.literal,
    tree.DurationLiteral: literals.duration,
    tree.Ref: references.ref,
    tree.Dot: references.dot,
    tree.Call: references.call,
    tree.Unary: logic.unary,
    tree.Binary: logic.binary,
    tree.BetweenExpr: logic.between,
    tree.InSet: logic.in_set,
    tree.InCodelist: logic.in_codes,
    tree.InList: logic.in_list,
    tree.Quantified: logic.quantified,
    tree.Known: logic.known,
    tree.MatchesExpr: logic.matches,
    tree.HasExpr: patterns.has,
    tree.Aggregate: patterns.aggregate,
    tree.DurationBetween: arithmetic.duration_between,
    tree.DatePart: arithmetic.date_part,
}


_DECLARING = {"STANDARD", "PARAMETER", "DEFINE", "RULE", "MEASURE", "INDEX"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker made of some files.

    `program` holds every declaration that is right; `names` tells, per source and offset, what each
    vocabulary name in the text stands for.
    """

    program: typed.Program
    diagnostics: tuple[Diagnostic, ...]
    names: Mapping[str, Mapping[int, Symbol]] = field(repr=False)
    files: tuple[tree.File, ...] = field(repr=False)
    overrides: Mapping[str, tree.Parameter] = field(default_factory=dict, repr=False)
    """Parameters with other values than their declarations give: the pack's own and those of the packs it
    extends."""


@dataclass
class _Written:
    """The declarations of all files by kind, each name once."""

    standards: dict[str, tree.Standard] = field(default_factory=dict)
    parameters: dict[str, tree.Parameter] = field(default_factory=dict)
    rules: dict[str, tree.Rule] = field(default_factory=dict)
    measures: dict[str, tree.Measure] = field(default_factory=dict)
    indices: dict[str, tree.Index] = field(default_factory=dict)
    extra: list[tree.Declaration] = field(default_factory=list)
    """Second declarations of a name: reported, and typed all the same for their own mistakes."""


def check(
    files: Sequence[tree.File],
    vocabulary: Vocabulary,
    *,
    overrides: Mapping[str, tree.Parameter] | None = None,
) -> Checked:
    """Type the files of one pack together. Never raises for what a user wrote.

    `overrides` gives parameters other periods, source and basis (a local pack over its parent); their
    labels stay.
    """
    pack = Pack(VocabularyIndex(vocabulary))
    written = _collect(files, pack)
    pack.unread = _unread(files)
    for standard in written.standards.values():
        title = parameters.labels(standard.title)
        pack.standards[standard.name.text] = typed.Standard(standard.name.text, title)
    for one in written.parameters.values():
        _parameter(pack, _overridden(one, overrides or {}))
    for definition in pack.written_definitions.values():
        define(_context(pack, definition.name), definition)
    typed_rules = [_rule(pack, one) for one in written.rules.values()]
    typed_measures = [_measure(pack, one) for one in written.measures.values()]
    typed_indices = [_index(pack, one, written) for one in written.indices.values()]
    program = typed.Program(
        vocabulary=vocabulary,
        standards=tuple(pack.standards.values()),
        parameters=dict(pack.parameters),
        rules=tuple(one for one in typed_rules if one is not None),
        measures=tuple(one for one in typed_measures if one is not None),
        indices=tuple(one for one in typed_indices if one is not None),
    )
    for extra in written.extra:
        _check_extra(pack, extra, written)
    diagnostics = _sorted(pack.reporter.diagnostics, files)
    return Checked(program, diagnostics, pack.names, tuple(files), dict(overrides or {}))


def _context(pack: Pack, name: tree.Name) -> Context:
    return Context(pack, _HANDLERS, Scope(), name.span)


def _collect(files: Sequence[tree.File], pack: Pack) -> _Written:
    written = _Written()
    outcomes: dict[str, tree.Name] = {}
    for declaration in (one for file in files for one in file.declarations):
        if isinstance(declaration, tree.Standard):
            _standard(pack, written, declaration)
            continue
        name, key = declaration.name, declaration.name.text
        first: tree.Name | None
        if isinstance(declaration, tree.Parameter):
            first = written.parameters.setdefault(key, declaration).name
        elif isinstance(declaration, tree.Define):
            first = pack.written_definitions.setdefault(key, declaration).name
        else:
            # Rules, measures and indices stand in one report: their names are told apart there.
            first = outcomes.setdefault(key, name)
            if first is name and isinstance(declaration, tree.Rule):
                written.rules[key] = declaration
            elif first is name and isinstance(declaration, tree.Measure):
                written.measures[key] = declaration
            elif first is name and isinstance(declaration, tree.Index):
                written.indices[key] = declaration
        if first is not name:
            related = (Related(first.span, "first"),)
            pack.reporter.add("ZS2066", name.span, {"name": key}, related)
            written.extra.append(declaration)
    return written


def _unread(files: Sequence[tree.File]) -> set[str]:
    """Names after a declaration's keyword that no tree bears: the declaration was not understood."""
    read = {declaration.name.text for file in files for declaration in file.declarations}
    written = {
        unicodedata.normalize("NFC", name.text.strip("`"))
        for file in files
        for keyword, name in pairwise(file.tokens)
        if keyword.kind in _DECLARING and name.kind == "NAME"
    }
    return written - read


def _standard(pack: Pack, written: _Written, declaration: tree.Standard) -> None:
    """A standard may be declared in every file that cites it, as long as all say the same."""
    first = written.standards.setdefault(declaration.name.text, declaration)
    if first.title != declaration.title:
        related = (Related(first.span, "first"),)
        pack.reporter.add("ZS2078", declaration.name.span, {"name": declaration.name.text}, related)


def _overridden(one: tree.Parameter, overrides: Mapping[str, tree.Parameter]) -> tree.Parameter:
    other = overrides.get(one.name.text)
    if other is None:
        return one
    # Holidays are rolled over as the parent says, where the new unit knows rolling at all.
    units = {period.value.unit for period in other.periods if isinstance(period.value, tree.DurationLiteral)}
    rolling = one.rolling and bool(units) and units <= {"day", "month"}
    return replace(other, name=one.name, label=one.label, rolling=rolling)


def _parameter(pack: Pack, written: tree.Parameter) -> None:
    try:
        found = parameters.parameter(_context(pack, written.name), written)
    except TooLarge:
        found = None
    if found is None:
        pack.wrong_parameters.add(written.name.text)
    else:
        pack.parameters[found.id] = found


def _rule(pack: Pack, written: tree.Rule) -> typed.Rule | None:
    try:
        return rules.rule(_context(pack, written.name), written)
    except TooLarge:
        return None


def _measure(pack: Pack, written: tree.Measure) -> typed.Measure | None:
    try:
        return measures.measure(_context(pack, written.name), written)
    except TooLarge:
        return None


def _index(pack: Pack, written: tree.Index, all_: _Written) -> typed.Index | None:
    try:
        return measures.index(_context(pack, written.name), written, all_.measures)
    except TooLarge:
        return None


def _check_extra(pack: Pack, extra: tree.Declaration, written: _Written) -> None:
    if isinstance(extra, tree.Rule):
        _rule(pack, extra)
    elif isinstance(extra, tree.Measure):
        _measure(pack, extra)
    elif isinstance(extra, tree.Index):
        _index(pack, extra, written)


def _sorted(diagnostics: Sequence[Diagnostic], files: Sequence[tree.File]) -> tuple[Diagnostic, ...]:
    """In the order of files and places, as a reader meets them."""
    order = {file.source.name: number for number, file in enumerate(files)}

    def place(one: Diagnostic) -> tuple[int, int]:
        return (-1, 0) if one.span is None else (order.get(one.span.source.name, len(order)), one.span.start)

    return tuple(sorted(diagnostics, key=place))
