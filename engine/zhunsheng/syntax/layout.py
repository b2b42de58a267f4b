"""Formatting a file: one part per line, canonical spacing, comments where they were.

>>> from zhunsheng.diagnostics import Source
>>> from zhunsheng.syntax.parser import parse
>>> file, _ = parse(Source("d.rule", "define bad(r:rating)=r.level<3 # why"))
>>> print(format_file(file, "zh"), end="")
定义 bad(r: rating) = r.level < 3  # why
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zhunsheng.diagnostics import Span
from zhunsheng.syntax.declarations import Unit, units
from zhunsheng.syntax.keywords import Keywords, keywords
from zhunsheng.syntax.tree import Comment, Declaration, File
from zhunsheng.syntax.writing import STEP, Style

INDENT = " " * STEP
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


def format_file(
    file: File,
    language: str | None = None,
    renames: Mapping[int, str] | None = None,
    words: Keywords | None = None,
) -> str:
    """The file in canonical layout, ending in a newline.

    `language` ("zh", "en" or that of any keyword table) is the language of keywords and the order of windows;
    without it every declaration keeps its own. `renames` gives names of the vocabulary in that language:
    start offset of a name's span -> text. The file must have been parsed without errors: declarations that
    could not be read are not in the tree, and so not in the result. parse ∘ format = the same tree; format ∘
    format = format.
    """
    words = words or keywords()
    blocks = [_block(declaration, file, language, renames or {}, words) for declaration in file.declarations]
    _Comments(file, blocks).distribute()
    return _joined(file, blocks)


def language_of(declaration: Declaration, file: File, words: Keywords) -> str:
    """The surface language that a declaration is written in: that of its first keyword."""
    index = bisect_left(file.tokens, declaration.span.start, key=lambda token: token.span.start)
    word = file.tokens[index].text if index < len(file.tokens) else ""
    for language, table in words.tables.items():
        if word in table.words:
            return language
    return next(iter(words.tables))


@dataclass(slots=True)
class _Row:
    """A line of a declaration with the comments that belong to it."""

    unit: Unit
    before: list[Comment] = field(default_factory=list)
    beside: list[Comment] = field(default_factory=list)


@dataclass(slots=True)
class _Block:
    """A declaration with its comments: `above` it, and `below` its last line (the indented ones)."""

    start: int
    end: int
    rows: list[_Row]
    above: list[Comment] = field(default_factory=list)
    below: list[Comment] = field(default_factory=list)

    @property
    def in_text_order(self) -> list[_Row]:
        return sorted(self.rows, key=lambda row: row.unit.start)


def _block(
    declaration: Declaration, file: File, language: str | None, renames: Mapping[int, str], words: Keywords
) -> _Block:
    style = Style(words, language or language_of(declaration, file, words), renames)

    def place(span: Span, kinds: tuple[str, ...]) -> int:
        index = bisect_left(file.tokens, span.start, key=lambda token: token.span.start)
        start = span.start
        if "ROLLING" in kinds or "COUNT" in kinds:  # a part that is its keyword and nothing else
            return _find(file, declaration.span, kinds[0])
        while kinds and index > 0 and file.tokens[index - 1].kind in kinds:
            index -= 1
            start = file.tokens[index].span.start
        return start

    rows = [_Row(unit) for unit in units(declaration, style, place)]
    return _Block(declaration.span.start, declaration.span.end, rows)


def _find(file: File, span: Span, kind: str) -> int:
    index = bisect_left(file.tokens, span.start, key=lambda token: token.span.start)
    while index < len(file.tokens) and file.tokens[index].span.start < span.end:
        if file.tokens[index].kind == kind:
            return file.tokens[index].span.start
        index += 1
    return span.start


# ---- comments ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Comments:
    file: File
    blocks: Sequence[_Block]

    def distribute(self) -> None:
        """Gives every comment to the line it stands beside, or to the line or declaration that follows it."""
        for comment in self.file.comments:
            self._give(comment)

    def _give(self, comment: Comment) -> None:
        at = comment.span.start
        index = bisect_left(self.blocks, at, key=lambda block: block.start) - 1
        block = self.blocks[index] if index >= 0 else None
        if block is None:
            if self.blocks:
                self.blocks[0].above.append(comment)
            return
        rows = block.in_text_order
        host = max(
            (row for row in rows if row.unit.start <= at), key=lambda row: row.unit.start, default=rows[0]
        )
        if at >= self._end_of(host, rows, block):
            self._after(comment, host, rows, block, index)
        else:
            host.before.append(comment)

    def _end_of(self, host: _Row, rows: Sequence[_Row], block: _Block) -> int:
        """Where the last token of a part ends; keywords may stand after what its node covers."""
        position = rows.index(host)
        limit = rows[position + 1].unit.start if position + 1 < len(rows) else block.end
        index = bisect_left(
            self.file.tokens, max(limit, host.unit.start + 1), key=lambda token: token.span.start
        )
        return self.file.tokens[index - 1].span.end if index else host.unit.end

    def _after(self, comment: Comment, host: _Row, rows: Sequence[_Row], block: _Block, index: int) -> None:
        position = rows.index(host)
        if not comment.alone:
            host.beside.append(comment)
        elif position + 1 < len(rows):
            rows[position + 1].before.append(comment)
        elif comment.span.column > 1 and len(rows) > 1:
            block.below.append(comment)
        elif index + 1 < len(self.blocks):
            self.blocks[index + 1].above.append(comment)


# ---- lines -------------------------------------------------------------------------------------------------


def _joined(file: File, blocks: Sequence[_Block]) -> str:
    text = file.source.text
    lines: list[str] = []
    previous_end: int | None = None
    previous_long = False
    for block in blocks:
        first = True
        for comment in block.above:
            if previous_end is not None and (
                _apart(text, previous_end, comment.span.start) or (first and _roomy(previous_long, block))
            ):
                lines.append("")
            lines.append(_written(comment))
            previous_end, first, previous_long = comment.span.end, False, False
        if previous_end is not None and (
            _apart(text, previous_end, block.start) or (first and _roomy(previous_long, block))
        ):
            lines.append("")
        lines += _block_lines(block)
        previous_end = max([block.end, *(comment.span.end for comment in _inner(block))])
        previous_long = _long(block)
    for comment in _leftover(file, blocks):
        if previous_end is not None and (_apart(text, previous_end, comment.span.start) or previous_long):
            lines.append("")
        lines.append(_written(comment))
        previous_end, previous_long = comment.span.end, False
    return "".join(line + "\n" for line in lines)


def _block_lines(block: _Block) -> list[str]:
    lines: list[str] = []
    for number, row in enumerate(block.rows):
        indent = INDENT if number else ""
        lines += [indent + _written(comment) for comment in row.before]
        beside = "  ".join(_written(comment) for comment in row.beside)
        lines.append(f"{indent}{row.unit.text}  {beside}" if beside else indent + row.unit.text)
    return lines + [INDENT + _written(comment) for comment in block.below]


def _inner(block: _Block) -> list[Comment]:
    return [*block.below, *(comment for row in block.rows for comment in (*row.before, *row.beside))]


def _leftover(file: File, blocks: Sequence[_Block]) -> list[Comment]:
    """Comments after the last declaration (or of a file without any)."""
    given = {comment.span.start for block in blocks for comment in (*block.above, *_inner(block))}
    return [comment for comment in file.comments if comment.span.start not in given]


def _long(block: _Block) -> bool:
    return len(block.rows) > 1 or bool(block.below)


def _roomy(previous_long: bool, block: _Block) -> bool:
    return previous_long or _long(block)


def _apart(text: str, start: int, end: int) -> bool:
    return _BLANK_LINE.search(text, start, end) is not None


def _written(comment: Comment) -> str:
    return "#" + comment.text[1:].rstrip()
