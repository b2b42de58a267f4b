"""How long the command line takes from a cold start.

    python benchmarks/startup.py [--repeat 7]

Each command runs in a process of its own, as a user starts it; the figure is the median over the runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
COMMANDS = {
    "--version": ["--version"],
    "check on the fixture": ["check", "gbt39734", "--log", str(REPOSITORY / "fixtures" / "pilot-site")],
}


def seconds(arguments: list[str]) -> float:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "engine")}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "zhunsheng", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - started
    # 0 to 3 are verdicts; 2 would be a mistake in this command, and nothing was measured then.
    if done.returncode not in {0, 1, 3}:
        raise SystemExit(f"{arguments} ended with {done.returncode}: {done.stderr}")
    return took


def main() -> None:
    options = argparse.ArgumentParser(description="Cold starts of the command line.")
    options.add_argument("--repeat", type=int, default=7)
    given = options.parse_args()
    for label, arguments in COMMANDS.items():
        seconds(arguments)
        runs = sorted(seconds(arguments) for _ in range(given.repeat))
        print(f"{label:24}{statistics.median(runs):6.2f} s   ({runs[0]:.2f} to {runs[-1]:.2f})")


if __name__ == "__main__":
    main()
