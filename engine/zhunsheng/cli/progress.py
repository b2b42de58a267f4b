"""Progress on a terminal, for anything over two seconds; nothing at all anywhere else."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 2.0
"""Seconds before anything is shown: a quick command stays quiet."""


class Steps:
    """Names the step that is running; a thread draws it once `PATIENCE` has passed."""

    def __init__(self, first: str) -> None:
        self.current = first
        self._done = threading.Event()

    def step(self, name: str) -> None:
        """From here on `name` is running."""
        self.current = name

    def _draw(self) -> None:
        if self._done.wait(PATIENCE):
            return
        from rich.console import Console

        console = Console(stderr=True)
        with console.status(self.current) as status:
            while not self._done.wait(0.2):
                status.update(self.current)


@contextmanager
def steps(first: str) -> Iterator[Steps]:
    """Steps drawn on stderr when it is a terminal."""
    shown = Steps(first)
    if not sys.stderr.isatty():
        yield shown
        return
    thread = threading.Thread(target=shown._draw, daemon=True)
    thread.start()
    try:
        yield shown
    finally:
        shown._done.set()
        thread.join()
