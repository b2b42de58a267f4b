"""A small log for the tests of the command line."""

from pathlib import Path

import pytest

from cli.commandline import write_log


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "log")
