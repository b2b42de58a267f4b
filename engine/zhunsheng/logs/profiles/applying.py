"""A profile over the tables of an export: per record type, which cells its fields are computed from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.logs.errors import LogError
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    array,
    call,
    case,
    cast,
    column,
    equal,
    is_known,
    is_null,
    text,
)
from zhunsheng.logs.profiles.compiling import compile_expression
from zhunsheng.logs.profiles.deciding import settled
from zhunsheng.logs.profiles.formats import CANONICAL, Format, converted, matches, read_format
from zhunsheng.logs.profiles.matching import (
    Columns,
    Match,
    Matches,
    is_absent,
    match_tables,
    names_in,
)
from zhunsheng.logs.profiles.model import CodeMap, FieldMapping, Profile, RecordMapping, TableMapping
from zhunsheng.logs.tables.model import Fault, Mapped, Origin, RawTable
from zhunsheng.semantics.types import CodesType, DateType, InstantType
from zhunsheng.semantics.vocabulary import Field, Record, Vocabulary

_FEW = 12
"""Codes of a map that are compared one by one; more are looked up in a list."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record type that a table could hold but does not, because columns are missing."""

    table: str
    record: str
    field: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A profile over an export."""

    profile: Profile
    """With its conflicts settled."""
    matches: Matches
    mapped: tuple[Mapped, ...]
    left_out: tuple[LeftOut, ...]


def apply(profile: Profile, tables: Sequence[RawTable], vocabulary: Vocabulary) -> tuple[Mapped, ...]:
    """The tables as records. Raises LogError (ZS433x) when the profile does not fit them."""
    return plan(profile, tables, vocabulary).mapped


def plan(profile: Profile, tables: Sequence[RawTable], vocabulary: Vocabulary) -> Applied:
    """As `apply`, with what was matched and what was left out.

    Raises LogError when no table fits (ZS4331), when a table is called like one of the profile's but lacks
    its columns (ZS4332), or may be several of them (ZS4333).
    """
    profile = settled(profile)
    found = match_tables(profile, tables)
    _refuse(profile, found, tables)
    mapped: list[Mapped] = []
    left_out: list[LeftOut] = []
    for match in found.found:
        kind = profile.tables[match.kind]
        made: list[Mapped] = []
        for name, mapping in kind.records.items():
            if mapping is None:
                continue
            record = _Builder(profile, match, vocabulary).record(vocabulary.records[name], mapping)
            if isinstance(record, LeftOut):
                left_out.append(record)
            elif record is not None:
                made.append(record)
        unused = _unused(match, kind, made)
        mapped += [_with_unused(one, unused) for one in made]
    return Applied(profile, found, tuple(mapped), tuple(left_out))


def _refuse(profile: Profile, found: Matches, tables: Sequence[RawTable]) -> None:
    wrong: list[Diagnostic] = []
    for source, kinds in found.doubtful.items():
        values = {"profile": profile.name, "kinds": ", ".join(kinds)}
        wrong.append(Diagnostic("ZS4333", None, values, place=source))
    for source, (kind, columns) in found.lacking.items():
        values = {"profile": profile.name, "kind": kind, "columns": ", ".join(columns)}
        wrong.append(Diagnostic("ZS4332", None, values, place=source))
    if not wrong and not found.found:
        values = {"profile": profile.name, "tables": ", ".join(table.source for table in tables) or "—"}
        wrong.append(Diagnostic("ZS4331", None, values))
    if wrong:
        raise LogError(wrong[0], first=tuple(wrong[1:]))


def _with_unused(mapped: Mapped, unused: tuple[str, ...]) -> Mapped:
    return Mapped(
        mapped.record, mapped.table, mapped.cells, mapped.where, mapped.origins, mapped.faults, unused
    )


def _unused(match: Match, kind: TableMapping, made: Sequence[Mapped]) -> tuple[str, ...]:
    used = {header for one in made for origin in one.origins.values() for header in origin.columns}
    for record in kind.records.values():
        if record is not None and record.where is not None:
            used.update(match.columns.headers(names_in(record.where.tree)))
    return tuple(header for header in match.table.columns if header not in used)


@dataclass(frozen=True, slots=True)
class Cell:
    """One field's cell: its text, what is wrong with it, and where it comes from."""

    value: Expression
    faults: tuple[Fault, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class _Builder:
    profile: Profile
    match: Match
    vocabulary: Vocabulary

    @property
    def columns(self) -> Columns:
        return self.match.columns

    def record(self, record: Record, mapping: RecordMapping) -> Mapped | LeftOut | None:
        where = None
        if mapping.where is not None:
            lacking = set(self.columns.lacking(names_in(mapping.where.tree)))
            if is_absent(mapping.where.tree, lacking):
                return None
            where = compile_expression(mapping.where.tree, self.columns.expression).value
        cells: dict[str, Cell] = {}
        for name, field_mapping in mapping.fields.items():
            if field_mapping is None:
                continue
            cell = self.field(record.fields[name], field_mapping)
            if cell is not None:
                cells[name] = cell
            elif record.fields[name].required or name == record.key:
                assert field_mapping.value is not None
                lacking_now = self.columns.lacking(sorted(names_in(field_mapping.value.tree)))
                return LeftOut(self.match.table.source, record.name, name, lacking_now)
        if record.key not in cells:
            return LeftOut(self.match.table.source, record.name, record.key, ())
        return Mapped(
            record=record.name,
            table=self.match.table,
            cells={name: cell.value for name, cell in cells.items()},
            where=where,
            origins={name: cell.origin for name, cell in cells.items()},
            faults={name: cell.faults for name, cell in cells.items() if cell.faults},
        )

    def field(self, field: Field, mapping: FieldMapping) -> Cell | None:
        """The cell of a field; None when it is missing in every row for want of a column."""
        source = self._cited(mapping)
        if mapping.constant is not None:
            return Cell(text(mapping.constant), (), Origin((), f'"{mapping.constant}"', source))
        if mapping.value is None:
            return None
        lacking = set(self.columns.lacking(names_in(mapping.value.tree)))
        if is_absent(mapping.value.tree, lacking):
            return None
        compiled = compile_expression(mapping.value.tree, self.columns.expression)
        faults = [Fault("ZS4343", wrong) for wrong in compiled.wrong]
        value = compiled.as_cell
        done = "" if len(compiled.columns) == 1 and _is_column(mapping) else mapping.value.text
        codes = self._codes(mapping)
        if mapping.items is not None and isinstance(field.type, CodesType):
            value, found = _listed(value, mapping.items, codes, self.profile.name)
            faults += found
        elif codes is not None:
            value, found = _coded(value, codes, self.profile.name)
            faults += found
        if codes is not None:
            done = f"{mapping.value.text} → {codes.name or 'codes'}"
        if isinstance(field.type, (InstantType, DateType)):
            formats = mapping.formats or self.profile.formats
            if formats and any(written != CANONICAL for written in formats):
                value, found = _timed(value, formats, day_only=isinstance(field.type, DateType))
                faults += found
                done = f"{mapping.value.text} → {' | '.join(formats)}"
        return Cell(value, tuple(faults), Origin(self.columns.headers(compiled.columns), done, source))

    def _codes(self, mapping: FieldMapping) -> CodeMap | None:
        return self.profile.codes[mapping.codes] if isinstance(mapping.codes, str) else mapping.codes

    def _cited(self, mapping: FieldMapping) -> str:
        if mapping.source is None:
            return ""
        return self.profile.sources[mapping.source].cite


def _is_column(mapping: FieldMapping) -> bool:
    from zhunsheng.syntax.tree import Ref

    return mapping.value is not None and isinstance(mapping.value.tree, Ref)


def _known(word: Expression, codes: CodeMap) -> Expression:
    return exp.In(this=word.copy(), expressions=[text(code) for code in codes.codes])


def _target(target: str | None) -> Expression:
    return exp.Null() if target is None else text(target)


def _lookup(word: Expression, codes: CodeMap) -> Expression:
    """What a code stands for; missing when it is not in the map."""
    if len(codes.codes) <= _FEW:
        return case(*((equal(word.copy(), text(code)), _target(to)) for code, to in codes.codes.items()))
    keys = array([text(code) for code in codes.codes])
    targets = array([_target(target) for target in codes.codes.values()])
    return call("list_extract", targets, call("list_position", keys, word.copy()))


def _coded(value: Expression, codes: CodeMap, profile: str) -> tuple[Expression, list[Fault]]:
    word = call("trim", value)
    result = case((_known(word, codes), _lookup(word, codes)), default=value.copy())
    # A code outside the map stays as it is, and is told: it must never look like another one, or like none.
    outside = all_of(is_known(value), exp.Not(this=_known(word, codes)))
    return result, [Fault("ZS4341", outside, {"codes": codes.name or "codes", "profile": profile})]


def _listed(
    value: Expression, separators: str, codes: CodeMap | None, profile: str
) -> tuple[Expression, list[Fault]]:
    signs = "".join(re.escape(one) for one in separators)
    pieces = call("regexp_split_to_array", call("trim", value), text(rf"\s*[{signs}]\s*"))
    part = exp.to_identifier("part", quoted=True)
    filled = exp.Lambda(this=exp.NEQ(this=column("part"), expression=text("")), expressions=[part])
    words = call("list_filter", pieces, filled)
    nothing = call("regexp_full_match", value.copy(), text(rf"[\s{signs}]*"))
    if codes is None:
        joined = call("array_to_string", words, text("|"))
        return case((is_null(value), exp.Null()), (nothing, text("[]")), default=joined), []
    prefix = _prefix(codes)
    if prefix is not None:
        # All codes are written alike: two passes over the text instead of a list per row.
        apart = call("regexp_replace", value.copy(), text(rf"[\s{signs}]+"), text("|"), text("g"))
        named_all = call("regexp_replace", apart, text("([^|]+)"), text(rf"{prefix}\1"), text("g"))
        joined = call("trim", named_all, text("|"))
    else:
        mapped = exp.Lambda(this=_lookup(column("part"), codes), expressions=[part.copy()])
        joined = call("array_to_string", call("list_transform", words, mapped), text("|"))
    # One expression over the whole cell: looking into lists costs fifty times as much.
    one_of = "|".join(re.escape(code) for code in codes.codes)
    fits = call("regexp_full_match", value.copy(), text(rf"(?:\s*(?:{one_of})?\s*(?:[{signs}]|$))*"))
    outside = all_of(is_known(value), exp.Not(this=fits))
    result = case((nothing, text("[]")), (fits.copy(), joined), default=value.copy())
    return result, [Fault("ZS4341", outside, {"codes": codes.name or "codes", "profile": profile})]


def _prefix(codes: CodeMap) -> str | None:
    """What every code gets put before it (`510` becomes `o510`); None where that is not all."""
    ((first, target), *_) = codes.codes.items()
    if target is None or not target.endswith(first):
        return None
    prefix = target.removesuffix(first)
    alike = all(to == prefix + code and re.fullmatch(r"\w+", code) for code, to in codes.codes.items())
    return prefix if alike and re.fullmatch(r"[A-Za-z_]*", prefix) else None


def _timed(value: Expression, written: Sequence[str], *, day_only: bool) -> tuple[Expression, list[Fault]]:
    formats: list[Format] = []
    # What a database or a spreadsheet gives as a time of its own arrives in the canonical way.
    for one in (*written, CANONICAL):
        found = read_format(one)
        assert found is not None
        if found not in formats:
            formats.append(found)

    def result(each: Format) -> Expression:
        made = converted(value, each)
        return cast(cast(made, "DATE"), "VARCHAR") if day_only and each.has_time and each.parsed else made

    branches = [(matches(value, each), result(each)) for each in formats]
    moment = case(*branches)
    cell = exp.Coalesce(this=moment, expressions=[value.copy()])
    unread = all_of(is_known(value), is_null(moment))
    return cell, [Fault("ZS4342", unread, {"formats": " | ".join(written)})]
