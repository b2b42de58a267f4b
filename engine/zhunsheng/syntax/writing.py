"""Writing a line: keywords stay terminals until it is complete, so that a phrase can cover several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from zhunsheng.diagnostics.render import width
from zhunsheng.syntax.keywords import Keywords, Table
from zhunsheng.syntax.lexer import WORD, glued_keyword, is_wide
from zhunsheng.syntax.tree import Name

WIDEST = 110
"""Columns of a line; a full-width character takes two."""
STEP = 4
"""Columns by which parts stand inside their declaration, and further lines inside their part."""
FILLED = 9
"""The looseness of list items: as many on a line as fit, while other joints are broken all at once."""

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
    """Whether it begins a phrase of its own: `15 个工作日 自 …` is not `工作日数 自 …`."""
    level: int | None = None
    """A line that is too long may be broken before this atom; the lowest levels go first."""


@dataclass(frozen=True, slots=True)
class _Written:
    text: str
    level: int | None


class Line:
    """One part being written: atoms with a space between them, except where one is glued to the one before.

    `depth` counts the brackets and patterns around what is being written.
    """

    def __init__(self, style: Style) -> None:
        self.style = style
        self.depth = 0
        self._atoms: list[_Atom] = []
        self._glue_next = False
        self._joint: int | None = None

    def keyword(
        self, *terminals: str, glued: bool = False, apart: bool = False, looseness: int | None = None
    ) -> Line:
        level = self._level(looseness)
        for terminal in terminals:
            self._add(_Atom(terminal, True, glued, apart, level))
            glued = apart = False
            level = None
        return self

    def word(self, text: str, *, glued: bool = False, looseness: int | None = None) -> Line:
        self._add(_Atom(text, False, glued, False, self._level(looseness)))
        return self

    def open(self, mark: str, *, glued: bool = False) -> Line:
        self.word(mark, glued=glued)
        self._glue_next = True
        self.depth += 1
        return self

    def close(self, mark: str) -> Line:
        self.depth -= 1
        return self.word(mark, glued=True)

    def tight(self, mark: str) -> Line:
        """A mark with no space on either side."""
        self.word(mark, glued=True)
        self._glue_next = True
        return self

    def sign(self, mark: str) -> Line:
        """A mark with no space after it."""
        self.word(mark)
        self._glue_next = True
        return self

    def joint(self, looseness: int) -> Line:
        """The line may be broken before what is written next."""
        self._joint = self._level(looseness)
        return self

    def name(self, name: Name, *, after_dot: bool = False, alone: bool = False) -> Line:
        """A name; `alone` where it is an expression by itself, so that a code `other` needs no quotes."""
        text = self.style.renames.get(name.span.start, name.text) if self.style.renames else name.text
        if alone and self.style.words.terminals_of(text) == ("OTHER",):
            return self.word(text)
        return self.word(quoted(text, self.style.words, after_dot=after_dot), glued=after_dot)

    def text(self, indent: int = 0) -> str:
        """The part, broken into lines that stand deeper by one step where it is too wide."""
        return "\n".join(broken(self._phrases(), WIDEST - indent, " " * (indent + STEP)))

    def _phrases(self) -> list[_Written]:
        out: list[_Written] = []
        atoms = self._atoms
        index = 0
        while index < len(atoms):
            atom = atoms[index]
            stop = index + 1
            words = [atom.text]
            if atom.keyword:
                while stop < len(atoms) and _continues(atoms[stop]):
                    stop += 1
                words = self.style.words.spell([each.text for each in atoms[index:stop]], self.style.language)
            for position, word in enumerate(words):
                space = "" if not out or (position == 0 and atom.glued) else " "
                out.append(_Written(space + word, atom.level if position == 0 else None))
            index = stop
        return out

    def _add(self, atom: _Atom) -> None:
        if self._glue_next:
            atom = replace(atom, glued=True, level=None)
            self._glue_next = False
        if self._joint is not None:
            atom, self._joint = replace(atom, level=self._joint), None
        self._atoms.append(atom)

    def _level(self, looseness: int | None) -> int | None:
        return None if looseness is None else self.depth * 10 + looseness


def _continues(atom: _Atom) -> bool:
    """Whether a keyword can be part of a phrase that began before it."""
    return atom.keyword and not (atom.glued or atom.apart) and atom.level is None


def broken(phrases: Sequence[_Written], room: int, indent: str) -> list[str]:
    """The lines of a part: broken at its loosest joints, and each piece again while it is too wide."""
    text = "".join(phrase.text for phrase in phrases)
    levels = [phrase.level for phrase in phrases[1:] if phrase.level is not None]
    if width(text) <= room or not levels:
        return [text]
    loosest = min(levels)
    pieces: list[list[_Written]] = [[phrases[0]]]
    for phrase in phrases[1:]:
        if phrase.level == loosest:
            pieces.append([replace(phrase, level=None)])
        else:
            pieces[-1].append(phrase)
    if loosest % 10 == FILLED:
        pieces = _filled(pieces, room - STEP)
    lines = broken(pieces[0], room, indent)
    for piece in pieces[1:]:
        piece[0] = replace(piece[0], text=piece[0].text.lstrip())
        lines += [
            line if line.startswith(indent) else indent + line for line in broken(piece, room - STEP, indent)
        ]
    return lines


def _filled(pieces: Sequence[list[_Written]], room: int) -> list[list[_Written]]:
    filled = [pieces[0]]
    for piece in pieces[1:]:
        if width("".join(phrase.text for phrase in (*filled[-1], *piece))) <= room:
            filled[-1] = [*filled[-1], *piece]
        else:
            filled.append(piece)
    return filled


def quoted(name: str, words: Keywords, *, after_dot: bool = False) -> str:
    """A name as it must be written to stay one: in back-quotes when the lexer would read something else."""
    if _WORD.fullmatch(name) is None:
        return f"`{name}`"
    if after_dot:
        return name
    if name in words.parts_of_phrases or is_wide(name) or (not name.isascii() and glued_keyword(name, words)):
        return f"`{name}`"
    return name
