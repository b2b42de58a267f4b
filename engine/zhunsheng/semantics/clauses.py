"""The clause list of a pack, as the static checks and reports need it (language.md section 11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zhunsheng.diagnostics import Span

Status = Literal["encoded", "partly", "manual", "uncheckable"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a standard and how far rules can judge it. Texts are by language; "" has no
    language mark."""

    standard: str
    number: str
    title: Mapping[str, str]
    status: Status
    known: Mapping[str, str] = field(default_factory=dict)
    """What is known of its text."""
    source: Mapping[str, str] = field(default_factory=dict)
    """Where that is known from."""
    why: Mapping[str, str] = field(default_factory=dict)
    over_report: bool = False
    under_report: bool = False
    rules: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)
