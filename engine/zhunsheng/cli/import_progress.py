"""A progress bar of an import, on a terminal, for anything over two seconds."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zhunsheng.cli.progress import PATIENCE
from zhunsheng.logs.importing.running import Watch

if TYPE_CHECKING:
    from zhunsheng.logs.paths import SourceFile
    from zhunsheng.logs.session import Session
    from zhunsheng.reports.wording import Wording

_EVERY = 0.2


class _Bar:
    """Bytes of the files that were read, and of the one that is being read as far as the database tells."""

    def __init__(self, texts: Wording) -> None:
        self._texts = texts
        self._sizes: dict[str, int] = {}
        self._read = 0
        self._now = ""
        self._session: Session | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def starts(self, session: Session, sources: Sequence[SourceFile]) -> None:
        with contextlib.suppress(OSError):
            self._sizes = {each.name: each.path.stat().st_size for each in sources if each.url is None}
        session.connection.execute("SET enable_progress_bar = true")
        session.connection.execute("SET enable_progress_bar_print = false")
        self._session = session
        self._thread.start()

    def begins(self, name: str) -> None:
        file = max(
            (each for each in self._sizes if name == each or name.startswith((f"{each}/", f"{each} "))),
            key=len,
            default="",
        )
        if file != self._now:
            self._read += self._sizes.get(self._now, 0)
            self._now = file

    def ends(self) -> None:
        self._session = None
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _done(self) -> float:
        session = self._session
        part = 0.0
        if session is not None:
            with contextlib.suppress(Exception):
                part = max(0.0, session.connection.query_progress()) / 100
        return self._read + min(part, 1.0) * self._sizes.get(self._now, 0)

    def _draw(self) -> None:
        if self._ended.wait(PATIENCE):
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task(self._texts.text("progress.import"), total=sum(self._sizes.values()))
            furthest = 0.0
            while not self._ended.wait(_EVERY):
                furthest = max(furthest, self._done())
                shown.update(task, completed=furthest)


@contextmanager
def watching(texts: Wording) -> Iterator[Watch]:
    """What an import tells of itself, drawn on stderr when that is a terminal."""
    if not sys.stderr.isatty():
        yield Watch()
        return
    bar = _Bar(texts)
    yield Watch(bar.starts, bar.begins, bar.ends)
