"""What was found and what could have stood there, in words."""

from __future__ import annotations

from collections.abc import Iterable

from zhunsheng.syntax.keywords import Keywords
from zhunsheng.syntax.tables import END
from zhunsheng.syntax.tree import Token

_MARKS = {
    "LPAR": "(", "RPAR": ")", "LBRACE": "{", "RBRACE": "}", "COMMA": ",", "COLON": ":", "DOT": ".",
    "PERCENT": "%", "EQ": "=", "NE": "!=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">=", "PLUS": "+",
    "MINUS": "-", "STAR": "*", "SLASH": "/",
}  # fmt: skip
_VALUES = {"NAME": "⟨name⟩", "STRING": "⟨text⟩", "NUMBER": "⟨number⟩", "DATE": "⟨date⟩", "TIME": "⟨time⟩"}
_OPERATORS = frozenset({
    "EQ", "NE", "LT", "LE", "GT", "GE", "PLUS", "MINUS", "STAR", "SLASH", "AND", "OR", "NOT", "IMPLIES",
    "IN", "OF", "BETWEEN", "IS_MISSING", "IS_KNOWN", "MATCHES", "OTHERWISE", "DOT", "PERCENT",
})  # fmt: skip
_EXPRESSION = frozenset({"NAME", "NUMBER", "LPAR", "COUNT_OF"})
_MOST = 8


def found_words(token: Token | None) -> str:
    """A token as a message shows it."""
    if token is None:
        return "⟨end⟩"
    text = token.text
    return f"“{text if len(text) <= 40 else text[:40] + '…'}”"


def spelt(kind: str, language: str, words: Keywords) -> str:
    """A terminal as a language writes it, or another language where this one has no word."""
    if kind in _MARKS:
        return _MARKS[kind]
    try:
        return words.spell([kind], language)[0]
    except KeyError:
        return kind


def expected_words(kinds: Iterable[str], language: str, words: Keywords) -> str:
    """What could come next: values, then keywords and marks; operators only if nothing else could."""
    left = set(kinds)
    out: list[str] = []
    if left >= _EXPRESSION:
        out.append("⟨expression⟩")
        return out[0]
    for kind, name in _VALUES.items():
        if kind in left:
            out.append(name)
    left -= {*_VALUES, "LANGUAGE"}
    finished = END in left
    left.discard(END)
    others = left - _OPERATORS
    order = list(words.tables[language].spellings)
    known = [
        kind for kind in (others or left) if kind in _MARKS or (kind,) in words.tables[language].spellings
    ]
    known.sort(key=lambda kind: (order.index((kind,)) if (kind,) in order else -1, kind))
    shown = [f"“{spelt(kind, language, words)}”" for kind in known]
    out += shown[:_MOST]
    if len(shown) > _MOST:
        out.append("…")
    if finished:
        out.append("⟨end⟩")
    return "⟨comma⟩".join(dict.fromkeys(out))
