"""Naming syntax mistakes."""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.diagnostics import Diagnostic, Source, Span
from zhunsheng.syntax.keywords import Keywords
from zhunsheng.syntax.lalr import Refusal
from zhunsheng.syntax.tree import Token


def repair_heads(tokens: Sequence[Token], words: Keywords, diagnostics: list[Diagnostic]) -> Sequence[Token]:
    return tokens


def name_mistake(piece: Sequence[Token], refusal: Refusal, source: Source, words: Keywords) -> Diagnostic:
    if refusal.index < len(piece):
        token = piece[refusal.index]
        return Diagnostic("ZS1001", token.span, {"found": token.text})
    return Diagnostic("ZS1018", Span(source, piece[-1].span.end, piece[-1].span.end))
