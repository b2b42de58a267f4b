"""`zhunsheng check`: a log against packs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from zhunsheng.cli.commands import Choice, LocalCommand, Whole, help_of, language_option, option
from zhunsheng.cli.exits import Exit, stop
from zhunsheng.cli.words import words

if TYPE_CHECKING:
    from zhunsheng.reports.model import Report

_STAGES = ("tree", "typed", "plan", "sql")


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of `check`."""

    packs: tuple[str, ...]
    language: str
    log: str | None
    as_of: str | None
    rules: tuple[str, ...]
    format: str
    output: str | None
    samples: int
    on_bad_record: str
    calendars: tuple[str, ...]
    max_unknown: int
    max_pending: int | None
    waivers: str | None
    emit: str | None
    reveal: bool
    profile: str | None = None
    decide: tuple[str, ...] = ()
    quarantine: str | None = None
    mended: tuple[str, ...] = ()


def command(language: str) -> click.Command:
    """The command with help in `language`."""
    texts = words(language)

    def told(name: str) -> str:
        return help_of(texts, "check", [name])

    def run(**given: Any) -> int:
        return check(Options(language=language, **given))

    params: list[click.Parameter] = [
        click.Argument(["packs"], nargs=-1, required=True, metavar="PACK..."),
        option(texts, "check", "--log", metavar="LOG"),
        option(texts, "check", "--profile", metavar="PROFILE"),
        option(texts, "check", "--decide", metavar="CONFLICT=READING", multiple=True),
        option(texts, "check", "--as-of", metavar="T"),
        option(texts, "check", "--rule", "rules", metavar="ID", multiple=True),
        Choice(["--format"], ("text", "json"), default="text", help=told("--format")),
        option(texts, "check", "--output", "-o", metavar="FILE"),
        Whole(["--limit-samples", "samples"], default="10", help=told("--limit-samples")),
        Choice(
            ["--on-bad-record"], ("fail", "quarantine"), default="quarantine", help=told("--on-bad-record")
        ),
        option(texts, "check", "--calendar", "calendars", metavar="FILE", multiple=True),
        Whole(["--max-unknown"], default="0", help=told("--max-unknown")),
        Whole(["--max-pending"], help=told("--max-pending")),
        option(texts, "check", "--waivers", metavar="FILE"),
        Choice(["--emit"], _STAGES, help=told("--emit")),
        option(texts, "check", "--reveal", is_flag=True),
        option(texts, "check", "--quarantine", metavar="DIR"),
        option(texts, "check", "--mended", metavar="FILE", multiple=True),
        language_option(texts),
    ]
    return LocalCommand("check", texts, params, run)


def check(options: Options) -> int:
    """Run it; the exit code says whether the log conforms. Raises Stop."""
    from zhunsheng.cli.output import check_writable, write_result
    from zhunsheng.cli.progress import steps
    from zhunsheng.cli.sources import known_names, load_packs

    if options.log is None and options.emit is None:
        raise stop("ZS5003", {"parameter": "--log", "command": "zhunsheng check"})
    texts = words(options.language)
    check_writable(options.output)
    with steps(texts.text("progress.packs")) as progress:
        packs = load_packs(options.packs)
        known_names(options.rules, packs)
        if options.emit is not None:
            from zhunsheng.cli.emit import emit

            text = emit(packs, options)
        else:
            from zhunsheng.cli.judging import judge

            report = judge(packs, options, lambda name: progress.step(texts.text(f"progress.{name}")))
            text = _rendered(report, options)
    write_result(text, options.output, utf8=options.format == "json")
    return Exit.CONFORMS if options.emit is not None else exit_code(report)


def exit_code(report: Report) -> Exit:
    """0, 1 or 3, as `conforms` says."""
    if report.conforms is None:
        return Exit.UNDETERMINED
    return Exit.CONFORMS if report.conforms else Exit.FAILS


def _rendered(report: Report, options: Options) -> str:
    if options.format == "json":
        from zhunsheng.reports.json_format import render_json

        return render_json(report)
    from zhunsheng.cli.terminal import PLAIN_WIDTH, use_color, width
    from zhunsheng.reports.text import render_text

    if options.output is not None:
        return render_text(report, width=PLAIN_WIDTH)
    return render_text(report, width=width(sys.stdout), color=use_color(sys.stdout))
