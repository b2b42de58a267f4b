"""A bad log through the command line, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bad_logs.model import Case, write
from cli.commandline import Ended, command, process

PACK = Path(__file__).parent / "pack"


@dataclass(frozen=True, slots=True)
class Seen:
    """How a check ended, and the file that it was to write."""

    ended: Ended
    output: str | None


def checked(case: Case, folder: Path, language: str, format_: str) -> Seen:
    """`zhunsheng check` with the report going to a file, which may not be there when it ends badly."""
    log = folder / "log"
    if not log.exists():
        log.mkdir()
        write(log, case.files)
    output = folder / f"report.{language}.{format_}"
    options = [str(log / each[1:]) if each.startswith("@") else each for each in case.options]
    line = ["check", PACK, "--log", log / case.log, "--format", format_, "--limit-samples", "500"]
    run = process if case.speed == "slow" else command
    ended = run(*line, "--output", output, *options, language=language)
    left = sorted(path.name for path in folder.iterdir() if path.name not in ("log", output.name))
    assert not [name for name in left if not name.startswith("report.")], f"left behind: {left}"
    return Seen(ended, output.read_text(encoding="utf-8") if output.exists() else None)


def quality(seen: Seen) -> dict[str, Any]:
    """The quality section of a JSON report."""
    assert seen.output is not None, seen.ended.err
    found: dict[str, Any] = json.loads(seen.output)["quality"]
    return found
