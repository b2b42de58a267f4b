"""The four national packs on a pilot site of any size: every finding the generator knows of, and no other.

    python benchmarks/exact_findings.py [--services 1_000_000] [--pack PACK …]
                                         [--rule RULE … | --without RULE …] [--keep-log]

Generates the log if it is not there (in a process of its own), loads it once, evaluates each pack with all
its findings listed, and compares (rule, verdict, subject) with the generator's `truth.csv`, the groups that
break the threshold of an integrity measure with `truth.yaml`. Ends with an error when anything differs.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from pathlib import Path

import yaml

from zhunsheng import calendars, logs, packs
from zhunsheng.engines import duckdb as engine
from zhunsheng.semantics.typed import Program
from zhunsheng.verdicts.model import Evaluation, Verdict

ROOT = Path(__file__).resolve().parents[1]
GENERATOR = ROOT / "fixtures" / "pilot-site" / "generate"
SETTINGS = ROOT / "fixtures" / "pilot-site" / "settings"
PACKS = ("gbt39734", "gbt39735", "guobanfa51", "integrity")
Finding = tuple[str, str, str]
Group = tuple[str, tuple[str | None, ...]]


def peak() -> float:
    """Highest resident memory of this process so far, in GiB (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 2**20
    return float("nan")


def expected_findings(folder: Path) -> dict[str, set[Finding]]:
    """Setting to (rule, verdict, subject), as the generator wrote them down; "" is the packs as shipped."""
    expected: dict[str, set[Finding]] = {}
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            expected.setdefault(row["setting"], set()).add((row["rule"], row["verdict"], row["subject"]))
    return expected


def expected_groups(folder: Path) -> set[Group]:
    """(measure, group) beyond its threshold; the empty group is the whole log."""
    told = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))["failing_groups"]
    return {(measure, tuple(group)) for measure, groups in told.items() for group in groups}


def found_findings(evaluation: Evaluation) -> set[Finding]:
    """Raises ValueError when a subject is listed twice or the counts say something else than the list."""
    listed = [
        (finding.rule, finding.verdict.value, str(finding.key))
        for outcome in evaluation.rules.values()
        for finding in outcome.samples
    ]
    counts = [
        (outcome.counts.fail, outcome.counts.error, outcome.counts.unknown, outcome.counts.pending)
        for outcome in evaluation.rules.values()
    ]
    if not len(listed) == len(set(listed)) == sum(map(sum, counts)):
        raise ValueError("counts and listed findings differ")
    return set(listed)


def found_groups(evaluation: Evaluation, measures: Iterable[str]) -> set[Group]:
    """The groups of these measures, where the pack has them, that fail their threshold."""
    return {
        (measure, tuple(group.group.values()))
        for measure in measures
        if measure in evaluation.measures
        for group in evaluation.measures[measure].groups
        if group.verdict is Verdict.FAIL
    }


def programs(names: Iterable[str], expected: dict[str, set[Finding]]) -> dict[tuple[str, str], Program]:
    """(pack, setting) to program: the packs as shipped, then the rules that apply in another setting only."""
    found = {(name, ""): packs.load_pack(ROOT / "rules" / name).program for name in names}
    for setting in sorted(expected.keys() - {""}) if "gbt39734" in names else ():
        program = packs.load_pack(SETTINGS / setting).program
        rules = {rule for rule, _, _ in expected[setting]}
        chosen = tuple(rule for rule in program.rules if rule.id in rules)
        found["gbt39734", setting] = replace(program, rules=chosen, measures=(), indices=())
    return found


def selected(program: Program, only: Set[str], without: Set[str]) -> Program:
    """The program without some rules, or with some rules only; measures stay unless rules are picked."""
    rules = tuple(one for one in program.rules if one.id not in without and (not only or one.id in only))
    return replace(program, rules=rules, measures=(), indices=()) if only else replace(program, rules=rules)


def difference(found: set[Finding], expected: set[Finding], limit: int = 20) -> list[str]:
    """A line for each rule and verdict that differ, with a few subjects; none when all is as it should be."""
    lines = []
    for sign, some in (("not expected", found - expected), ("not found", expected - found)):
        for (rule, verdict), count in sorted(Counter(each[:2] for each in some).items()):
            keys = sorted(key for of, shows, key in some if (of, shows) == (rule, verdict))[:3]
            lines.append(f"  {sign}: {rule} {verdict} × {count}: {', '.join(keys)}")
    return lines[:limit]


def main() -> int:
    options = argparse.ArgumentParser(description="Exactly the injected findings, at any size.")
    options.add_argument("--services", type=int, default=1_000_000)
    options.add_argument("--pack", action="append", choices=PACKS, help="this pack only (repeatable)")
    options.add_argument("--rule", action="append", default=[], help="this rule only (repeatable)")
    options.add_argument("--without", action="append", default=[], help="leave this rule out (repeatable)")
    options.add_argument("--keep-log", action="store_true", help="leave the generated log for the next run")
    chosen = options.parse_args()
    folder = ROOT / "benchmarks" / "data" / f"pilot-site-{chosen.services}"
    if not (folder / "truth.csv").exists():
        started = time.perf_counter()
        command = [sys.executable, str(GENERATOR), "--services", str(chosen.services), str(folder)]
        subprocess.run(command, check=True)
        print(f"{'generate':24}{time.perf_counter() - started:8.1f} s", flush=True)
    try:
        return compare(folder, chosen.pack or PACKS, set(chosen.rule), set(chosen.without))
    finally:
        if not chosen.keep_log:
            shutil.rmtree(folder)


def compare(folder: Path, names: Sequence[str], only: Set[str], without: Set[str]) -> int:
    """Prints a line per pack; 0 when everything agrees, else 1."""
    expected, groups = expected_findings(folder), expected_groups(folder)
    every = {
        key: chosen
        for key, program in programs(names, expected).items()
        if (chosen := selected(program, only, without)).rules
    }
    calendar, started, wrong = calendars.load(), time.perf_counter(), 0
    log = logs.load(folder / "log.yaml", next(iter(every.values())).vocabulary)
    print(f"{'load':24}{time.perf_counter() - started:8.1f} s   peak {peak():.2f} GiB", flush=True)
    for (name, setting), program in every.items():
        started = time.perf_counter()
        evaluation = engine.evaluate(program, log.connection, log.evidence, calendar, samples=None)
        seconds = time.perf_counter() - started
        found = found_findings(evaluation)
        rules = {rule.id for rule in program.rules}
        lines = difference(found, {each for each in expected.get(setting, set()) if each[0] in rules})
        beyond = found_groups(evaluation, {measure for measure, _ in groups})
        due = {each for each in groups if each[0] in evaluation.measures}
        lines += [f"  groups: {sorted(map(str, beyond ^ due))}"] if beyond != due else []
        fails = sum(verdict == "fail" for _, verdict, _ in found)
        said = f"{len(rules)} rules, {len(found):,} findings, {fails:,} fail, {len(beyond)} groups"
        agrees = "DIFFERENT" if lines else "exact"
        print(f"{f'{name} {setting}':24}{seconds:8.1f} s   peak {peak():.2f} GiB   {said}: {agrees}")
        print(*lines, sep="\n", end="\n" if lines else "", flush=True)
        wrong += bool(lines)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
