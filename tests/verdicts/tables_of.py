"""Reads the tables of this folder: `#` starts a comment, the first line names the columns."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "tables"


def table(name: str) -> list[dict[str, str]]:
    """One dictionary per line."""
    lines = [
        line.split()
        for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
        if line[:1] not in ("#", "")
    ]
    head, *rows = lines
    assert rows
    return [dict(zip(head, row, strict=True)) for row in rows]


def square(name: str) -> list[tuple[str, str, str]]:
    """(row, column, cell) of a table with an operation in its corner."""
    return [
        (next(iter(row.values())), column, cell)
        for row in table(name)
        for column, cell in list(row.items())[1:]
    ]
