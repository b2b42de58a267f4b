"""What a canonical copy consists of, as its manifest says it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.logs.quality import SourceQuality
from zhunsheng.semantics.types import CodesType, CodeType
from zhunsheng.semantics.vocabulary import Vocabulary

FORMAT = 1
"""Version of the layout; a reader refuses a newer one."""

Personal = Literal["masked", "revealed"]


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was imported."""

    file: str
    """Its name in the log: by it, a changed file is told from a new one."""
    sha256: str | None
    """None for a database, which has no bytes of its own."""
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """One source as one Parquet file."""

    path: str
    """From the copy's folder: `rating/part-0001.parquet`."""
    sha256: str
    input: Input
    quality: SourceQuality
    """The sum of the import; `accepted` are the part's rows. What is counted over all parts is not in it."""
    first: datetime | None = None
    """The earliest time of its rows, aware UTC."""
    last: datetime | None = None

    @property
    def rows(self) -> int:
        return self.quality.accepted


@dataclass(frozen=True, slots=True)
class Held:
    """A record type of the copy."""

    vocabulary: str
    """Digest of what the vocabulary says of it."""
    parts: tuple[Part, ...]
    """In the order in which rows are numbered."""
    unique_key: bool = True
    missing_keys: int = 0


@dataclass(frozen=True, slots=True)
class Copy:
    """The manifest of a canonical copy."""

    zone: str
    coverage: Coverage
    gaps: tuple[Gap, ...]
    personal: Personal
    key: str | None
    """What tells whether a key is the one of the pseudonyms, and leads back to none (`key_mark`)."""
    records: Mapping[str, Held] = field(default_factory=dict)

    @property
    def inputs(self) -> dict[str, Input]:
        """The files that were imported, by name."""
        return {part.input.file: part.input for held in self.records.values() for part in held.parts}


def key_mark(key: bytes) -> str:
    """A name for a key, of which nothing about the key can be learnt."""
    return hmac.digest(key, b"zhunsheng canonical copy", "sha256").hex()[:16]


def vocabulary_digest(name: str, vocabulary: Vocabulary) -> str:
    """Digest of all that the values of a record type's columns depend on. Labels and translations are none of
    it: they say how a source may write a code, not what the copy holds.
    """
    record = vocabulary.records[name]
    told: list[object] = [record.name, record.key, record.time]
    told += [[parent.field, parent.record] for parent in record.parents]
    for each in record.fields.values():
        codes = vocabulary.codes_of(each.type) if isinstance(each.type, (CodeType, CodesType)) else None
        names = [code.name for code in codes.codes] if codes is not None else []
        limits = sorted((key, str(value)) for key, value in each.constraints.items())
        told.append([each.name, repr(each.type), each.unit, each.required, each.personal, each.free_text])
        told.append([limits, names])
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
