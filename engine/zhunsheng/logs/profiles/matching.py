"""Which table of an export is which table of a profile, and which column is meant by a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from zhunsheng.logs.expressions import Expression, column
from zhunsheng.logs.profiles.model import Profile, TableMapping
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.syntax import tree

_JOINTS = re.compile(r"[\s_\-]+")


def plain(name: str) -> str:
    """A header without what systems add or change: case, blanks, underscores, dashes."""
    return _JOINTS.sub("", name).casefold()


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table by the names that a profile uses."""

    table: RawTable
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def index(self, name: str) -> int | None:
        """Place of the column that a name means: its own header, an alias, then both written alike."""
        headers = self.table.columns
        candidates = (name, *self.aliases.get(name, ()))
        for candidate in candidates:
            if candidate in headers:
                return headers.index(candidate)
        wanted = {plain(candidate) for candidate in candidates}
        return next((place for place, header in enumerate(headers) if plain(header) in wanted), None)

    def expression(self, name: str) -> Expression | None:
        """The database's column, None when the table has none of this name."""
        place = self.index(name)
        return None if place is None else column(f"c{place}")

    def headers(self, names: Iterable[str]) -> tuple[str, ...]:
        """Headers of the columns that exist."""
        places = (self.index(name) for name in names)
        return tuple(dict.fromkeys(self.table.columns[place] for place in places if place is not None))

    def lacking(self, names: Iterable[str]) -> tuple[str, ...]:
        """Names that no column has."""
        return tuple(name for name in names if self.index(name) is None)


def named_like(mapping: TableMapping, table: RawTable) -> bool:
    """Whether a table's name is one that a profile expects."""
    return any(fnmatchcase(table.name.casefold(), pattern.casefold()) for pattern in mapping.names)


@dataclass(frozen=True, slots=True)
class Match:
    """One table of an export as one of the profile's."""

    table: RawTable
    kind: str
    """Id of the table in the profile."""
    columns: Columns


@dataclass(frozen=True, slots=True)
class Matches:
    found: tuple[Match, ...] = ()
    lacking: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Name of a table that is called like one of the profile's -> that one, and the columns it lacks."""
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a table that may be several of the profile's -> which."""
    strange: tuple[RawTable, ...] = ()
    """Tables that the profile knows nothing of."""

    def of(self, kind: str) -> tuple[Match, ...]:
        """Every table that is of one kind."""
        return tuple(one for one in self.found if one.kind == kind)


def match_tables(profile: Profile, tables: Sequence[RawTable]) -> Matches:
    """Every table of an export as one of the profile's.

    A table is of a kind when it has the columns that the kind must have; where several kinds fit, the name
    decides, then the number of columns that are used.
    """
    found: list[Match] = []
    lacking: dict[str, tuple[str, tuple[str, ...]]] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    strange: list[RawTable] = []
    for table in tables:
        fitting = _fitting(profile, table)
        if len(fitting) == 1:
            kind = fitting[0]
            found.append(Match(table, kind, Columns(table, profile.tables[kind].aliases)))
        elif fitting:
            doubtful[table.source] = tuple(fitting)
            strange.append(table)
        else:
            strange.append(table)
            near = _near(profile, table)
            if near is not None:
                lacking[table.source] = near
    return Matches(tuple(found), lacking, doubtful, tuple(strange))


def _fitting(profile: Profile, table: RawTable) -> list[str]:
    by_columns = [
        name
        for name, kind in profile.tables.items()
        if (kind.columns or named_like(kind, table))
        and not Columns(table, kind.aliases).lacking(kind.columns)
    ]
    if len(by_columns) > 1:
        by_columns = [name for name in by_columns if named_like(profile.tables[name], table)] or by_columns
    if len(by_columns) > 1:
        used = {name: _used(profile.tables[name], table) for name in by_columns}
        most = max(used.values())
        by_columns = [name for name in by_columns if used[name] == most]
    return by_columns


def _near(profile: Profile, table: RawTable) -> tuple[str, tuple[str, ...]] | None:
    for name, kind in profile.tables.items():
        if named_like(kind, table):
            return name, Columns(table, kind.aliases).lacking(kind.columns)
    return None


def _used(kind: TableMapping, table: RawTable) -> int:
    names = {name for written in expressions(kind) for name in names_in(written)}
    return len(Columns(table, kind.aliases).headers(names))


def expressions(kind: TableMapping) -> list[tree.Expr]:
    """Every expression of a table's mappings."""
    found: list[tree.Expr] = []
    for record in kind.records.values():
        if record is None:
            continue
        if record.where is not None:
            found.append(record.where.tree)
        found += [each.value.tree for each in record.fields.values() if each is not None and each.value]
    return found


def names_in(node: object) -> set[str]:
    """Names of columns in an expression."""
    if isinstance(node, tree.Ref):
        return {node.name.text}
    if isinstance(node, tuple):
        return {name for part in node for name in names_in(part)}
    if not hasattr(node, "__dataclass_fields__") or isinstance(node, (tree.Name, tree.Literal_)):
        return set()
    parts = (getattr(node, name) for name in node.__dataclass_fields__ if name not in ("span", "name"))
    return {name for part in parts for name in names_in(part)}


def is_absent(node: tree.Expr, lacking: set[str]) -> bool:
    """Whether an expression is missing in every row because a column is not there."""
    match node:
        case tree.Ref():
            return node.name.text in lacking
        case tree.Call(name=tree.Name(text="if" | "如果")):
            return is_absent(node.arguments[0], lacking) and len(node.arguments) == 2
        case tree.Call():
            return any(is_absent(one, lacking) for one in node.arguments)
        case tree.Binary(op="otherwise" | "or" | "implies"):
            return is_absent(node.left, lacking) and is_absent(node.right, lacking)
        case tree.Binary():
            return is_absent(node.left, lacking) or is_absent(node.right, lacking)
        case tree.Known():
            return node.known and is_absent(node.operand, lacking)
        case tree.Unary() | tree.MatchesExpr() | tree.InSet() | tree.BetweenExpr():
            return is_absent(node.operand, lacking)
        case _:
            return False
