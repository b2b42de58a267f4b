"""`bad-logs.md`: the corpus of tests/bad_logs and what is answered to each file of it."""

from __future__ import annotations

import sys
from pathlib import Path


def page() -> str:
    """The listing, as the corpus writes it."""
    tests = str(Path(__file__).parents[2] / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    from bad_logs.listing import page as listed

    return listed()
