"""The built-in calls of profile expressions: taking texts apart and putting them together.

Each takes texts (or what its signature says) and is missing when an argument is, unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from zhunsheng.logs.expressions import Expression, all_of, call, case, is_known, number, text

Kind = Literal["text", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Function:
    """One built-in call: what it takes, what it gives, and how the database computes it."""

    name: str
    chinese: str
    takes: tuple[Kind, ...]
    gives: Kind
    build: Callable[..., Expression]
    optional: int = 0
    """How many of the last arguments may be left out."""
    repeated: bool = False
    """Whether the last argument may be given again and again."""
    constant: tuple[int, ...] = ()
    """Places of arguments that must be written out, not computed."""

    def accepts(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        least, most = len(self.takes) - self.optional, len(self.takes)
        return count >= least and (self.repeated or count <= most)

    def kind_at(self, place: int) -> Kind:
        """What the argument at a place must be."""
        return self.takes[min(place, len(self.takes) - 1)]


def _join(separator: Expression, *parts: Expression) -> Expression:
    known = all_of(*[is_known(part) for part in parts])
    return case((known, call("concat_ws", separator, *parts)))


def _part(value: Expression, start: Expression, length: Expression | None = None) -> Expression:
    arguments = (value, _whole(start)) if length is None else (value, _whole(start), _whole(length))
    return _not_empty(call("substring", *arguments))


def _piece(value: Expression, separator: Expression, place: Expression) -> Expression:
    # The database counts pieces from 1, and from the end with negative numbers, as we do.
    return _not_empty(call("list_extract", call("string_split", value, separator), _whole(place)))


def _find(value: Expression, pattern: Expression) -> Expression:
    # The first group if there is one: the whole pattern is put into a group of its own otherwise.
    raw = str(pattern.this)
    group = 1 if _has_group(raw) else 0
    return _not_empty(call("regexp_extract", value, pattern, number(group)))


def _has_group(pattern: str) -> bool:
    import re2

    return bool(re2.compile(pattern).groups)


def _replace(value: Expression, old: Expression, new: Expression) -> Expression:
    return call("replace", value, old, new)


def _pad(value: Expression, width: Expression, fill: Expression) -> Expression:
    long_enough = exp.GTE(this=call("length", value.copy()), expression=_whole(width.copy()))
    return case((long_enough, value), default=call("lpad", value.copy(), _whole(width), fill))


def _whole(value: Expression) -> Expression:
    return exp.Cast(this=value, to=exp.DataType.build("INT", dialect="duckdb"))


def _not_empty(value: Expression) -> Expression:
    return call("nullif", value, text(""))


def _choose(condition: Expression, then: Expression, otherwise: Expression | None = None) -> Expression:
    return case((condition, then), default=otherwise)


def as_number(value: Expression) -> Expression:
    """The number that a text writes, missing when it writes none."""
    return exp.TryCast(
        this=call("replace", call("trim", value), text(","), text("")),
        to=exp.DataType.build("DECIMAL(24, 6)", dialect="duckdb"),
    )


def as_text(value: Expression) -> Expression:
    """A number as it is written: without zeros behind the point."""
    written = exp.Cast(this=value, to=exp.DataType.build("VARCHAR", dialect="duckdb"))
    has_point = call("contains", written, text("."))
    cut = call("rtrim", call("rtrim", written.copy(), text("0")), text("."))
    return case((has_point, cut), default=written.copy())


_ALL = (
    Function("join", "连接", ("text", "text"), "text", _join, repeated=True),
    Function("part", "截取", ("text", "number", "number"), "text", _part, optional=1),
    Function("piece", "分段", ("text", "text", "number"), "text", _piece),
    Function("find", "提取", ("text", "text"), "text", _find, constant=(1,)),
    Function("replace", "替换", ("text", "text", "text"), "text", _replace),
    Function("pad", "补齐", ("text", "number", "text"), "text", _pad),
    Function("trim", "去空白", ("text",), "text", lambda value: _not_empty(call("trim", value))),
    Function("lower", "小写", ("text",), "text", lambda value: call("lower", value)),
    Function("upper", "大写", ("text",), "text", lambda value: call("upper", value)),
    Function("length", "长度", ("text",), "number", lambda value: call("length", value)),
    Function("number", "数值", ("text",), "number", as_number),
    Function("text", "文本", ("number",), "text", as_text),
    Function("if", "如果", ("boolean", "text", "text"), "text", _choose, optional=1),
)
FUNCTIONS: Mapping[str, Function] = {name: one for one in _ALL for name in (one.name, one.chinese)}
"""Every built-in call by its English and its Chinese name."""
