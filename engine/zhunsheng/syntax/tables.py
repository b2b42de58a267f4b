"""The parse table of `grammar.lark`: built once by Lark, kept as JSON beside the package, read back in milliseconds.

JSON and not pickle: the cache may lie in a folder that others can write to, and must never be able to run anything.
The file's name carries a digest of the grammar, so a changed grammar is a new file; a cache that is missing,
unreadable or damaged is only slower.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

GRAMMAR = Path(__file__).parent / "grammar.lark"
START = "declaration"
END = "$END"
_LAYOUT = 1


@dataclass(frozen=True, slots=True)
class Production:
    """One right-hand side. `name` is the function that builds its node; None when the single child is passed on."""

    origin: str
    symbols: tuple[str, ...]
    name: str | None
    holes: tuple[int, ...]
    """Positions among the symbols before which an absent optional part stands (len(symbols) = at the end)."""
    inlined: bool
    """Whether the children go into the parent's list (`_rule` and Lark's repetitions)."""


@dataclass(frozen=True, slots=True)
class Tables:
    """`actions[state][symbol]`: a state + 1 to shift (or go) to, or minus (a production + 1) to reduce by."""

    actions: Sequence[Mapping[str, int]]
    productions: Sequence[Production]
    start: int
    end: int


@cache
def tables() -> Tables:
    """The tables, from the cache when there is a good one."""
    text = GRAMMAR.read_text(encoding="utf-8")
    digest = hashlib.sha256(f"{_LAYOUT} {text}".encode()).hexdigest()[:16]
    for folder in _cache_folders():
        try:
            return _from_json(json.loads((folder / f"grammar-{digest}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            continue
    data = build(text)
    _keep(data, digest)
    return _from_json(data)


def build(grammar: str) -> dict[str, Any]:
    """Lets Lark compute the LALR table and turns it into plain data. Raises lark's GrammarError for a bad grammar."""
    from lark import Lark
    from lark.parsers.lalr_analysis import Shift

    lark = Lark(grammar, parser="lalr", lexer="basic", start=[START, "file"], maybe_placeholders=True)
    table = lark.parser.parser._parse_table
    numbers = {rule: index for index, rule in enumerate(lark.rules)}
    # Lark numbers states in the order of a set; the sorted order makes equal grammars give equal files.
    actions: list[dict[str, int]] = [{} for _ in table.states]
    for state, row in table.states.items():
        for symbol, (action, argument) in sorted(row.items()):
            if action is Shift:
                actions[state][symbol] = argument + 1
            elif argument in numbers:
                actions[state][symbol] = -(numbers[argument] + 1)
    return {
        "actions": actions,
        "productions": [_production(rule) for rule in lark.rules],
        "start": table.start_states[START],
        "end": table.end_states[START],
    }


def _production(rule: Any) -> list[Any]:
    symbols = [symbol.name for symbol in rule.expansion]
    holes: list[int] = []
    position = 0
    for empty in rule.options.empty_indices or ():
        if empty:
            holes.append(position)
        else:
            position += 1
    inlined = rule.origin.name.startswith("_")
    name = None if rule.options.expand1 and not rule.alias else (rule.alias or rule.origin.name)
    return [rule.origin.name, symbols, name, holes, inlined and not rule.alias]


def _from_json(data: dict[str, Any]) -> Tables:
    return Tables(
        actions=data["actions"],
        productions=[
            Production(origin, tuple(symbols), name, tuple(holes), inlined)
            for origin, symbols, name, holes, inlined in data["productions"]
        ],
        start=data["start"],
        end=data["end"],
    )


def _cache_folders() -> tuple[Path, ...]:
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") if _has_home() else None
    package = Path(__file__).parent / "__pycache__"
    return (package, user / "zhunsheng") if user else (package,)


def _has_home() -> bool:
    try:
        Path.home()
    except RuntimeError:
        return False
    return True


def _keep(data: dict[str, Any], digest: str) -> None:
    """Writes the cache to the first folder that takes it; without any, the next start is slow again."""
    for folder in _cache_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(data, file, separators=(",", ":"))
            Path(name).replace(folder / f"grammar-{digest}.json")
        except OSError:
            continue
        return
