"""`zhunsheng test`: the rule tests of packs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from zhunsheng.cli.commands import Choice, LocalCommand, Whole, help_of, language_option, option
from zhunsheng.cli.exits import Exit, Stop
from zhunsheng.cli.words import words

if TYPE_CHECKING:
    from zhunsheng.drafting.coverage import Coverage
    from zhunsheng.drafting.model import Case, CaseFile
    from zhunsheng.drafting.mutation import Mutation
    from zhunsheng.drafting.running import CaseResult
    from zhunsheng.packs import LoadedPack


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of `test`."""

    pack: str
    language: str
    rules: tuple[str, ...]
    format: str
    output: str | None
    engine: str
    coverage: bool
    threshold: int | None
    mutate: bool
    calendars: tuple[str, ...]


def command(language: str) -> click.Command:
    """The command with help in `language`."""
    texts = words(language)

    def run(**given: Any) -> int:
        return run_tests(Options(language=language, **given))

    formats, engines = ("text", "json", "junit"), ("reference", "both")
    params: list[click.Parameter] = [
        click.Argument(["pack"], required=True, metavar="PACK"),
        option(texts, "test", "--rule", "rules", metavar="ID", multiple=True),
        Choice(["--format"], formats, default="text", help=help_of(texts, "test", ["--format"])),
        option(texts, "test", "--output", "-o", metavar="FILE"),
        Choice(["--engine"], engines, default="reference", help=help_of(texts, "test", ["--engine"])),
        option(texts, "test", "--coverage", is_flag=True),
        Whole(["--threshold"], help=help_of(texts, "test", ["--threshold"])),
        option(texts, "test", "--mutate", is_flag=True),
        option(texts, "test", "--calendar", "calendars", metavar="FILE", multiple=True),
        language_option(texts),
    ]
    return LocalCommand("test", texts, params, run)


def run_tests(options: Options) -> int:
    """Run them; 0 all hold, 1 some do not (or coverage below the threshold, or a change unnoticed), 2 a
    test is broken. Raises Stop."""
    from zhunsheng.cli.output import check_writable, write_result
    from zhunsheng.cli.sources import known_names, load_calendar, load_packs
    from zhunsheng.drafting.coverage import coverage
    from zhunsheng.drafting.mutation import mutate
    from zhunsheng.drafting.ownership import changed_limits, own_names
    from zhunsheng.drafting.reading import read_tests
    from zhunsheng.drafting.running import run_case

    check_writable(options.output)
    pack = load_packs([options.pack])[0]
    known_names(options.rules, [pack])
    files, wrong = read_tests(pack)
    if wrong:
        raise Stop(wrong, Exit.USAGE)
    calendar, wanted = load_calendar(options.calendars), frozenset(options.rules)
    concerned = wanted or own_names(pack)
    cases = [case for file in files for case in file.cases if _concerns(case, wanted)]
    both = options.engine == "both"
    results = [run_case(case, pack.program, calendar, wanted, both=both) for case in cases]
    covered = (
        coverage(pack.program, cases, calendar, concerned)
        if options.coverage or options.threshold is not None
        else None
    )
    limits_of = {} if wanted else changed_limits(pack)
    mutations, untested = (
        mutate(pack.program, cases, calendar, concerned, limits_of) if options.mutate else ((), ())
    )
    found = _Found(files, results, covered, mutations if options.mutate else None, untested)
    write_result(_rendered(pack, options, found), options.output, utf8=options.format != "text")
    return _exit_code(options, found)


@dataclass(frozen=True, slots=True)
class _Found:
    files: tuple[CaseFile, ...]
    results: list[CaseResult]
    coverage: Coverage | None
    mutations: tuple[Mutation, ...] | None
    untested: tuple[str, ...]


def _concerns(case: Case, wanted: frozenset[str]) -> bool:
    """Whether the case expects anything (of what is wanted); a case that others extend may not."""
    names = {each.rule for each in case.rules} | {each.measure for each in case.measures}
    return bool(names & wanted if wanted else names)


def _exit_code(options: Options, found: _Found) -> Exit:
    failed = any(result.failures for result in found.results)
    if found.coverage is not None and options.threshold is not None:
        failed = failed or not found.coverage.reaches(options.threshold)
    if found.mutations is not None:
        failed = failed or bool(found.untested) or any(each.survived for each in found.mutations)
    return Exit.FAILS if failed else Exit.CONFORMS


def _rendered(pack: LoadedPack, options: Options, found: _Found) -> str:
    from zhunsheng.drafting import rendering

    if options.format == "json":
        return rendering.as_json(
            pack.id,
            found.results,
            options.language,
            coverage=found.coverage,
            mutations=found.mutations,
            untested=found.untested,
        )
    if options.format == "junit":
        return rendering.junit(pack.id, found.files, found.results, options.language)
    text = rendering.text(pack.id, found.results, options.language)
    if found.coverage is not None:
        text += rendering.coverage_text(found.coverage, options.threshold, options.language)
    if found.mutations is not None:
        text += rendering.mutation_text(found.mutations, found.untested, options.language)
    return text
