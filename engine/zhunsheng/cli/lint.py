"""`zhunsheng lint`: everything the static checks find in packs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from zhunsheng.cli.commands import LocalCommand, language_option, option
from zhunsheng.cli.exits import Exit
from zhunsheng.cli.words import words


def command(language: str) -> click.Command:
    """The command with help in `language`."""
    texts = words(language)

    def run(packs: tuple[str, ...], strict: bool) -> int:
        return lint(packs, strict, language)

    params: list[click.Parameter] = [
        click.Argument(["packs"], nargs=-1, required=True, metavar="PACK..."),
        option(texts, "lint", "--strict", is_flag=True),
        language_option(texts),
    ]
    return LocalCommand("lint", texts, params, run)


def lint(packs: tuple[str, ...], strict: bool, language: str) -> int:
    """Print all findings of each pack and a summary line; 2 with errors, 1 with warnings if `strict`."""
    from zhunsheng.cli.terminal import use_color
    from zhunsheng.diagnostics import Severity, render
    from zhunsheng.packs import lint_pack, load_pack

    texts, color = words(language), use_color(sys.stdout)
    errors = warnings = 0
    for name in packs:
        pack = load_pack(Path(name))
        found = lint_pack(pack)
        wrong = sum(each.severity is Severity.ERROR for each in found)
        errors, warnings = errors + wrong, warnings + len(found) - wrong
        for each in found:
            click.echo(render(each, language, color=color) + "\n")
        if found:
            click.echo(
                texts.text("lint_result.found", pack=pack.id, errors=wrong, warnings=len(found) - wrong)
            )
        else:
            program = pack.program
            click.echo(
                texts.text(
                    "lint_result.clean",
                    pack=pack.id,
                    rules=len(program.rules),
                    measures=len(program.measures),
                )
            )
    if errors:
        return Exit.USAGE
    return Exit.FAILS if strict and warnings else Exit.CONFORMS
