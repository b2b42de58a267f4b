"""`zhunsheng map init` and `zhunsheng map check`: profiles, drafted from an export and held against it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhunsheng.cli.commands import Choice, LocalCommand, LocalGroup, help_of, language_option, option
from zhunsheng.cli.exits import Exit, Stop
from zhunsheng.cli.profiles import chosen_profile, refused
from zhunsheng.cli.words import words

if TYPE_CHECKING:
    from zhunsheng.semantics.vocabulary import Vocabulary


def command(language: str) -> click.Command:
    """The group with help in `language`."""
    return LocalGroup(
        "map", words(language), [_init(language), _check(language)], [language_option(words(language))]
    )


def _init(language: str) -> click.Command:
    texts = words(language)

    def run(**given: Any) -> int:
        return init(language=language, **given)

    params: list[click.Parameter] = [
        click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
        option(texts, "map_init", "--output", "-o", metavar="FILE"),
        option(texts, "map_init", "--extends", metavar="PROFILE"),
        language_option(texts),
    ]
    return LocalCommand("map_init", texts, params, run, shown="init")


def _check(language: str) -> click.Command:
    texts = words(language)

    def run(**given: Any) -> int:
        return check(language=language, **given)

    params: list[click.Parameter] = [
        click.Argument(["profile"], required=True, metavar="PROFILE"),
        click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
        option(texts, "map_check", "--decide", "decide", metavar="CONFLICT=READING", multiple=True),
        Choice(
            ["--format"], ("text", "json"), default="text", help=help_of(texts, "map_check", ["--format"])
        ),
        option(texts, "map_check", "--output", "-o", metavar="FILE"),
        language_option(texts),
    ]
    return LocalCommand("map_check", texts, params, run, shown="check")


def init(files: Sequence[str], output: str | None, extends: str | None, language: str) -> int:
    """Draft a profile. Raises Stop."""
    from zhunsheng.cli.output import check_writable, write_result
    from zhunsheng.logs.errors import LogError
    from zhunsheng.logs.profiles.drafting import draft
    from zhunsheng.logs.profiles.exports import open_export
    from zhunsheng.logs.session import open_session

    check_writable(output)
    vocabulary = shipped_vocabulary()
    session = open_session()
    try:
        tables = open_export([Path(name) for name in files], vocabulary, session)
        name = Path(output).stem if output not in (None, "-") else "mine"
        text = draft(name, tables, vocabulary, session, language, extends=extends)
    except LogError as error:
        raise refused(error) from error
    finally:
        session.close()
    write_result(text, output, utf8=True)
    return Exit.CONFORMS


def check(
    profile: str,
    files: Sequence[str],
    *,
    decide: Sequence[str] = (),
    format: str = "text",
    output: str | None = None,
    language: str = "en",
) -> int:
    """Look through an export with a profile; 1 when anything is wrong or open. Raises Stop."""
    from zhunsheng.cli.map_result import as_json, as_text
    from zhunsheng.cli.output import check_writable, write_result
    from zhunsheng.logs.errors import LogError
    from zhunsheng.logs.profiles.examining import examine
    from zhunsheng.logs.profiles.exports import open_export
    from zhunsheng.logs.session import open_session

    check_writable(output)
    vocabulary = shipped_vocabulary()
    chosen = chosen_profile(profile, decide, vocabulary)
    assert chosen is not None
    session = open_session()
    try:
        tables = open_export([Path(name) for name in files], vocabulary, session)
        seen = examine(chosen, tables, vocabulary, session)
    except LogError as error:
        raise refused(error) from error
    finally:
        session.close()
    text = as_json(seen) if format == "json" else as_text(seen, words(language))
    write_result(text, output, utf8=format == "json")
    return Exit.CONFORMS if seen.clean else Exit.FAILS


def shipped_vocabulary() -> Vocabulary:
    """The vocabulary that comes with the program: profiles speak of no other."""
    from zhunsheng.packs import locations
    from zhunsheng.semantics import load_vocabulary

    vocabulary, wrong = load_vocabulary(locations.records())
    if wrong:
        raise Stop(wrong, Exit.USAGE)
    return vocabulary
