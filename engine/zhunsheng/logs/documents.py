"""A YAML text as plain data that remembers where everything stands, for messages that point at it."""

from __future__ import annotations

from typing import Any

import yaml

from zhunsheng.diagnostics.model import Source, Span
from zhunsheng.logs.errors import log_error

_DEEPEST = 20
Path_ = tuple[str | int, ...]


class Document:
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
