"""`check --emit`: one stage of the way from text to verdict, printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from zhunsheng.cli.sources import load_calendar, only

if TYPE_CHECKING:
    from zhunsheng.cli.check import Options
    from zhunsheng.packs import LoadedPack
    from zhunsheng.semantics.typed import Program
    from zhunsheng.syntax.tree import File

_WIDEST = 100
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
            stage: Literal["plan", "sql"] = "plan" if options.emit == "plan" else "sql"
            parts.append(_engine(program, pack, options, stage))
    return "\n".join(part if part.endswith("\n") else part + "\n" for part in parts)


def dump(node: object) -> str:
    """A tree of dataclasses as indented text, places left out; what fits on a line stands on one."""
    return "\n".join(_lines(node, 0, "")) + "\n"


def _lines(node: Any, depth: int, name: str) -> Iterator[str]:
    start = "  " * depth + (f"{name}: " if name else "")
    line = start + _flat(node)
    members = _members(node)
    if members is None or len(line) <= _WIDEST:
        yield line
        return
    yield (start + type(node).__name__) if is_dataclass(node) else start.rstrip()
    for key, member in members:
        yield from _lines(member, depth + 1, key)


def _members(node: Any) -> list[tuple[str, Any]] | None:
    """What a node consists of, under names; None for a leaf. Empty members are left out."""
    if is_dataclass(node):
        pairs = [(each.name, getattr(node, each.name)) for each in fields(node) if each.name not in _SKIPPED]
        return [(key, member) for key, member in pairs if member is not None and member not in ((), {})]
    if isinstance(node, Mapping):
        return [(str(key), member) for key, member in node.items()]
    return [("-", member) for member in node] if isinstance(node, tuple) else None


def _flat(node: Any) -> str:
    members = _members(node)
    if members is None:
        return _leaf(node)
    if isinstance(node, tuple):
        return "(" + ", ".join(_flat(member) for _, member in members) + ")"
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{key}: {_flat(member)}" for key, member in members) + "}"
    return f"{type(node).__name__}({', '.join(f'{key}={_flat(member)}' for key, member in members)})"


def _leaf(node: Any) -> str:
    if isinstance(node, Enum):
        return str(node.value)
    return repr(node) if isinstance(node, str) else str(node)


def _declarations(file: File, wanted: frozenset[str]) -> File:
    if not wanted:
        return file
    kept = tuple(each for each in file.declarations if each.name.text in wanted)
    return replace(file, declarations=kept)


def _engine(program: Program, pack: LoadedPack, options: Options, stage: Literal["plan", "sql"]) -> str:
    from zhunsheng.engines.duckdb import emit as engine_emit

    calendar = load_calendar(options.calendars)
    if options.log is None:
        from zhunsheng.cli.evidence import imagined

        evidence = imagined(program.vocabulary)
    else:
        from zhunsheng.cli.judging import open_log

        evidence = open_log(options.log, pack, options.as_of, options.on_bad_record).evidence
    return engine_emit(program, evidence, calendar, stage)
