"""`zhunsheng measures`: the rates of packs over a log, and what each setting of their switches gives."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from zhunsheng.cli.commands import Choice, LocalCommand, help_of, language_option, option
from zhunsheng.cli.exits import Exit, stop
from zhunsheng.cli.words import words

if TYPE_CHECKING:
    from zhunsheng.logs import LoadedLog
    from zhunsheng.packs import LoadedPack
    from zhunsheng.reports.model import Report
    from zhunsheng.spread import Spread

_PUBLICATION = "publication"
Periods = Mapping[str, Mapping[str, tuple[str | None, str | None]]]


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of `measures`."""

    packs: tuple[str, ...]
    language: str
    log: str
    as_of: str | None
    spread: bool
    only: tuple[str, ...]
    format: str
    output: str | None
    calendars: tuple[str, ...]
    on_bad_record: str
    reveal: bool
    profile: str | None = None
    decide: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()


def command(language: str) -> click.Command:
    """The command with help in `language`."""
    texts = words(language)

    def told(name: str) -> str:
        return help_of(texts, "measures", [name])

    def run(**given: Any) -> int:
        return measures(Options(language=language, **given))

    params: list[click.Parameter] = [
        click.Argument(["packs"], nargs=-1, required=True, metavar="PACK..."),
        option(texts, "measures", "--log", metavar="LOG", required=True),
        option(texts, "measures", "--profile", metavar="PROFILE"),
        option(texts, "measures", "--decide", metavar="CONFLICT=READING", multiple=True),
        option(texts, "measures", "--mended", metavar="FILE", multiple=True),
        option(texts, "measures", "--spread", is_flag=True),
        option(texts, "measures", "--measure", "only", metavar="ID", multiple=True),
        option(texts, "measures", "--as-of", metavar="T"),
        Choice(["--format"], ("text", "json"), default="text", help=told("--format")),
        option(texts, "measures", "--output", "-o", metavar="FILE"),
        option(texts, "measures", "--calendar", "calendars", metavar="FILE", multiple=True),
        Choice(
            ["--on-bad-record"], ("fail", "quarantine"), default="quarantine", help=told("--on-bad-record")
        ),
        option(texts, "measures", "--reveal", is_flag=True),
        language_option(texts),
    ]
    return LocalCommand("measures", texts, params, run)


def measures(options: Options) -> int:
    """Write them. What they are worth is for `check` to judge, so the exit code is 0. Raises Stop."""
    from zhunsheng.cli.output import check_writable, write_result
    from zhunsheng.cli.progress import steps
    from zhunsheng.cli.sources import known_names, load_packs

    texts = words(options.language)
    check_writable(options.output)
    with steps(texts.text("progress.packs")) as progress:
        packs = load_packs(options.packs)
        known_names(options.only, packs)
        asked = _asked(packs, options.only)
        report, spreads = _measured(
            packs, asked, options, lambda name: progress.step(texts.text(f"progress.{name}"))
        )
        text = _rendered(report, spreads, options)
    write_result(text, options.output, utf8=options.format == "json")
    return Exit.CONFORMS


def _asked(packs: Iterable[LoadedPack], only: tuple[str, ...]) -> tuple[str, ...]:
    """The measures and indices to show. Raises Stop (ZS5025) for a rule, or where there is none at all."""
    packs = list(packs)
    programs = [pack.program for pack in packs]
    known = [each.id for one in programs for each in one.measures]
    known += [each.id for one in programs for each in one.indices]
    for name in only:
        if name not in known:
            raise stop("ZS5025", {"rule": name})
    if not known:
        raise stop("ZS5026", {"packs": ", ".join(pack.id for pack in packs)})
    return only or tuple(known)


def _measured(
    packs: list[LoadedPack], asked: tuple[str, ...], options: Options, step: Any
) -> tuple[Report, tuple[Spread, ...] | None]:
    from zhunsheng.cli import check, judging
    from zhunsheng.cli.sources import load_calendar
    from zhunsheng.reports.masking import Masking

    calendar = load_calendar(options.calendars)
    step("log")
    log = judging.open_log(
        options.log,
        packs[0],
        options.as_of,
        options.on_bad_record,
        profile=options.profile,
        decide=options.decide,
        mended=options.mended,
    )
    masking = Masking(reveal=options.reveal, key=judging.pseudonym_key())
    given = check.Options(
        packs=options.packs,
        language=options.language,
        log=options.log,
        as_of=options.as_of,
        rules=asked,
        format=options.format,
        output=options.output,
        samples=0,
        on_bad_record=options.on_bad_record,
        calendars=options.calendars,
        max_unknown=0,
        max_pending=None,
        waivers=None,
        emit=None,
        reveal=options.reveal,
    )
    report = judging.judge_log(packs, given, log, calendar, masking=masking, step=step)
    if not options.spread:
        return report, None
    from zhunsheng.engines.duckdb import evaluate
    from zhunsheng.spread import spread

    step("spread")
    published = _published(log, packs[0])
    found = [
        one
        for pack in packs
        for one in spread(
            pack,
            log.evidence,
            lambda program: evaluate(program, log.connection, log.evidence, calendar, samples=0),
            published=published,
            language=options.language,
            masking=masking,
            wanted=options.only,
        )
    ]
    return report, tuple(found)


def _published(log: LoadedLog, pack: LoadedPack) -> Periods:
    """Measure -> publication -> its period, of every figure that was published."""
    from zhunsheng.logs import DuckStore

    facts = log.evidence.tables.get(_PUBLICATION)
    vocabulary = pack.program.vocabulary
    if _PUBLICATION not in vocabulary.records or facts is None or not facts.supplied:
        return {}
    key = vocabulary.records[_PUBLICATION].key
    found: dict[str, dict[str, tuple[str | None, str | None]]] = {}
    for row in DuckStore(log.connection, vocabulary).rows(_PUBLICATION):
        period = tuple(
            None if row.get(name) is None else str(row[name]) for name in ("period_from", "period_until")
        )
        found.setdefault(str(row.get("measure")), {})[str(row[key])] = (period[0], period[1])
    return found


def _rendered(report: Report, spreads: tuple[Spread, ...] | None, options: Options) -> str:
    if options.format == "json":
        from zhunsheng.spread.json_format import render_json

        return render_json(report, spreads)
    from zhunsheng.cli.terminal import PLAIN_WIDTH, use_color, width
    from zhunsheng.reports.text.page import Page
    from zhunsheng.reports.wording import wording
    from zhunsheng.spread.text import render_text

    plain = options.output is not None
    page = Page(
        wording(options.language),
        PLAIN_WIDTH if plain else width(sys.stdout),
        False if plain else use_color(sys.stdout),
        report.zone,
    )
    return render_text(report, spreads, page)
