"""Ways of writing a date or time: `yyyy-MM-dd HH:mm:ss` as profiles say it, and how the database reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from zhunsheng.logs.expressions import Expression, call, cast, text, try_cast

_PARTS: Mapping[str, tuple[str, str]] = {
    # letters -> (regular expression, the database's sign)
    "yyyy": (r"\d{4}", "%Y"),
    "MM": (r"(?:0[1-9]|1[0-2])", "%m"),
    "M": (r"(?:0?[1-9]|1[0-2])", "%-m"),
    "dd": (r"(?:0[1-9]|[12]\d|3[01])", "%d"),
    "d": (r"(?:0?[1-9]|[12]\d|3[01])", "%-d"),
    "HH": (r"(?:[01]\d|2[0-3])", "%H"),
    "H": (r"(?:[01]?\d|2[0-3])", "%-H"),
    "mm": (r"[0-5]\d", "%M"),
    "ss": (r"[0-5]\d", "%S"),
    "SSS": (r"\d{3}", "%g"),
}
_TOKEN = re.compile(r"yyyy|MM|M|dd|d|HH|H|mm|ss|SSS|'[^']*'|[^A-Za-z']")
EPOCHS = {"epoch_seconds": (r"\d{9,10}", 1), "epoch_milliseconds": (r"\d{12,13}", 1000)}
"""Seconds or milliseconds since 1970-01-01 UTC."""
CANONICAL = "canonical"
"""As canonical logs write times (docs/logs.md), with or without offset."""
_CANONICAL = (
    r"\d{4}-\d\d-\d\d(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"
    r"(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing times."""

    written: str
    pattern: str
    """RE2 that a whole cell matches."""
    parsed: str | None
    """The database's format; None for what is no calendar format."""
    has_time: bool = True


def read_format(written: str) -> Format | None:
    """The format that a profile writes; None when it is none."""
    if written == CANONICAL:
        return Format(written, _CANONICAL, None)
    if written in EPOCHS:
        return Format(written, EPOCHS[written][0], None)
    pattern, parsed, at, seen = "", "", 0, []
    while at < len(written):
        token = _TOKEN.match(written, at)
        if token is None:
            return None
        at, part = token.end(), token.group()
        if part in _PARTS:
            seen.append(part[0])
            pattern, parsed = pattern + _PARTS[part][0], parsed + _PARTS[part][1]
        else:
            literal = part.strip("'") if part.startswith("'") else part
            pattern, parsed = pattern + re.escape(literal), parsed + literal.replace("%", "%%")
    if len(set(seen)) != len(seen) or not {"y", "M", "d"} <= set(seen) or ("m" in seen and "H" not in seen):
        return None
    return Format(written, pattern, parsed, "H" in seen)


def matches(cell: Expression, found: Format) -> Expression:
    """Whether a cell is written in this way."""
    return call("regexp_full_match", cell.copy(), text(found.pattern))


def converted(cell: Expression, found: Format) -> Expression:
    """The cell as canonical logs write it; missing when there is no such day (`2024-02-30`)."""
    if found.written == CANONICAL:
        return cell.copy()
    if found.written in EPOCHS:
        factor = 1_000_000 // EPOCHS[found.written][1]
        microseconds = exp.Mul(this=try_cast(cell.copy(), "BIGINT"), expression=exp.Literal.number(factor))
        return call("strftime", call("make_timestamp", microseconds), text("%Y-%m-%dT%H:%M:%S.%fZ"))
    assert found.parsed is not None
    moment = call("try_strptime", cell.copy(), text(found.parsed))
    if not found.has_time:
        return cast(cast(moment, "DATE"), "VARCHAR")
    return cast(moment, "VARCHAR")
