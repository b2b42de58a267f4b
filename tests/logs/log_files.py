"""Writes rows as the files of a log, in any of the formats, and loads logs for tests."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from zhunsheng.logs import DuckStore, LoadedLog, LogError, load
from zhunsheng.logs.model import Row

from .small_vocabulary import VOCABULARY

Cells = Mapping[str, Any]


def cell(value: Any) -> str:
    """A value as CSV writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "|".join(value) if value else "[]"
    return str(plain(value))


def plain(value: Any) -> Any:
    """A value as JSON holds it; decimals as text, so that no digit is lost."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        scaled = value * 100
        assert scaled.denominator == 1
        sign, digits = "-" if scaled < 0 else "", str(abs(scaled.numerator)).rjust(3, "0")
        return f"{sign}{digits[:-2]}.{digits[-2:]}"
    return list(value) if isinstance(value, tuple) else value


def write_csv(path: Path, rows: Sequence[Cells], columns: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([cell(row.get(name)) for name in columns] for row in rows)


def write_jsonl(path: Path, rows: Sequence[Cells]) -> None:
    lines = (
        json.dumps({k: plain(v) for k, v in row.items() if v is not None}, ensure_ascii=False) for row in rows
    )
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def write_parquet(path: Path, rows: Sequence[Cells], columns: Sequence[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays: dict[str, Any] = {}
    for name in columns:
        values = [row.get(name) for row in rows]
        if any(isinstance(value, Fraction) for value in values):
            values = [None if value is None else plain(value) for value in values]
        arrays[name] = pa.array(values, type=pa.string() if all(value is None for value in values) else None)
    pq.write_table(pa.table(arrays), path)


def write_text(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Files of a folder by name; returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@contextmanager
def loaded(path: Path, **options: Any) -> Iterator[LoadedLog]:
    log = load(path, VOCABULARY, **options)
    try:
        yield log
    finally:
        log.close()


def rows_of(log: LoadedLog, record: str) -> list[Row]:
    return list(DuckStore(log.connection, VOCABULARY).rows(record))


def refusal(path: Path, **options: Any) -> LogError:
    """The error that loading ends with; fails when the log loads."""
    try:
        with loaded(path, **options):
            pass
    except LogError as error:
        return error
    raise AssertionError("the log was loaded")
