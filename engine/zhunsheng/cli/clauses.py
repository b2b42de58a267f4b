"""`zhunsheng clauses`: the clause list of a pack, with how far rules cover each clause."""

from __future__ import annotations

import click

from zhunsheng.cli.commands import Choice, LocalCommand, help_of, language_option, option
from zhunsheng.cli.exits import Exit
from zhunsheng.cli.words import words


def command(language: str) -> click.Command:
    """The command with help in `language`."""
    texts = words(language)

    def run(pack: str, format: str, output: str | None) -> int:
        return clauses(pack, format, output, language)

    formats = ("text", "json", "markdown")
    params: list[click.Parameter] = [
        click.Argument(["pack"], required=True, metavar="PACK"),
        Choice(["--format"], formats, default="text", help=help_of(texts, "clauses", ["--format"])),
        option(texts, "clauses", "--output", "-o", metavar="FILE"),
        language_option(texts),
    ]
    return LocalCommand("clauses", texts, params, run)


def clauses(name: str, format: str, output: str | None, language: str) -> int:
    """Write the list of one pack. Raises Stop."""
    from zhunsheng.cli.output import check_writable, write_result
    from zhunsheng.cli.sources import load_packs
    from zhunsheng.drafting.clause_table import as_json, as_markdown, as_text, clause_rows

    check_writable(output)
    pack = load_packs([name])[0]
    rows = clause_rows(pack, language)
    if format == "json":
        text = as_json(pack, rows)
    elif format == "markdown":
        text = as_markdown(pack, rows, words(language))
    else:
        text = as_text(pack, rows, words(language))
    write_result(text, output, utf8=format != "text")
    return Exit.CONFORMS
