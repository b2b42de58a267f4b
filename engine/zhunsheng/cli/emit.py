"""`check --emit`: one stage of the way from text to verdict, printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from zhunsheng.cli.sources import load_calendar, only

if TYPE_CHECKING:
    from zhunsheng.cli.check import Options
    from zhunsheng.packs import LoadedPack
    from zhunsheng.semantics.typed import Program
    from zhunsheng.syntax.tree import File

_SKIPPED = {"span", "source", "tokens", "comments", "vocabulary"}


def emit(packs: Sequence[LoadedPack], options: Options) -> str:
    """The stage asked for, of all packs or only of the rules asked for. Plan and SQL are made for the log
    if one is given, else for a log that supplies every record type without telling its coverage. Raises
    Stop."""
    wanted = frozenset(options.rules)
    parts = []
    for pack in packs:
        program = only(pack.program, wanted) if wanted else pack.program
        if options.emit == "tree":
            parts.append("".join(dump(_declarations(file, wanted)) for file in pack.files))
        elif options.emit == "typed":
            parts.append(dump(program))
        else:
            parts.append(_engine(program, pack, options))
    return "\n".join(part if part.endswith("\n") else part + "\n" for part in parts)


def dump(node: object) -> str:
    """A tree of dataclasses as indented text: one node or field per line, places left out."""
    return "\n".join(_lines(node, 0, "")) + "\n"


def _lines(node: Any, depth: int, name: str) -> Iterator[str]:
    start = "  " * depth + (f"{name}: " if name else "")
    if is_dataclass(node) and not isinstance(node, type):
        members = [
            (each.name, getattr(node, each.name)) for each in fields(node) if each.name not in _SKIPPED
        ]
        if all(_is_leaf(member) for _, member in members):
            inside = ", ".join(f"{key}={_leaf(member)}" for key, member in members)
            yield f"{start}{type(node).__name__}({inside})"
            return
        yield f"{start}{type(node).__name__}"
        for key, member in members:
            if member is not None and member != ():
                yield from _lines(member, depth + 1, key)
    elif isinstance(node, Mapping) and not _is_leaf(node):
        yield start.rstrip()
        for key, member in node.items():
            yield from _lines(member, depth + 1, str(key))
    elif isinstance(node, tuple) and not _is_leaf(node):
        yield start.rstrip()
        for member in node:
            yield from _lines(member, depth + 1, "-")
    else:
        yield start + _leaf(node)


def _is_leaf(node: Any) -> bool:
    if isinstance(node, tuple):
        return all(_is_leaf(member) for member in node)
    if isinstance(node, Mapping):
        return all(_is_leaf(member) for member in node.values())
    return not is_dataclass(node)


def _leaf(node: Any) -> str:
    if isinstance(node, Enum):
        return str(node.value)
    if isinstance(node, Fraction):
        return str(node)
    if isinstance(node, tuple):
        return "(" + ", ".join(map(_leaf, node)) + ")"
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{key}: {_leaf(member)}" for key, member in node.items()) + "}"
    return repr(node) if isinstance(node, str) else str(node)


def _declarations(file: File, wanted: frozenset[str]) -> File:
    if not wanted:
        return file
    kept = tuple(each for each in file.declarations if each.name.text in wanted)
    return replace(file, declarations=kept)


def _engine(program: Program, pack: LoadedPack, options: Options) -> str:
    from zhunsheng.engines.duckdb import emit as engine_emit

    calendar = load_calendar(options.calendars)
    if options.log is None:
        from zhunsheng.cli.evidence import imagined

        evidence = imagined(program.vocabulary)
    else:
        from zhunsheng.cli.judging import open_log

        evidence = open_log(options.log, pack, options.as_of, options.on_bad_record).evidence
    text: str = engine_emit(program, evidence, calendar, stage=options.emit)
    return text
