"""Words of the surface languages: from words to terminals for the lexer, and back for the printer.

Each file in `keywords/` is one language. All tables are read together, because words of every table are
accepted in every file. A further language is a further file.

    >>> keywords().terminals_of("对每个")
    ('FOR_EACH',)
    >>> keywords().spell(("MUST", "HAVE"), "zh")
    ['应有']
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "keywords"

_WINDOW_FORMS = ("prefix", "postfix")
_RANGE_FORMS = ("AND", "TO")


@dataclass(frozen=True, slots=True)
class Table:
    """One surface language. `words` maps phrases (joined by one space) to terminals, in the table's order."""

    language: str
    name: str
    words: Mapping[str, tuple[str, ...]]
    spellings: Mapping[tuple[str, ...], str]
    """What is printed for a run of terminals."""
    singulars: Mapping[str, str]
    """What is printed for a unit after the number one, where that differs."""
    window: str
    range: str
    tight_units: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """A keyword as the lexer looks for it: its words in a row."""

    words: tuple[str, ...]
    terminals: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Keywords:
    """All tables together."""

    tables: Mapping[str, Table]
    by_first_word: Mapping[str, tuple[Phrase, ...]]
    """Phrases by their first word, longest first."""
    parts_of_phrases: frozenset[str]
    """Every word of every phrase: a name among them is quoted when printed, whatever stands beside it."""
    longest_run: int
    _words_of: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def terminals_of(self, word: str) -> tuple[str, ...] | None:
        """The terminals that a single word or a whole phrase stands for, in whichever language."""
        for table in self.tables.values():
            if word in table.words:
                return table.words[word]
        return None

    def words_for(self, terminal: str) -> tuple[str, ...]:
        """Every word or phrase of any language that begins with this terminal."""
        if terminal not in self._words_of:
            self._words_of[terminal] = tuple(
                word
                for table in self.tables.values()
                for word, terminals in table.words.items()
                if terminals[0] == terminal
            )
        return self._words_of[terminal]

    def spell(self, terminals: Sequence[str], language: str) -> list[str]:
        """The words for a run of terminals, longest phrases first.

        A terminal without a word in this language is written in another one: words of all tables are
        accepted. Raises KeyError when no language has one.
        """
        spellings = self.tables[language].spellings
        words: list[str] = []
        index = 0
        while index < len(terminals):
            for length in range(min(self.longest_run, len(terminals) - index), 0, -1):
                word = spellings.get(tuple(terminals[index : index + length]))
                if word is not None:
                    words.append(word)
                    index += length
                    break
            else:
                words.append(self._elsewhere(terminals[index]))
                index += 1
        return words

    def _elsewhere(self, terminal: str) -> str:
        for table in self.tables.values():
            if (terminal,) in table.spellings:
                return table.spellings[(terminal,)]
        raise KeyError(terminal)


def load_tables(files: Iterable[Path]) -> Keywords:
    """Reads keyword tables. Raises ValueError for what is no table and for contradicting words."""
    tables: dict[str, Table] = {}
    phrases: dict[tuple[str, ...], Phrase] = {}
    for file in files:
        table = _read_table(file)
        tables[table.language] = table
        for word, terminals in table.words.items():
            phrase = Phrase(tuple(word.split()), terminals, table.language)
            known = phrases.setdefault(phrase.words, phrase)
            if known.terminals != terminals:
                raise ValueError(
                    f"{file.name}: {word} means {terminals} here and {known.terminals} in {known.language}"
                )
    by_first: dict[str, list[Phrase]] = {}
    for phrase in phrases.values():
        by_first.setdefault(phrase.words[0], []).append(phrase)
    return Keywords(
        tables,
        {
            word: tuple(sorted(group, key=lambda phrase: -len(phrase.words)))
            for word, group in by_first.items()
        },
        frozenset(word for phrase in phrases.values() for word in phrase.words),
        max(len(run) for table in tables.values() for run in table.spellings),
    )


@cache
def keywords() -> Keywords:
    """The tables that are shipped."""
    return load_tables(sorted(FOLDER.glob("*.yaml")))


def _read_table(file: Path) -> Table:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
    try:
        printed = {_normal(word): tuple(terminals.split()) for word, terminals in data["words"].items()}
        accepted = {
            _normal(word): tuple(terminals.split()) for word, terminals in data.get("also", {}).items()
        }
        forms = data["forms"]
        spellings: dict[tuple[str, ...], str] = {}
        for word, terminals in printed.items():
            spellings.setdefault(terminals, word)
        for terminal, word in (data.get("print") or {}).items():
            spellings[tuple(terminal.split())] = _normal(word)
        table = Table(
            language=data["language"],
            name=data["name"],
            words={**printed, **accepted},
            spellings=spellings,
            singulars={terminal: _normal(word) for terminal, word in (data.get("one") or {}).items()},
            window=forms["window"],
            range=forms["range"],
            tight_units=bool(forms["tight_units"]),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{file.name} is not a keyword table: {error!r}") from error
    if table.window not in _WINDOW_FORMS or table.range not in _RANGE_FORMS:
        raise ValueError(f"{file.name}: forms are window {_WINDOW_FORMS} and range {_RANGE_FORMS}")
    return table


def _normal(word: str) -> str:
    return unicodedata.normalize("NFC", " ".join(str(word).split()))
