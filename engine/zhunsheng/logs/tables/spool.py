"""Rows of text on their way into the database: written in batches to the session's own folder, read back from
there. A log of any size takes the memory of one batch, and a column may be found when half of it is read.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlglot import exp

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import array, call
from zhunsheng.logs.tables.model import LINE, RawTable
from zhunsheng.logs.tables.partitions import with_constants
from zhunsheng.logs.tables.scanning import escaped

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    from zhunsheng.logs.paths import SourceFile
    from zhunsheng.logs.session import Session

MOST_COLUMNS = 2000
"""A vendor's widest table has some hundred; more are keys that are made from data."""
_ROWS = 20_000
_CHARACTERS = 8_000_000


class Spool:
    """Takes rows, in the end becomes a raw table. Left by an exception, it takes its files along."""

    def __init__(
        self, session: Session, source: str, table: str, columns: Sequence[str] = (), *, lines: bool = False
    ) -> None:
        """`source` is the file or database as messages show it; `columns` come first, more may follow."""
        self.rows = 0
        """Rows taken so far."""
        self._source, self._table, self._lines = source, table, lines
        self._columns: dict[str, None] = dict.fromkeys(columns)
        self._folder = Path(tempfile.mkdtemp(prefix="spool-", dir=session.spill))
        self._parts: list[Path] = []
        self._writer: ParquetWriter | None = None
        self._written: tuple[str, ...] = ()
        self._batch: list[Mapping[str, str | None]] = []
        self._values: list[Sequence[str | None]] = []
        self._numbers: list[int] = []
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._close()
            shutil.rmtree(self._folder, ignore_errors=True)

    def append(self, row: Mapping[str, str | None], line: int = 0) -> None:
        """One row, header -> text; what is not there is missing. Raises LogError (ZS4108) for the column too
        many."""
        if not row.keys() <= self._columns.keys():
            self._columns.update(dict.fromkeys(row))
            if len(self._columns) > MOST_COLUMNS:
                place = f"{self._source}:{line}" if self._lines else self._source
                raise log_error("ZS4108", place, table=self._table, limit=MOST_COLUMNS)
        self._batch.append(row)
        self.rows += 1
        if self._lines:
            self._numbers.append(line)
        self._size += sum(map(len, filter(None, row.values())))
        if len(self._batch) >= _ROWS or self._size >= _CHARACTERS:
            self._flush()

    def add(self, row: Sequence[str | None]) -> None:
        """One row of the columns given at the start, in their order."""
        self._values.append(row)
        self.rows += 1
        self._size += sum(map(len, filter(None, row)))
        if len(self._values) >= _ROWS or self._size >= _CHARACTERS:
            self._flush()

    def extend(self, batch: pa.RecordBatch) -> None:
        """A batch of text columns, in the order of the columns given at the start."""
        import pyarrow as pa

        names = [f"c{index}" for index in range(len(self._columns))]
        self.rows += batch.num_rows
        self._write(pa.Table.from_arrays(batch.columns, names=names))

    def table(self, source: SourceFile, format_: str) -> RawTable:
        """Write what is left and be read from. A table without rows is a relation without rows."""
        if self._batch or self._values or not self._parts:
            self._flush()
        self._close()
        # Parts differ in columns where some were found later.
        by_name = exp.EQ(this=exp.var("union_by_name"), expression=exp.true())
        found = RawTable(
            name=self._table,
            source=f"{source.name} [{self._table}]",
            format=format_,
            columns=tuple(self._columns),
            relation=call("read_parquet", array([exp.Placeholder() for _ in self._parts]), by_name),
            parameters=tuple(escaped(part) for part in self._parts),
            lines="column" if self._lines else "row",
            first_line=1,
        )
        return with_constants(found, source.constants)

    def _flush(self) -> None:
        import pyarrow as pa

        columns: Iterable[Sequence[str | None]] = zip(*self._values, strict=True)
        if not self._values:
            columns = ([row.get(header) for row in self._batch] for header in self._columns)
        arrays: dict[str, Any] = {}
        for index, column in enumerate(columns):
            # The empty text is no value, as in every format.
            arrays[f"c{index}"] = pa.array([value or None for value in column], pa.string())
        if self._lines:
            arrays[LINE] = pa.array(self._numbers, pa.int64())
        self._batch, self._values, self._numbers, self._size = [], [], [], 0
        self._write(pa.table(arrays))

    def _write(self, table: pa.Table) -> None:
        import pyarrow.parquet as pq

        if self._writer is None or self._written != tuple(table.column_names):
            self._close()
            self._parts.append(self._folder / f"{len(self._parts):05d}.parquet")
            self._writer = pq.ParquetWriter(self._parts[-1], table.schema)
            self._written = tuple(table.column_names)
        self._writer.write_table(table)

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
