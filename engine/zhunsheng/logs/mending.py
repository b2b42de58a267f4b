"""Mended records fed back: they take the place of the ones that were kept out, so that the sum holds.

Every row names its source, its place there and a digest: a row that is no longer what it was when the file
was written is refused, and none is counted twice. Mended records are a source of their own, whose lines are
the mended file's.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import column, create_table, drop_table, number, select, table, text, to_sql
from zhunsheng.logs.faults import BadRecord, tally
from zhunsheng.logs.intake import Intake, TakenIn
from zhunsheng.logs.probe import digest as file_digest
from zhunsheng.logs.quarantine import DIGEST, FILE, LINE, MARK, RECORD, ROW, digest, kept_out, unescaped
from zhunsheng.logs.staging import BLANK, FAULT, stage
from zhunsheng.logs.tables.model import LINE as TABLE_LINE
from zhunsheng.logs.tables.model import Mapped, RawTable
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a mended file."""

    line: int
    cells: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class _Replacing:
    """A mended row and the record that it replaces."""

    row: _Row
    intake: Intake
    bad: BadRecord


@dataclass(frozen=True, slots=True)
class _Log:
    """What mended rows are read into."""

    vocabulary: Vocabulary
    zone: str
    connection: duckdb.DuckDBPyConnection


def feed_back(
    taken: TakenIn,
    files: Sequence[Path],
    vocabulary: Vocabulary,
    zone: str,
    connection: duckdb.DuckDBPyConnection,
) -> TakenIn:
    """What was taken in, with the rows of mended files in place of the records they mend. Files may mend what
    an earlier one of them left wrong. Raises LogError (ZS4403 to ZS4409)."""
    log = _Log(vocabulary, zone, connection)
    for place, path in enumerate(files):
        taken = _feed_one(f"zhunsheng_mended_{place}", path, taken, log)
    return taken


def _feed_one(table_name: str, path: Path, taken: TakenIn, log: _Log) -> TakenIn:
    name = f"{path.resolve().parent.name}/{path.name}"
    rows = _read(path, name)
    if not rows:
        return taken
    record = rows[0].cells[RECORD]
    replacing = _matched(
        rows, name, [each for each in taken.intakes if each.record == record], log.connection
    )
    intakes = tuple(_without(each, replacing, log.connection) for each in taken.intakes)
    made = _intake(table_name, name, replacing, log)
    digests = {**taken.digests, name: file_digest(path, text=False).sha256}
    return replace(taken, intakes=(*intakes, made), digests=digests)


# reading


def _read(path: Path, name: str) -> list[_Row]:
    try:
        rows = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise log_error("ZS4403", name, reason=reason) from None
    for row in rows:
        if missing := [each for each in (RECORD, FILE, ROW, LINE, DIGEST) if each not in row.cells]:
            raise log_error("ZS4404", name, columns=", ".join(missing))
    return rows


def _csv(path: Path) -> list[_Row]:
    raw = path.read_bytes()
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # As spreadsheets save it on a Chinese system.
        content = raw.decode("gb18030")
    reader = csv.reader(content.splitlines(keepends=True))
    headers = [header.strip() for header in next(reader, [])]
    rows: list[_Row] = []
    line = reader.line_num + 1
    for cells in reader:
        if any(cells):
            held = {header: unescaped(cell) or None for header, cell in zip(headers, cells, strict=False)}
            rows.append(_Row(line, held))
        line = reader.line_num + 1
    return rows


def _parquet(path: Path) -> list[_Row]:
    import pyarrow.parquet as pq

    items: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return [
        _Row(place, {key: None if value in (None, "") else str(value) for key, value in item.items()})
        for place, item in enumerate(items, start=1)
    ]


# matching


def _matched(
    rows: Sequence[_Row], name: str, intakes: Sequence[Intake], connection: duckdb.DuckDBPyConnection
) -> list[_Replacing]:
    known: dict[str, dict[tuple[str, str], tuple[Intake, BadRecord]]] = {}
    for each in intakes:
        here = known.setdefault(each.mapped.table.source, {})
        here.update((_place_of(bad), (each, bad)) for bad in kept_out(each, connection))
    found: list[_Replacing] = []
    seen: set[tuple[str | None, tuple[str, str]]] = set()
    for row in rows:
        at = f"{name}:{row.line}"
        source = row.cells[FILE]
        if source not in known:
            raise log_error("ZS4405", at, file=source or "", files=", ".join(known))
        place = ("row", row.cells[ROW]) if row.cells[ROW] else ("line", row.cells[LINE] or "")
        assert place[1] is not None
        key = (place[0], place[1])
        if (source, key) in seen:
            raise log_error("ZS4407", at, file=source, row=key[1])
        seen.add((source, key))
        if key not in known[source]:
            raise log_error("ZS4406", at, file=source, row=key[1])
        intake, bad = known[source][key]
        if row.cells[DIGEST] not in {digest(intake, bad, reveal=reveal) for reveal in (False, True)}:
            raise log_error("ZS4406", at, file=source, row=key[1])
        found.append(_Replacing(row, intake, bad))
    return found


def _place_of(bad: BadRecord) -> tuple[str, str]:
    return ("line", str(bad.line)) if bad.row is None else ("row", str(bad.row + 1))


# replacing


def _without(
    intake: Intake, replacing: Sequence[_Replacing], connection: duckdb.DuckDBPyConnection
) -> Intake:
    """A source without the records that are mended: they are counted where they are mended."""
    mine = [each.bad for each in replacing if each.intake is intake]
    if not mine:
        return intake
    staged = intake.staged
    rows = [number(bad.row) for bad in mine if bad.row is not None]
    if rows:
        places = exp.In(this=exp.column("rowid"), expressions=rows)
        gone = exp.Update(
            this=table(staged.table),
            expressions=[exp.EQ(this=column(FAULT), expression=text(BLANK))],
            where=exp.Where(this=places),
        )
        connection.execute(to_sql(gone))
    offsets = frozenset(bad.offset for bad in mine if bad.offset is not None)
    counted = tally([staged], connection)[staged.table]
    before = intake.tally
    counted = replace(
        counted,
        rejected=before.rejected - len(offsets),
        encoding=before.encoding,
        mended=before.mended | offsets,
    )
    notes = (*intake.mapped.table.notes, _note(intake, len(mine)))
    mapped = replace(intake.mapped, table=replace(intake.mapped.table, notes=notes))
    return replace(intake, mapped=mapped, tally=counted)


def _note(intake: Intake, rows: int) -> Diagnostic:
    values = {"rows": str(rows), "file": intake.mapped.table.source}
    return Diagnostic("ZS4408", None, values, severity=Severity.WARNING, place=values["file"])


def _intake(table_name: str, name: str, replacing: Sequence[_Replacing], log: _Log) -> Intake:
    """The mended rows as a source of their own."""
    import pyarrow as pa

    record = replacing[0].intake.staged.record
    held = {each for one in replacing for _, each in one.intake.staged.fields}
    fields = [each for each in record.fields if each in held]
    rows = [_cells(each, name) for each in replacing]
    data: dict[str, Any] = {
        f"c{place}": pa.array([row.get(each) for row in rows], pa.string())
        for place, each in enumerate(fields)
    }
    data[TABLE_LINE] = pa.array([each.row.line for each in replacing], pa.int64())
    connection = log.connection
    connection.register("zhunsheng_mended_rows", pa.table(data))
    try:
        connection.execute(create_table(table_name, select([exp.Star()], table("zhunsheng_mended_rows"))))
    finally:
        connection.unregister("zhunsheng_mended_rows")
    raw = RawTable(record.name, name, "csv", tuple(fields), table(table_name))
    mapped = Mapped(record.name, raw, {each: column(f"c{place}") for place, each in enumerate(fields)})
    staged = stage(mapped, record, f"zhunsheng_stage_{table_name}", log.vocabulary, log.zone, connection)
    connection.execute(drop_table(table_name))
    return Intake(mapped, staged, tally([staged], connection)[staged.table])


def _cells(replacing: _Replacing, name: str) -> dict[str, str | None]:
    """The cells of a mended row; the mark, and a column that was taken out, stand for the source's cell."""
    bad, given = replacing.bad, replacing.row.cells
    fields = [each for _, each in replacing.intake.staged.fields]
    if bad.cells is None:
        for each in fields:
            if given.get(each) == MARK:
                raise log_error("ZS4409", f"{name}:{replacing.row.line}", column=each)
        return {each: given.get(each) for each in fields}
    return {
        each: held if each not in given or given[each] == MARK else given[each]
        for each, held in zip(fields, bad.cells, strict=True)
    }
