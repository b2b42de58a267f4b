"""JSON documents: every array of objects is a table, read in a stream, one line per object.

`[{…}, …]` is the table named like the file; `{"评价": [{…}], "data": {"list": [{…}]}}` holds the tables
`评价` and `data.list`. Every object keeps the line on which it begins, and its numbers as they are written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.probe import LONGEST_LINE, encoding_error_at, first_bad_byte
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.jsonl import Lines, open_jsonl, table_of
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.partitions import with_constants
from zhunsheng.logs.tables.text import Text, open_text

_DEEPEST = 6
_CHUNK = 1 << 20
_SPACE = re.compile(r"[ \t\n\r]*")
_OCEL = ('"objectTypes"', '"eventTypes"')
_MOST_TABLES = 200


def open_json(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The tables of a JSON file. Raises LogError (ZS4009 to ZS4012, ZS4035, ZS4036, ZS4038, ZS4039)."""
    opened = open_text(source, session, endless=True)
    if all(name in opened.head for name in _OCEL):
        from zhunsheng.logs.tables.ocel import open_ocel

        return open_ocel(source, session)
    if _is_lines(opened):
        return open_jsonl(source, session)
    parts = _parts(source, opened, session)
    wanted = source.options.table
    if wanted is not None and wanted not in parts:
        raise log_error("ZS4038", source.name, table=wanted, found=", ".join(parts))
    if not parts:
        raise log_error("ZS4039", source.name)
    tables = []
    for name, path in parts.items():
        if wanted in (None, name):
            place = source.name if len(parts) == 1 else f"{source.name} [{name}]"
            lines = Lines(
                name, place, "json", path, numbered=True, encoding=opened.encoding, notes=opened.notes
            )
            tables.append(with_constants(table_of(lines, session), source.constants))
    return tuple(tables)


def _is_lines(opened: Text) -> bool:
    """Whether the first two lines are an object each: JSON lines, whatever the file is called."""
    lines = list(islice((line for line in opened.head.splitlines() if line.strip()), 2))
    return len(lines) == 2 and all(_is_object(line) for line in lines)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _parts(source: SourceFile, opened: Text, session: Session) -> dict[str, Path]:
    """Table name -> file of its objects, each after its line."""
    try:
        with opened.path.open(encoding="utf-8-sig", newline="") as file:
            walk = _Walk(_Reader(file, source.name), source, session)
            return walk.document()
    except UnicodeDecodeError:
        raise encoding_error_at(opened.path, source.name, first_bad_byte(opened.path) or 0) from None


@dataclass(slots=True)
class _Reader:
    """A text that is read value by value."""

    file: TextIO
    name: str
    text: str = ""
    at: int = 0
    line: int = 1
    """Physical line of `at`."""
    ended: bool = False
    _decoder = json.JSONDecoder()

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            assert found is not None
            self._move(found.end())
            if self.at < len(self.text) or not self._more():
                return self.text[self.at : self.at + 1]

    def after(self) -> str:
        """The character that follows the next one, spaces aside; empty at the end."""
        while True:
            found = _SPACE.match(self.text, self.at + 1)
            place = found.end() if found is not None else len(self.text)
            if place < len(self.text) or not self._more():
                return self.text[place : place + 1]

    def take(self, wanted: str) -> str:
        """The next character, which must be one of `wanted`. Raises LogError."""
        found = self.peek()
        if not found or found not in wanted:
            raise self.broken()
        self._move(self.at + 1)
        return found

    def value(self) -> tuple[Any, str]:
        """The next value and its text. Raises LogError when it is none, or larger than a line may be."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self.text, self.at)
            except (ValueError, RecursionError):
                value, end = None, None
            # A number at the end of what was read may go on.
            if end is not None and (end < len(self.text) or self.ended):
                written = self.text[self.at : end]
                self._move(end)
                return value, written
            if len(self.text) - self.at > LONGEST_LINE or not self._more():
                raise self.broken()

    def broken(self) -> LogError:
        return log_error("ZS4036", f"{self.name}:{self.line}")

    def _move(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def _more(self) -> bool:
        if self.ended:
            return False
        chunk = self.file.read(_CHUNK)
        self.text, self.at = self.text[self.at :] + chunk, 0
        self.ended = not chunk
        return True


@dataclass(slots=True)
class _Walk:
    reader: _Reader
    source: SourceFile
    session: Session

    def document(self) -> dict[str, Path]:
        parts: dict[str, Path] = {}
        reader = self.reader
        match reader.peek():
            case "[":
                parts[self.source.stem] = self._table(self.source.stem)
            case "{":
                start = reader.line
                plain = self._object((), parts)
                if not parts and plain is not None:
                    parts[self.source.stem] = self._one(start, plain)
            case "":
                raise log_error("ZS4009", self.source.name)
            case _:
                reader.value()
        if reader.peek():
            raise reader.broken()
        return parts

    def _object(self, path: tuple[str, ...], parts: dict[str, Path]) -> dict[str, str] | None:
        """Walk through an object; returns the text of its plain values, None when it is no record itself."""
        reader = self.reader
        plain: dict[str, str] | None = {}
        reader.take("{")
        if reader.peek() == "}":
            reader.take("}")
            return plain
        while True:
            if reader.peek() != '"':
                raise reader.broken()
            key, written = reader.value()
            reader.take(":")
            inner = self._value((*path, str(key)), parts)
            plain = None if plain is None or inner is None else {**plain, written: inner}
            if reader.take(",}") == "}":
                return plain

    def _value(self, path: tuple[str, ...], parts: dict[str, Path]) -> str | None:
        reader = self.reader
        begins = reader.peek()
        if begins == "{" and len(path) < _DEEPEST:
            inside = self._object(path, parts)
            return None if inside is None else "{" + ",".join(f"{k}:{v}" for k, v in inside.items()) + "}"
        if begins == "[":
            return self._array(path, parts)
        return reader.value()[1]

    def _array(self, path: tuple[str, ...], parts: dict[str, Path]) -> str | None:
        """An array of objects, or an empty one, is a table; another is a value."""
        if self.reader.after() in ("{", "]", ""):
            name = ".".join(path)
            if len(parts) >= _MOST_TABLES:
                raise log_error("ZS4035", self.reader.name, limit=_MOST_TABLES)
            parts[name] = self._table(name, parts.get(name))
            return None
        return self.reader.value()[1]

    def _table(self, name: str, before: Path | None = None) -> Path:
        """A file of the elements of the array that comes next, after those of an array of the same name."""
        target = before or self.session.copy(name, "jsonl")
        with target.open("a", encoding="utf-8", newline="") as file:
            for line, written in self._items():
                file.write(f"{line}\x01{written}\n")
        return target

    def _items(self) -> Iterator[tuple[int, str]]:
        """Line and text of every element of the array that comes next."""
        reader = self.reader
        reader.take("[")
        if reader.peek() == "]":
            reader.take("]")
            return
        while True:
            reader.peek()
            line = reader.line
            _, written = reader.value()
            # Line ends can only stand between the parts of a value, never inside a text.
            yield line, written.replace("\r", " ").replace("\n", " ")
            if reader.take(",]") == "]":
                return

    def _one(self, line: int, plain: dict[str, str]) -> Path:
        target = self.session.copy(self.source.stem, "jsonl")
        written = "{" + ",".join(f"{key}:{value}" for key, value in plain.items()) + "}"
        written = written.replace("\r", " ").replace("\n", " ")
        target.write_text(f"{line}\x01{written}\n", encoding="utf-8", newline="")
        return target
