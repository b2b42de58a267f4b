"""Naming the mistake where parsing stopped, in the words of whoever wrote the text.

Each function knows one slip and looks at the tokens around the place; the first that recognises its own gives
the diagnostic. A guess is checked before it is made: the parser must get further with the repair than
without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from zhunsheng.diagnostics import Diagnostic, Related, Source, Span
from zhunsheng.syntax.expectations import expected_words, found_words, spelt
from zhunsheng.syntax.keywords import Keywords
from zhunsheng.syntax.lalr import Refusal, accepted, advance
from zhunsheng.syntax.parts import FORCES, HEADS, ORDER, part_of
from zhunsheng.syntax.spelling import nearest
from zhunsheng.syntax.tables import END, START, Tables
from zhunsheng.syntax.tree import Token

_UNITS = frozenset({"MINUTES", "HOURS", "DAYS", "WORKING_DAYS", "MONTHS"})
_COMPARISONS = frozenset(
    {"EQ", "NE", "LT", "LE", "GT", "GE", "IN", "BETWEEN", "MATCHES", "IS_MISSING", "IS_KNOWN"}
)
_LOGIC = frozenset({"AND", "OR", "NOT", "IMPLIES", "WHERE", "UNLESS"}) | FORCES
_OPENING = {"RPAR": "LPAR", "RBRACE": "LBRACE"}
_CLOSING = {"LPAR": ")", "LBRACE": "}"}
_BACK = 2
"""How many tokens before the refused one may be to blame."""
_AHEAD = 12
"""How many tokens after a repair are tried."""


@dataclass(frozen=True)
class Place:
    """Where parsing stopped, and what is around."""

    tokens: Sequence[Token]
    refusal: Refusal
    source: Source
    words: Keywords
    tables: Tables

    @property
    def index(self) -> int:
        return self.refusal.index

    @property
    def found(self) -> Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    @property
    def kind(self) -> str:
        return self.found.kind if self.found else END

    @property
    def span(self) -> Span:
        """The token that could not be used; at the end of the declaration, the place after its last one."""
        if self.found:
            return self.found.span
        end = self.tokens[-1].span.end
        return Span(self.source, end, end)

    @cached_property
    def accepted(self) -> frozenset[str]:
        """What could have stood here, asked before the refused token made its reductions."""
        return accepted(self.tables, self._states_before[self.index])

    @cached_property
    def _states_before(self) -> Mapping[int, tuple[int, ...]]:
        """The open states before the refused token and the few before it."""
        stack = [self.tables.start]
        begin = max(self.index - _BACK, 0)
        advance(self.tables, stack, [token.kind for token in self.tokens[:begin]])
        states = {begin: tuple(stack)}
        for index in range(begin, self.index):
            advance(self.tables, stack, [self.tokens[index].kind])
            states[index + 1] = tuple(stack)
        return states

    @cached_property
    def language(self) -> str:
        """The surface language of the declaration: that of its first keyword."""
        for language, table in self.words.tables.items():
            if self.tokens[0].text in table.words:
                return language
        return next(iter(self.words.tables))

    def back(self, steps: int) -> Token | None:
        return self.tokens[self.index - steps] if self.index >= steps else None

    def gets_further(self, start: int, kinds: Sequence[str], stop: int) -> bool:
        """Whether the text parses past the place when tokens start..stop are these terminals instead."""
        rest = [token.kind for token in self.tokens[stop : stop + _AHEAD]]
        if stop + _AHEAD >= len(self.tokens):
            rest.append(END)
        tried = [*kinds, *rest]
        consumed = advance(self.tables, list(self._states_before[start]), tried)
        return consumed == len(tried) or start + consumed - len(kinds) + (stop - start) > self.index + 1

    def report(self, code: str, span: Span | None = None, *related: Related, **values: str) -> Diagnostic:
        return Diagnostic(code, span or self.span, {"found": found_words(self.found), **values}, related)


def name_mistake(
    tokens: Sequence[Token], refusal: Refusal, source: Source, words: Keywords, tables: Tables
) -> Diagnostic:
    """The diagnostic for a declaration that does not parse."""
    place = Place(tokens, refusal, source, words, tables)
    for recognise in _RECOGNISERS:
        diagnostic = recognise(place)
        if diagnostic is not None:
            return diagnostic
    return _unexpected(place)


def repair_heads(tokens: Sequence[Token], words: Keywords, diagnostics: list[Diagnostic]) -> Sequence[Token]:
    """Reads `rul x` at the beginning of a line as `rule x`, so that the declaration before it stays whole."""
    heads = {word: head for head in HEADS for word in words.words_for(head)}
    repaired: list[Token] = []
    for index, token in enumerate(tokens):
        if (
            token.kind == "NAME"
            and _begins_line(token)
            and index + 1 < len(tokens)
            and tokens[index + 1].kind == "NAME"
        ):
            meant = nearest(token.text, heads)
            if meant:
                word = meant[0][1]
                diagnostics.append(Diagnostic("ZS1003", token.span, {"found": token.text, "keyword": word}))
                token = Token(heads[word], word, token.span)
        repaired.append(token)
    return repaired


def _begins_line(token: Token) -> bool:
    return token.span.start == 0 or token.span.source.text[token.span.start - 1] == "\n"


# ---- the slips, in the order in which they are tried -------------------------------------------------------


def _outside_declarations(place: Place) -> Diagnostic | None:
    if place.tables.symbol != START or place.tokens[0].kind in HEADS:
        return None
    heads = ", ".join(
        f"“{spelt(head, 'zh', place.words)}” {spelt(head, 'en', place.words)}" for head in sorted(HEADS)
    )
    return Diagnostic("ZS1019", place.tokens[0].span, {"found": found_words(place.tokens[0]), "heads": heads})


def _brackets(place: Place) -> Diagnostic | None:
    opened: list[Token] = []
    for token in place.tokens[: place.index]:
        if token.kind in _CLOSING:
            opened.append(token)
        elif token.kind in _OPENING and opened:
            opened.pop()
    if place.kind in _OPENING:
        if not opened:
            return place.report("ZS1017")
        if opened[-1].kind != _OPENING[place.kind]:
            return place.report(
                "ZS1016", opened[-1].span, open=opened[-1].text, close=_CLOSING[opened[-1].kind]
            )
        return None
    ends_here = place.found is None or part_of(place.kind) is not None
    if opened and ends_here and _closing_kind(opened[-1]) in place.accepted:
        return place.report("ZS1016", opened[-1].span, open=opened[-1].text, close=_CLOSING[opened[-1].kind])
    return None


def _closing_kind(token: Token) -> str:
    return "RPAR" if token.kind == "LPAR" else "RBRACE"


def _clause_number(place: Place) -> Diagnostic | None:
    before, earlier = place.back(1), place.back(2)
    if before and before.kind == "CLAUSE" and place.kind in {"STRING", "NUMBER"}:
        return place.report("ZS1045")
    if before and earlier and before.kind == "NAME" and earlier.kind == "CLAUSE":
        written = place.found.text if place.found and place.found.kind == "NUMBER" else "9.3"
        return place.report(
            "ZS1007", earlier.span.to(before.span), written=f'{earlier.text} {before.text} "{written}"'
        )
    return None


def _percent(place: Place) -> Diagnostic | None:
    return place.report("ZS1015") if place.kind == "PERCENT" else None


def _missing_from(place: Place) -> Diagnostic | None:
    if place.kind == "DATE" and "FROM" in place.accepted:
        return place.report("ZS1014", found=place.found.text if place.found else "")
    return None


def _unit(place: Place) -> Diagnostic | None:
    before, earlier = place.back(1), place.back(2)
    if (
        before
        and before.kind in _UNITS
        and "FROM" in place.accepted
        and not (earlier and earlier.kind == "NUMBER")
    ):
        return Diagnostic("ZS1013", before.span, {"found": found_words(before)})
    if place.kind in _UNITS and place.kind not in place.accepted and before and before.kind != "NUMBER":
        return place.report("ZS1013")
    return None


def _misspelt(place: Place) -> Diagnostic | None:
    spellings = {
        " ".join(phrase.words): phrase.terminals
        for group in place.words.by_first_word.values()
        for phrase in group
    }
    best: tuple[tuple[int, int, int], Diagnostic] | None = None
    for start, stop, word in _word_windows(place):
        for away, meant in nearest(word, spellings):
            rank = (away, abs(len(meant) - len(word)), start - stop)
            if meant == word or (best and rank >= best[0]):
                continue
            if place.gets_further(start, spellings[meant], stop):
                best = rank, _did_you_mean(place, start, stop, meant)
    return best[1] if best else None


def _did_you_mean(place: Place, start: int, stop: int, meant: str) -> Diagnostic:
    span = place.tokens[start].span.to(place.tokens[stop - 1].span)
    word = " ".join(token.text for token in place.tokens[start:stop])
    return Diagnostic("ZS1003", span, {"found": word, "keyword": meant})


def _word_windows(place: Place) -> Iterator[tuple[int, int, str]]:
    """Up to five words in a row around the place, at least one of them no keyword (or half of one)."""
    tokens = place.tokens
    for start in range(place.index, max(place.index - _BACK - 1, 0), -1):
        for stop in range(max(start + 1, place.index), min(start + 5, len(tokens)) + 1):
            window = tokens[start:stop]
            if not all(token.text[:1].isalpha() for token in window):
                break
            if any(token.kind in {"NAME", "LANGUAGE", "FOR"} for token in window):
                yield start, stop, " ".join(token.text for token in window)


def _for_every(place: Place) -> Diagnostic | None:
    """`for every rating r`, `for all ratings r`."""
    every = place.index + 2
    if (
        place.kind == "FOR"
        and every <= len(place.tokens)
        and place.gets_further(place.index, ["FOR_EACH"], every)
    ):
        meant = spelt("FOR_EACH", place.language, place.words)
        return _did_you_mean(place, place.index, every, meant)
    return None


def _missing_space(place: Place) -> Diagnostic | None:
    for steps in range(_BACK + 1):
        index = place.index - steps
        if not 0 < index < len(place.tokens):
            continue
        token = place.tokens[index]
        if token.kind != "NAME" or token.text.isascii() or token.text.startswith("`"):
            continue
        for cut in range(len(token.text) - 1, 0, -1):
            first, last = token.text[:cut], token.text[cut:]
            for keyword, name, kinds in (
                (first, last, [*(place.words.terminals_of(first) or ()), "NAME"]),
                (last, first, ["NAME", *(place.words.terminals_of(last) or ())]),
            ):
                if len(kinds) > 1 and place.gets_further(index, kinds, index + 1):
                    values = {"found": token.text, "keyword": keyword, "name": name}
                    return Diagnostic("ZS1011", token.span, values)
    return None


def _keyword_as_name(place: Place) -> Diagnostic | None:
    token = place.found
    if token is None or not token.text[:1].isalpha() or token.kind == "NAME" or "NAME" not in place.accepted:
        return None
    if place.gets_further(place.index, ["NAME"], place.index + 1):
        return place.report("ZS1010", keyword=token.text)
    return None


def _parts(place: Place) -> Diagnostic | None:
    """Parts that are missing, doubled or out of order; only where the part before is complete."""
    head = place.tokens[0].kind
    if head not in ORDER:
        return None
    if END not in place.accepted and not any(part_of(kind, head) for kind in place.accepted):
        return None
    seen = _parts_before(place, head)
    return _missing_part(place, head, seen) or _part_again(place, head, seen)


def _missing_part(place: Place, head: str, seen: Mapping[str, Token]) -> Diagnostic | None:
    if "for_each" not in seen and "FOR_EACH" in place.accepted and _after_subject(place, head):
        missing, code = "for_each", "ZS1004"
    elif head == "RULE" and "norm" not in seen and "MUST" in place.accepted and place.kind in {END, "UNLESS"}:
        missing, code = "norm", "ZS1005"
    elif (
        head == "MEASURE"
        and "SHARE" in place.accepted
        and place.kind in {END, "BY", "MINIMUM", "MUST", "SHOULD"}
    ):
        missing, code = "kind", "ZS1025"
    else:
        return None
    late = next(
        (token for token in place.tokens[place.index + 1 :] if part_of(token.kind, head) == missing), None
    )
    if late is not None and place.found is not None and part_of(place.kind, head):
        return _out_of_order(late, place.found)
    return place.report(code, keyword=spelt("FOR_EACH", place.language, place.words))


def _part_again(place: Place, head: str, seen: Mapping[str, Token]) -> Diagnostic | None:
    part = part_of(place.kind, head)
    if part is None or place.found is None:
        return None
    if part in seen and part not in {"clause", "let"}:
        code = "ZS1006" if part == "norm" and head == "RULE" else "ZS1008"
        return place.report(code, None, Related(seen[part].span, "first"), part=place.found.text)
    later = next((token for other, token in seen.items() if _order(other, head) > _order(part, head)), None)
    return _out_of_order(place.found, later) if later is not None else None


def _out_of_order(late: Token, early: Token) -> Diagnostic:
    related = Related(early.span, "later", {"part": early.text})
    return Diagnostic("ZS1009", late.span, {"part": late.text, "later": early.text}, (related,))


def _after_subject(place: Place, head: str) -> bool:
    part = part_of(place.kind, head)
    if place.found is None or (part and _order(part, head) > _order("for_each", head)):
        return True
    return place.kind == "WHERE" or place.gets_further(place.index, ["FOR_EACH"], place.index)


def _parts_before(place: Place, head: str) -> dict[str, Token]:
    seen: dict[str, Token] = {}
    for token in place.tokens[1 : place.index]:
        part = part_of(token.kind, head)
        if part:
            seen.setdefault(part, token)
    return seen


def _order(part: str, head: str) -> int:
    return ORDER[head].index(part)


def _chained_comparison(place: Place) -> Diagnostic | None:
    if place.kind not in _COMPARISONS or "AND" not in place.accepted:
        return None
    depth = 0
    for token in reversed(place.tokens[: place.index]):
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if depth < 0 or (depth == 0 and token.kind in _LOGIC):
            return None
        if depth == 0 and token.kind in _COMPARISONS:
            return place.report("ZS1023", None, Related(token.span, "first"))
    return None


def _missing_keyword(place: Place) -> Diagnostic | None:
    if place.found is None:
        return None
    helpful = [
        kind
        for kind in sorted(place.accepted - {END})
        if place.gets_further(place.index, [kind], place.index)
    ]
    if len(helpful) != 1:
        return None
    kind = helpful[0]
    if kind == "NAME":
        return place.report("ZS1024")
    if kind in {"STRING", "NUMBER", "DATE", "TIME", "LANGUAGE"}:
        return None
    return place.report("ZS1002", keyword=spelt(kind, place.language, place.words))


def _unexpected(place: Place) -> Diagnostic:
    expected = expected_words(place.accepted, place.language, place.words)
    return place.report("ZS1018" if place.found is None else "ZS1001", expected=expected)


_RECOGNISERS: tuple[Callable[[Place], Diagnostic | None], ...] = (
    _outside_declarations,
    _clause_number,
    _percent,
    _missing_from,
    _unit,
    _for_every,
    _misspelt,
    _missing_space,
    _brackets,
    _keyword_as_name,
    _parts,
    _chained_comparison,
    _missing_keyword,
)
