"""Thirty rules on ten million ratings: against SQL written by hand, and against one rule alone.

    python benchmarks/run.py [--ratings 10_000_000] [--repeat 3] [--one RULE …]

Generates the log if it is not there, loads it, and then, on the same connection and tables: the thirty rules,
the SQL by hand (the counts must be equal), one rule alone. Every time is the median of `--repeat` runs after
one that is not counted. Memory is the peak of the whole process (VmHWM), read after loading and after the
first run of the rules.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from by_hand import Tally, calendar_tables, counts
from generate import generate

from zhunsheng import calendars, logs, packs
from zhunsheng.engines import duckdb as engine
from zhunsheng.semantics.typed import Program
from zhunsheng.verdicts.model import Evaluation

HERE = Path(__file__).parent
Result = TypeVar("Result")


def timed(work: Callable[[], Result], repeat: int) -> tuple[Result, list[float]]:
    """The result and the seconds of every counted run; the first run is not counted."""
    result, seconds = work(), []
    for _ in range(repeat):
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return result, seconds


def peak() -> float:
    """Highest resident memory of this process so far, in GiB (Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 2**20
    return float("nan")


def tallies(evaluation: Evaluation) -> dict[str, Tally]:
    found = {}
    for rule, outcome in evaluation.rules.items():
        one = outcome.counts
        assert one.error == 0
        found[rule] = {
            "pass": one.passed,
            "fail": one.fail,
            "pending": one.pending,
            "unknown": one.unknown,
            "notapplicable": one.notapplicable,
        }
    return found


def show(label: str, seconds: list[float]) -> float:
    middle = statistics.median(seconds)
    print(f"{label:36}{middle:8.2f} s   ({', '.join(f'{one:.2f}' for one in sorted(seconds))})", flush=True)
    return middle


def only(program: Program, rule: str) -> Program:
    return replace(
        program, rules=tuple(one for one in program.rules if one.id == rule), measures=(), indices=()
    )


def main() -> None:
    options = argparse.ArgumentParser(description="Thirty rules against SQL by hand and against one rule.")
    options.add_argument("--ratings", type=int, default=10_000_000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--one", nargs="+", default=["bad_is_answered", "rated_promptly"], metavar="RULE")
    given = options.parse_args()

    manifest = HERE / "data" / f"{given.ratings}" / "log.yaml"
    if not manifest.exists():
        generate(given.ratings, manifest.parent)
    program = packs.load_pack(HERE / "pack").program
    calendar = calendars.load()

    started = time.perf_counter()
    log = logs.load(manifest, program.vocabulary)
    print(f"{given.ratings:,} ratings", {one.record: one.accepted for one in log.quality.sources})
    print(f"{'load':36}{time.perf_counter() - started:8.2f} s   peak memory {peak():.2f} GiB", flush=True)

    def rules(which: Program) -> Callable[[], Evaluation]:
        return lambda: engine.evaluate(which, log.connection, log.evidence, calendar)

    rules(program)()
    print(f"{'thirty rules, once':36}{'':10}   peak memory {peak():.2f} GiB", flush=True)
    evaluation, seconds = timed(rules(program), given.repeat)
    thirty = show("thirty rules", seconds)
    calendar_tables(log.connection, calendar)
    names = tuple(rule.id for rule in program.rules)
    by_hand, seconds = timed(lambda: counts(log.connection, names, log.evidence.as_of), given.repeat)
    hand = show("SQL by hand", seconds)
    alone = {}
    for rule in given.one:
        _, seconds = timed(rules(only(program, rule)), given.repeat)
        alone[rule] = show(f"{rule} alone", seconds)

    ours = tallies(evaluation)
    for rule in names:
        if ours[rule] != by_hand[rule]:
            print(f"DIFFERENT {rule}: {ours[rule]} and by hand {by_hand[rule]}")
    print("counts equal" if ours == by_hand else "COUNTS DIFFER")
    print(f"thirty rules / {'SQL by hand':21}{thirty / hand:8.2f}")
    for rule, one in alone.items():
        print(f"thirty rules / {rule:21}{thirty / one:8.2f}")
    raise SystemExit(ours != by_hand)


if __name__ == "__main__":
    main()
