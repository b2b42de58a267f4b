"""Reading untrusted YAML: plain values only, every mistake with its place, no aliases and no tags.

Scalars are text, except `true`, `false` and `null` without quotes: `7.10` stays a clause number, `0.1`
an exact number, `no` a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from zhunsheng.diagnostics import Diagnostic, Source, Span

Path = tuple[str | int, ...]
_DEEPEST = 30
_EVENTS = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The scanner in Python takes a minute for a few thousand open brackets, the one in C no time."""
_PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass
class Document:
    """A value, the place of each part of it, and what is wrong with the text."""

    source: Source
    value: Any = None
    places: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def value_place(self, path: Path) -> Span:
        """Where the value at a path stands, as against its key."""
        return self.values.get(path) or self.place(path)

    def place(self, path: Path) -> Span:
        """Where a part stands (the key of a key's value); the nearest enclosing place when it is not
        there."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Span(self.source, 0, 0))


def read(source: Source) -> Document:
    """The document in a text. Never raises."""
    document = Document(source)
    loader = yaml.SafeLoader("")
    try:
        # Aliases can make a few lines into gigabytes, so events are looked at before anything is built.
        depth = 0
        for event in yaml.parse(source.text, Loader=_EVENTS):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            wrong = _refused(source, event, depth)
            if wrong is not None:
                document.diagnostics.append(wrong)
                return document
        loader = _EVENTS(source.text)
        node = loader.get_single_node()
        document.value = None if node is None else _value(document, node, (), 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = min(mark.index, len(source.text)) if mark is not None else 0
        span = Span(source, at, min(at + 1, len(source.text)))
        document.diagnostics.append(
            Diagnostic("ZS5106", span, {"cause": str(error.problem or error.context)})
        )
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        cause = " ".join(str(error).split())[:200] or type(error).__name__
        document.diagnostics.append(Diagnostic("ZS5106", Span(source, 0, 0), {"cause": cause}))
    finally:
        loader.dispose()
    return document


def _refused(source: Source, event: yaml.Event, depth: int) -> Diagnostic | None:
    start = event.start_mark.index if event.start_mark else 0
    end = event.end_mark.index if event.end_mark else start
    span = Span(source, start, max(end, start))
    if depth > _DEEPEST:
        return Diagnostic("ZS5106", span, {"cause": f"> {_DEEPEST}"})
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return Diagnostic("ZS5108", span)
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!":
        return Diagnostic("ZS5109", span, {"tag": str(tag)[:80]})
    return None


def _value(document: Document, node: yaml.Node, path: Path, depth: int) -> Any:
    document.values[path] = _span(document.source, node)
    document.places.setdefault(path, document.values[path])
    if depth > _DEEPEST:
        cause = f"> {_DEEPEST}"
        document.diagnostics.append(Diagnostic("ZS5106", _span(document.source, node), {"cause": cause}))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, node, path, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_value(document, item, (*path, number), depth + 1) for number, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and not node.style and node.value in _PLAIN:
        return _PLAIN[node.value]
    return str(node.value)


def _mapping(document: Document, node: yaml.MappingNode, path: Path, depth: int) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = _span(document.source, key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            document.diagnostics.append(Diagnostic("ZS5106", place, {"cause": "a key must be a word"}))
            continue
        key = str(key_node.value)
        if key in result:
            document.diagnostics.append(Diagnostic("ZS5107", place, {"key": key[:80]}))
            continue
        document.places[(*path, key)] = place
        result[key] = _value(document, value_node, (*path, key), depth + 1)
    return result


def _span(source: Source, node: yaml.Node) -> Span:
    start = min(node.start_mark.index, len(source.text))
    end = min(node.end_mark.index, len(source.text))
    first_line = source.text.find("\n", start)
    return Span(source, start, end if first_line < 0 else max(start, min(end, first_line)))
