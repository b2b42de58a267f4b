"""Logs: what was handed in, read into canonical tables, checked against the vocabulary, counted.

`load` reads a folder or a manifest; `install` and `MemoryStore` take Python rows; `DuckStore` reads
tables back.
"""

from zhunsheng.logs.canonical import install
from zhunsheng.logs.errors import LogError
from zhunsheng.logs.loading import LoadedLog, load
from zhunsheng.logs.memory import MemoryStore
from zhunsheng.logs.quality import Quality
from zhunsheng.logs.store import DuckStore

__all__ = ["DuckStore", "LoadedLog", "LogError", "MemoryStore", "Quality", "install", "load"]
