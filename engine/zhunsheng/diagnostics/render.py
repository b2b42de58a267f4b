"""A diagnostic as text: place, message, the line with a caret under what is meant, related places, hint.

rules/a.rule:5:15: error ZS1003: “wehre” is not a keyword
    5 | for each rating r wehre bad(r)
      |                   ^^^^^
  hint: did you mean “where”?
"""

from __future__ import annotations

import unicodedata

from zhunsheng.diagnostics.catalogue import caption, message
from zhunsheng.diagnostics.model import Diagnostic, Severity, Span

WIDEST = 100
"""Longer lines are shown in part, around the place."""

_WORDS = {
    "zh": {Severity.ERROR: "错误", Severity.WARNING: "警告", "hint": "提示", "colon": "："},
    "en": {Severity.ERROR: "error", Severity.WARNING: "warning", "hint": "hint", "colon": ": "},
}
_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m"}
_PLAIN = "\x1b[0m"


def render(diagnostic: Diagnostic, language: str, *, color: bool = False) -> str:
    """The diagnostic as lines of text without a final newline, in "zh" or "en".

    Carets stand under the characters they mean when full-width characters take two columns.
    """
    words = _WORDS[language]
    text, hint = message(diagnostic, language)
    severity = f"{words[diagnostic.severity]} {diagnostic.code}"
    if color:
        severity = f"{_COLOURS[diagnostic.severity]}{severity}{_PLAIN}"
    place = _place(diagnostic.span) if diagnostic.span else diagnostic.place
    lines = [f"{_shown(place)}: " if place else "", severity, words["colon"], _shown(text)]
    out = ["".join(lines)]
    if diagnostic.span:
        out += _excerpt(diagnostic.span)
    for related in diagnostic.related:
        out.append(f"  {_shown(_place(related.span))}: {_shown(caption(diagnostic.code, related, language))}")
        out += _excerpt(related.span)
    if hint:
        out.append(f"  {words['hint']}{words['colon']}{_shown(hint)}")
    return "\n".join(out)


def _place(span: Span) -> str:
    return f"{span.source.name}:{span.line}:{span.column}"


def _excerpt(span: Span) -> list[str]:
    text = span.source.text
    start = text.rfind("\n", 0, span.start) + 1
    stop = text.find("\n", span.start)
    line = text[start : len(text) if stop < 0 else stop].rstrip("\r")
    if not line.strip():
        return []
    first = span.start - start
    last = min(max(span.end - start, first + 1), max(len(line), first + 1))
    before, marked, after = _cut(line[:first], line[first:last], line[last:])
    number = str(span.line)
    gutter = " " * max(5, len(number) + 2)
    carets = "^" * max(1, width(marked))
    return [
        f"{number.rjust(len(gutter))} | {before}{marked}{after}".rstrip(),
        f"{gutter} | {' ' * width(before)}{carets}",
    ]


def _cut(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """The parts of a line, cleaned, and shortened with `…` when the line is too long to show."""
    if len(before) + len(marked) + len(after) > WIDEST:
        if len(before) > WIDEST // 2:
            before = "…" + before[-(WIDEST // 2) :]
        if len(marked) > WIDEST // 2:
            marked = marked[: WIDEST // 2]
            after = "…"
        room = WIDEST - len(before) - len(marked)
        if len(after) > room:
            after = after[: max(room, 0)].rstrip("…") + "…"
    return _shown(before), _shown(marked), _shown(after)


def _shown(text: str) -> str:
    """Text that cannot move the cursor: tabs become spaces, other control characters a visible mark."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\t":
        return "    "
    if ord(character) < 0x20:
        return chr(0x2400 + ord(character))
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return "�"
    return character


def width(text: str) -> int:
    """Columns on a terminal."""
    return len(text) if text.isascii() else sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
