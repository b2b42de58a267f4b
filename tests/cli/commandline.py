"""The command as users run it, on a small pack and small logs."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = Path(__file__).parent / "small"

RATINGS = """\
rating_id,rated_at,level,region,phone
P1,2024-03-01T09:00:00+08:00,1,east,13900001111
P2,2024-03-04T09:00:00+08:00,2,west,
P3,2024-03-05T09:00:00+08:00,5,east,
"""
REPLIES = """\
reply_id,rating_id,replied_at
H1,P1,2024-03-06T10:00:00+08:00
H2,P2,2024-03-20T10:00:00+08:00
"""
MANIFEST = """\
zone: Asia/Shanghai
coverage: {from: 2024-01-01, until: 2024-03-31}
sources: {rating: {file: rating.csv}, reply: {file: reply.csv}}
"""


@dataclass(frozen=True)
class Ended:
    """How a command line ended."""

    code: int
    out: str
    err: str


def command(*arguments: object, language: str | None = "en") -> Ended:
    """Run the command line in this process, in an English locale: an exception that nobody catches ends
    the test."""
    from zhunsheng.cli.entry import run

    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2)]
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        code = run(_words(arguments, language))
        for stream in streams:
            stream.flush()
    out, err = (stream.buffer.getvalue().decode("utf-8") for stream in streams)  # type: ignore[attr-defined]
    return Ended(int(code), out, err)


def process(*arguments: object, language: str | None = "en", **environment: str) -> Ended:
    """Run the real command in a process of its own; no traceback may ever show."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    variables |= {"PYTHONPATH": str(ROOT / "engine"), "PYTHONUTF8": "1", **environment}
    line = [sys.executable, "-m", "zhunsheng", *_words(arguments, language)]
    ended = subprocess.run(line, capture_output=True, env=variables, timeout=300, check=False)
    out, err = ended.stdout.decode("utf-8"), ended.stderr.decode("utf-8")
    assert "Traceback" not in out + err
    return Ended(ended.returncode, out, err)


def _words(arguments: tuple[object, ...], language: str | None) -> list[str]:
    given = [str(argument) for argument in arguments]
    return given if language is None else ["--lang", language, *given]


def write_log(
    folder: Path, *, ratings: str = RATINGS, replies: str | None = REPLIES, manifest: str | None = MANIFEST
) -> Path:
    """A log of the small pack."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rating.csv").write_text(ratings, encoding="utf-8")
    if replies is not None:
        (folder / "reply.csv").write_text(replies, encoding="utf-8")
    if manifest is not None:
        (folder / "log.yaml").write_text(manifest, encoding="utf-8")
    return folder


def write_pack(folder: Path, **files: str) -> Path:
    """A copy of the small pack with some files replaced or added: `rules="…"` is rules.rule."""
    import shutil

    shutil.copytree(SMALL, folder)
    for name, text in files.items():
        (folder / f"{name}.rule").write_text(text, encoding="utf-8")
    return folder
