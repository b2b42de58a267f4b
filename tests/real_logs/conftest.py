from __future__ import annotations

from pathlib import Path

import pytest

from real_logs.real_log import RealLog, shared, through


def given(name: str) -> Path:
    """A shared log, or a skipped test that says what is missing."""
    path = shared() / name
    if not path.exists():
        pytest.skip(f"{path} is not here: the real logs lie beside the checkout and are not committed")
    return path


@pytest.fixture(scope="session")
def receipt_source() -> Path:
    return given("receipt.csv")


@pytest.fixture(scope="session")
def receipt(receipt_source: Path, tmp_path_factory: pytest.TempPathFactory) -> RealLog:
    return through("receipt", receipt_source, tmp_path_factory.mktemp("receipt"))


@pytest.fixture(scope="session")
def bpic2013_source() -> Path:
    return given("bpic2013_incidents.xes.gz")


@pytest.fixture(scope="session")
def bpic2013(bpic2013_source: Path, tmp_path_factory: pytest.TempPathFactory) -> RealLog:
    return through("bpic2013", bpic2013_source, tmp_path_factory.mktemp("bpic2013"))
