"""Logs: what was handed in, read into canonical tables, checked against the vocabulary, counted.

`load` reads a folder, a manifest or a file, `from_tables` tables in memory; `install` and `MemoryStore` take
Python rows; `DuckStore` reads tables back.
"""

from typing import TYPE_CHECKING

from zhunsheng.logs.canonical import install
from zhunsheng.logs.errors import LogError
from zhunsheng.logs.loading import LoadedLog, load
from zhunsheng.logs.memory import MemoryStore
from zhunsheng.logs.quality import Quality
from zhunsheng.logs.store import DuckStore

if TYPE_CHECKING:
    from zhunsheng.logs.frames import from_tables

__all__ = [
    "DuckStore",
    "LoadedLog",
    "LogError",
    "MemoryStore",
    "Quality",
    "from_tables",
    "install",
    "load",
]


def __getattr__(name: str) -> object:
    if name == "from_tables":  # a check of files has no use for it
        from zhunsheng.logs.frames import from_tables

        return from_tables
    raise AttributeError(name)
