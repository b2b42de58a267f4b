"""XES event logs (IEEE 1849, versions 1.0 and 2.0; `.xes`, `.xes.gz`) as two tables, `traces` and `events`.

What the columns are called and how nested and repeated attributes become text is written in
`docs/logs-events.md`. No library for Python reads these files with flat memory and tells lines, so this is
expat and what it takes to make rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from xml.parsers import expat

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.spool import Spool
from zhunsheng.logs.tables.xmlstream import DEEPEST, local, read

if TYPE_CHECKING:
    from zhunsheng.logs.session import Session

TRACE, CASE, POSITION = "xes:trace", "xes:case", "xes:position"
NAME = "concept:name"
ITEMS = "|"
_GENERATED = frozenset({TRACE, CASE, POSITION})
_HELD = 50_000
_TYPES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})

Attributes = dict[str, str]


class _Place:
    """Inside an attribute: the path of its column, and whether what stands in it are items of a list."""

    __slots__ = ("empty_list", "items", "path")

    def __init__(self, path: str, *, items: bool) -> None:
        self.path, self.items = path, items
        self.empty_list = items


class _Log:
    """Rows of a document's traces and events, in its order."""

    parser: expat.XMLParserType

    def __init__(self, name: str, traces: Spool, events: Spool) -> None:
        self._source, self._traces, self._events = name, traces, events
        self._stack: list[_Place | Literal["log", "trace", "event"]] = []
        self._skipped = 0
        self._number = self._position = 0
        self._trace: Attributes | None = None
        self._trace_line = self._event_line = 0
        self._event: Attributes = {}
        self._target = self._event
        """The attributes of the innermost open trace or event."""
        self._held: list[tuple[Attributes, int]] = []
        self._flushed: str | Literal[False] | None = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._skipped:
            self._skipped += 1
            return
        if ":" in tag:
            tag = local(tag)
        if not self._stack:
            if tag != "log":
                raise log_error("ZS4105", self._here(), root=tag, expected="log")
            self._stack.append("log")
            return
        inside = self._stack[-1]
        if inside == "log":
            self._top(tag)
        elif inside == "trace" and tag == "event":
            self._open_event()
        else:
            self._attribute(tag, attributes, inside)

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        left = self._stack.pop()
        if isinstance(left, _Place):
            if left.empty_list:
                self._target.setdefault(left.path, "[]")
        elif left == "event":
            self._close_event()
        elif left == "trace":
            self._close_trace()

    def inside(self) -> str:
        named = [place for place in self._stack if isinstance(place, str)]
        return f"</{named[-1]}>" if named else "<log>"

    def _here(self) -> str:
        return f"{self._source}:{self.parser.CurrentLineNumber}"

    def _top(self, tag: str) -> None:
        if tag == "trace":
            self._number += 1
            self._position = 0
            self._trace, self._trace_line = {}, self.parser.CurrentLineNumber
            self._target = self._trace
            self._flushed = False
            self._stack.append("trace")
        elif tag == "event":
            self._open_event()
        else:
            # Extensions, classifiers, defaults for new events (`global`), figures about the whole log.
            self._skipped = 1

    def _open_event(self) -> None:
        self._event, self._event_line = {}, self.parser.CurrentLineNumber
        self._target = self._event
        self._stack.append("event")

    def _attribute(self, tag: str, attributes: Attributes, inside: _Place | str) -> None:
        if isinstance(inside, _Place) and tag == "values":
            inside.empty_list = inside.items = True
            self._stack.append(_Place(inside.path, items=True))
            return
        key = attributes.get("key")
        if key is None:
            if tag in _TYPES:
                raise log_error("ZS4106", self._here(), element=tag)
            self._skipped = 1
            return
        if len(self._stack) > DEEPEST:
            raise log_error("ZS4107", self._here(), limit=DEEPEST)
        path = key
        if isinstance(inside, _Place):
            inside.empty_list = False
            path = inside.path if inside.items else f"{inside.path}/{key}"
        value = attributes.get("value")
        if value:
            target = self._target
            target[path] = f"{target[path]}{ITEMS}{value}" if path in target else value
        self._stack.append(_Place(path, items=tag == "list"))

    def _close_event(self) -> None:
        row = self._event
        if self._trace is None:
            self._events.append(_renamed(row), self._event_line)
            return
        self._position += 1
        self._target = self._trace
        row = {TRACE: str(self._number), POSITION: str(self._position), **_renamed(row)}
        self._held.append((row, self._event_line))
        if len(self._held) >= _HELD:
            self._flush()

    def _flush(self) -> None:
        """Write the events of the open trace that are held until its name is known."""
        assert self._trace is not None
        name = self._trace.get(NAME)
        for row, line in self._held:
            if name is not None:
                row[CASE] = name
            self._events.append(row, line)
        self._held.clear()
        if self._flushed is not False and self._flushed != name:
            raise log_error("ZS4112", self._here(), line=self._trace_line, limit=f"{_HELD:,}")
        self._flushed = name

    def _close_trace(self) -> None:
        assert self._trace is not None
        self._flush()
        self._traces.append({TRACE: str(self._number), **_renamed(self._trace)}, self._trace_line)
        self._trace = None


def _renamed(attributes: Attributes) -> Attributes:
    """An attribute that is called like a column made here stands beside it, as `<key>/value`."""
    if _GENERATED.isdisjoint(attributes):
        return attributes
    return {f"{key}/value" if key in _GENERATED else key: value for key, value in attributes.items()}


def open_xes(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """`traces` and `events` of a log, plain or gzip-compressed.

    Raises LogError (ZS4003, ZS4009, ZS41xx) at the line where the file is no event log or ends early.
    """
    name = source.name
    with (
        Spool(session, name, "traces", (TRACE, NAME), lines=True) as traces,
        Spool(session, name, "events", (CASE, TRACE, POSITION), lines=True) as events,
    ):
        read(source.path, name, _Log(name, traces, events))
        return traces.table(source, "xes"), events.table(source, "xes")
