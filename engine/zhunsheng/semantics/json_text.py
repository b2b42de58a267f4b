"""Reading untrusted JSON so that a mistake can be shown in its line.

>>> from zhunsheng.diagnostics import Source
>>> place(Source("x.json", '{"a": {"b": 1}}'), ("a", "b")).text
'"b"'
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Source, Span

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_LONGEST_EXPONENT = 40


class DuplicateKey(ValueError):
    """A JSON object that holds one key twice."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise DuplicateKey(key)
        result[key] = value
    return result


def _exact(text: str) -> Fraction:
    number = Decimal(text)
    # A short text such as 1e999999999 is a number that no machine holds.
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_EXPONENT:
        raise ValueError(f"number out of range: {text}")
    return Fraction(number)


def _no_constant(text: str) -> Any:
    raise ValueError(f"not a JSON value: {text}")


def read(source: Source) -> tuple[Any, Diagnostic | None]:
    """The JSON value (numbers int or Fraction), or None and what is wrong with it."""
    try:
        return (
            json.loads(
                source.text, object_pairs_hook=_pairs, parse_float=_exact, parse_constant=_no_constant
            ),
            None,
        )
    except DuplicateKey as error:
        key = str(error)
        start = source.text.rfind(json.dumps(key, ensure_ascii=False))
        span = Span(source, max(start, 0), max(start, 0) + (len(key) + 2 if start >= 0 else 0))
        return None, Diagnostic("ZS2104", span, {"key": key})
    except json.JSONDecodeError as error:
        at = min(error.pos, len(source.text))
        return None, Diagnostic(
            "ZS2103", Span(source, at, min(at + 1, len(source.text))), {"reason": error.msg}
        )
    except (ValueError, RecursionError) as error:
        return None, Diagnostic("ZS2103", Span(source, 0, 0), {"reason": str(error)})


def place(source: Source, path: Sequence[str | int]) -> Span:
    """Where the key or list item at `path` stands; the nearest enclosing place when it is not there."""
    best = Span(source, 0, 0)
    depth = 0
    stack: list[list[Any]] = []  # [is object, current key or index, whether the next text is a key]
    for match in _TOKEN.finditer(source.text):
        token = match.group()
        if stack and stack[-1][0] and stack[-1][2] and token.startswith('"'):
            try:
                stack[-1][1] = json.loads(token)
            except ValueError:
                stack[-1][1] = token[1:-1]
            stack[-1][2] = False
        elif token == ",":
            if stack:
                if stack[-1][0]:
                    stack[-1][2] = True
                else:
                    stack[-1][1] += 1
            continue
        elif token in "}]":
            if stack:
                stack.pop()
            continue
        elif token == ":":
            continue
        if stack and len(stack) == depth + 1 <= len(path):
            here = [frame[1] for frame in stack]
            if here == list(path[: depth + 1]):
                best, depth = Span(source, match.start(), match.end()), depth + 1
                if depth == len(path):
                    return best
        if token in "{[":
            stack.append([token == "{", None if token == "{" else 0, token == "{"])
    return best
