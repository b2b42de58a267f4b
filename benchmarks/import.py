"""A log from CSV to a canonical copy: `zhunsheng import` against DuckDB's own COPY of the same files.

    python benchmarks/import.py [--ratings 10_000_000] [--repeat 3] [--reveal]

Generates the log if it is not there and writes it once as CSV. Then, in turns and each in a process of its
own: DuckDB's `COPY (FROM read_csv(file)) TO file.parquet` for every file, and `zhunsheng import` of the
folder (masked unless `--reveal`, keys counted, digested). Seconds are of the whole process; CPU seconds stand
beside them, because they say more where a machine is shared. Memory is the peak of the process (ru_maxrss);
both databases have the same limit. Ends with an error when a record type has other rows than its file.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from generate import generate

HERE = Path(__file__).parent
PACK = HERE / "pack"
LIMIT = "1400MiB"
_COPY = """
import duckdb, sys
from pathlib import Path
connection = duckdb.connect(config={"memory_limit": sys.argv[3], "temp_directory": sys.argv[2]})
for path in sorted(Path(sys.argv[1]).glob("*.csv")):
    target = Path(sys.argv[2]) / f"{path.stem}.parquet"
    connection.execute(f"copy (from read_csv('{path}')) to '{target}' (format parquet)")
"""


@dataclass(frozen=True)
class Measured:
    wall: float
    cpu: float
    peak: float
    """GiB."""


def as_csv(source: Path, folder: Path) -> Path:
    """The log as CSV files, times with their offset; written once."""
    if (folder / "log.yaml").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"memory_limit": "2GiB"})
    connection.execute("set timezone = 'Asia/Shanghai'")
    for path in sorted(source.glob("*.parquet")):
        connection.execute(f"copy (from read_parquet('{path}')) to '{folder / path.stem}.csv' (header)")
    manifest = (source / "log.yaml").read_text(encoding="utf-8").replace(".parquet", ".csv")
    (folder / "log.yaml").write_text(manifest, encoding="utf-8")
    return folder


def measured(line: list[str]) -> Measured:
    """Run a process to its end. Raises SystemExit when it fails."""
    environment = {**os.environ, "ZHUNSHENG_KEY": "only for measuring, 39734", "LC_ALL": "C.UTF-8"}
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.execve(line[0], line, environment)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{line[:4]} ended with {status}")
    return Measured(time.perf_counter() - started, used.ru_utime + used.ru_stime, _peak(used))


def _peak(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / 2**20


def rows(folder: Path) -> dict[str, int]:
    """Rows per record type of the Parquet files in a folder (their folder's or their own name)."""
    found: dict[str, int] = {}
    for path in folder.rglob("*.parquet"):
        name = path.stem if path.parent == folder else path.parent.name
        found[name] = found.get(name, 0) + pq.ParquetFile(path).metadata.num_rows
    return found


def show(label: str, runs: list[Measured]) -> tuple[float, float]:
    wall = statistics.median(run.wall for run in runs)
    cpu = statistics.median(run.cpu for run in runs)
    walls = ", ".join(f"{run.wall:.1f}" for run in runs)
    peak = max(run.peak for run in runs)
    print(f"{label:20}{wall:8.1f} s  ({walls})   CPU {cpu:6.1f} s   peak memory {peak:.2f} GiB", flush=True)
    return wall, cpu


def main() -> None:
    options = argparse.ArgumentParser(description="zhunsheng import against DuckDB's COPY.")
    options.add_argument("--ratings", type=int, default=10_000_000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--reveal", action="store_true", help="keep personal values as they are")
    given = options.parse_args()

    source = HERE / "data" / f"{given.ratings}"
    if not (source / "log.yaml").exists():
        generate(given.ratings, source)
    log = as_csv(source, HERE / "data" / f"{given.ratings}-csv")
    size = sum(path.stat().st_size for path in log.glob("*.csv"))
    print(f"{given.ratings:,} ratings, {size / 2**20:,.0f} MiB of CSV", flush=True)

    runs: dict[str, list[Measured]] = {"DuckDB COPY": [], "zhunsheng import": []}
    for _ in range(given.repeat):
        with tempfile.TemporaryDirectory(dir=source.parent) as work:
            plain, copy = Path(work) / "plain", Path(work) / "copy"
            plain.mkdir()
            runs["DuckDB COPY"].append(measured([sys.executable, "-c", _COPY, str(log), str(plain), LIMIT]))
            line = [
                sys.executable,
                "-m",
                "zhunsheng",
                "import",
                str(log),
                "-o",
                str(copy),
                "--pack",
                str(PACK),
            ]
            line += ["--pack", str(PACK), *(["--reveal"] if given.reveal else [])]
            runs["zhunsheng import"].append(measured(line))
            if rows(plain) != rows(copy):
                raise SystemExit(f"DIFFERENT: {rows(plain)} and {rows(copy)}")
            shutil.rmtree(plain)
    copied, imported = (show(label, each) for label, each in runs.items())
    print(
        f"{'import / COPY':20}{imported[0] / copied[0]:8.2f}    in CPU seconds {imported[1] / copied[1]:.2f}"
    )


if __name__ == "__main__":
    main()
