"""A local pack that asks less than the one it extends.

Whether more is looser depends on how a rule reads the parameter: a longer limit within which something
must happen, a lower share that must be reached. A parameter is judged by the rules that the parent
states with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Related, Span
from zhunsheng.semantics import typed
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.kinds import same
from zhunsheng.semantics.leniency import directions


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each parameter with a looser value, or one whose unit hides whether it is looser."""
    if linted.parent is None:
        return
    for name, parent in linted.parent.parameters.items():
        own = linted.program.parameters.get(name)
        if own is None or own == parent or own.periods == parent.periods:
            continue
        place, related = _place(own), (Related(parent.span, "parent"),) if parent.span else ()
        if not same(own.type, parent.type):
            yield warning("ZS3018", place, {"name": name}, related)
            continue
        looser = directions(linted.parent, name)
        for day in sorted(
            {start for start, _ in (*own.periods, *parent.periods)}, key=lambda d: d or date.min
        ):
            before, now = _at(parent, day), _at(own, day)
            if before is None or now is None or before == now:
                continue
            if ("more" in looser and now > before) or ("less" in looser and now < before):
                yield warning("ZS3013", place, {"name": name}, related)
                break


def _place(parameter: typed.Parameter) -> Span | None:
    """Where the new value stands (in the local pack), not where the parameter was declared."""
    return parameter.periods[0][1].span or parameter.span


def _at(parameter: typed.Parameter, day: date | None) -> Any:
    """The value in force on a day, as a number; None for values that have no order."""
    found: Any = None
    for start, constant in parameter.periods:
        if start is None or (day is not None and start <= day):
            found = constant.value
    return found if isinstance(found, (int, Fraction)) and not isinstance(found, bool) else None
