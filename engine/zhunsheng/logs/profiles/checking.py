"""What is wrong with a whole profile: names that mean nothing, expressions of the wrong kind, codes that no
list has. Found before any data is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from zhunsheng.diagnostics import Diagnostic, Span
from zhunsheng.logs.conversion import FALSE, TRUE
from zhunsheng.logs.profiles.compiling import Refused, check_expression, wrong_kind
from zhunsheng.logs.profiles.formats import read_format
from zhunsheng.logs.profiles.functions import Kind
from zhunsheng.logs.profiles.model import (
    CodeMap,
    Conflict,
    FieldMapping,
    Profile,
    Reading,
    RecordMapping,
    TableMapping,
    Written,
)
from zhunsheng.logs.profiles.reading import relocated
from zhunsheng.semantics.types import BooleanType, DateType, InstantType
from zhunsheng.semantics.vocabulary import Field, Vocabulary
from zhunsheng.semantics.wording import suggestion


def problems(profile: Profile, vocabulary: Vocabulary, place: Span) -> list[Diagnostic]:
    """Everything wrong with a profile, what it extends included. `place` is where the file as a whole
    stands."""
    return list(_problems(profile, vocabulary, place))


def _problems(profile: Profile, vocabulary: Vocabulary, place: Span) -> Iterator[Diagnostic]:
    if profile.zone is not None and not _is_zone(profile.zone):
        yield Diagnostic("ZS4320", place, {"zone": profile.zone})
    yield from _formats(profile.formats, place)
    yield from _tables(profile.tables, profile, vocabulary, place)
    for conflict in profile.conflicts.values():
        yield from _conflict(conflict, profile, vocabulary, place)
    for name, reading in (*profile.readings.items(), *profile.decide.items()):
        yield from decision(profile, name, reading, place)


def decision(profile: Profile, name: str, reading: str, place: Span | None) -> Iterator[Diagnostic]:
    """What is wrong with settling a conflict by a reading."""
    conflict = profile.conflicts.get(name)
    if conflict is None:
        known = ", ".join(profile.conflicts) or "—"
        yield Diagnostic(
            "ZS4305", place, {"name": name, "known": known, **suggestion(name, profile.conflicts)}
        )
    elif reading not in conflict.readings:
        values = {"name": name, "reading": reading, "known": ", ".join(conflict.readings)}
        yield Diagnostic("ZS4306", place, values)


def _tables(
    tables: Mapping[str, TableMapping], profile: Profile, vocabulary: Vocabulary, place: Span
) -> Iterator[Diagnostic]:
    for table in tables.values():
        for name, record in table.records.items():
            if name not in vocabulary.records:
                span = record.span if record is not None and record.span is not None else place
                values = {"name": name, **suggestion(name, vocabulary.records)}
                yield Diagnostic("ZS4303", span, values)
            elif record is not None:
                yield from _record(name, record, profile, vocabulary, place)


def _record(
    name: str, record: RecordMapping, profile: Profile, vocabulary: Vocabulary, place: Span
) -> Iterator[Diagnostic]:
    known = vocabulary.records[name].fields
    yield from _written(record.where, "boolean")
    for field, mapping in record.fields.items():
        if field not in known:
            span = mapping.span if mapping is not None and mapping.span is not None else place
            values = {"name": field, "record": name, **suggestion(field, known)}
            yield Diagnostic("ZS4304", span, values)
        elif mapping is not None:
            yield from _field(mapping, known[field], profile, vocabulary, place)


def _field(
    mapping: FieldMapping, field: Field, profile: Profile, vocabulary: Vocabulary, place: Span
) -> Iterator[Diagnostic]:
    span = mapping.span or place
    yield from _written(mapping.value, None)
    yield from _formats(mapping.formats or (), span)
    if mapping.formats and not isinstance(field.type, (InstantType, DateType)):
        yield Diagnostic("ZS4315", span, {"part": "formats", "field": field.name})
    if mapping.source is not None and mapping.source not in profile.sources:
        values = {"name": mapping.source, **suggestion(mapping.source, profile.sources)}
        yield Diagnostic("ZS4316", span, values)
    if mapping.constant is not None:
        yield from _target(mapping.constant, field, vocabulary, span)
    codes = mapping.codes
    if isinstance(codes, str):
        if codes not in profile.codes:
            yield Diagnostic("ZS4307", span, {"name": codes, **suggestion(codes, profile.codes)})
            return
        codes = profile.codes[codes]
    if isinstance(codes, CodeMap):
        for target in dict.fromkeys(codes.codes.values()):
            if target is not None:
                yield from _target(target, field, vocabulary, codes.span or span)


def _target(target: str, field: Field, vocabulary: Vocabulary, span: Span) -> Iterator[Diagnostic]:
    """Something that a profile writes into a field must be something that the field can hold."""
    codes = vocabulary.codes_of(field.type)
    if codes is not None:
        words = {word for code in codes.codes for word in (code.name, *code.names.values())}
        listed = codes.id
    elif isinstance(field.type, BooleanType):
        words, listed = {*TRUE, *FALSE}, "true, false"
    else:
        return
    if target not in words:
        values = {"value": target, "field": field.name, "codelist": listed, **suggestion(target, words)}
        yield Diagnostic("ZS4308", span, values)


def _conflict(
    conflict: Conflict, profile: Profile, vocabulary: Vocabulary, place: Span
) -> Iterator[Diagnostic]:
    span = conflict.span or place
    yield from _known_table(conflict.table, profile, span)
    yield from _written(conflict.concerns, "boolean")
    for reading in conflict.readings.values():
        yield from _reading(reading, profile, vocabulary, span)


def _reading(reading: Reading, profile: Profile, vocabulary: Vocabulary, place: Span) -> Iterator[Diagnostic]:
    yield from _written(reading.speaks, "boolean")
    for partner in (reading.matched, reading.unmatched):
        if partner is not None:
            yield from _known_table(partner.table, profile, place)
    for table in reading.tables:
        yield from _known_table(table, profile, place)
    yield from _tables(reading.tables, profile, vocabulary, place)


def _known_table(name: str, profile: Profile, span: Span) -> Iterator[Diagnostic]:
    if name not in profile.tables:
        yield Diagnostic("ZS4317", span, {"name": name, **suggestion(name, profile.tables)})


def _written(written: Written | None, kind: Kind | None) -> Iterator[Diagnostic]:
    if written is None:
        return
    try:
        compiled = check_expression(written.tree)
    except Refused as refused:
        yield relocated(refused.diagnostic, written.span, written.text)
        return
    if kind is not None and compiled.kind != kind:
        yield wrong_kind(written.span, compiled.kind, kind)


def _formats(formats: Iterable[str], span: Span) -> Iterator[Diagnostic]:
    for written in formats:
        if read_format(written) is None:
            yield Diagnostic("ZS4318", span, {"format": written})


def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True
