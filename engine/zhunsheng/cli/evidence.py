"""Evidence for plans that are printed without a log."""

from __future__ import annotations

from datetime import UTC, datetime

from zhunsheng.logs.model import Evidence, TableFacts
from zhunsheng.semantics.vocabulary import Vocabulary

_MOMENT = datetime(2024, 12, 31, 15, 59, 59, 999999, tzinfo=UTC)
"""The end of 2024 in China: any fixed time will do."""


def imagined(vocabulary: Vocabulary) -> Evidence:
    """A log that supplies every record type, with unique keys and no declared coverage."""
    return Evidence("Asia/Shanghai", _MOMENT, tables={name: TableFacts(True) for name in vocabulary.records})
