"""The log manifest (`log.yaml`): zone, coverage, sources, gaps. Every complaint points at a line of the
file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml

from zhunsheng.diagnostics.model import Source, Span
from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.logs.moments import moment
from zhunsheng.logs.paths import DEFAULT_ZONE, FORMATS, LogFiles, SourceFile, inside, record_names
from zhunsheng.logs.probe import guess_encoding
from zhunsheng.semantics.nearest import nearest
from zhunsheng.semantics.vocabulary import Vocabulary

_LARGEST = 1_000_000
_DEEPEST = 20
Path_ = tuple[str | int, ...]


class _Document:
    """A YAML text as plain data with the place of every node. Scalars stay text; only an empty one is
    null.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._places: dict[Path_, Span] = {}
        try:
            events = list(yaml.parse(source.text, Loader=yaml.SafeLoader))
            for event in events:
                if isinstance(event, yaml.AliasEvent):
                    raise log_error(
                        "ZS4048", span=self._span(event.start_mark, event.end_mark), name=event.anchor
                    )
            node = yaml.compose(source.text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            span = self._span(mark, mark) if mark else Span(source, 0, 0)
            raise log_error("ZS4041", span=span) from None
        except yaml.YAMLError:
            raise log_error("ZS4041", span=Span(source, 0, 0)) from None
        except RecursionError:
            raise log_error("ZS4041", span=Span(source, 0, 0)) from None
        self.data: Any = None if node is None else self._plain(node, ())

    def _span(self, start: Any, end: Any) -> Span:
        # The YAML reader skips a byte order mark that the text still holds.
        size = len(self.source.text)
        first = min(start.index, size)
        return Span(self.source, first, min(max(end.index, first + 1), size))

    def place(self, path: Path_) -> Span:
        """Span of the node at a path, or of the nearest one above it that exists."""
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, Span(self.source, 0, 0))

    def key_place(self, path: Path_) -> Span:
        return self._places.get((*path, "\0key"), self.place(path))

    def _plain(self, node: yaml.Node, path: Path_) -> Any:
        self._places[path] = self._span(node.start_mark, node.end_mark)
        if len(path) > _DEEPEST:
            raise log_error("ZS4041", span=self._places[path])
        if isinstance(node, yaml.MappingNode):
            result: dict[str, Any] = {}
            for key, value in node.value:
                name = str(key.value)
                span = self._span(key.start_mark, key.end_mark)
                if name in result:
                    raise log_error("ZS4047", span=span, key=name)
                self._places[(*path, name, "\0key")] = span
                result[name] = self._plain(value, (*path, name))
            return result
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(value, (*path, index)) for index, value in enumerate(node.value)]
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def read_manifest(path: Path, name: str, vocabulary: Vocabulary) -> LogFiles:
    """The files and evidence a manifest declares. Raises LogError (ZS4003, ZS4010, ZS401x, ZS404x)."""
    document = _Document(Source(name, _text(path, name)))
    _check_schema(document)
    data: Mapping[str, Any] = document.data
    zone = data.get("zone", DEFAULT_ZONE)
    _check_zone(zone, document)
    start = _moment(document, ("coverage", "from"), zone, "from")
    until = _moment(document, ("coverage", "until"), zone, "until")
    if start and until and start > until:
        raise log_error("ZS4046", span=document.place(("coverage", "until")))
    known = record_names(vocabulary)
    sources: dict[str, SourceFile] = {}
    for given, entry in data["sources"].items():
        record = _record(given, known, document.key_place(("sources", given)))
        file = _source(path.parent, record, entry, document, ("sources", given))
        if record in sources:
            span = document.key_place(("sources", given))
            raise log_error("ZS4008", span=span, record=record, file=file.name, other=sources[record].name)
        sources[record] = file
    gaps = tuple(_gaps(document, zone, known))
    return LogFiles(zone, Coverage(start, until), gaps, sources, (), path)


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise log_error("ZS4003", name, reason=error.strerror or "") from None
    if len(raw) > _LARGEST:
        raise log_error("ZS4049", name, limit=_LARGEST)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise log_error("ZS4010", f"{name}:{line}", offset=error.start, guess=guess_encoding(raw)) from None


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    here = Path(__file__).resolve()
    # Beside the package in a checkout, inside it in a wheel.
    for folder in (here.parents[1] / "_data" / "schemas", here.parents[3] / "schemas"):
        if (file := folder / "log.schema.json").is_file():
            schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            return schema
    raise FileNotFoundError("log.schema.json")


def _check_schema(document: _Document) -> None:
    import jsonschema

    validator = jsonschema.Draft202012Validator(_schema())
    errors = sorted(
        validator.iter_errors(document.data), key=lambda error: [str(part) for part in error.path]
    )
    if not errors:
        return
    error = errors[0]
    path: Path_ = tuple(error.absolute_path)
    where = "/".join(str(part) for part in path) or "/"
    if error.validator == "additionalProperties":
        allowed = list(error.schema.get("properties", {}))
        extra = next(key for key in error.instance if key not in allowed)
        meant = nearest(extra, allowed)
        span = document.key_place((*path, extra))
        raise log_error(
            "ZS4043", span=span, key=extra, path=where, meant=meant or "", allowed=", ".join(allowed)
        )
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        raise log_error("ZS4044", span=document.place(path), key=missing, path=where)
    if error.validator == "enum":
        allowed_values = ", ".join(str(value) for value in error.validator_value)
        raise log_error(
            "ZS4051", span=document.place(path), path=where, value=error.instance, allowed=allowed_values
        )
    kind = {"object": "mapping", "array": "list"}.get(str(error.validator_value), "text")
    raise log_error("ZS4042", span=document.place(path), path=where, kind=kind)


def _check_zone(zone: str, document: _Document) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        import zoneinfo

        meant = nearest(zone, zoneinfo.available_timezones()) or DEFAULT_ZONE
        raise log_error("ZS4050", span=document.place(("zone",)), zone=zone, meant=meant) from None


def _moment(document: _Document, path: Path_, zone: str, end: Literal["from", "until"]) -> datetime | None:
    value = document.data
    for part in path:
        value = value.get(part) if isinstance(value, dict) else value[part] if value is not None else None
    if value is None:
        return None
    try:
        return moment(value, zone, end)
    except (ValueError, OverflowError):
        raise log_error("ZS4045", span=document.place(path), value=value) from None


def _record(given: str, known: Mapping[str, str], span: Span) -> str:
    if given in known:
        return known[given]
    meant = nearest(given, known)
    raise _unknown_record(given, meant, span)


def _unknown_record(given: str, meant: str | None, span: Span) -> LogError:
    return log_error("ZS4052" if meant else "ZS4053", span=span, name=given, meant=meant or "")


def _source(
    folder: Path, record: str, entry: Mapping[str, str], document: _Document, at: Path_
) -> SourceFile:
    span = document.place((*at, "file"))
    written = entry["file"]
    path = folder / written
    name = Path(written).as_posix()
    if not inside(folder, path):
        raise log_error("ZS4016", span=span, file=written)
    if not path.exists():
        raise log_error("ZS4015", span=span, file=written)
    if not path.is_file():
        raise log_error("ZS4017", span=span, file=written)
    format_ = entry.get("format") or FORMATS.get(path.suffix.lower())
    if format_ is None:
        raise log_error("ZS4054", span=span, file=written)
    return SourceFile(record, path.resolve(), name, format_)


def _gaps(document: _Document, zone: str, known: Mapping[str, str]) -> Iterator[Gap]:
    for index, gap in enumerate(document.data.get("gaps", ())):
        at: Path_ = ("gaps", index)
        start = _moment(document, (*at, "from"), zone, "from")
        until = _moment(document, (*at, "until"), zone, "until")
        assert start is not None and until is not None
        if start > until:
            raise log_error("ZS4046", span=document.place((*at, "until")))
        records = frozenset(
            _record(given, known, document.place((*at, "records", place)))
            for place, given in enumerate(gap.get("records", ()))
        )
        yield Gap(start, until, records, gap["reason"])
