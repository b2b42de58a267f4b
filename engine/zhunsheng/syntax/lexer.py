"""From text to tokens: names, literals and marks, then keywords by the tables.

Nothing here raises. A slip that can be understood (`==`, a full-width digit, single quotes) gives its
diagnostic and the token that was meant, so that one slip does not hide the next. Offsets are always into the
raw text; names and strings are normalised to NFC.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from zhunsheng.diagnostics import Diagnostic, Severity, Source, Span
from zhunsheng.syntax.keywords import Keywords, Phrase
from zhunsheng.syntax.literals import date_problem, time_problem, unescape
from zhunsheng.syntax.tree import Comment, Token

LETTER = r"[^\W\d]"
# Combining marks of decomposed Latin and Japanese text are no letters, but belong to the name they stand in.
WORD = rf"{LETTER}[\w\u0300-\u036f\u3099\u309a]*"

_SCAN = re.compile(
    rf"""
    (?P<space>[ \r\n\u3000\u00a0\ufeff]+)
  | (?P<tab>[\t\v\f]+)
  | (?P<comment>[#＃][^\r\n]*)
  | (?P<word>{WORD})
  | (?P<date_form>[0-9]{{4}}(?:年[0-9]{{1,2}}月[0-9]{{1,2}}日|[/.][0-9]{{1,2}}[/.][0-9]{{1,2}}(?![0-9])))
  | (?P<time>[0-9]{{4}}-[0-9]+-[0-9]+[Tt][0-9:.]*(?:[Zz]|[+\-－＋][0-9:]*)?)
  | (?P<date>[0-9]{{4}}-[0-9]+-[0-9]+)
  | (?P<wide_number>[0-9]*[０-９][0-9０-９]*(?:[.．][0-9０-９]+)?)
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<string>"(?:[^"\\\r\n]|\\[^\r\n])*"|“(?:[^”\\\r\n]|\\[^\r\n])*”)
  | (?P<other_quotes>'[^'\r\n]*'|‘[^’\r\n]*’|「[^」\r\n]*」|『[^』\r\n]*』)
  | (?P<open_string>["“”'‘「『][^\r\n]*)
  | (?P<quoted>`[^`\r\n]*`)
  | (?P<open_quoted>`[^\r\n]*)
  | (?P<foreign>==+|＝＝|&&|\|\||<>|＜＞|:=|：＝|=>|=<|~=|!(?![=＝])|！(?![=＝])|。)
  | (?P<mark><=|＜＝|>=|＞＝|!=|！＝|!＝|！=|[≤≥≠(){{}},:.=<>+\-*/%（）｛｝，、：．＝＜＞＋－−＊×／÷％])
  | (?P<odd>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_MARKS = {
    **dict.fromkeys("(（", "LPAR"), **dict.fromkeys(")）", "RPAR"), **dict.fromkeys("{｛", "LBRACE"),
    **dict.fromkeys("}｝", "RBRACE"), **dict.fromkeys(",，、", "COMMA"), **dict.fromkeys(":：", "COLON"),
    **dict.fromkeys(".．", "DOT"), **dict.fromkeys("%％", "PERCENT"), **dict.fromkeys("=＝", "EQ"),
    **dict.fromkeys(["!=", "！＝", "!＝", "！=", "≠"], "NE"), **dict.fromkeys("<＜", "LT"),
    **dict.fromkeys(["<=", "＜＝", "≤"], "LE"), **dict.fromkeys(">＞", "GT"),
    **dict.fromkeys([">=", "＞＝", "≥"], "GE"), **dict.fromkeys("+＋", "PLUS"),
    **dict.fromkeys("-－−", "MINUS"), **dict.fromkeys("*＊×", "STAR"), **dict.fromkeys("/／÷", "SLASH"),
}  # fmt: skip

# What people write from other languages, what it becomes, and how it is written here.
_FOREIGN = {
    "==": ("EQ", "="), "＝＝": ("EQ", "="), "&&": ("AND", "and / 且"), "||": ("OR", "or / 或"),
    "<>": ("NE", "!="), "＜＞": ("NE", "!="), ":=": ("EQ", "="), "：＝": ("EQ", "="), "=>": ("GE", ">="),
    "=<": ("LE", "<="), "~=": ("NE", "!="), "!": ("NOT", "not / 非"), "！": ("NOT", "not / 非"),
    "。": ("DOT", "."),
}  # fmt: skip

_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_WIDE_LETTER = re.compile("[０-９Ａ-Ｚａ-ｚ＿]")
_NUMBER_TAIL = re.compile(r"(?:\.?[0-9]+|\.?[A-Za-z_][0-9A-Za-z_]*|\.(?![.\s]))+")
_LONGEST_NUMBER = 24
# Characters that change how a line is shown without being seen: a rule must read as it is evaluated.
_DECEIVING = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u0000-\u0008\u000e-\u001f\u007f\ufffe\uffff]"
)


@dataclass(slots=True)
class Lexed:
    """Tokens in order, comments in order, what was wrong, and where a slip leaves no token to go on with."""

    tokens: list[Token] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    """Offsets of slips after which a further error in the same declaration says nothing new."""


def lex(source: Source, keywords: Keywords) -> Lexed:
    """Splits a text. Never raises; every character is in a token, a comment, white space or a diagnostic."""
    scanner = _Scanner(source, keywords)
    scanner.scan()
    scanner.find_keywords()
    return scanner.out


class _Scanner:
    def __init__(self, source: Source, keywords: Keywords) -> None:
        self.source = source
        self.text = source.text
        self.keywords = keywords
        self.out = Lexed()
        self.raw: list[Token] = []
        """Kinds as in the grammar, and WORD for what may be a keyword."""
        self.tab_seen = False

    # -- characters to raw tokens

    def scan(self) -> None:
        text, match_at, raw, source = self.text, _SCAN.match, self.raw, self.source
        position, end = 0, len(self.text)
        while position < end:
            match = match_at(text, position)
            assert match is not None  # the last alternative takes any character
            kind = match.lastgroup
            stop = match.end()
            if kind == "word":
                raw.append(Token("WORD", match.group(), Span(source, position, stop)))
            elif kind == "mark":
                lexeme = match.group()
                raw.append(Token(_MARKS[lexeme], lexeme, Span(source, position, stop)))
            elif kind != "space":
                stop = getattr(self, f"_{kind}")(position, stop)
            position = stop

    def _add(self, kind: str, start: int, stop: int, text: str | None = None) -> int:
        self.raw.append(
            Token(kind, self.text[start:stop] if text is None else text, Span(self.source, start, stop))
        )
        return stop

    def _slip(
        self,
        code: str,
        start: int,
        stop: int,
        *,
        broken: bool = False,
        severity: Severity = Severity.ERROR,
        **values: str,
    ) -> None:
        self.out.diagnostics.append(
            Diagnostic(code, Span(self.source, start, stop), values, severity=severity)
        )
        if broken:
            self.out.broken.append(start)

    def _tab(self, start: int, stop: int) -> int:
        if not self.tab_seen:
            self.tab_seen = True
            self._slip("ZS1040", start, start + 1, severity=Severity.WARNING)
        return stop

    def _comment(self, start: int, stop: int) -> int:
        line_start = max(self.text.rfind("\n", 0, start), self.text.rfind("\r", 0, start)) + 1
        alone = not self.text[line_start:start].strip(" \t\u3000\u00a0\ufeff\v\f")
        text = self.text[start:stop]
        self.out.comments.append(Comment(text, alone, Span(self.source, start, stop)))
        self._deceiving(start, stop)
        return stop

    def _deceiving(self, start: int, stop: int) -> None:
        found = _DECEIVING.search(self.text, start, stop)
        if found:
            self._slip("ZS1042", found.start(), found.end(), character=_code_point(found.group()))

    def _date_form(self, start: int, stop: int) -> int:
        year, month, day = re.findall(r"[0-9]+", self.text[start:stop])
        written = f"{year}-{int(month):02}-{int(day):02}"
        self._slip("ZS1038", start, stop, found=self.text[start:stop], written=written)
        return self._add("DATE", start, stop, "2000-01-01" if date_problem(written) else written)

    def _date(self, start: int, stop: int) -> int:
        text = self.text[start:stop]
        problem = date_problem(text)
        if problem:
            self._slip(problem, start, stop, found=text, written=_padded(text))
            text = "2000-01-01"
        return self._add("DATE", start, stop, text)

    def _time(self, start: int, stop: int) -> int:
        text = self.text[start:stop]
        problem = time_problem(text)
        if problem:
            self._slip(problem, start, stop, found=text, written=text)
            text = "2000-01-01T00:00+00:00"
        return self._add("TIME", start, stop, text)

    def _wide_number(self, start: int, stop: int) -> int:
        written = self.text[start:stop].translate(_WIDE)
        self._slip("ZS1030", start, stop, found=self.text[start:stop], written=written)
        return self._add("NUMBER", start, stop, written)

    def _number(self, start: int, stop: int) -> int:
        tail = _NUMBER_TAIL.match(self.text, stop)
        if tail and tail.group() not in self.keywords.by_first_word:
            stop = tail.end()
            self._slip("ZS1036", start, stop, found=self.text[start:stop])
            return self._add("NUMBER", start, stop, "1")
        if stop - start > _LONGEST_NUMBER:
            self._slip("ZS1036", start, stop, found=self.text[start : start + 12] + "…")
            return self._add("NUMBER", start, stop, "1")
        return self._add("NUMBER", start, stop)

    def _string(self, start: int, stop: int) -> int:
        self._deceiving(start, stop)
        return self._add("STRING", start, stop)

    def _other_quotes(self, start: int, stop: int) -> int:
        found = self.text[start:stop]
        self._slip("ZS1034", start, stop, found=found, written=f'"{found[1:-1]}"')
        return self._add("STRING", start, stop)

    def _open_string(self, start: int, stop: int) -> int:
        self._slip("ZS1032", start, start + 1, broken=True, quote="”" if self.text[start] in "“”" else '"')
        return self._add("STRING", start, stop, '""')

    def _quoted(self, start: int, stop: int) -> int:
        name = self.text[start + 1 : stop - 1]
        if not name.strip():
            self._slip("ZS1043", start, stop)
            return self._add("NAME", start, stop, "`_`")
        self._deceiving(start, stop)
        return self._add("NAME", start, stop)

    def _open_quoted(self, start: int, stop: int) -> int:
        self._slip("ZS1033", start, start + 1, broken=True)
        return self._add("NAME", start, stop, "`_`")

    def _foreign(self, start: int, stop: int) -> int:
        found = self.text[start:stop]
        kind, written = _FOREIGN[found if found in _FOREIGN else "=="]
        self._slip("ZS1035", start, stop, found=found, written=written)
        return self._add(kind, start, stop)

    def _odd(self, start: int, stop: int) -> int:
        character = self.text[start:stop]
        # A run of the same nonsense is one slip.
        while stop < len(self.text) and self.text[stop] == character:
            stop += 1
        if _DECEIVING.match(character) or unicodedata.category(character) in {"Cc", "Cf", "Co", "Cn", "Cs"}:
            self._slip("ZS1042", start, stop, broken=True, character=_code_point(character))
        else:
            self._slip("ZS1041", start, stop, broken=True, found=character, character=_code_point(character))
        return stop

    # -- words to keywords

    def find_keywords(self) -> None:
        raw, text, add = self.raw, self.text, self.out.tokens.append
        phrases = self.keywords.by_first_word
        index, count = 0, len(raw)
        while index < count:
            token = raw[index]
            if token.kind != "WORD":
                add(token)
                index += 1
                continue
            word = _normal(token.text)
            start = token.span.start
            if start and text[start - 1] in ".．" and index and raw[index - 1].kind == "DOT":
                add(Token("NAME", token.text, token.span))
                index += 1
                continue
            for phrase in phrases.get(word, ()):
                if self._stands_at(phrase, index):
                    index = self._keyword(phrase, index)
                    break
            else:
                self._name(token, word, index)
                index += 1

    def _stands_at(self, phrase: Phrase, index: int) -> bool:
        raw = self.raw
        if index + len(phrase.words) > len(raw):
            return False
        for offset, word in enumerate(phrase.words[1:], index + 1):
            token = raw[offset]
            if token.kind != "WORD" or _normal(token.text) != word:
                return False
            if not self.text[raw[offset - 1].span.end : token.span.start].isspace():
                return False
        return True

    def _keyword(self, phrase: Phrase, index: int) -> int:
        """Adds the phrase's terminals: the first covers all of it, further ones stand empty at its end."""
        after = index + len(phrase.words)
        span = self.raw[index].span.to(self.raw[after - 1].span)
        self.out.tokens.append(Token(phrase.terminals[0], span.text, span))
        for terminal in phrase.terminals[1:]:
            self.out.tokens.append(Token(terminal, "", Span(self.source, span.end, span.end)))
        return after

    def _name(self, token: Token, word: str, index: int) -> None:
        span = token.span
        if not word.isascii():
            glued = glued_keyword(word, self.keywords)
            if glued is not None:
                self._slip("ZS1011", span.start, span.end, found=word, keyword=glued, name=word[len(glued) :])
                for terminal in self.keywords.terminals_of(glued) or ():
                    self.out.tokens.append(
                        Token(terminal, glued, Span(self.source, span.start, span.start + len(glued)))
                    )
                rest = Span(self.source, span.start + len(glued), span.end)
                self.out.tokens.append(Token("NAME", word[len(glued) :], rest))
                return
            if is_wide(word):
                written = word.translate(_WIDE)
                self._slip("ZS1031", span.start, span.end, found=word, written=written)
                self.out.tokens.append(Token("NAME", written, span))
                return
        between_texts = (
            index + 1 < len(self.raw)
            and self.raw[index + 1].kind == "STRING"
            and index > 0
            and self.raw[index - 1].kind == "STRING"
        )
        self.out.tokens.append(Token("LANGUAGE" if between_texts else "NAME", token.text, span))


def glued_keyword(word: str, keywords: Keywords) -> str | None:
    """The Chinese keyword that a word like `属于r` begins with, when only Latin letters follow it."""
    length = next((index for index, character in enumerate(word) if character.isascii()), len(word))
    prefix = word[:length]
    rest = word[length:]
    if (
        rest
        and rest.isascii()
        and rest[0] != "_"
        and not rest[0].isdigit()
        and keywords.terminals_of(prefix) is not None
    ):
        return prefix
    return None


def is_wide(name: str) -> bool:
    """Whether a name has full-width letters or digits, which look like the ordinary ones."""
    return _WIDE_LETTER.search(name) is not None


def name_text(raw: str) -> str:
    """The name that a NAME token stands for: without back-quotes, in NFC."""
    return _normal(raw[1:-1] if raw.startswith("`") else raw)


def string_text(raw: str) -> str:
    """The text that a STRING token stands for."""
    return _normal(unescape(raw[1:-1]))


def _normal(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _padded(text: str) -> str:
    year, month, day = text.split("-")
    return f"{year}-{month.zfill(2)[-2:]}-{day.zfill(2)[-2:]}"


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"
