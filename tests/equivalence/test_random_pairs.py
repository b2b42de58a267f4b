"""Reference and engine give equal verdicts on random programs over random logs.

A pair is one rule or measure over one log. `ZHUNSHENG_PAIRS` sets how many are compared; `.ci/run`
says how many CI compares. A difference is shrunk and printed as a case file; put it under `cases/`, mend what
is wrong, and keep it there.
"""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generators import cases, compare, logs, programs
from generators.shrink import shrink

RULES, MEASURES = 20, 3
SHARDS = 4
"""So that several processes share the work."""
PAIRS = int(os.environ.get("ZHUNSHENG_PAIRS", "2000"))


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
@settings(
    max_examples=max(1, -(-PAIRS // SHARDS) // (RULES + MEASURES) + 1),
    deadline=None,
    database=None,
    derandomize="ZHUNSHENG_SEED" not in os.environ,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**48))
def test_reference_and_engine_agree(shard: int, seed: int) -> None:
    random = Random(seed * SHARDS + shard)
    program, log, calendar = (
        programs.program(random, RULES, MEASURES),
        logs.log(random),
        logs.calendar(random),
    )
    found = compare.differences(program, log, calendar, findings=seed % 3 == 0)
    if found:
        small = shrink(program, log, lambda *pair: bool(_safely(*pair, calendar)))
        pytest.fail(
            f"seed {seed}, shard {shard}\n"
            + "\n".join(compare.differences(*small, calendar))
            + "\n"
            + cases.write(*small, calendar)
        )


def _safely(program, log, calendar):  # type: ignore[no-untyped-def]
    """A smaller pair that no longer makes sense is not a smaller counterexample."""
    try:
        return compare.differences(program, log, calendar)
    except (KeyError, ValueError, AttributeError, TypeError):
        return []
