"""Profiles on the command line: `--profile NAME`, and `--decide CONFLICT=READING`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zhunsheng.cli.exits import Exit, Stop, stop

if TYPE_CHECKING:
    from zhunsheng.logs.errors import LogError
    from zhunsheng.logs.profiles import Profile
    from zhunsheng.semantics.vocabulary import Vocabulary

_OF_PROFILES = ("ZS430", "ZS431", "ZS432", "ZS51", "ZS1")
"""Beginnings of the codes of mistakes in a profile, as against those of the files."""


def chosen_profile(name: str | None, decide: Sequence[str], vocabulary: Vocabulary) -> Profile | None:
    """The profile of that name or path, with the conflicts that `decide` settles. Raises Stop."""
    given = decisions(decide)
    if name is None:
        if given:
            raise stop("ZS5003", {"parameter": "--profile", "command": "--decide"})
        return None
    from zhunsheng.logs.errors import LogError
    from zhunsheng.logs.profiles import load, with_decisions

    try:
        return with_decisions(load(name, vocabulary), given)
    except LogError as error:
        raise refused(error) from error


def decisions(given: Sequence[str]) -> dict[str, str]:
    """`--decide name=reading`, given any number of times. Raises Stop (ZS5038)."""
    found: dict[str, str] = {}
    for one in given:
        name, sign, reading = one.partition("=")
        if not (sign and name.strip() and reading.strip()):
            raise stop("ZS5038", {"value": one})
        found[name.strip()] = reading.strip()
    return found


def refused(error: LogError) -> Stop:
    """What ends the command: usage for a wrong profile, unreadable for the files."""
    wrong = error.diagnostic.code.startswith(_OF_PROFILES)
    return Stop(error.diagnostics, Exit.USAGE if wrong else Exit.UNREADABLE)
