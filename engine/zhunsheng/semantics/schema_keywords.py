"""Small readers for the keywords that record and code-list files share: names, labels, flags."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zhunsheng.diagnostics import Source
from zhunsheng.semantics.reporting import Reporter
from zhunsheng.semantics.wording import suggestion

_NAME = re.compile(r"[^\W\d]\w*\Z")
Path = tuple[str | int, ...]


def is_name(text: object) -> bool:
    """Whether rules can use it as a name (back-quoted where it is a keyword)."""
    return isinstance(text, str) and len(text) <= 80 and _NAME.match(text) is not None


def read_name(source: Source, path: Path, value: Any, reporter: Reporter) -> str | None:
    """A name, NFC-normalised, or None after reporting that it is none."""
    if not is_name(value):
        reporter.json("ZS2107", source, path, {"name": str(value)[:60]})
        return None
    return unicodedata.normalize("NFC", value)


def texts(source: Source, path: Path, value: Any, reporter: Reporter) -> dict[str, str]:
    """`{"zh": …, "en": …}`; empty when left out."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        reporter.value(source, path, str(path[-1]), '{"zh": "…", "en": "…"}', value)
        return {}
    return dict(value)


def names(source: Source, path: Path, value: Any, canonical: str, reporter: Reporter) -> dict[str, str]:
    """Names per surface language: English is canonical, Chinese is what the file says or else the same."""
    result = {"en": canonical, "zh": canonical}
    for language, text in texts(source, path, value, reporter).items():
        name = read_name(source, (*path, language), text, reporter)
        if name is not None and language != "en":
            result[language] = name
        elif name is not None and name != canonical:
            reporter.value(source, (*path, language), language, f'"{canonical}"', name)
    return result


def labels(given: Mapping[str, str], names_: Mapping[str, str]) -> dict[str, str]:
    """Labels, with the names where a language has none."""
    return {**names_, **given}


def flag(source: Source, path: Path, value: Any, reporter: Reporter, allowed: str = "true | false") -> bool:
    """A boolean keyword; left out means false."""
    if value is None:
        return False
    if not isinstance(value, bool):
        reporter.value(source, path, str(path[-1]), allowed, value)
        return False
    return value


def descriptions(source: Source, path: Path, holder: Mapping[str, Any], reporter: Reporter) -> dict[str, str]:
    """`description` (one text, under "") and `x-description` (one per language)."""
    result = texts(source, (*path, "x-description"), holder.get("x-description"), reporter)
    plain = holder.get("description")
    if plain is not None and not isinstance(plain, str):
        reporter.value(source, (*path, "description"), "description", '"…"', plain)
    elif plain is not None:
        result[""] = plain
    return result


def only(
    source: Source,
    path: Sequence[str | int],
    holder: Mapping[str, Any],
    known: Iterable[str],
    reporter: Reporter,
) -> None:
    """Report keywords that mean nothing here: a misspelt one would otherwise have no effect, silently."""
    known = set(known)
    for keyword in holder:
        if keyword not in known:
            values = {"keyword": str(keyword)[:60], **suggestion(str(keyword), known)}
            reporter.json("ZS2106", source, (*path, keyword), values)
