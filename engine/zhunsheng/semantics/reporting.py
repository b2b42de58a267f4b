"""Collects what a stage finds wrong, so that one mistake never hides the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Related, Severity, Source, Span
from zhunsheng.semantics.json_text import place


class Reporter:
    """A list of diagnostics, each finding told once however often its place is visited."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._told: set[tuple[str, str | None, int, int]] = set()

    def add(
        self,
        code: str,
        span: Span | None,
        values: Mapping[str, str] | None = None,
        related: tuple[Related, ...] = (),
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Report one finding."""
        if span is not None:
            told = (code, span.source.name, span.start, span.end)
            if told in self._told:
                return
            self._told.add(told)
        self.diagnostics.append(Diagnostic(code, span, dict(values or {}), related, severity))

    def json(
        self,
        code: str,
        source: Source,
        path: Sequence[str | int],
        values: Mapping[str, str],
        related: tuple[Source, Sequence[str | int]] | None = None,
    ) -> None:
        """Report something about the value at `path` in a JSON file."""
        places = (Related(place(*related), "other"),) if related else ()
        self.add(code, place(source, path), values, places)

    def value(
        self, source: Source, path: Sequence[str | int], keyword: str, expected: str, found: Any
    ) -> None:
        """Report a value of the wrong form; `expected` is written as JSON, which needs no translation."""
        shown = (
            str(found) if isinstance(found, (str, int)) and not isinstance(found, bool) else _json_kind(found)
        )
        self.json("ZS2105", source, path, {"keyword": keyword, "expected": expected, "found": shown[:60]})


def _json_kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, (dict, list)):
        return "{…}" if isinstance(value, dict) else "[…]"
    return str(value)
