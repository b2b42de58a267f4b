"""Values of a log as a reader sees them: codes by label, times in the log's zone, personal fields masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from zhunsheng.logs.model import Value
from zhunsheng.reports.layout import printable
from zhunsheng.reports.masking import Masking
from zhunsheng.reports.values import constant, instant
from zhunsheng.reports.wording import Wording
from zhunsheng.semantics.typed import Const
from zhunsheng.semantics.types import CodesType, CodeType
from zhunsheng.semantics.vocabulary import Vocabulary

LONGEST = 60
"""Characters of one value."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How values of one log are shown to one reader."""

    vocabulary: Vocabulary
    zone: str
    wording: Wording
    masking: Masking

    def value(self, record: str, field: str, cell: Value) -> str | None:
        """One field's value; None when it is missing. A personal one is masked unless revealed."""
        if cell is None:
            return None
        text = printable(self._plain(record, field, cell))
        text = self.masking.of_field(self.vocabulary, record, field, text)
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"

    def key(self, record: str, key: str | None) -> str | None:
        shown = self.masking.subject_key(self.vocabulary, record, key)
        return None if shown is None else printable(shown)

    def _plain(self, record: str, field: str, cell: Value) -> str:
        if isinstance(cell, datetime):
            return instant(cell, self.zone)
        type_ = self.vocabulary.records[record].fields[field].type
        if isinstance(cell, tuple):
            assert isinstance(type_, CodesType)
            one = CodeType(type_.codelist)
            return self.wording.text("list").join(self._constant(Const(each, one)) for each in cell)
        assert isinstance(cell, str | int | Fraction) or cell is not None
        return self._constant(Const(cell, type_))

    def _constant(self, value: Const) -> str:
        return constant(value, self.wording, self.vocabulary)
