"""Which parameters are switches, and which choices are tried."""

from datetime import date
from pathlib import Path

import pytest

from spread.rates import PACK, RULES, write_pack
from zhunsheng.packs import LoadedPack, load_pack
from zhunsheng.spread.switches import choices, switches_of

DAY = date(2024, 4, 30)


@pytest.fixture
def pack(tmp_path: Path) -> LoadedPack:
    loaded = load_pack(write_pack(tmp_path / "rates"))
    assert loaded.diagnostics == ()
    return loaded


def options(pack: LoadedPack, measure: str, parameter: str) -> list[object]:
    found = next(one for one in pack.program.measures if one.id == measure)
    (switch,) = [one for one in switches_of(found, pack, DAY) if one.parameter == parameter]
    return [one.value.value if one.value is not None else None for one in switch.options]


def test_switches_are_read_through_definitions_in_the_order_of_the_text(pack: LoadedPack) -> None:
    names = {
        measure.id: [one.parameter for one in switches_of(measure, pack, DAY)]
        for measure in pack.program.measures
    }
    assert names == {"good_rate": ["with_defaults", "taken"], "bad_rate": ["with_defaults"], "ratings": []}


def test_the_packs_own_setting_comes_first(pack: LoadedPack, tmp_path: Path) -> None:
    assert options(pack, "good_rate", "with_defaults") == [True, False]
    assert options(pack, "good_rate", "taken") == ["all", "first"]
    rules = RULES.replace("    true\n", "    false\n").replace('"all"\n', '"first"\n')
    other = load_pack(write_pack(tmp_path / "other", rules))
    assert options(other, "good_rate", "with_defaults") == [False, True]
    assert options(other, "good_rate", "taken") == ["first", "all"]


def test_a_parameter_that_changes_over_time_is_also_left_as_it_is(tmp_path: Path) -> None:
    rules = RULES.replace("    true\n", "    true\n    false from 2024-03-02\n")
    dated = load_pack(write_pack(tmp_path / "dated", rules))
    assert options(dated, "good_rate", "with_defaults") == [None, True, False]
    late = RULES.replace("    true\n", "    true from 2024-03-02\n")
    from_a_day = load_pack(write_pack(tmp_path / "late", late))
    assert options(from_a_day, "good_rate", "with_defaults") == [None, True, False]


def test_a_parameter_whose_settings_are_not_listed_is_no_switch(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path / "rates", pack=PACK[: PACK.index("switches:")]))
    measure = pack.program.measures[0]
    assert [one.parameter for one in switches_of(measure, pack, DAY)] == ["with_defaults"]


def test_above_the_limit_one_switch_at_a_time_is_changed(pack: LoadedPack) -> None:
    switches = switches_of(pack.program.measures[0], pack, DAY)
    assert choices(switches, 4) == (((0, 0), (0, 1), (1, 0), (1, 1)), 4)
    assert choices(switches, 3) == (((0, 0), (1, 0), (0, 1)), 4)
    assert choices(switches, 2) == (((0, 0), (1, 0)), 4)
    assert choices((), 3) == (((),), 1)
