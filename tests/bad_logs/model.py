"""What a bad log is, what the product is to answer, and rows to put around a mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Content = str | bytes | Callable[[Path], object]
"""A file's text (written in UTF-8), its bytes, or what writes it."""
Place = str
"""`rating.csv:3`, as messages write it."""

HEAD = "rating_id,level,rated_at,words\n"
ROWS = 200
"""Good rows around a bad one: two of these are 1 %, as much as may be kept out."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is judged: exit code 4 (2 for a profile), a diagnostic at a place, no output file."""

    code: str
    place: Place
    """The file, and line, row, member or byte inside it. Must begin the message in both languages."""
    said: tuple[str, ...] = ()
    """Must stand in the message in both languages: a byte's offset, a column, counts."""
    exit: int = 4


@dataclass(frozen=True, slots=True)
class Read:
    """The log is judged; what is bad in it is kept out and told."""

    read: int
    accepted: int
    bad: tuple[tuple[Place, str], ...] = ()
    """Place and code of each value that is kept out with its record."""
    duplicates: int = 0
    left_out: int = 0
    double_keys: int = 0
    """Keys that occur with different contents: the rows stay in, and the report counts the keys."""
    dangling: int = 0
    late: int = 0
    """Rows after the observation time."""
    notes: tuple[str, ...] = ()
    """Must stand in the notes of the English report."""
    exit: int = 0

    @property
    def quarantined(self) -> int:
        """Records kept out: several values of one may be bad."""
        return len({place for place, _ in self.bad})


@dataclass(frozen=True, slots=True)
class Case:
    """One bad log."""

    name: str
    zh: str
    """What is wrong."""
    en: str
    files: Mapping[str, Content]
    answer: Refused | Read
    log: str = "."
    """What is given to `--log`, from the folder of the files."""
    options: tuple[str, ...] = ()
    speed: Literal["fast", "slow"] = "fast"


@dataclass(frozen=True, slots=True)
class Family:
    """Bad logs of one kind."""

    name: str
    zh: str
    en: str
    cases: tuple[Case, ...]


def good(count: int = ROWS, *, start: int = 1) -> str:
    """So many good lines of a CSV under `HEAD`, no two alike."""
    return "".join(line(number) for number in range(start, start + count))


def line(number: int, level: str = "good", at: str = "", words: str = "") -> str:
    """One line under `HEAD`."""
    return f"R{number},{level},{at or time(number)},{words}\n"


def time(number: int) -> str:
    """A time of March 2024, another for each of the first 1000 numbers."""
    return f"2024-03-{number % 28 + 1:02d} {9 + number // 28 % 9:02d}:{number % 60:02d}:00"


def around(bad: str, head: str = HEAD) -> str:
    """A CSV whose second line is bad."""
    return head + bad + good()


def write(folder: Path, files: Mapping[str, Content]) -> Path:
    """Files by name; returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
