"""The database a log is read into: in memory, limited, spilling to a folder of its own, closed to the
outside.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import to_sql

if TYPE_CHECKING:
    import duckdb

    from zhunsheng.logs.staging import Staged

MEMORY = "ZHUNSHENG_MEMORY"
"""Environment variable: most memory the database may take, as `8GB` or `512MB`."""
_SHARE = 0.6
_LEAST = 256 << 20


OPTIMIZERS_OFF = ("common_subplan", "partial_aggregate_pushdown")
"""The first gives wrong rows in DuckDB 2.0 for a statement that joins one table in two like places (see
tests/equivalence/cases); with the second, wide statements take twice as long to plan and gain nothing."""


@dataclass(frozen=True, slots=True)
class Session:
    connection: duckdb.DuckDBPyConnection
    spill: Path
    stage: Callable[..., Staged] | None = None
    """How a source is staged, in place of `logs.staging.stage`: an import reads into files of its own."""
    _copies: Iterator[int] = field(default_factory=itertools.count)

    def copy(self, stem: str, suffix: str) -> Path:
        """A new path in the folder of the session, for a copy of something that cannot be read as it is."""
        safe = re.sub(r"[^A-Za-z0-9_]", "_", stem)[:40]
        return self.spill / f"{next(self._copies)}_{safe}.{suffix}"

    def name(self, what: str) -> str:
        """A new name for a table of the database."""
        return f"zhunsheng_{what}_{next(self._copies)}"

    def close(self) -> None:
        """Close the database and remove what it spilled. May be called twice."""
        self.connection.close()
        _remove(self.spill)


def open_session(memory: str | None = None) -> Session:
    """Open an empty database. `memory` (or ZHUNSHENG_MEMORY) as `8GB`; default 60 % of what the machine
    has.
    """
    import duckdb

    limit = memory or os.environ.get(MEMORY) or f"{max(_LEAST, int(_available() * _SHARE)) >> 20}MiB"
    if not re.fullmatch(r"\d{1,9}(\.\d{1,3})?\s*[KMGT]i?B", limit):
        raise log_error("ZS4020", value=limit, variable=MEMORY)
    spill = Path(tempfile.mkdtemp(prefix="zhunsheng-"))
    atexit.register(_remove, spill)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": limit,
        "temp_directory": str(spill),
    }
    connection = duckdb.connect(config=config)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET disabled_optimizers = '{','.join(OPTIMIZERS_OFF)}'")
    return Session(connection, spill)


def declare(variables: Mapping[str, list[object]], connection: duckdb.DuckDBPyConnection) -> None:
    """Set variables that expressions refer to: long lists stay out of the statements."""
    for name, value in variables.items():
        connection.execute(f"SET VARIABLE {to_sql(exp.to_identifier(name, quoted=True))} = ?", [value])


def seal(connection: duckdb.DuckDBPyConnection) -> None:
    """No file and no setting can be reached from the database any more."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _available() -> int:
    """Bytes of memory of the machine, or of the container where it has less."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return total


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
