"""What can go wrong inside an engine, apart from anything a user did."""

from __future__ import annotations


class EngineFault(Exception):
    """The engine failed on rules the checker accepts: a bug, never a verdict. `rules` names where; `sql`
    what was run."""

    def __init__(self, rules: str, cause: str, sql: str = "") -> None:
        super().__init__(f"{rules}: {cause}")
        self.rules = rules
        self.cause = cause
        self.sql = sql
