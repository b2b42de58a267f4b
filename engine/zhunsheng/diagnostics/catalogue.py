"""The texts of all diagnostics: per code and language, in `catalogue/zs*.yaml`.

An entry is

    ZS1003:
      name: misspelt-keyword
      zh: {message: "…{found}…", hint: "…"}
      en: {message: "…{found}…", hint: "…"}
      related: {first: {zh: "…", en: "…"}}

Placeholders are the diagnostic's `values`. A value may hold `⟨term⟩`, a word of the catalogue itself
(`terms:` in the same files) that differs per language: the stage that finds a mistake does not know who will
read it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from zhunsheng.diagnostics.model import Diagnostic, Related

FOLDER = Path(__file__).parent / "catalogue"
LANGUAGES = ("zh", "en")

_TERM = re.compile("⟨([a-z_]+)⟩")


@dataclass(frozen=True, slots=True)
class Entry:
    """One code: its name (as in the docs' page names), and per language the message and hint."""

    code: str
    name: str
    messages: Mapping[str, str]
    hints: Mapping[str, str]
    related: Mapping[str, Mapping[str, str]]
    severity: str = "error"


def entries() -> Mapping[str, Entry]:
    """All entries of all files, by code."""
    found: dict[str, Entry] = {}
    for file in sorted(FOLDER.glob("zs*.yaml")):
        found.update(_entries(file))
    return found


def entry(code: str) -> Entry | None:
    """The entry of one code; reads only the file of its family."""
    return _entries(FOLDER / f"{code[:3].lower()}.yaml").get(code)


def message(diagnostic: Diagnostic, language: str) -> tuple[str, str | None]:
    """Message and hint in "zh" or "en". A code without entry is shown by itself, never an exception."""
    known = entry(diagnostic.code)
    if known is None:
        return diagnostic.code + "".join(f" {key}={value}" for key, value in diagnostic.values.items()), None
    hint = known.hints.get(language)
    text = _fill(known.messages[language], diagnostic.values, language)
    return text, _fill(hint, diagnostic.values, language) if hint else None


def caption(code: str, related: Related, language: str) -> str:
    """What a related place is, in a language."""
    known = entry(code)
    template = known.related.get(related.key, {}).get(language, related.key) if known else related.key
    return _fill(template, related.values, language)


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _fill(template: str, values: Mapping[str, str], language: str) -> str:
    filled = template.format_map(_Values({key: str(value) for key, value in values.items()}))
    return _TERM.sub(lambda match: _terms().get(match[1], {}).get(language, match[0]), filled)


@cache
def _file(file: Path) -> Mapping[str, Any]:
    import yaml  # only where a message is shown

    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}


@cache
def _terms() -> Mapping[str, Mapping[str, str]]:
    terms: dict[str, Mapping[str, str]] = {}
    for file in sorted(FOLDER.glob("zs*.yaml")):
        terms.update(_file(file).get("terms") or {})
    return terms


@cache
def _entries(file: Path) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for code, data in _file(file).items():
        if code == "terms":
            continue
        texts = {language: data[language] for language in LANGUAGES}
        found[code] = Entry(
            code=code,
            name=data["name"],
            messages={language: text["message"] for language, text in texts.items()},
            hints={language: text["hint"] for language, text in texts.items() if text.get("hint")},
            related=data.get("related") or {},
            severity=data.get("severity", "error"),
        )
    return found
