"""Exit codes, and the one exception that ends a command with a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from zhunsheng.diagnostics import Diagnostic


class Exit(IntEnum):
    """What the exit code says; the table stands in every command's help."""

    CONFORMS = 0
    FAILS = 1
    USAGE = 2
    UNDETERMINED = 3
    UNREADABLE = 4
    INTERRUPTED = 130
    """Ctrl-C, as shells count it."""
    BROKEN_PIPE = 141
    """The reader of our output went away."""


class Stop(Exception):
    """Ends a command: what to tell the user, and the exit code."""

    def __init__(self, diagnostics: Sequence[Diagnostic], code: Exit) -> None:
        super().__init__(", ".join(found.code for found in diagnostics))
        self.diagnostics = tuple(diagnostics)
        self.code = code


def stop(code: str, values: Mapping[str, str] | None = None, *, exit_code: Exit = Exit.USAGE) -> Stop:
    """A `Stop` with one diagnostic of the catalogue (ZS50xx); the caller raises it."""
    return Stop((Diagnostic(code, None, dict(values or {})),), exit_code)
