"""`zhunsheng import`: a log kept as a canonical copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from zhunsheng.cli.commands import Choice, LocalCommand, help_of, language_option, option
from zhunsheng.cli.exits import Exit, Stop
from zhunsheng.cli.words import words

if TYPE_CHECKING:
    from zhunsheng.logs.errors import LogError
    from zhunsheng.logs.importing.running import Imported
    from zhunsheng.logs.quality import SourceQuality
    from zhunsheng.reports.wording import Wording
    from zhunsheng.semantics.vocabulary import Vocabulary

_SHOWN = 5
"""Bad values that are told of."""
_UNREADABLE = ("ZS4503", "ZS4504", "ZS4506", "ZS4507")
"""Of what is said of copies, that which speaks of damaged files and not of how the command was called."""


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of `import`."""

    log: str
    language: str
    output: str
    profile: str | None
    decide: tuple[str, ...]
    pack: str | None
    on_bad_record: str
    quarantine: str | None
    replace: tuple[str, ...]
    reveal: bool


def command(language: str) -> click.Command:
    """The command with help in `language`."""
    texts = words(language)

    def run(**given: Any) -> int:
        return import_log(Options(language=language, **given))

    bad = Choice(
        ["--on-bad-record"],
        ("fail", "quarantine"),
        default="quarantine",
        help=help_of(texts, "import", ["--on-bad-record"]),
    )
    params: list[click.Parameter] = [
        click.Argument(["log"], required=True, metavar="LOG"),
        option(texts, "import", "--output", "-o", metavar="DIR", required=True),
        option(texts, "import", "--profile", metavar="PROFILE"),
        option(texts, "import", "--decide", metavar="CONFLICT=READING", multiple=True),
        option(texts, "import", "--pack", metavar="PACK"),
        bad,
        option(texts, "import", "--quarantine", metavar="DIR"),
        option(texts, "import", "--replace", metavar="NAME", multiple=True),
        option(texts, "import", "--reveal", is_flag=True),
        language_option(texts),
    ]
    return LocalCommand("import", texts, params, run)


def import_log(options: Options) -> int:
    """Run it and say what was read. Raises Stop."""
    from zhunsheng.cli.entry import complain
    from zhunsheng.cli.import_progress import watching
    from zhunsheng.cli.output import write_result
    from zhunsheng.cli.profiles import chosen_profile
    from zhunsheng.logs.errors import LogError
    from zhunsheng.logs.importing.running import import_log as run
    from zhunsheng.logs.quarantine import Quarantine

    texts = words(options.language)
    vocabulary = _vocabulary(options.pack)
    profile = chosen_profile(options.profile, options.decide, vocabulary)
    kept_out = (
        Quarantine(Path(options.quarantine), options.language, options.reveal)
        if options.quarantine is not None
        else None
    )
    try:
        with watching(texts) as watch:
            done = run(
                Path(options.log),
                Path(options.output),
                vocabulary,
                reveal=options.reveal,
                profile=profile,
                on_bad_record=cast(Literal["fail", "quarantine"], options.on_bad_record),
                quarantine=kept_out,
                replacing=options.replace,
                watch=watch,
            )
    except LogError as error:
        raise _refused(error) from error
    bad = [value.diagnostic for value in done.quality.bad_values[:_SHOWN]]
    complain((*bad, *done.notes), options.language)
    write_result("".join(f"{line}\n" for line in _told(done, options, vocabulary, texts)), None)
    return Exit.CONFORMS


def _vocabulary(pack: str | None) -> Vocabulary:
    if pack is None:
        from zhunsheng.cli.map import shipped_vocabulary

        return shipped_vocabulary()
    from zhunsheng.cli.sources import load_packs

    return load_packs([pack])[0].program.vocabulary


def _refused(error: LogError) -> Stop:
    """What ends the command: usage where the copy is the wrong one, unreadable where files are."""
    from zhunsheng.cli.profiles import refused

    code = error.diagnostic.code
    if error.quality is not None:
        found = [error.diagnostic, *(bad.diagnostic for bad in error.quality.bad_values[:_SHOWN])]
        return Stop(found, Exit.UNREADABLE)
    if code.startswith(("ZS4401", "ZS4402", "ZS45")) and code not in _UNREADABLE:
        return Stop(error.diagnostics, Exit.USAGE)
    return refused(error)


def _told(done: Imported, options: Options, vocabulary: Vocabulary, texts: Wording) -> Iterator[str]:
    from zhunsheng.reports.layout import table
    from zhunsheng.reports.reasons import record_label

    def say(name: str, **values: object) -> str:
        return texts.text(f"import_result.{name}", **values)

    sources = done.quality.sources
    yield say("made" if done.is_new else "added" if sources else "unchanged", folder=options.output)
    if sources:
        heads = [say(name) for name in ("record", "file", "read", "left_out", "accepted", "bad", "again")]
        rows = [
            [record_label(each.record, vocabulary, options.language), each.file, *map(_figure, _sum(each))]
            for each in sources
        ]
        yield ""
        yield from table(heads, rows, ("left", "left", *("right",) * 5))
        yield ""
        names = ("read", "left_out", "accepted", "bad", "again")
        totals = {
            name: _figure(sum(counts))
            for name, counts in zip(names, zip(*map(_sum, sources), strict=True), strict=True)
        }
        yield say("sum", **totals)
    if done.replaced:
        yield say("replaced", files=", ".join(done.replaced))
    if done.skipped:
        yield say("skipped", files=_some(done.skipped), count=len(done.skipped))
    if done.quality.unread_files:
        yield say("unread", files=_some(done.quality.unread_files))
    if done.quality.bad_records:
        yield say("quarantined" if options.quarantine else "kept_out", folder=options.quarantine)
    yield say(done.copy.personal)


def _sum(source: SourceQuality) -> tuple[int, int, int, int, int]:
    return source.rows_read, source.left_out, source.accepted, source.bad, source.duplicates


def _figure(number: int) -> str:
    return f"{number:,}"


def _some(names: tuple[str, ...], most: int = 6) -> str:
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")
