"""Receipts of environmental permit applications: counts against pandas, a sample against the reference."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from real_logs import receipt_by_pandas
from real_logs.real_log import RealLog

pytestmark = pytest.mark.shared


def test_every_row_of_the_log_is_in_canonical_form(receipt: RealLog) -> None:
    assert {one.record: (one.rows_read, one.bad) for one in receipt.log.quality.sources} == {
        "application": (1434, 0),
        "step": (8577, 0),
        "officer": (53, 0),
    }


def test_verdict_counts_are_those_of_pandas(receipt: RealLog, receipt_source: Path) -> None:
    assert receipt.counts() == receipt_by_pandas.counts(receipt_source)


def test_measures_are_those_of_pandas(receipt: RealLog, receipt_source: Path) -> None:
    assert receipt.measures() == receipt_by_pandas.measures(receipt_source)


def test_applications_without_end_widen_the_share(receipt: RealLog) -> None:
    whole = receipt.evaluation.measures["ended_in_time"].groups[0]
    assert (whole.interval.low, whole.interval.high) == (Fraction(1020, 1434), Fraction(1125, 1434))
    assert whole.verdict == "fail"


def test_engine_and_reference_agree_on_the_first_two_hundred_applications(receipt: RealLog) -> None:
    applications = receipt.rows("application")[:200]
    keys = {row["application_id"] for row in applications}
    steps = [row for row in receipt.rows("step") if row["application_id"] in keys]
    engine, reference = receipt.judged_twice(
        {"application": applications, "step": steps, "officer": receipt.rows("officer")}
    )
    assert engine.rules == reference.rules
    assert engine.measures == reference.measures
    assert engine.indices == reference.indices
