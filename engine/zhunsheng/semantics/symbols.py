"""What the names in a text stand for, as far as the vocabulary knows them in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["record", "field", "role", "code", "codelist"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A record, field, role, code or code list of the vocabulary; `owner` is its record or list, if any."""

    kind: Kind
    name: str
    names: Mapping[str, str]
    owner: str = ""
