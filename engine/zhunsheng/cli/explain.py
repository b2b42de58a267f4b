"""`zhunsheng explain`: why one subject has its verdict."""

from __future__ import annotations

from typing import Any

import click

from zhunsheng.cli.commands import Choice, LocalCommand, help_of, language_option, option
from zhunsheng.cli.exits import Exit, stop
from zhunsheng.cli.words import words


def command(language: str) -> click.Command:
    """The command with help in `language`."""
    texts = words(language)

    def run(**given: Any) -> int:
        return explain(language=language, **given)

    params: list[click.Parameter] = [
        click.Argument(["pack"], metavar="PACK"),
        option(texts, "explain", "--log", metavar="LOG", required=True),
        option(texts, "explain", "--profile", metavar="PROFILE"),
        option(texts, "explain", "--decide", metavar="CONFLICT=READING", multiple=True),
        option(texts, "explain", "--mended", metavar="FILE", multiple=True),
        option(texts, "explain", "--rule", metavar="ID", required=True),
        option(texts, "explain", "--subject", metavar="KEY", required=True),
        option(texts, "explain", "--as-of", metavar="T"),
        Choice(["--format"], ("text", "json"), default="text", help=help_of(texts, "explain", ["--format"])),
        option(texts, "explain", "--output", "-o", metavar="FILE"),
        option(texts, "explain", "--calendar", "calendars", metavar="FILE", multiple=True),
        option(texts, "explain", "--reveal", is_flag=True),
        language_option(texts),
    ]
    return LocalCommand("explain", texts, params, run)


def explain(
    *,
    language: str,
    pack: str,
    log: str,
    rule: str,
    subject: str,
    as_of: str | None,
    format: str,
    output: str | None,
    calendars: tuple[str, ...],
    reveal: bool,
    profile: str | None = None,
    decide: tuple[str, ...] = (),
    mended: tuple[str, ...] = (),
) -> int:
    """Write the reasoning for every row with that key. Raises Stop, ZS5020 when there is none."""
    from zhunsheng.cli.judging import open_log, pseudonym_key
    from zhunsheng.cli.output import check_writable, write_result
    from zhunsheng.cli.sources import known_names, load_calendar, load_packs
    from zhunsheng.logs import DuckStore
    from zhunsheng.reference import explain as reasons
    from zhunsheng.reports.explanation import render_json, render_text
    from zhunsheng.reports.masking import Masking
    from zhunsheng.reports.reasons import record_label
    from zhunsheng.reports.values import instant

    check_writable(output)
    (loaded,) = load_packs([pack])
    known_names([rule], [loaded])
    program = loaded.program
    found = next((each for each in program.rules if each.id == rule), None)
    if found is None:
        raise stop("ZS5021", {"rule": rule})
    calendar = load_calendar(calendars)
    opened = open_log(log, loaded, as_of, "quarantine", profile=profile, decide=decide, mended=mended)
    store = DuckStore(opened.connection, program.vocabulary)
    explanations = reasons(program, rule, subject, store, opened.evidence, calendar)
    if not explanations:
        record = found.subject.var.record
        values = {
            "key": subject,
            "record_zh": record_label(record, program.vocabulary, "zh"),
            "record_en": record_label(record, program.vocabulary, "en"),
            "as_of": instant(opened.evidence.as_of, opened.evidence.zone),
        }
        raise stop("ZS5020", values)
    masking = Masking(reveal=reveal, key=pseudonym_key())
    render = render_json if format == "json" else render_text
    write_result(render(explanations, program, language, masking), output, utf8=format == "json")
    return Exit.CONFORMS
