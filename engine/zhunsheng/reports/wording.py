"""Texts of reports and of the command line, from one YAML file per language.

A text is found by its dotted name and filled with `str.format` values:

>>> wording("en").text("verdict.fail")
'fail'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

REPORT_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Wording:
    """The texts of one language. A text that does not exist is a KeyError: a gap in the file, found by the
    tests."""

    language: str
    tree: Mapping[str, Any]

    def text(self, name: str, /, **values: object) -> str:
        """The text called `name` ("verdict.fail") with its placeholders filled."""
        found = self.find(name)
        if found is None:
            raise KeyError(f"{self.language}: {name}")
        return found.format(**values) if values else found

    def find(self, name: str) -> str | None:
        """The raw text, or None where the file has none."""
        node: Any = self.tree
        for part in name.split("."):
            if not isinstance(node, Mapping) or part not in node:
                return None
            node = node[part]
        return node if isinstance(node, str) else None


@cache
def wording(language: str, folder: Path = REPORT_TEXTS) -> Wording:
    """The texts of `language` ("zh" or "en") in `folder`; read once."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (folder / f"{language}.yaml").open(encoding="utf-8") as file:
        return Wording(language, yaml.load(file, Loader=loader))
