"""`load`: a folder or manifest becomes canonical tables, evidence and a quality account.

>>> log = load(Path("fixtures/pilot-site"), vocabulary)  # doctest: +SKIP
>>> log.evidence.as_of, log.quality.bad_records  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from zhunsheng.logs.conversion import variables
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.intake import Intake, list_bad, refuse_bad, take_in
from zhunsheng.logs.mapping import profile_of
from zhunsheng.logs.model import Evidence
from zhunsheng.logs.paths import LogFiles
from zhunsheng.logs.probe import digest
from zhunsheng.logs.quality import Quality
from zhunsheng.logs.session import Session, declare, open_session, seal
from zhunsheng.logs.settling import settle_all
from zhunsheng.logs.sources import find
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    import duckdb

    from zhunsheng.logs.profiles import Profile
    from zhunsheng.logs.quarantine import Quarantine

AsOf = datetime | Literal["now"] | None
OnBadRecord = Literal["fail", "quarantine"]


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


def load(
    path: Path,
    vocabulary: Vocabulary,
    *,
    as_of: AsOf = None,
    on_bad_record: OnBadRecord = "quarantine",
    memory: str | None = None,
    profile: Profile | str | Path | None = None,
    mended: Sequence[Path] = (),
    quarantine: Quarantine | None = None,
) -> LoadedLog:
    """Read a log: `path` is a folder, a manifest or a single file.

    `profile` (a shipped profile's name or a path) says which columns are which fields; without it, and when
    the manifest names none, names of tables and columns do.

    `mended` files hold records that an earlier load kept out, put right (`logs.mending`); `quarantine` says
    where to write those that are kept out now, also when the log is then refused.

    `as_of` (aware) is the observation time; default the end of the coverage, else the latest time in the log.
    `memory` limits the database, as `8GB`. Raises LogError (ZS4xxx) when the log cannot be read, when a
    record is bad and `on_bad_record` is `fail`, when more than 1 % of the records are bad, or all of a type.
    """
    files = find(path, vocabulary, named=profile is None)
    session = open_session(memory)
    try:
        return load_files(
            files,
            vocabulary,
            session,
            as_of=as_of,
            on_bad_record=on_bad_record,
            profile=profile,
            mended=mended,
            quarantine=quarantine,
        )
    except BaseException:
        session.close()
        raise


def load_files(
    files: LogFiles,
    vocabulary: Vocabulary,
    session: Session,
    *,
    as_of: AsOf,
    on_bad_record: OnBadRecord,
    profile: Profile | str | Path | None,
    mended: Sequence[Path] = (),
    quarantine: Quarantine | None = None,
) -> LoadedLog:
    """`load` for files that were already found, into an empty session; the caller closes it on an error."""
    if files.canonical is not None:
        from zhunsheng.logs.importing.loading import load_copy

        given = {"--profile": profile, "--mended": mended, "--quarantine": quarantine}
        if without_use := [option for option, value in given.items() if value]:
            raise log_error("ZS4520", str(files.manifest), options=", ".join(without_use))
        return load_copy(files, vocabulary, session, as_of=as_of)
    connection = session.connection
    chosen, files = profile_of(profile, files, vocabulary)
    declare(variables(vocabulary, files.zone), connection)
    taken = take_in(files, vocabulary, session, chosen)
    if mended:
        from zhunsheng.logs.mending import feed_back

        taken = feed_back(taken, mended, vocabulary, files.zone, connection)
    bad = list_bad(taken.intakes, connection)
    if quarantine is not None:
        from zhunsheng.logs.quarantine import write

        write(quarantine, taken.intakes, connection)
    refuse_bad(taken.intakes, bad, on_bad_record)
    at = _observation_time(as_of, files, taken.intakes)
    quality, facts = settle_all(files, vocabulary, taken, connection, bad=bad, at=at)
    seal(connection)
    digests = taken.digests
    if files.manifest is not None:
        digests = {files.manifest.name: digest(files.manifest, text=False).sha256, **digests}
    if chosen is not None:
        digests = {**digests, **chosen.digests}
    evidence = Evidence(files.zone, at, files.coverage, files.gaps, facts)
    return LoadedLog(connection, evidence, quality, digests, session)


def _observation_time(as_of: AsOf, files: LogFiles, intakes: Sequence[Intake]) -> datetime:
    """Language reference, section 10. Never the wall clock unless asked for."""
    if as_of == "now":
        return datetime.now(UTC)
    if as_of is not None:
        return as_of.astimezone(UTC)
    if files.coverage.until is not None:
        return files.coverage.until
    latest = [each.tally.latest for each in intakes if each.tally.latest is not None]
    if not latest:
        raise log_error("ZS4064")
    return max(latest)
