"""A limit whose texts speak of another unit than its value, or only of "days".

`10 日` in a document may mean calendar days or working days; real documents mix the two, and a week's
limit differs by two days between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, warning, words
from zhunsheng.syntax import tree

_WORKING = re.compile(r"工作日|working\s+days?|business\s+days?", re.IGNORECASE)
_CALENDAR = re.compile(r"自然日|日历日|calendar\s+days?|natural\s+days?", re.IGNORECASE)
_BARE = re.compile(r"\d\s*(?:个)?\s*(?:日|天)(?!期|历)|\d\s+days?\b", re.IGNORECASE)


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each parameter in days or working days whose texts do not bear its unit out."""
    for parameter in (*linted.written(tree.Parameter), *linted.overridden()):
        units = {one.value.unit for one in parameter.periods if isinstance(one.value, tree.DurationLiteral)}
        text = "\n".join(words(one) for one in (parameter.label, parameter.source, parameter.note))
        working, calendar = _WORKING.search(text), _CALENDAR.search(text)
        wrong = (
            (units == {"working_day"} and calendar and not working)
            or (units == {"day"} and working and not calendar)
            or (
                units & {"day", "working_day"}
                and not working
                and not calendar
                and _BARE.search(_undated(text))
            )
        )
        if wrong:
            yield warning("ZS3014", parameter.name.span, {"name": parameter.name.text})


def _undated(text: str) -> str:
    """The text without dates: `2021年1月1日` speaks of no limit."""
    return re.sub(r"(?:\d+\s*年\s*)?\d+\s*月\s*\d+\s*日", "", text)
