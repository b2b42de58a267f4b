"""Writing a line: keywords as terminals until the line is complete, so that phrases can cover several of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from zhunsheng.syntax.keywords import Keywords, Table
from zhunsheng.syntax.lexer import WORD, glued_keyword, is_wide
from zhunsheng.syntax.tree import Name

_WORD = re.compile(WORD)


@dataclass(slots=True)
class Style:
    """What the text is written in."""

    words: Keywords
    language: str
    renames: Mapping[int, str] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        return self.words.tables[self.language]


@dataclass(frozen=True, slots=True)
class _Atom:
    text: str
    keyword: bool
    glued: bool
    """Whether it stands directly after what is before."""
    apart: bool = False
    """Whether it begins a phrase of its own: `15个工作日 自 …` is not `工作日数 自 …`."""


class Line:
    """One line being written: atoms with a space between them, except where one is glued to the one before."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._atoms: list[_Atom] = []
        self._glue_next = False

    def keyword(self, *terminals: str, glued: bool = False, apart: bool = False) -> Line:
        for terminal in terminals:
            self._add(terminal, True, glued, apart)
            glued = apart = False
        return self

    def word(self, text: str, *, glued: bool = False) -> Line:
        self._add(text, False, glued)
        return self

    def open(self, mark: str, *, glued: bool = False) -> Line:
        self.word(mark, glued=glued)
        self._glue_next = True
        return self

    def close(self, mark: str) -> Line:
        return self.word(mark, glued=True)

    def name(self, name: Name, *, after_dot: bool = False, alone: bool = False) -> Line:
        """A name; `alone` where it is an expression by itself, so that a code `other` needs no quotes."""
        text = self.style.renames.get(name.span.start, name.text) if self.style.renames else name.text
        if alone and self.style.words.terminals_of(text) == ("OTHER",):
            return self.word(text)
        return self.word(quoted(text, self.style.words, after_dot=after_dot), glued=after_dot)

    def text(self) -> str:
        out: list[str] = []
        atoms = self._atoms
        index = 0
        while index < len(atoms):
            atom = atoms[index]
            stop = index + 1
            if atom.keyword:
                while (
                    stop < len(atoms) and atoms[stop].keyword and not (atoms[stop].glued or atoms[stop].apart)
                ):
                    stop += 1
                written = " ".join(
                    self.style.words.spell([each.text for each in atoms[index:stop]], self.style.language)
                )
            else:
                written = atom.text
            out.append(written if atom.glued or not out else " " + written)
            index = stop
        return "".join(out)

    def _add(self, text: str, keyword: bool, glued: bool, apart: bool = False) -> None:
        self._atoms.append(_Atom(text, keyword, glued or self._glue_next, apart))
        self._glue_next = False


def quoted(name: str, words: Keywords, *, after_dot: bool = False) -> str:
    """A name as it must be written to stay a name: in back-quotes when the lexer would read something else."""
    if _WORD.fullmatch(name) is None:
        return f"`{name}`"
    if after_dot:
        return name
    if name in words.parts_of_phrases or is_wide(name) or (not name.isascii() and glued_keyword(name, words)):
        return f"`{name}`"
    return name
