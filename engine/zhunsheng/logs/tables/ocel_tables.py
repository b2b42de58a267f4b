"""Object-centric logs as raw tables, whatever their form: one per object type and event type, and relations.

`docs/logs-events.md` fixes the names of tables and columns. The three forms (JSON, XML, SQLite) differ only
in who calls the methods below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.spool import Spool

if TYPE_CHECKING:
    from zhunsheng.logs.paths import SourceFile
    from zhunsheng.logs.session import Session

Kind = Literal["object", "event"]
Change = tuple[str, str | None, str | None]
"""An attribute's name, the time of its value, the value."""

ID, TIME = "ocel:id", "ocel:time"
_RELATIONS = {
    "event_object": ("ocel:event", "ocel:object", "ocel:qualifier"),
    "object_object": ("ocel:source", "ocel:target", "ocel:qualifier"),
    "object_changes": ("ocel:object", "ocel:type", "ocel:attribute", TIME, "ocel:value", "ocel:change"),
}
MOST_TYPES = 1000
_LAST = datetime.max.replace(tzinfo=UTC)


class OcelTables:
    """Rows of an object-centric log. Left by an exception, it takes its files along."""

    def __init__(self, session: Session, source: SourceFile, *, lines: bool) -> None:
        self._session, self._source, self._lines = session, source, lines
        self._stack = ExitStack()
        self._types: dict[Kind, dict[str, Spool]] = {"object": {}, "event": {}}
        self._relations = {name: self._spool(name, columns) for name, columns in _RELATIONS.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def _spool(self, name: str, columns: Sequence[str]) -> Spool:
        return self._stack.enter_context(
            Spool(self._session, self._source.name, name, columns, lines=self._lines)
        )

    def declare(self, kind: Kind, type_: str, attributes: Iterable[str]) -> None:
        """A type with its attributes, in the order of their columns. Types that occur undeclared are made."""
        if type_ in self._types[kind]:
            return
        if sum(map(len, self._types.values())) >= MOST_TYPES:
            raise log_error("ZS4113", self._source.name, limit=MOST_TYPES)
        fixed = (ID, TIME) if kind == "event" else (ID,)
        columns = (*fixed, *map(_column, attributes))
        self._types[kind][type_] = self._spool(f"{kind}:{type_}", columns)

    def event(
        self,
        id_: str,
        type_: str,
        time: str | None,
        attributes: Iterable[tuple[str, str | None]],
        line: int = 0,
    ) -> None:
        self.declare("event", type_, ())
        row = {_column(name): value for name, value in attributes}
        self._types["event"][type_].append({ID: id_, TIME: time, **row}, line)

    def object(self, id_: str, type_: str, changes: Iterable[Change], line: int = 0) -> None:
        """One object with all values of its attributes: its row has the first of each by time."""
        self.declare("object", type_, ())
        row: dict[str, str | None] = {}
        counts: dict[str, int] = {}
        for name, time, value in sorted(changes, key=lambda change: _moment(change[1])):
            place = counts[name] = counts.get(name, -1) + 1
            row.setdefault(_column(name), value)
            values = (id_, type_, name, time, value, str(place))
            self._relate("object_changes", values, line)
        self._types["object"][type_].append({ID: id_, **row}, line)

    def event_object(self, event: str, object_: str, qualifier: str | None, line: int = 0) -> None:
        self._relate("event_object", (event, object_, qualifier), line)

    def object_object(self, source: str, target: str, qualifier: str | None, line: int = 0) -> None:
        self._relate("object_object", (source, target, qualifier), line)

    def _relate(self, name: str, values: Sequence[str | None], line: int) -> None:
        self._relations[name].append(dict(zip(_RELATIONS[name], values, strict=True)), line)

    def finish(self) -> tuple[RawTable, ...]:
        """Object types, event types, relations."""
        every = [*self._types["object"].values(), *self._types["event"].values(), *self._relations.values()]
        return tuple(spool.table(self._source, "ocel") for spool in every)


def _column(attribute: str) -> str:
    """An attribute that is called like a column made here stands beside it."""
    return f"{attribute}/value" if attribute in {ID, TIME} else attribute


def _moment(written: str | None) -> datetime:
    """For the order of one object's values only; what cannot be read comes last."""
    try:
        found = datetime.fromisoformat(written or "")
    except ValueError:
        return _LAST
    return found if found.tzinfo else found.replace(tzinfo=UTC)
