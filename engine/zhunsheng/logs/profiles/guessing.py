"""Which ready profile an export was written in, and what a table is that none of them knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from zhunsheng.logs.errors import LogError
from zhunsheng.logs.profiles.columns import ColumnSeen
from zhunsheng.logs.profiles.files import load, shipped
from zhunsheng.logs.profiles.matching import Columns, expressions, match_tables, names_in, plain
from zhunsheng.logs.profiles.model import Profile
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.semantics.types import CodesType, CodeType, DateType, InstantType
from zhunsheng.semantics.vocabulary import Field, Record, Vocabulary

_LIKE = 0.75
"""Names that are less alike than this are not taken for each other."""
_LEAST_FIELDS = 2


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a ready profile fits an export."""

    profile: Profile
    used: int
    """Columns that it reads."""
    columns: int
    """Columns of all tables."""
    tables: int
    """Tables that it knows."""

    @property
    def share(self) -> float:
        return self.used / self.columns if self.columns else 0.0


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """A column that may hold a field, and how sure that is (0 to 1)."""

    field: str
    header: str
    confidence: float


@dataclass(frozen=True, slots=True)
class TableGuess:
    """What a table may be that no ready profile knows."""

    table: RawTable
    record: str | None
    fields: tuple[FieldGuess, ...] = ()
    lacking: tuple[str, ...] = ()
    """Required fields without a column."""


def rank(tables: Sequence[RawTable], vocabulary: Vocabulary) -> tuple[Fit, ...]:
    """The ready profiles, the best fit first; those that know no table are left out."""
    found = []
    for name in shipped():
        try:
            profile = load(name, vocabulary)
        except LogError:
            continue
        matches = match_tables(profile, tables)
        if not matches.found:
            continue
        used = 0
        for match in matches.found:
            used += len(match.columns.headers(_names(profile, match.kind)))
        found.append(Fit(profile, used, sum(len(each.columns) for each in tables), len(matches.found)))
    return tuple(sorted(found, key=lambda fit: (-fit.used, -fit.tables, _named_better(fit, tables))))


def _names(profile: Profile, kind: str) -> set[str]:
    """Names of columns that a table's mappings and conflicts read."""
    names = {name for written in expressions(profile.tables[kind]) for name in names_in(written)}
    for conflict in profile.conflicts.values():
        if conflict.table != kind:
            continue
        for reading in conflict.readings.values():
            changed = reading.tables.get(kind)
            names |= {name for one in (expressions(changed) if changed else ()) for name in names_in(one)}
            names |= names_in(reading.speaks.tree) if reading.speaks is not None else set()
    return names


def _named_better(fit: Fit, tables: Sequence[RawTable]) -> int:
    """Among equals: fewer names that mean a column only by an alias."""
    aliased = 0
    for match in match_tables(fit.profile, tables).found:
        for name in _names(fit.profile, match.kind):
            aliased += name not in match.table.columns and match.columns.index(name) is not None
    return aliased


def confidence(columns: Columns, names: set[str]) -> float:
    """How surely the columns are those that the names mean: by header 1, written alike 0.9, by an alias
    0.8.
    """
    least = 1.0
    for name in names:
        place = columns.index(name)
        if place is None:
            continue
        header = columns.table.columns[place]
        if header != name:
            least = min(least, 0.9 if plain(header) == plain(name) else 0.8)
    return least


def guess(table: RawTable, seen: Sequence[ColumnSeen], vocabulary: Vocabulary) -> TableGuess:
    """The record type whose fields a table's columns are called like."""
    best: tuple[float, TableGuess] | None = None
    for record in vocabulary.records.values():
        fields = _fields(record, seen, vocabulary)
        if len(fields) < _LEAST_FIELDS:
            continue
        names = {each.field for each in fields}
        required = [name for name, each in record.fields.items() if each.required]
        lacking = tuple(name for name in required if name not in names)
        weight = sum(each.confidence for each in fields) - len(lacking)
        weight += 2 * _alike(table.name, (record.name, *record.names.values()))
        if best is None or weight > best[0]:
            best = (weight, TableGuess(table, record.name, fields, lacking))
    return best[1] if best is not None else TableGuess(table, None)


def _fields(record: Record, seen: Sequence[ColumnSeen], vocabulary: Vocabulary) -> tuple[FieldGuess, ...]:
    pairs = [
        FieldGuess(name, column.header, sure)
        for name, field in record.fields.items()
        for column in seen
        if (sure := round(_alike(column.header, _called(field)) * _holds(field, column, vocabulary), 2))
        >= _LIKE * 0.8
    ]
    taken_fields: set[str] = set()
    taken_headers: set[str] = set()
    kept = []
    for each in sorted(pairs, key=lambda each: -each.confidence):
        if each.field not in taken_fields and each.header not in taken_headers:
            taken_fields.add(each.field)
            taken_headers.add(each.header)
            kept.append(each)
    order = list(record.fields)
    return tuple(sorted(kept, key=lambda each: order.index(each.field)))


def _called(field: Field) -> tuple[str, ...]:
    return (field.name, *field.names.values(), *field.labels.values())


_SAME = (
    ("id", "编号"), ("流水号", "编号"), ("号码", "编号"), ("号", "编号"), ("编号编号", "编号"),
    ("评价等级", "满意度"), ("评价结果", "满意度"), ("星级", "满意度"), ("评分", "满意度"),
    ("评价内容", "文字评价"), ("评价意见", "文字评价"), ("联系电话", "手机号"), ("电话", "手机号"),
    ("日期", "时间"), ("业务编号", "服务编号"), ("办件编号", "服务编号"),
)  # fmt: skip
"""What vendors call things -> what the vocabulary calls them."""


def _alike(header: str, names: Sequence[str]) -> float:
    """1 for the same name, less for names that are alike, 0 for others."""
    found = _written_alike(plain(header), names)
    usual = plain(header)
    for theirs, ours in _SAME:
        usual = usual.replace(theirs, ours)
    return max(found, 0.85 * _written_alike(usual.replace("编号编号", "编号"), names))


def _written_alike(written: str, names: Sequence[str]) -> float:
    best = 0.0
    for name in names:
        other = plain(name)
        if written == other:
            return 1.0
        if len(other) >= 2 and (other in written or written in other) and len(written) >= 2:
            best = max(best, 0.7 + 0.2 * min(len(written), len(other)) / max(len(written), len(other)))
        ratio = SequenceMatcher(None, written, other).ratio()
        best = max(best, ratio * 0.9 if ratio >= _LIKE else 0.0)
    return best


def _holds(field: Field, column: ColumnSeen, vocabulary: Vocabulary) -> float:
    """How far the column's values can be the field's."""
    if not column.values:
        return 0.9
    if isinstance(field.type, (InstantType, DateType)):
        return 1.0 if column.format is not None else 0.4
    if column.format is not None:
        return 0.5
    if isinstance(field.type, (CodeType, CodesType)):
        return 1.0 if known_codes(field, column, vocabulary) else 0.9 if column.is_code else 0.6
    return 1.0


def known_codes(field: Field, column: ColumnSeen, vocabulary: Vocabulary) -> bool:
    """Whether every value seen is a code of the field's list, by its canonical or its Chinese name."""
    codes = vocabulary.codes_of(field.type)
    words = {word for code in (codes.codes if codes else ()) for word in (code.name, *code.names.values())}
    return all(value in words for value, _ in column.values)


Looked = Mapping[str, tuple[ColumnSeen, ...]]
"""Table (as messages show it) -> its columns."""
