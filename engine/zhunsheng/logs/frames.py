"""`from_tables`: a log that a program holds as tables of Arrow, Polars, pandas or anything else that speaks
the Arrow PyCapsule interface. Values go the way of a Parquet file: nothing is believed that a file must
prove.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.loading import AsOf, LoadedLog, OnBadRecord, load_files
from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.logs.moments import moment
from zhunsheng.logs.paths import DEFAULT_ZONE, LogFiles, SourceFile, record_names
from zhunsheng.logs.session import open_session
from zhunsheng.semantics.nearest import nearest
from zhunsheng.semantics.vocabulary import Vocabulary

Moment = datetime | date | str
"""A time without offset is in the log's zone; a date is its first or last microsecond, as in a manifest."""
Span = tuple[Moment | None, Moment | None]

_ROWS = 100_000


def from_tables(
    tables: Mapping[str, object],
    vocabulary: Vocabulary,
    *,
    zone: str = DEFAULT_ZONE,
    coverage: Span = (None, None),
    gaps: Sequence[Gap] = (),
    as_of: Moment | Literal["now"] | None = None,
    on_bad_record: OnBadRecord = "quarantine",
    profile: str | Path | None = None,
    memory: str | None = None,
) -> LoadedLog:
    """Read a log from tables in memory: record type (its canonical or Chinese name) -> table, columns named
    like fields. With a `profile` the names are those of its source tables.

    `coverage` is (from, until), both inclusive; record types that are not among the tables were not supplied.
    `as_of` is the observation time as in `load`. Messages place a value at `<name>:<row>`, from row 1.

    Raises LogError: ZS4161 (no table), ZS4162 (a column of a type that has no text), ZS4045, ZS4046, ZS4050,
    ZS4052, ZS4053 (names, times and zone), and all that `load` raises for what the tables hold.
    """
    _check_zone(zone)
    at: AsOf = "now" if as_of == "now" else _instant(as_of, zone, "until")
    covered = Coverage(_instant(coverage[0], zone, "from"), _instant(coverage[1], zone, "until"))
    if covered.start and covered.until and covered.start > covered.until:
        raise log_error("ZS4046")
    session = open_session(memory)
    try:
        sources = tuple(
            _source(name, tables[name], record, session.spill / f"table-{place}.parquet")
            for place, (name, record) in enumerate(_named(tables, vocabulary, profile))
        )
        files = LogFiles(zone, covered, tuple(gaps), sources)
        return load_files(files, vocabulary, session, as_of=at, on_bad_record=on_bad_record, profile=profile)
    except BaseException:
        session.close()
        raise


def _named(
    tables: Mapping[str, object], vocabulary: Vocabulary, profile: str | Path | None
) -> Iterator[tuple[str, str | None]]:
    """(name, record type), in the order of the vocabulary; None: the profile tells."""
    if profile is not None:
        yield from ((name, None) for name in tables)
        return
    known = record_names(vocabulary)
    found: dict[str, str] = {}
    for name in tables:
        if name not in known:
            meant = nearest(name, known)
            raise log_error("ZS4052" if meant else "ZS4053", name, name=name, meant=meant or "")
        if known[name] in found:
            raise log_error("ZS4008", name, record=known[name], file=name, other=found[known[name]])
        found[known[name]] = name
    yield from ((found[record], record) for record in vocabulary.records if record in found)


def _source(name: str, table: object, record: str | None, path: Path) -> SourceFile:
    """The table as a file of the session's folder, written batch by batch."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with _reader(name, table) as reader:
            schema = _schema(name, reader.schema)
            with pq.ParquetWriter(path, schema) as writer:
                for batch in reader:
                    for start in range(0, batch.num_rows, _ROWS):
                        columns = [_spelt_out(each) for each in batch.slice(start, _ROWS).columns]
                        writer.write_batch(pa.record_batch(columns, schema=schema))
    except (pa.ArrowException, TypeError, ValueError) as error:
        first = str(error.args[0] if error.args else error)
        raise log_error("ZS4162", name, reason=first.split("\n", maxsplit=1)[0]) from None
    return SourceFile(path, name, "arrow", record)


def _reader(name: str, table: object) -> Any:
    import pyarrow as pa

    if hasattr(table, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(cast(Any, table))
    if hasattr(table, "__arrow_c_array__"):
        batch = pa.record_batch(cast(Any, table))
        return pa.RecordBatchReader.from_batches(batch.schema, [batch])
    kind = f"{type(table).__module__}.{type(table).__name__}"
    raise log_error("ZS4161", name, type=kind)


def _schema(name: str, given: Any) -> Any:
    """The schema with categories spelt out. Refuses what would be read as something else: a length of time as
    a bare number of microseconds.
    """
    import pyarrow as pa

    fields = []
    for field in given:
        if pa.types.is_duration(field.type) or pa.types.is_union(field.type) or pa.types.is_map(field.type):
            raise log_error("ZS4162", name, reason=f"{field.name}: {field.type}")
        coded = pa.types.is_dictionary(field.type)
        fields.append(pa.field(field.name, _text_or(field.type.value_type) if coded else field.type))
    return pa.schema(fields)


def _spelt_out(column: Any) -> Any:
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return column
    return column.dictionary.cast(_text_or(column.type.value_type)).take(column.indices)


def _text_or(kind: Any) -> Any:
    """Views of text, which not every function of Arrow takes, as text."""
    import pyarrow as pa

    return pa.string() if pa.types.is_string_view(kind) else kind


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        meant = nearest(zone, zoneinfo.available_timezones()) or DEFAULT_ZONE
        raise log_error("ZS4050", zone=zone, meant=meant) from None


def _instant(value: Moment | None, zone: str, end: Literal["from", "until"]) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(UTC)
    try:
        return moment(value if isinstance(value, str) else value.isoformat(), zone, end)
    except (ValueError, OverflowError):
        raise log_error("ZS4045", value=value) from None
