"""Verdict counts as the pandas computations write them down, and as an evaluation has them."""

from __future__ import annotations

import pandas as pd

from zhunsheng.verdicts.model import Counts

VERDICTS = ("pass", "fail", "pending", "unknown", "notapplicable")


def tally(verdicts: pd.Series) -> dict[str, int]:
    """How often each verdict stands in the series; nothing else may stand there."""
    counts = verdicts.value_counts(dropna=False).to_dict()
    assert set(counts) <= set(VERDICTS), counts
    return {verdict: int(counts.get(verdict, 0)) for verdict in VERDICTS}


def judged(holds: pd.Series) -> pd.Series:
    """True, False and missing as pass, fail and unknown."""
    return holds.map({True: "pass", False: "fail"}).fillna("unknown")


def in_time(found: pd.Series, deadline: pd.Series, as_of: pd.Timestamp) -> pd.Series:
    """pass where found; else pending while the deadline lies ahead, fail when it is over."""
    verdict = pd.Series("fail", index=found.index)
    verdict[deadline > as_of] = "pending"
    verdict[found] = "pass"
    return verdict


def end_of_day(times: pd.Series, days: pd.Series | int) -> pd.Series:
    """The last instant of the day that lies so many days after each local time's own day."""
    midnight = (
        times.dt.tz_localize(None).dt.normalize() + pd.to_timedelta(days, unit="D") + pd.Timedelta(days=1)
    )
    return midnight.dt.tz_localize(times.dt.tz) - pd.Timedelta(microseconds=1)


def as_tally(counts: Counts) -> dict[str, int]:
    """An evaluation's counts in the same form; waivers and errors have no place in these packs."""
    assert counts.error == 0
    assert counts.waived == 0
    return {
        "pass": counts.passed,
        "fail": counts.fail,
        "pending": counts.pending,
        "unknown": counts.unknown,
        "notapplicable": counts.notapplicable,
    }
