"""From what was read to the parts of a copy: rows held already are dropped, keys counted, files digested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.importing.folder import Folder, file_digest
from zhunsheng.logs.importing.inputs import Choice, input_of
from zhunsheng.logs.importing.keys import Keys, drop_equal, keys
from zhunsheng.logs.importing.model import Held, Part, vocabulary_digest
from zhunsheng.logs.importing.parts import PartWriter, times
from zhunsheng.logs.intake import Intake, TakenIn, source_quality
from zhunsheng.logs.quality import SourceQuality
from zhunsheng.semantics.types import TextType
from zhunsheng.semantics.vocabulary import Record, Vocabulary

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Made:
    """The record types of the copy as it will be."""

    records: dict[str, Held]
    moves: dict[Path, str]
    """New part, where it was written -> its place in the copy."""
    sources: tuple[SourceQuality, ...]
    """Of the new parts."""


@dataclass(frozen=True, slots=True)
class Making:
    """Makes parts of what an import has read."""

    folder: Folder
    choice: Choice
    vocabulary: Vocabulary
    connection: duckdb.DuckDBPyConnection
    writer: PartWriter
    is_masked: bool

    def make(self, taken: TakenIn) -> Made:
        """The parts of all record types, old and new. Raises LogError (ZS4503, ZS4504)."""
        made = Made({}, {}, ())
        sources: list[SourceQuality] = []
        for name in self.vocabulary.records:
            new = [each for each in taken.intakes if each.record == name]
            held = self._held(name)
            if new:
                held, parts = self._joined(held, name, new, taken, made.moves)
                sources += [part.quality for part in parts]
            if held is not None and held.parts:
                made.records[name] = held
        return replace(made, sources=tuple(sources))

    def _held(self, name: str) -> Held | None:
        """What the copy holds of a record type, without the files that are replaced."""
        copy = self.folder.copy
        held = copy.records.get(name) if copy is not None else None
        if held is None:
            return None
        if held.vocabulary != vocabulary_digest(name, self.vocabulary):
            raise log_error("ZS4503", str(self.folder.path), record=name)
        parts = tuple(part for part in held.parts if part.input.file not in self.choice.replaced)
        if len(parts) == len(held.parts) or not parts:
            return replace(held, parts=parts)
        counted = keys(self._paths(parts), self.vocabulary.records[name], self.connection)
        return replace(held, parts=parts, unique_key=counted.unique, missing_keys=counted.missing)

    def _joined(
        self, held: Held | None, name: str, new: Sequence[Intake], taken: TakenIn, moves: dict[Path, str]
    ) -> tuple[Held, list[Part]]:
        record = self.vocabulary.records[name]
        before = held.parts if held is not None else ()
        old = self._paths(before)
        written = [self.writer.paths[each.staged.table] for each in new]
        counted = keys([*old, *written], record, self.connection)
        again = [0] * len(new)
        if not counted.unique and self._may_drop(record):
            again = drop_equal(old, written, record, self.connection)
            counted = keys([*old, *written], record, self.connection) if any(again) else counted
        first = self.folder.next_part(name)
        parts = []
        for place, (intake, path, repeated) in enumerate(zip(new, written, again, strict=True)):
            part = self._part(f"{name}/part-{first + place:04}.parquet", intake, path, repeated, taken)
            moves[path] = part.path
            parts.append(part)
        return _holding(name, self.vocabulary, (*before, *parts), counted), parts

    def _part(self, place: str, intake: Intake, path: Path, repeated: int, taken: TakenIn) -> Part:
        seen = source_quality(intake)
        seen = replace(seen, accepted=seen.accepted - repeated, duplicates=seen.duplicates + repeated)
        given = next(
            source
            for source in sorted(self.choice.sources, key=lambda each: -len(each.name))
            if seen.file == source.name or seen.file.startswith((f"{source.name}/", f"{source.name} "))
        )
        first, last = (
            None if at is None else at.replace(tzinfo=UTC)
            for at in times(path, intake.staged.record, self.connection)
        )
        return Part(place, file_digest(path), input_of(given, taken.digests), seen, first, last)

    def _paths(self, parts: Sequence[Part]) -> list[Path]:
        return [self.folder.path / part.path for part in parts]

    def _may_drop(self, record: Record) -> bool:
        """Whether rows that look equal are: a personal value that is no text is not kept at all."""
        return not self.is_masked or all(
            isinstance(each.type, TextType) for each in record.fields.values() if each.personal
        )


def _holding(name: str, vocabulary: Vocabulary, parts: tuple[Part, ...], counted: Keys) -> Held:
    return Held(vocabulary_digest(name, vocabulary), parts, counted.unique, counted.missing)
