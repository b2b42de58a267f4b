"""Digests of everything a result depends on: packs, log files, calendar, waivers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zhunsheng.reports.model import InputPart

if TYPE_CHECKING:
    from zhunsheng.calendars import Calendar
    from zhunsheng.packs import LoadedPack


def input_parts(
    packs: Sequence[LoadedPack], log: Mapping[str, str], calendar: Calendar, waivers: str | None
) -> tuple[InputPart, ...]:
    """In a fixed order: files of the packs (their parents' too), the vocabulary, log files by name, the
    calendar, the waiver file. Names never hold the folder that a pack or log happens to lie in."""
    line = [each for pack in packs for each in _line(pack)]
    parts = [part for pack in dict.fromkeys(pack.path for pack in line) for part in _pack_files(pack, line)]
    folders = dict.fromkeys(pack.vocabulary_folder for pack in packs if pack.vocabulary_folder)
    parts += [InputPart("vocabulary", folder.name, _folder_digest(folder)) for folder in folders]
    parts += [InputPart("log", name, f"sha256:{digest}") for name, digest in sorted(log.items())]
    parts.append(InputPart("calendar", calendar.id, _sha256(_calendar_text(calendar))))
    if waivers is not None:
        parts.append(InputPart("waivers", Path(waivers).name, _sha256(Path(waivers).read_bytes())))
    return tuple(parts)


def _line(pack: LoadedPack) -> list[LoadedPack]:
    """A pack after the packs it extends."""
    return [*(_line(pack.parent) if pack.parent else ()), pack]


def _pack_files(folder: Path, line: Sequence[LoadedPack]) -> list[InputPart]:
    pack = next(each for each in line if each.path == folder)
    texts = {name: folder / name for name in ("pack.yaml", "clauses.yaml")}
    parts = [
        InputPart("pack", f"{pack.id}/{name}", _sha256(path.read_bytes()))
        for name, path in texts.items()
        if path.is_file()
    ]
    for file in pack.files:
        if file.source.name in pack.own:
            path = Path(file.source.name)
            name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
            digest = _sha256(file.source.text.encode("utf-8", "replace"))
            parts.append(InputPart("rules", f"{pack.id}/{name}", digest))
    return parts


def _folder_digest(folder: Path) -> str:
    """One digest over the names and contents of a vocabulary's files."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.json")):
        content = path.read_bytes()
        total.update(f"{path.name}\0{len(content)}\0".encode())
        total.update(content)
    return "sha256:" + total.hexdigest()


def _calendar_text(calendar: Calendar) -> bytes:
    days = "\n".join(day.isoformat() for day in (calendar.first, calendar.last, *calendar.days))
    return days.encode()


def _sha256(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
