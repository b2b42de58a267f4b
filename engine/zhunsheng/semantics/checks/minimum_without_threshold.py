"""A measure's `minimum` where there is no threshold: below it the threshold is left open (docs/meaning.md
M23), so without one it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, warning


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each such minimum."""
    for measure in linted.program.measures:
        if linted.is_own(measure.span) and measure.minimum is not None and measure.threshold is None:
            yield warning("ZS3020", measure.minimum.span or measure.span, {"measure": measure.id})
