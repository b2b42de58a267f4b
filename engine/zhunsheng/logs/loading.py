"""`load`: a folder or manifest becomes canonical tables, evidence and a quality account.

>>> log = load(Path("fixtures/pilot-site"), vocabulary)  # doctest: +SKIP
>>> log.evidence.as_of, log.quality.bad_records  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.accounts import KeyAccount, keys, links
from zhunsheng.logs.canonical import create_empty
from zhunsheng.logs.conversion import variables
from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    cast,
    count,
    create_table,
    drop_table,
    named,
    select,
    table,
    text,
    to_sql,
)
from zhunsheng.logs.faults import Tally, bad_values, tally
from zhunsheng.logs.model import Evidence, TableFacts
from zhunsheng.logs.paths import LogFiles, SourceFile
from zhunsheng.logs.probe import (
    Digest,
    digest,
    encoding_error,
    first_bad_byte,
    nul_error,
    probe,
    unify_line_ends,
)
from zhunsheng.logs.quality import LISTED, BadValue, Quality, SourceQuality
from zhunsheng.logs.readers import reading
from zhunsheng.logs.session import Session, declare, open_session, seal
from zhunsheng.logs.sources import find
from zhunsheng.logs.staging import Staged, good, settle, stage, value_of
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    import duckdb

_BAD_PERCENT = 1
"""A log of which more than this share is bad is not judged, even with quarantine."""
_NAMED = 5
"""Bad values that the refusal of a log names."""


@dataclass(frozen=True, slots=True)
class LoadedLog:
    """A log ready for both evaluators. Close it to free its memory and what it spilled."""

    connection: duckdb.DuckDBPyConnection
    evidence: Evidence
    quality: Quality
    digests: Mapping[str, str]
    """File name as in messages -> sha256 in hexadecimal, for every input file."""
    session: Session

    def close(self) -> None:
        self.session.close()


@dataclass(frozen=True, slots=True)
class _Read:
    """One source after its one pass."""

    source: SourceFile
    staged: Staged
    tally: Tally
    digest: Digest


def load(
    path: Path,
    vocabulary: Vocabulary,
    *,
    as_of: datetime | Literal["now"] | None = None,
    on_bad_record: Literal["fail", "quarantine"] = "quarantine",
    memory: str | None = None,
) -> LoadedLog:
    """Read a log: `path` is a folder or a manifest.

    `as_of` (aware) is the observation time; default the end of the coverage, else the latest time in the log.
    `memory` limits the database, as `8GB`. Raises LogError (ZS4xxx) when the log cannot be read, when a
    record is bad and `on_bad_record` is `fail`, and when more than 1 % of the records are bad.
    """
    files = find(path, vocabulary)
    for source in files.sources.values():
        probe(source)
    session = open_session(memory)
    try:
        return _load(files, vocabulary, as_of, on_bad_record, session)
    except BaseException:
        session.close()
        raise


def _load(
    files: LogFiles,
    vocabulary: Vocabulary,
    as_of: datetime | Literal["now"] | None,
    on_bad_record: Literal["fail", "quarantine"],
    session: Session,
) -> LoadedLog:
    connection = session.connection
    declare(variables(vocabulary, files.zone), connection)
    pool = ThreadPoolExecutor(1)
    try:
        # Digests are made beside the database's reading: both walk the same bytes while they are cached.
        digests = {name: pool.submit(_digest, source) for name, source in files.sources.items()}
        reads = {
            name: _read(files.sources[name], digests[name], files.zone, vocabulary, session)
            for name in vocabulary.records
            if name in files.sources
        }
    finally:
        pool.shutdown(cancel_futures=True)
    sums = {read.source.name: read.digest.sha256 for read in reads.values()}
    if files.manifest is not None:
        sums = {files.manifest.name: digest(files.manifest, text=False).sha256, **sums}
    bad = _listed(reads, connection)
    _refuse_bad(reads, bad, on_bad_record, files)
    at = _observation_time(as_of, files, reads, connection)
    quality, facts = _settle(files, vocabulary, reads, bad, at, connection)
    for read in reads.values():
        if read.source.unified:
            read.source.path.unlink()
    seal(connection)
    evidence = Evidence(files.zone, at, files.coverage, files.gaps, facts)
    return LoadedLog(connection, evidence, quality, sums, session)


def _digest(source: SourceFile) -> Digest:
    try:
        return digest(source.path, text=source.format != "parquet")
    except OSError as error:
        raise log_error("ZS4003", source.name, reason=error.strerror or "") from None


def _read(
    source: SourceFile, digested: Future[Digest], zone: str, vocabulary: Vocabulary, session: Session
) -> _Read:
    import duckdb

    try:
        staged = _stage(source, zone, vocabulary, session)
        found = digested.result()
    except duckdb.Error:
        found = digested.result()
        source, staged = _stage_again(source, found, zone, vocabulary, session)
        found = replace(found, lines=digest(source.path, text=True).lines)
    if found.nul is not None:
        raise nul_error(source, found.nul)
    counted = tally(staged, session.connection)
    if counted.encoding * 100 > counted.read * _BAD_PERCENT:
        raise encoding_error(source, first_bad_byte(source.path) or 0)
    return _Read(source, staged, counted, found)


def _stage(source: SourceFile, zone: str, vocabulary: Vocabulary, session: Session) -> Staged:
    import duckdb

    record = vocabulary.records[source.record]
    try:
        return stage(
            record, reading(source, record, session.connection), vocabulary, zone, session.connection
        )
    except duckdb.OutOfMemoryException:
        raise log_error("ZS4019", source.name) from None


def _stage_again(
    source: SourceFile, digested: Digest, zone: str, vocabulary: Vocabulary, session: Session
) -> tuple[SourceFile, Staged]:
    """The database gave up on a file. Mixed line ends can be helped, anything else is told."""
    import duckdb

    if source.format == "parquet":
        raise log_error("ZS4014", source.name)
    if digested.nul is not None:
        raise nul_error(source, digested.nul)
    if (offset := first_bad_byte(source.path)) is not None:
        raise encoding_error(source, offset)
    copy = session.spill / f"{source.record}.{source.format}"
    try:
        if unify_line_ends(source.path, copy):
            again = replace(source, path=copy, unified=True)
            return again, _stage(again, zone, vocabulary, session)
    except (duckdb.Error, OSError):
        pass
    raise log_error("ZS4018", source.name)


def _listed(reads: Mapping[str, _Read], connection: duckdb.DuckDBPyConnection) -> tuple[BadValue, ...]:
    found: list[BadValue] = []
    for read in reads.values():
        left = LISTED - len(found)
        lines = read.digest.lines
        found.extend(bad_values(read.staged, read.source, read.tally, connection, limit=left, lines=lines))
    return tuple(found)


def _refuse_bad(
    reads: Mapping[str, _Read], bad: tuple[BadValue, ...], on_bad_record: str, files: LogFiles
) -> None:
    rows = sum(read.tally.read for read in reads.values())
    wrong = sum(read.tally.kept_out for read in reads.values())
    emptied = next(
        (n for n, read in reads.items() if read.tally.read and read.tally.read == read.tally.kept_out), ""
    )
    too_many = wrong * 100 > rows * _BAD_PERCENT
    if not wrong or not (on_bad_record == "fail" or too_many or emptied):
        return
    code = "ZS4062" if on_bad_record == "fail" else "ZS4061" if too_many else "ZS4063"
    first = bad[0]
    error = log_error(code, first.place, bad=wrong, rows=rows, limit=_BAD_PERCENT, record=emptied)
    quality = Quality(
        tuple(_source_quality(read, KeyAccount(0, 0), 0) for read in reads.values()), bad_values=bad
    )
    raise LogError(error.diagnostic, quality, tuple(each.diagnostic for each in bad[:_NAMED]))


def _observation_time(
    as_of: datetime | Literal["now"] | None,
    files: LogFiles,
    reads: Mapping[str, _Read],
    connection: duckdb.DuckDBPyConnection,
) -> datetime:
    if as_of == "now":
        return datetime.now(UTC)
    if as_of is not None:
        return as_of.astimezone(UTC)
    if files.coverage.until is not None:
        return files.coverage.until
    latest: list[datetime] = []
    for read in reads.values():
        if read.staged.record.time is not None:
            newest = exp.Max(this=value_of(read.staged, read.staged.record.time))
            query = select([newest], table(read.staged.table), good())
            row = connection.execute(to_sql(query)).fetchone()
            if row is not None and row[0] is not None:
                latest.append(row[0].replace(tzinfo=UTC))
    if not latest:
        raise log_error("ZS4064")
    return max(latest)


def _settle(
    files: LogFiles,
    vocabulary: Vocabulary,
    reads: Mapping[str, _Read],
    bad: tuple[BadValue, ...],
    at: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> tuple[Quality, dict[str, TableFacts]]:
    """Canonical tables from the staged ones, and what they hold."""
    facts: dict[str, TableFacts] = {}
    sources: list[SourceQuality] = []
    late_tables: dict[str, str] = {}
    for name, record in vocabulary.records.items():
        read = reads.get(name)
        if read is None:
            create_empty(record, connection)
            facts[name] = TableFacts(supplied=False)
            continue
        late = _settle_one(read, at, late_tables, connection)
        account = keys(record, connection)
        facts[name] = TableFacts(True, account.rows, account.duplicate_keys == 0)
        sources.append(_source_quality(read, account, late))
    supplied = {name: vocabulary.records[name] for name in reads}
    found = [
        link
        for record in supplied.values()
        for link in links(record, supplied, late_tables, connection)
        if link.dangling
    ]
    for name in late_tables.values():
        connection.execute(drop_table(name))
    quality = Quality(
        sources=tuple(sources),
        not_supplied=tuple(name for name in vocabulary.records if name not in reads),
        bad_values=bad,
        links=tuple(found),
        unread_files=files.unread,
        notes=tuple(_notes(files, reads, sources, facts, vocabulary)),
    )
    return quality, facts


def _settle_one(
    read: _Read, at: datetime, late_tables: dict[str, str], connection: duckdb.DuckDBPyConnection
) -> int:
    """Make one canonical table; returns how many rows lie after the observation time."""
    staged = read.staged
    for name in (staged.reading.rejects, staged.reading.scans):
        if name is not None:
            connection.execute(drop_table(name))
    if staged.record.time is None:
        settle(staged, good(), connection)
        return 0
    time = value_of(staged, staged.record.time)

    def late() -> Expression:
        end = cast(text(at.replace(tzinfo=None).isoformat(sep=" ")), "TIMESTAMP")
        return exp.Coalesce(this=exp.GT(this=time.copy(), expression=end), expressions=[exp.false()])

    counted = select([count()], table(staged.table), all_of(good(), late()))
    row = connection.execute(to_sql(counted)).fetchone()
    assert row is not None
    if row[0]:
        name = f"zhunsheng_late_{staged.record.name}"
        key = named(value_of(staged, staged.record.key), "k")
        connection.execute(create_table(name, select([key], table(staged.table), all_of(good(), late()))))
        late_tables[staged.record.name] = name
    settle(staged, all_of(good(), exp.Not(this=late())), connection)
    return int(row[0])


def _source_quality(read: _Read, account: KeyAccount, late: int) -> SourceQuality:
    record, counted = read.staged.record, read.tally
    return SourceQuality(
        record=record.name,
        file=read.source.name,
        format=read.source.format,
        rows_read=counted.read,
        accepted=counted.read - counted.kept_out,
        bad=counted.kept_out,
        after_as_of=late,
        missing_keys=account.missing,
        duplicate_keys=account.duplicate_keys,
        duplicate_rows=account.duplicate_rows,
        duplicate_samples=account.samples,
        key_personal=record.fields[record.key].personal,
        unknown_columns=read.staged.reading.unknown_columns,
        missing_columns=tuple(name for name in record.fields if name not in read.staged.reading.cells),
    )


def _notes(
    files: LogFiles,
    reads: Mapping[str, _Read],
    sources: list[SourceQuality],
    facts: Mapping[str, TableFacts],
    vocabulary: Vocabulary,
) -> list[Diagnostic]:
    notes: list[Diagnostic] = []
    dated = [source for source in sources if vocabulary.records[source.record].time is not None]
    late = sum(source.after_as_of for source in dated)
    if late and not any(facts[source.record].rows for source in dated):
        notes.append(Diagnostic("ZS4071", None, {"rows": str(late)}, severity=Severity.WARNING))
    if files.unread:
        shown = {"files": ", ".join(files.unread[:10])}
        notes.append(Diagnostic("ZS4072", None, shown, severity=Severity.WARNING))
    for read in reads.values():
        if read.source.unified:
            notes.append(Diagnostic("ZS4073", None, {}, severity=Severity.WARNING, place=read.source.name))
    return notes
