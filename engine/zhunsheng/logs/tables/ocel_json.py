"""OCEL 2.0 as JSON, streamed by ijson: the file is walked once per list, one item in memory at a time."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import ijson

from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.ocel_tables import Change, Kind, OcelTables

if TYPE_CHECKING:
    from zhunsheng.logs.session import Session

_CHUNK = 1 << 16
_LISTS = ("objectTypes", "eventTypes", "objects", "events")
_DEEPEST = 100
Item = Mapping[str, Any]


def read_json(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The tables of an OCEL JSON file. Raises LogError: ZS4003, ZS4104, ZS4121 (with the line), ZS4122,
    ZS4123."""
    path, name = source.path, source.name
    try:
        _check_shape(path, name)
        with OcelTables(session, source, lines=False) as tables:
            _declare("object", _items(path, name, "objectTypes"), tables)
            _declare("event", _items(path, name, "eventTypes"), tables)
            for place, item in _items(path, name, "objects"):
                _object(item, place, tables)
            for place, item in _items(path, name, "events"):
                _event(item, place, tables)
            return tables.finish()
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise log_error("ZS4104", name, offset=path.stat().st_size, reason="⟨gzip_damaged⟩") from None
    except OSError as error:
        raise log_error("ZS4003", name, reason=error.strerror or "") from None


def _stream(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    stream = cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")  # noqa: SIM115 (the caller closes it)
    if stream.read(3) != b"\xef\xbb\xbf":
        stream.seek(0)
    return stream


def _check_shape(path: Path, name: str) -> None:
    """The whole text is JSON, and the four lists are lists."""
    kinds: dict[str, str] = {}
    depth, key = 0, ""
    try:
        with _stream(path) as stream:
            for event, value in ijson.basic_parse(stream, buf_size=_CHUNK):
                if event in {"start_map", "start_array"}:
                    if depth == 1:
                        kinds[key] = event
                    depth += 1
                    if depth > _DEEPEST:
                        raise log_error("ZS4107", name, limit=_DEEPEST)
                elif event in {"end_map", "end_array"}:
                    depth -= 1
                elif depth == 1:
                    key = value if event == "map_key" else key
                    kinds.setdefault(key, event)
    except (ijson.JSONError, UnicodeDecodeError):
        raise _malformed(path, name) from None
    for each in _LISTS:
        if each not in kinds:
            raise log_error("ZS4122", name, key=each, path="/")
        if kinds[each] != "start_array":
            raise log_error("ZS4123", name, path=f"/{each}", kind="⟨json_list⟩")


def _malformed(path: Path, name: str) -> LogError:
    """Walk again to the byte at which the text stops being JSON."""
    line = 1
    try:
        with _stream(path) as stream:
            parser = ijson.basic_parse_coro(_Ignored())
            while chunk := stream.readline(_CHUNK):
                parser.send(chunk)
                line += chunk.endswith(b"\n")
            parser.close()
    except ijson.IncompleteJSONError as error:
        code = "ZS4125" if "parse error: premature EOF" in str(error) or not str(error) else "ZS4121"
        return log_error(code, f"{name}:{line}")
    except (ijson.JSONError, UnicodeDecodeError):
        pass
    return log_error("ZS4121", f"{name}:{line}")


class _Ignored:
    def send(self, event: object) -> None: ...

    def close(self) -> None: ...


def _items(path: Path, name: str, which: str) -> Iterator[tuple[str, Item]]:
    with _stream(path) as stream:
        for index, item in enumerate(ijson.items(stream, f"{which}.item", buf_size=_CHUNK)):
            place = f"{name} /{which}/{index}"
            if not isinstance(item, dict):
                raise log_error("ZS4123", name, path=f"/{which}/{index}", kind="⟨json_object⟩")
            yield place, item


def _declare(kind: Kind, types: Iterator[tuple[str, Item]], tables: OcelTables) -> None:
    for place, item in types:
        attributes = [_needed(each, "name", place) for each in _list(item, "attributes", place)]
        tables.declare(kind, _needed(item, "name", place), attributes)


def _object(item: Item, place: str, tables: OcelTables) -> None:
    id_ = _needed(item, "id", place)
    changes: list[Change] = [
        (_needed(each, "name", place), _text(each.get("time")), _text(each.get("value")))
        for each in _list(item, "attributes", place)
    ]
    tables.object(id_, _needed(item, "type", place), changes)
    for each in _list(item, "relationships", place):
        tables.object_object(id_, _needed(each, "objectId", place), _text(each.get("qualifier")))


def _event(item: Item, place: str, tables: OcelTables) -> None:
    id_ = _needed(item, "id", place)
    values = [
        (_needed(each, "name", place), _text(each.get("value"))) for each in _list(item, "attributes", place)
    ]
    tables.event(id_, _needed(item, "type", place), _text(item.get("time")), values)
    for each in _list(item, "relationships", place):
        tables.event_object(id_, _needed(each, "objectId", place), _text(each.get("qualifier")))


def _list(item: Item, key: str, place: str) -> list[Item]:
    """A list of objects; one that is not there is empty."""
    found = item.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        file, _, path = place.rpartition(" ")
        raise log_error("ZS4123", file, path=f"{path}/{key}", kind="⟨json_list⟩")
    return found


def _needed(item: Item, key: str, place: str) -> str:
    found = _text(item.get(key))
    if not found:
        file, _, path = place.rpartition(" ")
        raise log_error("ZS4122", file, key=key, path=path)
    return found


def _text(value: object) -> str | None:
    """A scalar as JSON writes it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)
