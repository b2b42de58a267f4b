"""`zhunsheng.check`: a pack against a log, from Python. Reports and exit codes are the command line's.

>>> import zhunsheng
>>> found = zhunsheng.check("gbt39734", "fixtures/pilot-site")  # doctest: +SKIP
>>> found.rules["reply_in_time"].counts.fail  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from zhunsheng.diagnostics import Diagnostic, render
from zhunsheng.logs.loading import LoadedLog
from zhunsheng.logs.model import Evidence
from zhunsheng.logs.quality import Quality
from zhunsheng.packs import LoadedPack, load_pack
from zhunsheng.verdicts.model import MeasureOutcome, RuleOutcome

if TYPE_CHECKING:
    from zhunsheng.verdicts.model import Evaluation


class PackError(Exception):
    """The pack has errors: `diagnostics` says which."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(render(each, "en") for each in diagnostics))
        self.diagnostics = tuple(diagnostics)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and what it rests on."""

    pack: LoadedPack
    evaluation: Evaluation
    evidence: Evidence
    quality: Quality

    @property
    def rules(self) -> Mapping[str, RuleOutcome]:
        return self.evaluation.rules

    @property
    def measures(self) -> Mapping[str, MeasureOutcome]:
        return self.evaluation.measures


def check(
    pack: str | Path | LoadedPack,
    log: str | Path | LoadedLog,
    *,
    as_of: datetime | str | None = None,
    profile: str | Path | None = None,
    calendars: Sequence[Path] = (),
    samples: int | None = 10,
) -> Checked:
    """Judge a log by a pack. The pack is a folder or a shipped pack's id; the log a path as `--log` takes it,
    or one that is loaded (`logs.load`, `logs.from_tables`), which stays open.

    `as_of` and `profile` are for a path only: a loaded log has its own. `as_of` is "now", an aware time, or
    text with its offset. `samples` caps the findings kept per rule (None: all).

    Raises PackError, LogError, `calendars.CalendarFileError`; ValueError for an `as_of` that is no moment, or
    for one beside a loaded log.
    """
    from zhunsheng import calendars as calendars_
    from zhunsheng.engines.duckdb import evaluate

    judged = pack if isinstance(pack, LoadedPack) else load_pack(Path(pack))
    if judged.has_errors:
        raise PackError(judged.diagnostics)
    calendar = calendars_.load(calendars)
    if isinstance(log, LoadedLog):
        if as_of is not None or profile is not None:
            raise ValueError("a loaded log has its observation time and its profile")
        found = evaluate(judged.program, log.connection, log.evidence, calendar, samples=samples)
        return Checked(judged, found, log.evidence, log.quality)
    from zhunsheng.logs import load

    loaded = load(Path(log), judged.program.vocabulary, as_of=_moment(as_of), profile=profile)
    try:
        return check(judged, loaded, calendars=calendars, samples=samples)
    finally:
        loaded.close()


def _moment(written: datetime | str | None) -> datetime | Literal["now"] | None:
    if written is None:
        return None
    if written == "now":
        return "now"
    found = written if isinstance(written, datetime) else datetime.fromisoformat(written)
    if found.tzinfo is None:
        raise ValueError(f"as_of needs an offset: {written}")
    return found
