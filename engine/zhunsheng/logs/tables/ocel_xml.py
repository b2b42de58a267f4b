"""OCEL 2.0 as XML, streamed: an element is complete when it ends, and then forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.ocel_tables import Change, Kind, OcelTables
from zhunsheng.logs.tables.xmlstream import DEEPEST, local, read

if TYPE_CHECKING:
    from zhunsheng.logs.session import Session

Attributes = dict[str, str]
_TYPES: dict[str, Kind] = {"object-type": "object", "event-type": "event"}
_LISTS: dict[tuple[str, str], Kind] = {("objects", "object"): "object", ("events", "event"): "event"}


class _Log:
    parser: expat.XMLParserType

    def __init__(self, name: str, tables: OcelTables) -> None:
        self._source, self._tables = name, tables
        self._path: list[str] = []
        self._opened: Attributes = {}
        """Attributes of the open object, event or type."""
        self._line = 0
        self._changes: list[Change] = []
        self._attribute: Attributes = {}
        self._text: list[str] = []

    def inside(self) -> str:
        return f"</{self._path[-1]}>" if self._path else "<log>"

    def start(self, tag: str, attributes: Attributes) -> None:
        tag = local(tag)
        if not self._path and tag != "log":
            raise log_error("ZS4105", self._here(), root=tag, expected="log")
        if len(self._path) > DEEPEST:
            raise log_error("ZS4107", self._here(), limit=DEEPEST)
        depth, inside = len(self._path), self._path[-1] if self._path else ""
        if depth == 2 and (tag in _TYPES or (inside, tag) in _LISTS):
            self._opened, self._line = attributes, self.parser.CurrentLineNumber
            self._changes = []
        elif depth == 4 and inside == "attributes":
            self._attribute, self._text = attributes, []
        elif depth == 4 and inside == "objects":
            self._relate(attributes)
        self._path.append(tag)

    def text(self, data: str) -> None:
        if len(self._path) == 5:
            self._text.append(data)

    def end(self, tag: str) -> None:
        tag = self._path.pop()
        depth, inside = len(self._path), self._path[-1] if self._path else ""
        if depth == 4 and inside == "attributes":
            name = self._needed(self._attribute, "name", tag)
            self._changes.append((name, self._attribute.get("time"), "".join(self._text) or None))
        elif depth == 2 and tag in _TYPES:
            name = self._needed(self._opened, "name", tag)
            self._tables.declare(_TYPES[tag], name, [change[0] for change in self._changes])
        elif depth == 2 and (inside, tag) in _LISTS:
            self._row(tag)

    def _row(self, tag: str) -> None:
        id_, type_ = (self._needed(self._opened, key, tag) for key in ("id", "type"))
        if tag == "object":
            self._tables.object(id_, type_, self._changes, self._line)
        else:
            values = [(name, value) for name, _, value in self._changes]
            self._tables.event(id_, type_, self._opened.get("time"), values, self._line)

    def _relate(self, attributes: Attributes) -> None:
        owner = self._needed(self._opened, "id", self._path[2])
        other = self._needed(attributes, "object-id", "relationship")
        relate = self._tables.event_object if self._path[2] == "event" else self._tables.object_object
        relate(owner, other, attributes.get("qualifier"), self.parser.CurrentLineNumber)

    def _needed(self, attributes: Attributes, key: str, element: str) -> str:
        if not attributes.get(key):
            raise log_error("ZS4122", self._here(), key=key, path=f"<{element}>")
        return attributes[key]

    def _here(self) -> str:
        return f"{self._source}:{self.parser.CurrentLineNumber}"


def read_xml(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The tables of an OCEL XML file. Raises LogError (ZS4003, ZS41xx) with the line."""
    with OcelTables(session, source, lines=True) as tables:
        read(source.path, source.name, _Log(source.name, tables), texts=True)
        return tables.finish()
