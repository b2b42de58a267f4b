"""Records that are kept out, as files that can be mended.

A row holds the record's cells as canonical texts, where it comes from, and what is wrong with it. Personal
cells, and texts in which something personal is found, are `***` unless they are to be revealed: on the way
back this mark stands for the cell in the source, so the file can be mended and fed back either way
(docs/decisions/0020). `logs.mending` reads the files back.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from zhunsheng.diagnostics import Diagnostic, message
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.faults import BadRecord, bad_records
from zhunsheng.logs.intake import Intake
from zhunsheng.logs.personal import findings
from zhunsheng.logs.quality import BadValue
from zhunsheng.semantics.vocabulary import Field, Record

if TYPE_CHECKING:
    import duckdb

MARK = "***"
"""In place of a personal cell; fed back, it stands for the cell in the source."""
RECORD, FILE, ROW, LINE, DIGEST = "_record", "_file", "_row", "_line", "_digest"
TOLD = ("_columns", "_values", "_rules", "_problems", "_text")
MOST = 200_000
"""Rows of one source that are written. A log with more bad records is bad through and through: its first ones
show why."""
_JOINED = "; "
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Where records that are kept out are written, and how."""

    folder: Path
    language: str = "zh"
    """Of the texts that say what is wrong."""
    reveal: bool = False
    """Personal values as they are."""


def write(
    to: Quarantine, intakes: Sequence[Intake], connection: duckdb.DuckDBPyConnection
) -> tuple[Path, ...]:
    """Write `<record>.csv` and `<record>.parquet` for every record type of which records are kept out.

    Returns the paths. Raises LogError (ZS4402) when the folder cannot be written."""
    folder = to.folder
    written: list[Path] = []
    by_record: dict[str, list[dict[str, Any]]] = {}
    records: dict[str, Record] = {}
    for each in intakes:
        found = kept_out(each, connection)
        if found:
            records[each.record] = each.staged.record
            rows = by_record.setdefault(each.record, [])
            rows += [_row(each, bad, to.language, reveal=to.reveal) for bad in found]
    try:
        for name, rows in by_record.items():
            folder.mkdir(parents=True, exist_ok=True)
            columns = [*records[name].fields, RECORD, FILE, ROW, LINE, *TOLD, DIGEST]
            for suffix, write_rows in ((".csv", _csv), (".parquet", _parquet)):
                written.append(_replaced(folder / f"{name}{suffix}", partial(write_rows, columns, rows)))
    except OSError as error:
        raise log_error("ZS4402", str(folder), reason=error.strerror or "") from None
    return tuple(written)


def kept_out(intake: Intake, connection: duckdb.DuckDBPyConnection) -> list[BadRecord]:
    """The records of a source that are kept out, at most `MOST` of each kind."""
    return bad_records(intake.staged, intake.tally, connection, limit=MOST, lines=intake.lines)


def digest(intake: Intake, bad: BadRecord, *, reveal: bool) -> str:
    """What tells whether a record is still as it was written: made of what the file shows, never of a hidden
    value, which could be found by trying."""
    held: list[object] = [intake.record, bad.row, *_cells(intake, bad, reveal=reveal).items()]
    if bad.cells is None:
        held += [bad.line, len(bad.text or ""), [value.code for value in bad.values]]
    return hashlib.sha256(json.dumps(held, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:16]


def shown(field: Field, cell: str | None, *, reveal: bool) -> str | None:
    """A cell as the file holds it."""
    if cell is None or reveal:
        return cell
    return MARK if field.personal or next(findings(cell), None) is not None else cell


def escaped(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins with `=`, `+`, `-`, `@`, a tab, a
    return or an apostrophe gets an apostrophe before it.

    >>> escaped("=1+1"), escaped("王小明"), unescaped(escaped("'-5")), unescaped("'tis")
    ("'=1+1", '王小明', "'-5", "'tis")
    """
    return "'" + cell if cell.startswith(_FORMULA) else cell


def unescaped(cell: str) -> str:
    """The cell that `escaped` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _cells(intake: Intake, bad: BadRecord, *, reveal: bool) -> dict[str, str | None]:
    if bad.cells is None:
        return {}
    fields = intake.staged.record.fields
    return {
        name: shown(fields[name], cell, reveal=reveal)
        for (_, name), cell in zip(intake.staged.fields, bad.cells, strict=True)
    }


def _row(intake: Intake, bad: BadRecord, language: str, *, reveal: bool) -> dict[str, Any]:
    told = [_told(value, intake.staged.record, language, reveal=reveal) for value in bad.values]
    hidden = any(field.personal for field in intake.staged.record.fields.values()) and not reveal
    return {
        **_cells(intake, bad, reveal=reveal),
        RECORD: intake.record,
        FILE: intake.mapped.table.source,
        ROW: None if bad.row is None else str(bad.row + 1),
        LINE: None if bad.line is None else str(bad.line),
        "_columns": _JOINED.join(value.column or "" for value in bad.values),
        "_values": _JOINED.join(value for value, _ in told),
        "_rules": _JOINED.join(value.code for value in bad.values),
        "_problems": _JOINED.join(text for _, text in told),
        "_text": MARK if bad.text is not None and hidden else bad.text,
        DIGEST: digest(intake, bad, reveal=reveal),
    }


def _told(bad: BadValue, record: Record, language: str, *, reveal: bool) -> tuple[str, str]:
    """A value as it may be shown, and what is wrong with it."""
    value = bad.value or ""
    if value and not reveal:
        hide = bad.personal or next(findings(value), None) is not None
        value = MARK if hide else value
    found = bad.diagnostic
    said = Diagnostic(found.code, None, {**found.values, "value": value}, place=found.place)
    return value, message(said, language)[0]


def _replaced(path: Path, write_to: Callable[[IO[bytes]], None]) -> Path:
    """Write a file beside its name and rename it: a half-written one is never there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            write_to(file)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], file: IO[bytes]) -> None:
    # With a mark of its encoding: spreadsheets would take Chinese for another one.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([escaped(row.get(name) or "") for name in columns] for row in rows)
    text.flush()
    text.detach()


def _parquet(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], file: IO[bytes]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns}
    pq.write_table(pa.table(data), file)
