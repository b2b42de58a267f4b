"""Parsing: one file to one tree and everything that is wrong with it.

The text is cut at the keywords that begin declarations (they stand nowhere else), and each piece is parsed by
itself: an error costs its own declaration and no other.

    >>> from zhunsheng.diagnostics import Source
    >>> file, diagnostics = parse(Source("s.rule", 'standard S "GB/T 39734-2020"'))
    >>> file.declarations[0].name.text, diagnostics
    ('S', ())
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhunsheng.diagnostics import Diagnostic, Severity, Source, Span
from zhunsheng.syntax import mistakes
from zhunsheng.syntax.build import BUILDERS
from zhunsheng.syntax.keywords import Keywords, keywords
from zhunsheng.syntax.lalr import DEEPEST, Parsed, Refusal, Slip, TooDeep, run
from zhunsheng.syntax.lexer import lex
from zhunsheng.syntax.parts import HEADS
from zhunsheng.syntax.tables import START, tables
from zhunsheng.syntax.tree import Declaration, Expr, File, Token

# After these a name is due: a head keyword on the same line is a name that needs back-quotes, not a
# declaration.
_BEFORE_NAMES = HEADS | {
    "FOR_EACH", "LET", "OF", "AT", "CLAUSE", "HAVE", "NO", "OTHER", "FIRST", "LAST", "FOR", "COUNT_OF",
    "WHERE", "AND", "OR", "NOT", "IMPLIES", "UNLESS", "EQ", "NE", "LT", "LE", "GT", "GE", "COMMA",
    "COLON", "LPAR", "LBRACE", "PLUS", "MINUS", "STAR", "SLASH", "WITHIN", "AFTER", "BEFORE", "BETWEEN",
    "RELATIVE", "BY", "IN",
}  # fmt: skip
MOST_DIAGNOSTICS = 100


def parse(source: Source, words: Keywords | None = None) -> tuple[File, tuple[Diagnostic, ...]]:
    """The tree of a file and what is wrong with it, in the order of the text.

    Declarations with errors are left out of the tree. Never raises for bad text; at most `MOST_DIAGNOSTICS`
    are given. `words` is for tests of further surface languages. Meaning: language.md sections 2, 5 to 8 and
    12.
    """
    words = words or keywords()
    lexed = lex(source, words)
    diagnostics = list(lexed.diagnostics[:MOST_DIAGNOSTICS])
    declarations: list[Declaration] = []
    tokens = mistakes.repair_heads(lexed.tokens, words, diagnostics)
    for piece in _pieces(tokens):
        if len(diagnostics) >= MOST_DIAGNOSTICS:
            break
        outcome = _declaration(piece, source, words)
        if not isinstance(outcome, Diagnostic):
            declarations.append(outcome)
        elif not _broken(piece, lexed.broken):
            diagnostics.append(outcome)
    if not tokens and not has_errors(diagnostics):
        diagnostics.append(Diagnostic("ZS1020", Span(source, 0, 0)))
    diagnostics.sort(key=lambda diagnostic: diagnostic.span.start if diagnostic.span else 0)
    file = File(source, tuple(declarations), tuple(lexed.tokens), tuple(lexed.comments))
    return file, tuple(diagnostics[:MOST_DIAGNOSTICS])


def parse_expression(
    source: Source, words: Keywords | None = None
) -> tuple[Expr | None, tuple[Diagnostic, ...]]:
    """The tree of a text that is one expression, as in a profile; None when something is wrong with it.

    Never raises for bad text. Names mean nothing yet: what they may name is up to the caller.
    """
    words = words or keywords()
    lexed = lex(source, words)
    if not lexed.tokens:
        return None, tuple(lexed.diagnostics) or (Diagnostic("ZS1020", Span(source, 0, 0)),)
    outcome = _run(lexed.tokens, source, words, "expr")
    diagnostics = list(lexed.diagnostics[:MOST_DIAGNOSTICS])
    if isinstance(outcome, Diagnostic):
        if not _broken(lexed.tokens, lexed.broken):
            diagnostics.append(outcome)
        return None, tuple(diagnostics)
    expression: Expr = outcome.value
    return (None if has_errors(diagnostics) else expression), tuple(diagnostics)


def has_errors(diagnostics: Sequence[Diagnostic]) -> bool:
    """Whether any of them is more than a warning."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def _pieces(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    begin = 0
    for index, token in enumerate(tokens):
        if token.kind in HEADS and index > begin and not _is_name(tokens[index - 1], token):
            yield tokens[begin:index]
            begin = index
    if begin < len(tokens):
        yield tokens[begin:]


def _is_name(before: Token, token: Token) -> bool:
    return (
        before.kind in _BEFORE_NAMES
        and "\n" not in token.span.source.text[before.span.end : token.span.start]
    )


def _declaration(piece: Sequence[Token], source: Source, words: Keywords) -> Declaration | Diagnostic:
    outcome = _run(piece, source, words, START)
    if isinstance(outcome, Diagnostic):
        return outcome
    declaration: Declaration = outcome.value
    return declaration


def _run(piece: Sequence[Token], source: Source, words: Keywords, start: str) -> Parsed | Diagnostic:
    try:
        outcome = run(tables(start), piece, BUILDERS, source, piece[-1].span.end)
    except Slip as slip:
        return slip.diagnostic
    if isinstance(outcome, Parsed):
        return outcome
    if isinstance(outcome, TooDeep):
        return Diagnostic("ZS1021", outcome.span, {"deepest": str(DEEPEST)})
    assert isinstance(outcome, Refusal)
    return mistakes.name_mistake(piece, outcome, source, words, tables(start))


def _broken(piece: Sequence[Token], broken: Sequence[int]) -> bool:
    start, end = piece[0].span.start, piece[-1].span.end
    return any(start <= offset <= end for offset in broken)
