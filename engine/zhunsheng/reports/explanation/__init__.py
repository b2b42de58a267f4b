"""The reasoning for one subject as text or JSON: what was looked at, when, and why it counts or not.

Made from `reference.explanation.Explanation`; times in the log's zone, the end of a day as 24:00, personal
fields masked unless they are to be revealed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from zhunsheng.reference.explanation import Explanation
from zhunsheng.reports.explanation.data import data
from zhunsheng.reports.explanation.phrases import Phrases
from zhunsheng.reports.explanation.text import lines
from zhunsheng.reports.masking import Masking
from zhunsheng.semantics.typed import Program

__all__ = ["render_json", "render_text"]


def render_text(
    explanations: Sequence[Explanation], program: Program, language: str, masking: Masking | None = None
) -> str:
    """One block per subject with that key, ending in a line break."""
    masking = masking or Masking()
    pages = [Phrases(each, program, language, masking) for each in explanations]
    blocks = ["\n".join(lines(page)) for page in pages]
    if len(pages) > 1:
        first = pages[0]
        key = first.shown.key(first.it.record, first.it.key)
        blocks.insert(0, first.texts.text("several", key=key, n=len(pages)))
    return "\n\n".join(blocks) + "\n"


def render_json(
    explanations: Sequence[Explanation], program: Program, language: str, masking: Masking | None = None
) -> str:
    """The same as data, `{"explanations": […]}`: field names as in `reference.explanation`, with texts."""
    masking = masking or Masking()
    parts = [data(Phrases(each, program, language, masking)) for each in explanations]
    return json.dumps({"explanations": parts}, ensure_ascii=False, indent=2) + "\n"
