"""From packs and a log to the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast
from zoneinfo import ZoneInfo

from zhunsheng import __version__
from zhunsheng.cli.exits import Exit, Stop, stop
from zhunsheng.cli.inputs import input_parts
from zhunsheng.cli.profiles import chosen_profile, refused
from zhunsheng.cli.sources import known_names, load_calendar, observation_time, only
from zhunsheng.cli.waivers import read_waivers
from zhunsheng.logs import LogError
from zhunsheng.logs import load as load_log
from zhunsheng.logs.pseudonyms import given_key
from zhunsheng.logs.scanning import scan
from zhunsheng.logs.sufficiency import suspicions
from zhunsheng.reports.build import build
from zhunsheng.reports.evidence_parts import Looked
from zhunsheng.reports.judged import Judged, ListedClause, Run
from zhunsheng.reports.masking import Masking
from zhunsheng.reports.model import DisabledPart, PackPart, Report, WaiverPart
from zhunsheng.reports.quality_parts import quality_part
from zhunsheng.reports.reads import in_language
from zhunsheng.semantics import rule_digest
from zhunsheng.verdicts.waivers import Waiver, WaiverUse, overlay

if TYPE_CHECKING:
    from zhunsheng.calendars import Calendar
    from zhunsheng.cli.check import Options
    from zhunsheng.logs import LoadedLog
    from zhunsheng.logs.quarantine import Quarantine
    from zhunsheng.packs import LoadedPack
    from zhunsheng.semantics.typed import Index, Measure, Program, Rule
    from zhunsheng.semantics.vocabulary import Vocabulary
    from zhunsheng.verdicts.model import Evaluation


def judge(packs: Sequence[LoadedPack], options: Options, step: Callable[[str], None]) -> Report:
    """Evaluate every pack over the log and build the report. Raises Stop."""
    assert options.log is not None
    calendar = load_calendar(options.calendars)
    waivers = _waivers(options, packs)
    step("log")
    log = open_log(
        options.log,
        packs[0],
        options.as_of,
        options.on_bad_record,
        profile=options.profile,
        decide=options.decide,
        mended=options.mended,
        quarantine=_quarantine(options),
    )
    masking = Masking(reveal=options.reveal, key=pseudonym_key())
    return judge_log(packs, options, log, calendar, masking=masking, step=step, waivers=waivers)


def judge_log(
    packs: Sequence[LoadedPack],
    options: Options,
    log: LoadedLog,
    calendar: Calendar,
    *,
    masking: Masking,
    step: Callable[[str], None],
    waivers: Sequence[Waiver] = (),
) -> Report:
    """As `judge`, over a log that is open already."""
    step("evaluate")
    wanted = frozenset(options.rules)
    judged: list[Judged] = []
    waived: list[WaiverPart] = []
    today = log.evidence.as_of.astimezone(ZoneInfo(log.evidence.zone)).date()
    for pack in packs:
        program = only(pack.program, wanted) if wanted else pack.program
        mine = [waiver for waiver in waivers if waiver.rule in {rule.id for rule in program.rules}]
        evaluation = _evaluate(program, log, calendar, None if mine else max(options.samples, 1))
        evaluation, used = _overlaid(evaluation, mine, today, options.samples)
        waived += [_waiver_part(use, program, masking) for use in used]
        judged.append(_judged(pack, program, evaluation, options.language))
    step("report")
    programs = [pack.program for pack in judged]
    run = Run(
        zhunsheng=__version__,
        evidence=log.evidence,
        quality=quality_part(
            log.quality,
            programs,
            options.language,
            samples=options.samples,
            masking=masking,
            looked=_looked(log, packs[0].program.vocabulary, calendar),
        ),
        inputs=input_parts(packs, log.digests, calendar, options.waivers),
        waivers=waived,
        max_unknown=options.max_unknown,
        max_pending=options.max_pending,
        masking=masking,
        only=wanted,
    )
    return build(judged, run, options.language)


def open_log(
    path: str,
    pack: LoadedPack,
    as_of: str | None,
    on_bad_record: str,
    *,
    profile: str | None = None,
    decide: Sequence[str] = (),
    mended: Sequence[str] = (),
    quarantine: Quarantine | None = None,
) -> LoadedLog:
    """The log, read against the pack's vocabulary. Raises Stop with exit code 4, 2 for a wrong profile."""
    vocabulary = pack.program.vocabulary
    chosen = chosen_profile(profile, decide, vocabulary)
    moment = observation_time(as_of, Path(path), vocabulary, named=chosen is None)
    try:
        return load_log(
            Path(path),
            vocabulary,
            as_of=moment,
            on_bad_record=cast(Literal["fail", "quarantine"], on_bad_record),
            profile=chosen,
            mended=[Path(file) for file in mended],
            quarantine=quarantine,
        )
    except LogError as error:
        if error.quality is None:
            raise refused(error) from error
        found = [error.diagnostic]
        found += [bad.diagnostic for bad in error.quality.bad_values[:10]]
        raise Stop(found, Exit.UNREADABLE) from error


def _quarantine(options: Options) -> Quarantine | None:
    if options.quarantine is None:
        return None
    from zhunsheng.logs.quarantine import Quarantine

    return Quarantine(Path(options.quarantine), options.language, options.reveal)


def _looked(log: LoadedLog, vocabulary: Vocabulary, calendar: Calendar) -> Looked:
    """What the data says about the evidence and about personal data, beside the verdicts."""
    return Looked(
        suspicions(log.connection, vocabulary, log.evidence, calendar),
        scan(log.connection, vocabulary, log.evidence.tables),
    )


def pseudonym_key() -> bytes | None:
    """The key for pseudonyms, where one is set. Raises Stop (ZS4401)."""
    try:
        return given_key()
    except LogError as error:
        raise Stop((error.diagnostic,), Exit.USAGE) from error


def _evaluate(program: Program, log: LoadedLog, calendar: Calendar, samples: int | None) -> Evaluation:
    from zhunsheng.engines.duckdb import evaluate

    return evaluate(program, log.connection, log.evidence, calendar, samples=samples)


def _waivers(options: Options, packs: Sequence[LoadedPack]) -> list[Waiver]:
    if options.waivers is None:
        return []
    waivers = read_waivers(Path(options.waivers))
    known_names(list(dict.fromkeys(waiver.rule for waiver in waivers)), packs)
    rules = {rule.id for pack in packs for rule in pack.program.rules}
    for waiver in waivers:
        if waiver.rule not in rules:
            raise stop("ZS5024", {"path": options.waivers, "rule": waiver.rule})
    return waivers


def _overlaid(
    evaluation: Evaluation, waivers: Sequence[Waiver], today: date, samples: int
) -> tuple[Evaluation, tuple[WaiverUse, ...]]:
    """Fails covered by a waiver become `waived`; findings are capped only afterwards, so that none is
    overlooked."""
    uses: tuple[WaiverUse, ...] = ()
    outcomes = tuple(evaluation.rules.values())
    if waivers:
        laid = overlay(outcomes, waivers, today)
        outcomes, uses = laid.outcomes, laid.uses
    rules = {outcome.rule: replace(outcome, samples=outcome.samples[:samples]) for outcome in outcomes}
    return replace(evaluation, rules=rules), uses


def _waiver_part(use: WaiverUse, program: Program, masking: Masking) -> WaiverPart:
    waiver = use.waiver
    record = next(rule.subject.var.record for rule in program.rules if rule.id == waiver.rule)
    return WaiverPart(
        rule=waiver.rule,
        subject=masking.subject_key(program.vocabulary, record, waiver.subject),
        owner=waiver.owner,
        reason=waiver.reason,
        expires=waiver.expires,
        state=use.state.value,
        waived=use.waived,
    )


def _judged(pack: LoadedPack, program: Program, evaluation: Evaluation, language: str) -> Judged:
    parts: tuple[Rule | Measure | Index, ...] = (*program.rules, *program.measures, *program.indices)
    digests = {part.id: "sha256:" + rule_digest(program, part) for part in parts}
    return Judged(
        _pack_part(pack, language),
        program,
        evaluation,
        digests,
        tuple(
            ListedClause(
                clause.standard,
                clause.number,
                clause.title,
                clause.status,
                clause.why,
                clause.over_report,
                clause.under_report,
            )
            for clause in pack.clauses
        ),
    )


def _pack_part(pack: LoadedPack, language: str) -> PackPart:
    return PackPart(
        pack.id,
        pack.version,
        in_language(pack.title, language) or pack.id,
        pack.parent.id if pack.parent else None,
        tuple(DisabledPart(each.rule, in_language(each.reason, language) or "") for each in pack.disabled),
        pack.overridden,
    )
