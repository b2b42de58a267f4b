"""`import_log`: a log becomes a canonical copy, or a further part of one; never half of it.

Parts are written into a folder of their own inside the copy and renamed at the end; the manifest, which
alone says what belongs to the copy, is replaced last and in one step. An import that is interrupted leaves
the former copy as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.conversion import variables
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.importing.folder import WORK, Folder, not_written, opened
from zhunsheng.logs.importing.inputs import Choice, choose
from zhunsheng.logs.importing.making import Making
from zhunsheng.logs.importing.masking import prepare
from zhunsheng.logs.importing.merging import period
from zhunsheng.logs.importing.model import Copy, key_mark
from zhunsheng.logs.importing.parts import PartWriter
from zhunsheng.logs.intake import list_bad, refuse_bad, take_in
from zhunsheng.logs.mapping import profile_of
from zhunsheng.logs.paths import LogFiles, SourceFile
from zhunsheng.logs.pseudonyms import KEY, Pseudonyms, given_key, pseudonyms
from zhunsheng.logs.quality import Quality
from zhunsheng.logs.session import Session, declare, open_session
from zhunsheng.logs.sources import find
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    from zhunsheng.logs.loading import OnBadRecord
    from zhunsheng.logs.profiles import Profile
    from zhunsheng.logs.quarantine import Quarantine

MEMORY = "1400MiB"
"""What the database of an import may take: the whole process then stays below 2 GiB."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    copy: Copy
    """As it stands now."""
    is_new: bool
    """Nothing was there before."""
    quality: Quality
    """Of the sources that were read now."""
    skipped: tuple[str, ...] = ()
    """Files that the copy held already, with the same content."""
    replaced: tuple[str, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """Told what happens, for a progress bar. The connection may be asked how far a statement has come."""

    starts: Callable[[Session, Sequence[SourceFile]], None] = lambda _session, _sources: None
    begins: Callable[[str], None] = lambda _name: None
    ends: Callable[[], None] = lambda: None


def import_log(
    path: Path,
    output: Path,
    vocabulary: Vocabulary,
    *,
    reveal: bool = False,
    profile: Profile | str | Path | None = None,
    on_bad_record: OnBadRecord = "quarantine",
    quarantine: Quarantine | None = None,
    replacing: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    memory: str | None = None,
    watch: Watch | None = None,
) -> Imported:
    """Read the log at `path` into the canonical copy at `output`, which is made or added to.

    Personal values are kept under pseudonyms unless `reveal`; the key is `ZHUNSHENG_KEY`. Files that the copy
    holds already are not read again; a changed one is refused unless it is among `replacing` (names of files,
    as the copy holds them). Raises LogError: all that `load` raises, and ZS45xx.
    """
    files = find(path, vocabulary, named=profile is None)
    if files.canonical is not None:
        raise log_error("ZS4516", str(path))
    if path.is_dir() and output.resolve().is_relative_to(path.resolve()):
        raise log_error("ZS4518", str(output), log=path)
    chosen, files = profile_of(profile, files, vocabulary)
    names = None if reveal else pseudonyms(environment)
    with opened(output, vocabulary) as folder:
        if folder.copy is not None:
            _fits(folder.copy, files, names, str(output), given=given_key(environment) is not None)
        choice = choose(files, folder.copy, replacing)
        if not choice.sources and folder.copy is not None:
            return Imported(folder.copy, False, Quality(unread_files=files.unread), choice.skipped)
        return _Run(
            folder, choice, vocabulary, names, chosen, on_bad_record, quarantine, memory, watch or Watch()
        ).read(files, fresh=not reveal and given_key(environment) is None)


def _fits(copy: Copy, files: LogFiles, names: Pseudonyms | None, place: str, *, given: bool) -> None:
    """Raise LogError when further files cannot be added to the copy: masked and revealed do not mix, nor do
    two keys or two zones.
    """
    if (copy.personal == "masked") != (names is not None):
        raise log_error("ZS4508" if copy.personal == "masked" else "ZS4509", place)
    if names is not None and (not given or copy.key != key_mark(names.key)):
        raise log_error("ZS4505", place, variable=KEY)
    if copy.zone != files.zone:
        raise log_error("ZS4510", place, zone=copy.zone, other=files.zone)


@dataclass(frozen=True, slots=True)
class _Run:
    """One import into a folder that is open."""

    folder: Folder
    choice: Choice
    vocabulary: Vocabulary
    names: Pseudonyms | None
    profile: Profile | None
    on_bad_record: OnBadRecord
    quarantine: Quarantine | None
    memory: str | None
    watch: Watch

    def read(self, files: LogFiles, *, fresh: bool) -> Imported:
        session = open_session(self.memory or MEMORY)
        try:
            work = Path(mkdtemp(prefix=WORK, dir=self.folder.path))
        except OSError as error:
            session.close()
            raise not_written(self.folder.path, error) from None
        self.watch.starts(session, self.choice.sources)
        try:
            imported = self._read(files, session, work)
        finally:
            self.watch.ends()
            session.close()
            shutil.rmtree(work, ignore_errors=True)
        if fresh:
            note = Diagnostic("ZS4514", None, {"variable": KEY}, severity=Severity.WARNING)
            imported = replace(imported, notes=(*imported.notes, note))
        return imported

    def _read(self, files: LogFiles, session: Session, work: Path) -> Imported:
        connection, old = session.connection, self.folder.copy
        writer = PartWriter(work, self.names is not None, self.watch.begins)
        if self.names is not None:
            prepare(self.names, list(self.vocabulary.records.values()), connection)
        declare(variables(self.vocabulary, files.zone), connection)
        chosen = replace(files, sources=self.choice.sources)
        taken = take_in(chosen, self.vocabulary, replace(session, stage=writer), self.profile)
        bad = list_bad(taken.intakes, connection)
        if self.quarantine is not None:
            from zhunsheng.logs.quarantine import write

            write(self.quarantine, taken.intakes, connection)
        refuse_bad(taken.intakes, bad, self.on_bad_record)
        making = Making(
            self.folder, self.choice, self.vocabulary, connection, writer, is_masked=self.names is not None
        )
        made = making.make(taken)
        coverage, gaps, notes = period(old, files)
        copy = Copy(
            files.zone,
            coverage,
            gaps,
            "revealed" if self.names is None else "masked",
            None if self.names is None else key_mark(self.names.key),
            made.records,
        )
        self.folder.keep(copy, made.moves)
        not_supplied = tuple(name for name in self.vocabulary.records if name not in made.records)
        unread = (*files.unread, *taken.unread)
        quality = Quality(made.sources, not_supplied, bad, (), unread)
        tables = {each.mapped.table.source: each.mapped.table for each in taken.intakes}
        told = [*taken.notes, *(note for each in tables.values() for note in each.notes), *notes]
        return Imported(copy, old is None, quality, self.choice.skipped, self.choice.replaced, tuple(told))
