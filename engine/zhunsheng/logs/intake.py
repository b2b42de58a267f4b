"""Every source of a log through its one pass: staged, digested, counted; or refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import duckdb

from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.faults import Tally, bad_values, tally
from zhunsheng.logs.paths import LogFiles, SourceFile
from zhunsheng.logs.probe import Digest, digest, encoding_error, first_bad_byte, nul_error, unify_line_ends
from zhunsheng.logs.quality import LISTED, BadValue, Quality, SourceQuality
from zhunsheng.logs.readers import reading
from zhunsheng.logs.session import Session
from zhunsheng.logs.staging import Staged, stage
from zhunsheng.semantics.vocabulary import Vocabulary

BAD_PERCENT = 1
"""A log of which more than this share is bad is not judged, even with quarantine."""
_NAMED = 5
"""Bad values that the refusal of a log names."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One source after its one pass."""

    source: SourceFile
    staged: Staged
    digest: Digest
    tally: Tally


def take_in(files: LogFiles, vocabulary: Vocabulary, session: Session) -> dict[str, Intake]:
    """Read every source into its staging table. Raises LogError for a file that cannot be read."""
    wanted = [files.sources[name] for name in vocabulary.records if name in files.sources]
    pool = ThreadPoolExecutor(1)
    try:
        # Digests are made beside the database's reading: both walk the same bytes while they are cached.
        digests = [pool.submit(_digest, source) for source in wanted]
        staged = [
            _stage_source(source, digested, files.zone, vocabulary, session)
            for source, digested in zip(wanted, digests, strict=True)
        ]
    finally:
        pool.shutdown(cancel_futures=True)
    tallies = tally([each for _, each, _ in staged], session.connection)
    result: dict[str, Intake] = {}
    for source, each, digested_now in staged:
        counted = tallies[source.record]
        if counted.encoding:
            counted = _of_encoding(source, counted)
        result[source.record] = Intake(source, each, digested_now, counted)
    return result


def _of_encoding(source: SourceFile, counted: Tally) -> Tally:
    """The tally of a file in which the database met bytes that are no UTF-8. Raises LogError when too many.

    It also says so of a stray quote beside Chinese text, which it cuts in the middle of a character.
    """
    offset = first_bad_byte(source.path)
    if offset is None:
        return replace(counted, encoding=0)
    if counted.encoding * 100 > counted.read * BAD_PERCENT:
        raise encoding_error(source, offset)
    return counted


def _digest(source: SourceFile) -> Digest:
    try:
        return digest(source.path, text=source.format != "parquet")
    except OSError as error:
        raise log_error("ZS4003", source.name, reason=error.strerror or "") from None


def _stage_source(
    source: SourceFile, digested: Future[Digest], zone: str, vocabulary: Vocabulary, session: Session
) -> tuple[SourceFile, Staged, Digest]:
    try:
        staged = _stage(source, zone, vocabulary, session)
        found = digested.result()
    except duckdb.Error:
        found = digested.result()
        source, staged = _stage_again(source, found, zone, vocabulary, session)
        found = replace(found, lines=digest(source.path, text=True).lines)
    if found.nul is not None:
        raise nul_error(source, found.nul)
    return source, staged, found


def _stage(source: SourceFile, zone: str, vocabulary: Vocabulary, session: Session) -> Staged:
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


def list_bad(intakes: Mapping[str, Intake], connection: duckdb.DuckDBPyConnection) -> tuple[BadValue, ...]:
    """The first bad values of the log, by record type and line."""
    found: list[BadValue] = []
    for each in intakes.values():
        left, lines = LISTED - len(found), each.digest.lines
        found.extend(bad_values(each.staged, each.source, each.tally, connection, limit=left, lines=lines))
    return tuple(found)


def refuse_bad(intakes: Mapping[str, Intake], bad: tuple[BadValue, ...], on_bad_record: str) -> None:
    """Raise LogError when the log holds more bad records than may be kept out."""
    rows = sum(each.tally.read for each in intakes.values())
    wrong = sum(each.tally.kept_out for each in intakes.values())
    emptied = next((n for n, each in intakes.items() if 0 < each.tally.read == each.tally.kept_out), "")
    too_many = wrong * 100 > rows * BAD_PERCENT
    if not wrong or not (on_bad_record == "fail" or too_many or emptied):
        return
    code = "ZS4062" if on_bad_record == "fail" else "ZS4061" if too_many else "ZS4063"
    error = log_error(code, bad[0].place, bad=wrong, rows=rows, limit=BAD_PERCENT, record=emptied)
    quality = Quality(tuple(source_quality(each) for each in intakes.values()), bad_values=bad)
    raise LogError(error.diagnostic, quality, tuple(each.diagnostic for each in bad[:_NAMED]))


def source_quality(intake: Intake) -> SourceQuality:
    """What is known of a source before its rows are settled: counts and columns, nothing of keys."""
    record, counted = intake.staged.record, intake.tally
    return SourceQuality(
        record=record.name,
        file=intake.source.name,
        format=intake.source.format,
        rows_read=counted.read,
        accepted=counted.read - counted.kept_out,
        bad=counted.kept_out,
        key_personal=record.fields[record.key].personal,
        unknown_columns=intake.staged.reading.unknown_columns,
        missing_columns=tuple(name for name in record.fields if name not in intake.staged.reading.cells),
    )
