"""The page a text report is written on: its width, its language, its marks and colours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhunsheng.reports.layout import display_width, hanging, wrap
from zhunsheng.reports.model import IndexPart, MeasurePart, RulePart
from zhunsheng.reports.values import instant
from zhunsheng.reports.wording import Wording
from zhunsheng.verdicts.model import Verdict

_MARKS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.PENDING: "…",
    Verdict.UNKNOWN: "?",
    Verdict.ERROR: "!",
    Verdict.WAIVED: "~",
    Verdict.NOTAPPLICABLE: "-",
}
_COLORS = {
    "pass": "32",
    "fail": "1;31",
    "error": "1;35",
    "unknown": "33",
    "pending": "36",
    "waived": "34",
    "advisory": "33",
    "notapplicable": "2",
    "not_exercised": "2",
    "heading": "1",
    "faint": "2",
}


@dataclass(frozen=True, slots=True)
class Page:
    words: Wording
    width: int
    color: bool
    zone: str

    def paint(self, text: str, name: str) -> str:
        """`text` in the colour of a verdict (or "heading", "faint"), when colours are wanted."""
        return f"\x1b[{_COLORS[name]}m{text}\x1b[0m" if self.color and name in _COLORS else text

    def heading(self, name: str) -> str:
        return self.paint(self.words.text(f"report.{name}"), "heading")

    def verdict(self, verdict: Verdict, *, advisory: bool = False, exercised: bool = True) -> tuple[str, str]:
        """Mark and word of a verdict, and the name of its colour."""
        if advisory:
            return f"✗ {self.words.text('verdict.advisory')}", "advisory"
        if not exercised:
            return f"- {self.words.text('verdict.not_exercised')}", "not_exercised"
        return f"{_MARKS[verdict]} {self.words.text(f'verdict.{verdict.value}')}", verdict.value

    def of_part(self, part: RulePart | MeasurePart | IndexPart) -> tuple[str, str]:
        """As `verdict`, for a rule, measure or index; what asks for nothing has no verdict."""
        if part.modality is None:
            return "·", "faint"
        advisory = part.advisory and part.contributes is not Verdict.FAIL
        return self.verdict(part.verdict, advisory=advisory, exercised=part.exercised)

    def basis(self, basis: str | None) -> str:
        """The mark beside what depends on a parameter that is not the standard's own words."""
        return self.words.text(f"basis.{basis}") if basis in ("secondary", "assumption") else ""

    def instant(self, moment: datetime) -> str:
        return instant(moment, self.zone)

    def item(self, text: str, indent: int = 2, mark: str = "· ") -> list[str]:
        """A list item, wrapped with a hanging indent."""
        space = " " * indent
        return hanging(space + mark, space + " " * display_width(mark), text, self.width)

    def paragraph(self, text: str, indent: int = 2) -> list[str]:
        return [" " * indent + line for line in wrap(text, self.width - indent)]
