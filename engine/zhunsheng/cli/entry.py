"""From arguments to an exit code. Every way a command can end passes here, so no traceback ever reaches a
user."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Iterable, Sequence

from zhunsheng.cli.exits import Exit, Stop
from zhunsheng.cli.language import chosen
from zhunsheng.diagnostics import Diagnostic


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. With ZHUNSHENG_DEBUG=1 an internal error is raised as
    it is."""
    language = chosen(arguments, os.environ)
    _be_lenient_about_encodings()
    _collect_seldom()
    try:
        code = _dispatch(arguments, language)
        sys.stdout.flush()
        return code
    except Stop as reason:
        complain(reason.diagnostics, language)
        _forget_output_if_broken()
        return reason.code
    except KeyboardInterrupt:
        complain((Diagnostic("ZS5098", None),), language)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return Exit.BROKEN_PIPE
    except Exception as error:
        if _was_interrupted(error):
            complain((Diagnostic("ZS5098", None),), language)
            return Exit.INTERRUPTED
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            from zhunsheng.cli.output import not_written

            complain(not_written("stdout", error).diagnostics, language)
            _forget_output()
            return Exit.USAGE
        if os.environ.get("ZHUNSHENG_DEBUG") == "1":
            raise
        complain((Diagnostic("ZS5099", None, _cause(error)),), language)
        return Exit.USAGE


def _collect_seldom() -> None:
    """One command makes trees of rules and statements and ends: looking for cycles among them again and again
    took a tenth of a short check."""
    gc.set_threshold(200_000, 50, 50)


def _dispatch(arguments: Sequence[str], language: str) -> int:
    import click

    from zhunsheng.cli.commands import Program
    from zhunsheng.cli.usage import usage_diagnostic

    program = Program(language)
    try:
        with program.make_context("zhunsheng", list(arguments)) as context:
            code = program.invoke(context)
    except click.UsageError as error:
        raise Stop((usage_diagnostic(error),), Exit.USAGE) from error
    except click.exceptions.Exit as asked:  # `--help`, `--version`
        return asked.exit_code
    except click.Abort as error:
        raise KeyboardInterrupt from error
    return code if isinstance(code, int) else Exit.CONFORMS


def _was_interrupted(error: BaseException | None) -> bool:
    """Ctrl-C while the database computes: it stops its query with an error of its own."""
    while error is not None:
        if type(error).__name__ == "InterruptException" or str(error) == "Query interrupted":
            return True
        error = error.__cause__ or error.__context__
    return False


def complain(diagnostics: Iterable[Diagnostic], language: str) -> None:
    """Write diagnostics to stderr, in colour on a terminal."""
    from zhunsheng.cli.terminal import use_color
    from zhunsheng.diagnostics import render

    color = use_color(sys.stderr)
    for found in diagnostics:
        try:
            print(render(found, language, color=color), file=sys.stderr)
        except BrokenPipeError:
            return


def _cause(error: BaseException) -> dict[str, str]:
    """The kind of error, its first line, and the place it comes from: enough for a report, no traceback."""
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "?")
        if module.startswith("zhunsheng"):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    lines = str(error).splitlines()
    return {"kind": type(error).__name__, "message": lines[0] if lines else "", "place": place}


def _be_lenient_about_encodings() -> None:
    """A terminal that cannot show a character shows `?` instead; it is never a reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _forget_output_if_broken() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _forget_output()


def _forget_output() -> None:
    """Python flushes stdout once more at exit; give it somewhere to go, so that it does not complain
    again."""
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError):
        pass
    finally:
        os.close(null)
