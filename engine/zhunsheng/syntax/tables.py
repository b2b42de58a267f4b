"""The parse table of `grammar.lark`: built once by Lark, kept as JSON, read back in milliseconds.

JSON and not pickle: the cache may lie in a folder that others can write to, and must never be able to run
anything. The file's name carries a digest of the grammar, so a changed grammar is a new file; a cache that is
missing, unreadable or damaged is only slower.
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
STARTS = (START, "expr")
"""What can be parsed by itself: a rule file's declarations, and the lone expressions of profiles."""
END = "$END"
_LAYOUT = 3


@dataclass(frozen=True, slots=True)
class Production:
    """One right-hand side. `name` is the function for its node; None when the single child is passed on."""

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
    symbol: str = START
    """Which of `STARTS` they are for."""


def tables(start: str = START) -> Tables:
    """The tables for one of `STARTS`, from the cache when there is a good one."""
    return _all()[start]


@cache
def _all() -> Mapping[str, Tables]:
    text = GRAMMAR.read_text(encoding="utf-8")
    name = f"grammar-{hashlib.sha256(f'{_LAYOUT} {text}'.encode()).hexdigest()[:16]}.json"
    for folder in _cache_folders():
        kept = _kept(folder / name)
        if kept is not None:
            return kept
    data = json.dumps(build(text), separators=(",", ":"))
    _keep(data, name)
    return _from_json(json.loads(data))


def _kept(file: Path) -> Mapping[str, Tables] | None:
    """The tables in a cache file, if it is whole."""
    try:
        digest, data = file.read_text(encoding="utf-8").split("\n", 1)
    except (OSError, ValueError):
        return None
    if hashlib.sha256(data.encode()).hexdigest() != digest:
        return None
    return _from_json(json.loads(data))


def build(grammar: str) -> dict[str, Any]:
    """Lets Lark compute the LALR table, as plain data. Raises lark's GrammarError for a bad grammar."""
    from lark import Lark
    from lark.parsers.lalr_analysis import Shift

    lark = Lark(grammar, parser="lalr", lexer="basic", start=[*STARTS, "file"], maybe_placeholders=True)
    table = lark.parser.parser._parse_table
    numbers = {rule: index for index, rule in enumerate(lark.rules)}
    order = _order(table, Shift)
    actions: list[dict[str, int]] = []
    for state in order:
        row = {}
        for symbol, (action, argument) in sorted(table.states[state].items()):
            row[symbol] = order[argument] + 1 if action is Shift else -(numbers[argument] + 1)
        actions.append(row)
    return {
        "actions": actions,
        "productions": [_production(rule) for rule in lark.rules],
        "starts": {
            start: [order[table.start_states[start]], order[table.end_states[start]]] for start in STARTS
        },
    }


def _order(table: Any, shift: Any) -> dict[int, int]:
    """Lark's numbers of the states that `STARTS` need -> ours, in the order in which they are met.

    Lark numbers states in the order of a set; in ours, equal grammars give equal tables.
    """
    order = {table.start_states[start]: place for place, start in enumerate(STARTS)}
    waiting = list(order)
    while waiting:
        for _, (action, argument) in sorted(table.states[waiting.pop(0)].items(), key=lambda item: item[0]):
            if action is shift and argument not in order:
                order[argument] = len(order)
                waiting.append(argument)
    return order


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


def _from_json(data: dict[str, Any]) -> dict[str, Tables]:
    productions = [
        Production(origin, tuple(symbols), name, tuple(holes), inlined)
        for origin, symbols, name, holes, inlined in data["productions"]
    ]
    return {
        start: Tables(data["actions"], productions, first, last, start)
        for start, (first, last) in data["starts"].items()
    }


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


def _keep(data: str, name: str) -> None:
    """Writes the cache to the first folder that takes it; without any, the next start is slow again."""
    for folder in _cache_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{hashlib.sha256(data.encode()).hexdigest()}\n{data}")
            Path(temporary).replace(folder / name)
        except OSError:
            continue
        return
