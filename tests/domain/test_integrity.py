"""Each documented failure, put into a log of sixty services, is found by its detector, and by no rule of
another kind."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from domain.places import GENERATOR, calendar
from zhunsheng import logs
from zhunsheng.engines import duckdb as engine
from zhunsheng.packs import LoadedPack, load_pack
from zhunsheng.verdicts.model import Evaluation

Rows = list[dict[str, str]]
Log = dict[str, Rows]
BAD = {"dissatisfied", "very_dissatisfied"}


@cache
def integrity() -> LoadedPack:
    return load_pack(Path("integrity"))


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sixty")
    subprocess.run([sys.executable, GENERATOR, "--services", "60", folder], check=True)
    return folder


def evaluate(folder: Path) -> Evaluation:
    program = integrity().program
    log = logs.load(folder / "log.yaml", program.vocabulary)
    return engine.evaluate(program, log.connection, log.evidence, calendar(), samples=0)


def fails(evaluation: Evaluation) -> dict[str, int]:
    return {rule: one.counts.fail for rule, one in evaluation.rules.items() if one.counts.fail}


@pytest.fixture(scope="module")
def before(sixty: Path) -> dict[str, int]:
    return fails(evaluate(sixty))


def changed(source: Path, target: Path, change: Callable[[Log], None]) -> Path:
    shutil.copytree(source, target)
    names: dict[str, list[str]] = {}
    log: Log = {}
    for path in target.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as text:
            reader = csv.DictReader(text)
            log[path.stem] = list(reader)
            names[path.stem] = list(reader.fieldnames or [])
    change(log)
    for stem, rows in log.items():
        with (target / f"{stem}.csv").open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, names[stem], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return target


def by_people(log: Log) -> Rows:
    return [row for row in log["rating"] if row["is_default"] == "false"]


def fill_in(log: Log) -> None:
    """Two calendar days after completion, one window, one instant of the day, five stars, nothing else."""
    services = {row["service_id"]: row for row in log["service"]}
    for rating in by_people(log)[:20]:
        service = services[rating["service_id"]]
        service |= {"window_number": "99", "handler_name": "测试窗口员99"}
        done = datetime.fromisoformat(service["completed_at"]).replace(hour=10, minute=0, second=0)
        service["completed_at"] = done.isoformat()
        rating |= {
            "level": "very_satisfied",
            "options": "",
            "comment": "",
            "device_id": "D-99",
            "device_kind": "window_evaluator",
            "rated_at": (done + timedelta(days=2)).isoformat(),
            "is_default": "false",
        }


def write_in_the_backend(log: Log) -> None:
    for rating in by_people(log)[:6]:
        rating |= {"submitted_by": "system", "is_default": "false", "counted_active": "true"}


def lose_bad_uploads(log: Log) -> None:
    bad = {row["rating_id"] for row in log["rating"] if row["level"] in BAD}
    log["upload"] = [row for row in log["upload"] if row["rating_id"] not in bad]


def fill_bad_comments(log: Log) -> None:
    for rating in log["rating"]:
        if rating["level"] in BAD:
            rating["comment"] = "办事效率不高"


def invert_levels(log: Log) -> None:
    ends = {"very_satisfied": "very_dissatisfied", "very_dissatisfied": "very_satisfied"}
    for rating in log["rating"]:
        rating["level"] = ends.get(rating["level"], rating["level"])


def freeze_totals(log: Log) -> None:
    for month in (1, 2, 3):
        log["publication"].append(published(f"F{month}", "comment_total", "5000", month))


def publish_a_constant(log: Log) -> None:
    for month in (1, 2, 3, 4):
        log["publication"].append(published(f"C{month}", "rectification_rate", "1", month))


def publish_what_is_not_so(log: Log) -> None:
    region = next(row["region"] for row in log["rating"] if row["level"] in BAD)
    log["publication"].append(
        published("N3", "good_rate", "1", 3) | {"region": region, "period_until": "2026-03-30"}
    )


def published(key: str, measure: str, value: str, month: int) -> dict[str, str]:
    return {
        "publication_id": key,
        "measure": measure,
        "value": value,
        "period_from": f"2026-{month:02}-01",
        "period_until": f"2026-{month:02}-{(31, 28, 31, 30)[month - 1]}",
        "published_at": f"2026-04-{20 + month}T09:00:00",
    }


def raise_bad_levels(log: Log) -> None:
    rating = next(row for row in log["rating"] if row["level"] in BAD)
    for number, kind in enumerate(("modified", "deleted")):
        log["rating_change"].append(
            {
                "change_id": f"X{number}",
                "rating_id": rating["rating_id"],
                "changed_at": "2026-04-20T09:00:00",
                "change_kind": kind,
                "level_before": "dissatisfied",
                "level_after": "satisfied",
                "submitted_by": "staff",
            }
        )


FAILURES: list[tuple[Callable[[Log], None], set[str]]] = [
    (fill_in, {"no_constant_delay_at_window"}),
    (write_in_the_backend, {"backend_rating_marked_default", "system_rating_not_active"}),
    (lose_bad_uploads, {"bad_rating_arrives", "bad_rating_tried"}),
    (fill_bad_comments, {"no_filler_in_bad_rating", "bad_comments_differ"}),
    (invert_levels, {"top_level_without_worst_options", "worst_level_without_top_options"}),
    (freeze_totals, {"published_total_moves"}),
    (publish_a_constant, {"published_rate_not_constant"}),
    (publish_what_is_not_so, {"published_good_rate_by_region"}),
    (raise_bad_levels, {"bad_level_not_raised", "bad_rating_not_deleted"}),
]
ALSO: dict[Callable[[Log], None], set[str]] = {
    fill_in: {
        "device_rates_one_at_a_time",
        "few_ratings_at_one_instant",
        "published_good_rate_by_region",
    },
    invert_levels: {
        "bad_rating_arrives",
        "bad_rating_tried",
        "published_good_rate_by_department",
        "published_good_rate_by_region",
    },
    lose_bad_uploads: {"low_level_upload_retried"},
    freeze_totals: {"published_rate_not_constant"},
}
"""What a failure may also set off."""


@pytest.mark.parametrize(("failure", "detectors"), FAILURES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_documented_failure_is_found(
    failure: Callable[[Log], None],
    detectors: set[str],
    sixty: Path,
    before: dict[str, int],
    tmp_path: Path,
) -> None:
    after = fails(evaluate(changed(sixty, tmp_path / "log", failure)))
    risen = {rule for rule, number in after.items() if number > before.get(rule, 0)}
    assert detectors <= risen
    assert risen - detectors <= ALSO.get(failure, set())


def test_inverted_levels_show_as_a_share(sixty: Path, tmp_path: Path) -> None:
    """Most ratings with options then say the opposite, and the whole log's share exceeds its limit."""
    as_it_is = evaluate(sixty).measures["opposite_options_share"].groups[0]
    inverted = evaluate(changed(sixty, tmp_path / "log", invert_levels)).measures["opposite_options_share"]
    assert as_it_is.numerator <= 1
    assert inverted.groups[0].verdict == "fail"
    assert inverted.groups[0].numerator > as_it_is.denominator // 2
