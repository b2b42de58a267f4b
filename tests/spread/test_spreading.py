"""Each row of a spread is what the pack gives with those settings written into it."""

from collections.abc import Iterator
from fractions import Fraction as F
from pathlib import Path

import pytest

from spread.rates import write_log, write_pack
from zhunsheng import calendars, logs, reference
from zhunsheng.engines.duckdb import evaluate
from zhunsheng.logs import LoadedLog
from zhunsheng.packs import LoadedPack, load_pack
from zhunsheng.packs.settings import set_to, value_of
from zhunsheng.reports.masking import Masking
from zhunsheng.semantics.typed import Program
from zhunsheng.spread import Spread, spread
from zhunsheng.spread.parts import distance
from zhunsheng.verdicts.model import Evaluation, Interval

CALENDAR = calendars.load()
PERIODS = {
    "good_rate": {"P1": ("2024-03-01", "2024-03-31"), "P3": (None, None)},
    "bad_rate": {"P2": ("2024-03-01", "2024-03-31")},
}


@pytest.fixture
def pack(tmp_path: Path) -> LoadedPack:
    return load_pack(write_pack(tmp_path / "rates"))


@pytest.fixture
def log(tmp_path: Path, pack: LoadedPack) -> Iterator[LoadedLog]:
    opened = logs.load(write_log(tmp_path / "log"), pack.program.vocabulary)
    yield opened
    opened.connection.close()


def spreads(pack: LoadedPack, log: LoadedLog, engine: str = "duckdb", most: int = 64) -> dict[str, Spread]:
    store = logs.DuckStore(log.connection, pack.program.vocabulary)

    def judged(program: Program) -> Evaluation:
        if engine == "reference":
            return reference.evaluate(program, store, log.evidence, CALENDAR)
        return evaluate(program, log.connection, log.evidence, CALENDAR, samples=0)

    found = spread(pack, log.evidence, judged, published=PERIODS, language="en", masking=Masking(), most=most)
    return {one.id: one for one in found}


def test_each_row_is_the_pack_with_those_settings(pack: LoadedPack, log: LoadedLog) -> None:
    """Written into the pack and evaluated again, by the other evaluator."""
    store = logs.DuckStore(log.connection, pack.program.vocabulary)
    for name, found in spreads(pack, log).items():
        for row in found.rows:
            chosen = {
                parameter: value_of(pack.program.parameters[parameter], value)
                for parameter, value in row.settings.items()
            }
            program = set_to(pack.program, {key: value for key, value in chosen.items() if value})
            evaluation = reference.evaluate(program, store, log.evidence, CALENDAR)
            if name == "quality":
                interval = evaluation.indices[name].interval
            else:
                whole = evaluation.measures[name].groups[0]
                assert (row.numerator, row.denominator, row.undecided) == (
                    F(whole.numerator),
                    whole.denominator,
                    whole.undecided,
                )
                interval = whole.interval
            assert (row.interval.low, row.interval.high) == (interval.low, interval.high)


def test_both_evaluators_give_the_same_spread(pack: LoadedPack, log: LoadedLog) -> None:
    assert spreads(pack, log) == spreads(pack, log, "reference")


def test_values_by_hand(pack: LoadedPack, log: LoadedLog) -> None:
    found = spreads(pack, log)
    assert set(found) == {"good_rate", "bad_rate", "quality"}  # the count reads no switch
    good = found["good_rate"]
    assert [(row.numerator, row.denominator, row.undecided, row.own) for row in good.rows] == [
        (3, 5, 1, True),
        (2, 4, 1, False),
        (2, 4, 1, False),
        (1, 3, 1, False),
    ]
    assert (good.lowest, good.highest, good.low, good.high) == (4, 1, F(1, 3), F(4, 5))
    assert good.width == F(4, 5) - F(1, 3)
    assert good.complete and good.combinations == 4
    # (3 × good + 1 × bad) / 4, each at the settings that concern it.
    index = found["quality"]
    assert [row.interval.low for row in index.rows] == [
        (3 * F(3, 5) + F(1, 5)) / 4,
        (3 * F(2, 4) + F(1, 5)) / 4,
        (3 * F(2, 4) + F(1, 4)) / 4,
        (3 * F(1, 3) + F(1, 4)) / 4,
    ]


def test_which_setting_reproduces_a_published_figure(pack: LoadedPack, log: LoadedLog) -> None:
    """East: R1 good, R2 bad, R3 good by default: 2/3 with the default, 1/2 without."""
    first, third = spreads(pack, log)["good_rate"].figures
    assert (first.publication, first.reproduced_by, first.possible, first.nearest) == ("P1", (1, 2), (), 1)
    assert (first.tolerance, first.declared, first.labels) == (F(5, 10000), True, {"department": "east"})
    assert (third.publication, third.reproduced_by, third.nearest) == ("P3", (), 1)
    rows = spreads(pack, log)["good_rate"].rows
    assert [row.published[1].distance for row in rows] == [F(9, 10) - F(2, 3)] * 2 + [F(2, 5)] * 2


def test_a_measure_without_agreement_is_compared_within_our_tolerance(
    pack: LoadedPack, log: LoadedLog
) -> None:
    (figure,) = spreads(pack, log)["bad_rate"].figures
    assert (figure.reproduced_by, figure.declared, figure.tolerance) == ((2,), False, F(5, 10000))


def test_above_the_limit_the_spread_says_so(pack: LoadedPack, log: LoadedLog) -> None:
    found = spreads(pack, log, most=3)
    assert [(one.complete, one.combinations, len(one.rows)) for one in found.values()] == [
        (False, 4, 3),
        (True, 2, 2),
        (False, 4, 3),
    ]


def test_the_distance_is_to_the_nearer_end() -> None:
    interval = Interval(F(1, 2), F(3, 4))
    assert distance(F(1, 4), interval) == F(-1, 4)
    assert distance(F(1, 2), interval) == 0
    assert distance(F(2, 3), interval) == 0
    assert distance(F(1), interval) == F(1, 4)
    assert distance(F(1), Interval(None, None)) is None
    assert distance(None, interval) is None
