"""Limits and working days in SQL (language.md section 10; docs/meaning.md M4, M11).

The calendar is two small tables that deadlines are joined with: day to number of working days, and number to
working day. Outside the published days there is no row: unknown, never guessed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlglot import exp

from zhunsheng.semantics.types import DurationType
from zhunsheng.sql import amounts, dialect, localtime
from zhunsheng.sql.context import View
from zhunsheng.sql.expressions import (
    E,
    all_of,
    any_of,
    case,
    column,
    compare,
    day,
    integer,
    known,
    missing,
    unless,
)
from zhunsheng.sql.values import Cause, Scalar, flag
from zhunsheng.verdicts.model import Reason

CALENDAR, WORKING = "zs_calendar", "zs_working_days"
"""Per published day: how many working days there are up to it (`up_to`) and before it (`before`); the
working days (`day`) by their number from 0 (`place`)."""
LONGEST = 36_525
"""Days, working days or months; more is an error (M4)."""
DAY_MICROSECONDS = 86_400_000_000
MONTHS_OF_A_MILLENNIUM = 12_000
EARLIEST = date(2, 1, 1)


def _count(view: View, name: str, day_: E) -> E:
    """Working days up to (or before) a day; NULL outside the calendar."""
    return column(view.frame.left(CALENDAR, lambda alias: compare("=", column(alias, "day"), day_)), name)


def _nth(view: View, position: E) -> E:
    return column(
        view.frame.left(WORKING, lambda alias: compare("=", column(alias, "place"), position)), "day"
    )


def working_days(view: View, start: E, end: E) -> Scalar:
    """Working days d with start < d <= end, negative the other way round; unknown outside the calendar."""
    value = compare("-", _count(view, "up_to", end), _count(view, "up_to", start))
    beyond = all_of([known(start), known(end), missing(value)])
    return Scalar(value, beyond, bound=10**6, causes=(Cause("unknown", beyond, Reason.CALENDAR),))


def _checked(length: Scalar, unit: str) -> tuple[Scalar, E | None]:
    """The length, NULL where it is too long, and the error flag for that (None: it never is)."""
    longest = LONGEST * (DAY_MICROSECONDS if unit == "exact" else 1)
    if length.constant is not None and abs(length.constant) <= longest:
        return length, None
    limit = amounts.constant(longest)
    too_long = any_of(
        [
            amounts.compared(">", length, limit),
            amounts.compared("<", length, amounts.constant(-longest)),
        ]
    )
    failed = all_of([known(length.value), too_long])
    value = unless(failed, length.value)
    return replace(length, value=value, constant=None, bound=longest), failed


def shifted(moment: Scalar, length: Scalar, *, forward: bool) -> Scalar:
    """An instant plus or minus an exact duration (M4): too long is an error once both are known."""
    inside, failed = _checked(length, "exact")
    made = _moved_exactly(moment, inside, forward=forward).with_flags(moment, length)
    if failed is None:
        return made
    failed = all_of([known(moment.value), failed])
    cause = Cause("error", failed, Reason.OUT_OF_RANGE)
    return replace(made, error=flag(made.error, failed), causes=(*made.causes, cause))


def _moved_exactly(moment: Scalar, length: Scalar, *, forward: bool) -> Scalar:
    amount = length.value if forward else _negative(length)
    return Scalar(dialect.plus_microseconds(moment.value, amount))


def _negative(length: Scalar) -> E:
    if length.constant is not None:
        return integer(-int(length.constant))
    return compare("*", integer(-1), length.value)


def limit(view: View, moment: Scalar, length: Scalar, type_: DurationType, *, forward: bool) -> Scalar:
    """The far end of `within D after|before t` (M11). Unknown where the calendar ends, an error where D is
    too long."""
    inside, failed = _checked(length, type_.unit)
    if type_.unit == "exact":
        made = _moved_exactly(moment, inside, forward=forward)
    else:
        made = _day_limit(view, moment, inside, type_, forward=forward)
    made = made.with_flags(moment, length)
    if failed is None:
        return made
    cause = Cause("error", failed, Reason.OUT_OF_RANGE)
    return replace(made, error=flag(made.error, failed), causes=(cause, *made.causes))


def _day_limit(view: View, moment: Scalar, length: Scalar, type_: DurationType, *, forward: bool) -> Scalar:
    start = view.let(localtime.local_day(view, moment.value))
    length = replace(length, value=view.let(length.value))
    reached, of_calendar = _reached(view, start, length, type_, forward=forward)
    reached = view.let(reached)
    value = localtime.day_end(view, reached) if forward else localtime.day_start(view, reached)
    if not of_calendar:
        return Scalar(value)
    beyond = all_of([known(moment.value), known(length.value), missing(reached)])
    return Scalar(value, beyond, causes=(Cause("unknown", beyond, Reason.CALENDAR),))


def _reached(view: View, start: E, length: Scalar, type_: DurationType, *, forward: bool) -> tuple[E, bool]:
    """The day so many units away, and whether the calendar had a say."""
    amount = length.value if forward else _negative(length)
    fixed = None if length.constant is None else int(length.constant) * (1 if forward else -1)
    if type_.unit == "working_day":
        return _working_day(view, start, amount, fixed), True
    if type_.unit == "day":
        last = view.let(dialect.plus_days(start, amount))
    else:
        last = view.let(_never_too_early(dialect.plus_months(start, amount), fixed))
    if not (forward and type_.rolling) or (fixed is not None and fixed < 0):
        return last, False
    rolled = _nth(view, _count(view, "before", last))
    if fixed is not None:
        return rolled, True
    return case([(compare(">=", amount, integer(0)), rolled)], last), True


def _never_too_early(day_: E, months: int | None) -> E:
    """Thousands of months back lies no instant of any log, and before year 1 no date."""
    if months is not None and months > -MONTHS_OF_A_MILLENNIUM:
        return day_
    return case([(compare("<", day_, day(EARLIEST)), day(EARLIEST))], day_)


def _working_day(view: View, start: E, amount: E, fixed: int | None) -> E:
    """The n-th working day after (n > 0) or before (n < 0) a day, the day itself for 0."""
    up_to, before = _count(view, "up_to", start), _count(view, "before", start)
    same = case([(known(up_to), start)], exp.null())
    if fixed == 0:
        return same
    later, earlier = compare("-", compare("+", up_to, amount), integer(1)), compare("+", before, amount)
    if fixed is not None:
        return _nth(view, later if fixed > 0 else earlier)
    more, less = compare(">", amount, integer(0)), compare("<", amount, integer(0))
    place = case([(more, later), (less, earlier)], exp.null())
    return case([(compare("=", amount, integer(0)), same)], _nth(view, place))
