"""Volvo IT's incidents: counts against pandas, a sample against the reference."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from real_logs import bpic2013_by_pandas
from real_logs.real_log import RealLog

pytestmark = pytest.mark.shared


def test_every_event_of_the_log_is_in_canonical_form(bpic2013: RealLog) -> None:
    assert {one.record: (one.rows_read, one.bad) for one in bpic2013.log.quality.sources} == {
        "incident": (7554, 0),
        "change": (65533, 0),
        "team": (649, 0),
    }


def test_verdict_counts_are_those_of_pandas(bpic2013: RealLog, bpic2013_source: Path) -> None:
    assert bpic2013.counts() == bpic2013_by_pandas.counts(bpic2013_source)


def test_measures_are_those_of_pandas(bpic2013: RealLog, bpic2013_source: Path) -> None:
    assert bpic2013.measures() == bpic2013_by_pandas.measures(bpic2013_source)


def test_engine_and_reference_agree_on_short_incidents(bpic2013: RealLog) -> None:
    """Short ones, since the ping-pong rule takes the reference the cube of an incident's changes."""
    every = bpic2013.rows("change")
    length = Counter(row["incident_id"] for row in every)
    incidents = [row for row in bpic2013.rows("incident") if length[row["incident_id"]] <= 12][-120:]
    keys = {row["incident_id"] for row in incidents}
    changes = [row for row in every if row["incident_id"] in keys]
    engine, reference = bpic2013.judged_twice(
        {"incident": incidents, "change": changes, "team": bpic2013.rows("team")}
    )
    assert engine.rules == reference.rules
    assert engine.measures == reference.measures
    assert engine.indices == reference.indices
