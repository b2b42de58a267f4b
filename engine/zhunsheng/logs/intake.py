"""Every source of a log through its one pass: opened, mapped, staged, digested, counted; or refused with the
reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from zhunsheng.diagnostics.model import Diagnostic
from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.faults import Tally, bad_values, tally
from zhunsheng.logs.mapping import map_tables
from zhunsheng.logs.paths import LogFiles
from zhunsheng.logs.probe import Digest, count_lines, digest, encoding_error, first_bad_byte, nul_error
from zhunsheng.logs.quality import LISTED, BadValue, Quality, SourceQuality
from zhunsheng.logs.session import Session
from zhunsheng.logs.staging import Staged, stage
from zhunsheng.logs.tables.mending import in_gb18030, mend
from zhunsheng.logs.tables.model import Mapped, RawTable
from zhunsheng.logs.tables.opening import TEXT_FORMATS, open_tables
from zhunsheng.logs.tables.packing import Budget, unpacked
from zhunsheng.logs.tables.requoting import requoted
from zhunsheng.logs.tables.scanning import forget_rejects
from zhunsheng.logs.tables.shortening import shortened
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    from zhunsheng.logs.profiles import Profile

BAD_PERCENT = 1
"""A log of which more than this share is bad is not judged, even with quarantine."""
_NAMED = 5
"""Bad values that the refusal of a log names."""
_NOTHING = Digest("", None)


@dataclass(frozen=True, slots=True)
class Intake:
    """One raw table as one record type, after its one pass."""

    mapped: Mapped
    staged: Staged
    tally: Tally

    @property
    def record(self) -> str:
        return self.mapped.record

    @property
    def lines(self) -> int:
        """Physical lines of its text, which only complaints ask for; 0 where lines are not counted."""
        path = self.mapped.table.path
        return count_lines(path) if path is not None and self.tally.kept_out else 0


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was read, in the order in which rows are numbered."""

    intakes: tuple[Intake, ...]
    digests: dict[str, str]
    """File name as in messages -> sha256 in hexadecimal."""
    unread: tuple[str, ...] = ()
    """Tables that are of no record type, and files inside archives that cannot be read."""
    notes: tuple[Diagnostic, ...] = ()
    """What a profile has to say."""


class _Scans:
    """Whole passes over files, made beside the database's reading: both walk the same bytes while they are
    cached.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._started: dict[Path, Future[Digest]] = {}

    def start(self, path: Path, name: str, *, text: bool) -> Future[Digest]:
        if path not in self._started:
            self._started[path] = self._pool.submit(_readable, name, lambda: digest(path, text=text))
        return self._started[path]

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def _readable(name: str, read: Callable[[], Digest]) -> Digest:
    try:
        return read()
    except OSError as error:
        raise log_error("ZS4003", name, reason=error.strerror or "") from None


def take_in(files: LogFiles, vocabulary: Vocabulary, session: Session, profile: Profile | None) -> TakenIn:
    """Read every source into a staging table. Raises LogError for a file that cannot be read."""
    scans = _Scans()
    try:
        digests = {
            source.name: scans.start(source.path, source.name, text=source.format in TEXT_FORMATS)
            for source in files.sources
            if source.url is None
        }
        budget = Budget.of(session)
        opened = [
            (each, open_tables(each, session))
            for source in files.sources
            for each in unpacked(source, session, budget)
        ]
        tables = map_tables(opened, vocabulary, profile, session)
        taken = [
            _take_one(place, each, vocabulary, session, scans, zone=files.zone)
            for place, each in enumerate(tables.mapped)
        ]
        hexadecimal = {name: each.result().sha256 for name, each in digests.items()}
    finally:
        scans.close()
    tallies = tally([each.staged for each in taken], session.connection)
    intakes = (replace(each, tally=tallies[each.staged.table]) for each in taken)
    again = _Again(files.zone, vocabulary, session)
    checked = tuple(_checked(_separated(each, again), again) for each in intakes)
    return TakenIn(checked, hexadecimal, (*tables.unread, *budget.unread), tables.notes)


@dataclass(frozen=True, slots=True)
class _Again:
    """What it takes to read a source once more, over a copy."""

    zone: str
    vocabulary: Vocabulary
    session: Session

    def __call__(self, intake: Intake, other: RawTable) -> Intake:
        assert other.path is not None
        connection = self.session.connection
        forget_rejects(intake.mapped.table, connection)
        mapped = replace(intake.mapped, table=other)
        staged = _stage(mapped, intake.staged.table, self.zone, self.vocabulary, self.session)
        counted = tally([staged], connection)[staged.table]
        return Intake(mapped, staged, counted)


def _separated(intake: Intake, again: _Again) -> Intake:
    """The intake of a file in which the database met quotes that do not fit: read again when one of them had
    swallowed the records that follow.
    """
    if not intake.tally.swallowing:
        return intake
    other = requoted(intake.mapped.table, again.session)
    return intake if other is None else again(intake, other)


def _checked(intake: Intake, again: _Again) -> Intake:
    """The intake of a file in which the database met bytes that are no UTF-8: read again when it is all in
    another encoding. Raises LogError when too many lines are in none.

    The database says so, too, of a stray quote beside Chinese text, which it cuts in the middle of a
    character.
    """
    counted, table = intake.tally, intake.mapped.table
    if not counted.encoding or table.path is None:
        return intake
    offset = first_bad_byte(table.path)
    if offset is None:
        return replace(intake, tally=replace(counted, encoding=0))
    if (other := in_gb18030(table, again.session)) is not None:
        intake = _separated(again(intake, other), again)
        counted = intake.tally
    if counted.encoding * 100 > counted.read * BAD_PERCENT:
        raise encoding_error(table, offset, share=BAD_PERCENT)
    return intake


def _take_one(
    place: int, mapped: Mapped, vocabulary: Vocabulary, session: Session, scans: _Scans, *, zone: str
) -> Intake:
    name = f"zhunsheng_stage_{place}"
    scan = _scan(mapped.table, scans)
    try:
        found = _stage(mapped, name, zone, vocabulary, session)
    except duckdb.Error:
        table = mend(mapped.table, scan.result() if scan is not None else _NOTHING, session)
        forget_rejects(table, session.connection)
        mapped = replace(mapped, table=table)
        scan = _scan(table, scans)
        try:
            found = _stage(mapped, name, zone, vocabulary, session)
        except duckdb.Error:
            raise log_error("ZS4018", table.source) from None
    seen = scan.result() if scan is not None else _NOTHING
    if seen.nul is not None:
        raise nul_error(mapped.table, seen.nul)
    if seen.endless:
        forget_rejects(mapped.table, session.connection)
        mapped = replace(mapped, table=shortened(mapped.table, session))
        found = _stage(mapped, name, zone, vocabulary, session)
    return Intake(mapped, found, Tally(0, 0))


def _stage(mapped: Mapped, name: str, zone: str, vocabulary: Vocabulary, session: Session) -> Staged:
    record = vocabulary.records[mapped.record]
    try:
        read = session.stage or stage
        return read(mapped, record, name, vocabulary, zone, session.connection)
    except duckdb.OutOfMemoryException:
        raise log_error("ZS4019", mapped.table.source) from None


def _scan(table: RawTable, scans: _Scans) -> Future[Digest] | None:
    return None if table.path is None else scans.start(table.path, table.source, text=True)


def list_bad(intakes: Sequence[Intake], connection: duckdb.DuckDBPyConnection) -> tuple[BadValue, ...]:
    """The first bad values of the log, by record type and line."""
    found: list[BadValue] = []
    for each in intakes:
        left = LISTED - len(found)
        found.extend(bad_values(each.staged, each.tally, connection, limit=left, lines=each.lines))
    return tuple(found)


def refuse_bad(intakes: Sequence[Intake], bad: tuple[BadValue, ...], on_bad_record: str) -> None:
    """Raise LogError when the log holds more bad records than may be kept out."""
    rows = sum(each.tally.read for each in intakes)
    wrong = sum(each.tally.kept_out for each in intakes)
    emptied = _emptied(intakes)
    too_many = wrong * 100 > rows * BAD_PERCENT
    if not wrong or not (on_bad_record == "fail" or too_many or emptied):
        return
    code = "ZS4062" if on_bad_record == "fail" else "ZS4061" if too_many else "ZS4063"
    error = log_error(code, bad[0].place, bad=wrong, rows=rows, limit=BAD_PERCENT, record=emptied)
    quality = Quality(tuple(source_quality(each) for each in intakes), bad_values=bad)
    raise LogError(error.diagnostic, quality, tuple(each.diagnostic for each in bad[:_NAMED]))


def _emptied(intakes: Sequence[Intake]) -> str:
    """A record type of which rows were read and none is left; empty when there is none."""
    read: dict[str, int] = {}
    kept: dict[str, int] = {}
    for each in intakes:
        read[each.record] = read.get(each.record, 0) + each.tally.read
        kept[each.record] = kept.get(each.record, 0) + each.tally.read - each.tally.kept_out
    return next((name for name, rows in read.items() if rows and not kept[name]), "")


def source_quality(intake: Intake) -> SourceQuality:
    """What is known of a source before its rows are settled: counts and columns, nothing of keys."""
    record, counted, mapped = intake.staged.record, intake.tally, intake.mapped
    return SourceQuality(
        record=record.name,
        file=mapped.table.source,
        format=mapped.table.format,
        encoding=mapped.table.encoding,
        rows_read=counted.read + counted.left_out,
        left_out=counted.left_out,
        accepted=counted.read - counted.kept_out,
        bad=counted.kept_out,
        key_personal=record.fields[record.key].personal,
        unknown_columns=mapped.unused,
        origins=mapped.origins,
        missing_columns=tuple(name for name in record.fields if name not in mapped.cells),
    )
