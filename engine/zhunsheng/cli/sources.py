"""What commands start from: packs, rules picked out of them, calendar, observation time. All problems end
in `Stop`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from zhunsheng.cli.exits import Exit, Stop, stop
from zhunsheng.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from zhunsheng.calendars import Calendar
    from zhunsheng.packs import LoadedPack
    from zhunsheng.semantics.typed import Index, Measure, Program, Rule
    from zhunsheng.semantics.vocabulary import Vocabulary

AsOf = datetime | Literal["now"] | None


def load_packs(names: Sequence[str]) -> list[LoadedPack]:
    """The packs, free of errors, with one vocabulary and no rule in two of them. A pack named twice counts
    once.

    Raises Stop with everything that is wrong in any of them (exit code 2).
    """
    from zhunsheng.packs import load_pack

    packs = list({pack.path.resolve(): pack for pack in (load_pack(Path(name)) for name in names)}.values())
    wrong = [found for pack in packs for found in pack.diagnostics if found.severity is Severity.ERROR]
    if wrong:
        raise Stop(wrong, Exit.USAGE)
    _share_vocabulary(packs)
    _collide_nowhere(packs)
    return packs


def _share_vocabulary(packs: Sequence[LoadedPack]) -> None:
    for pack in packs[1:]:
        if pack.program.vocabulary != packs[0].program.vocabulary:
            raise stop("ZS5017", {"pack": pack.id, "other": packs[0].id})


def _collide_nowhere(packs: Sequence[LoadedPack]) -> None:
    """Two folders may carry the same id, so it is the place of a pack that tells it from another."""
    owner: dict[str, LoadedPack] = {}
    found: list[Diagnostic] = []
    for pack in packs:
        for name in declared(pack.program):
            other = owner.setdefault(name, pack)
            if other is not pack:
                values = {"rule": name, "pack": _told(pack, other), "other": _told(other, pack)}
                found += stop("ZS5018", values).diagnostics
    if found:
        raise Stop(found, Exit.USAGE)


def _told(pack: LoadedPack, other: LoadedPack) -> str:
    return pack.id if pack.id != other.id else str(pack.path)


def declared(program: Program) -> list[str]:
    """Ids of its rules, measures and indices: they share one space of names."""
    parts: tuple[Rule | Measure | Index, ...] = (*program.rules, *program.measures, *program.indices)
    return [part.id for part in parts]


def known_names(names: Sequence[str], packs: Sequence[LoadedPack]) -> None:
    """Raises Stop (ZS5016, with the nearest name) when one of `names` is no rule or measure of the packs."""
    from zhunsheng.semantics.wording import suggestion

    all_names = [name for pack in packs for name in declared(pack.program)]
    unknown = [name for name in names if name not in all_names]
    if unknown:
        raise Stop(
            [
                found
                for name in unknown
                for found in stop("ZS5016", {"rule": name, **suggestion(name, all_names)}).diagnostics
            ],
            Exit.USAGE,
        )


def only(program: Program, names: frozenset[str]) -> Program:
    """The program with nothing but the named rules, measures and indices, and the measures that those
    indices weigh."""
    indices = tuple(index for index in program.indices if index.id in names)
    weighed = {measure for index in indices for measure, _ in index.terms}
    return replace(
        program,
        rules=tuple(rule for rule in program.rules if rule.id in names),
        measures=tuple(measure for measure in program.measures if measure.id in names | weighed),
        indices=indices,
    )


def load_calendar(files: Sequence[str]) -> Calendar:
    """The working-day calendar with the given files. Raises Stop."""
    from zhunsheng.calendars import CalendarFileError, load

    try:
        return load([Path(file) for file in files])
    except CalendarFileError as error:
        raise Stop((error.diagnostic,), Exit.USAGE) from error


def observation_time(text: str | None, log: Path, vocabulary: Vocabulary, *, named: bool = True) -> AsOf:
    """What `--as-of` says: None without it, "now", or an instant. A date is its 24:00, a time without
    offset is a local time, both in the zone of the log. Raises Stop (ZS5011), and for a log without
    readable manifest (exit code 4)."""
    if text is None or text == "now":
        return "now" if text else None
    day, clock = text[:10], text[11:]
    if clock in ("24:00", "24:00:00"):  # as reports write the end of a day
        text = day
    try:
        moment = datetime.fromisoformat(text)
        if len(text) <= 10:
            moment = datetime.combine(moment.date(), time.max)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(_zone(log, vocabulary, named)))
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise stop("ZS5011", {"option": "--as-of", "value": text}) from error
    if not 1900 <= moment.year <= 2199:
        raise stop("ZS5011", {"option": "--as-of", "value": text})
    return moment


def _zone(log: Path, vocabulary: Vocabulary, named: bool) -> str:
    from zhunsheng.logs import LogError
    from zhunsheng.logs.sources import find

    try:
        return find(log, vocabulary, named=named).zone
    except LogError as error:
        raise Stop((error.diagnostic,), Exit.UNREADABLE) from error
