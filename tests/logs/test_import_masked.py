"""A copy under pseudonyms: nothing personal is in it, everything joins, every verdict is the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhunsheng import calendars, packs
from zhunsheng.engines.duckdb import evaluate
from zhunsheng.logs import LoadedLog, LogError, load
from zhunsheng.logs.importing.running import import_log
from zhunsheng.logs.pseudonyms import pseudonyms
from zhunsheng.semantics.types import DateType, TextType
from zhunsheng.semantics.vocabulary import Field, Record, Vocabulary

ROOT = Path(__file__).parents[2]
SITE = ROOT / "fixtures" / "pilot-site"
PACKS = ("gbt39734", "gbt39735", "guobanfa51", "integrity")
KEY = {"ZHUNSHENG_KEY": "a secret of more than sixteen signs"}
NAMES = {"en": "x", "zh": "甲"}


def personal(name: str, **more: Any) -> Field:
    return Field(name, more.pop("type", TextType()), NAMES, NAMES, personal=True, **more)


PEOPLE = Vocabulary(
    {
        "person": Record(
            "person",
            {"en": "person", "zh": "人"},
            NAMES,
            "person_id",
            None,
            {
                "person_id": personal("person_id", required=True),
                "phone": personal("phone"),
                "said": personal("said", free_text=True),
                "plate": personal("plate", constraints={"maxLength": 8}),
                "born": personal("born", type=DateType()),
                "note": Field("note", TextType(), NAMES, NAMES),
            },
        )
    },
    {},
)
PHONES = (
    "13800001111",
    "19999999999",
    "13000000000",
    "12345678901",
    "20000000000",
    "1.3800e+10",
    "138 0000 1111",
)
OTHERS = (
    "+86 13800001111",
    "0571-88881234",
    "11010519491231002X",
    "王小明",
    "",
    "１３８００００１１１１",
    "013800001111",
)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    cells = [*PHONES, *OTHERS, *(f"1{3 + n % 7}{n * 7919 % 10**9:09}" for n in range(5000))]
    rows = [
        f"110105{1950 + n % 50}1231{n:04},{cell},来电 {cell} 反映,{n % 9999:04},1990-01-01,n{n}\n"
        for n, cell in enumerate(cells)
    ]
    log = tmp_path / "people"
    log.mkdir()
    (log / "person.csv").write_text(
        "person_id,phone,said,plate,born,note\n" + "".join(rows), encoding="utf-8"
    )
    return log


def held(folder: Path, record: str) -> pa.Table:
    return pq.read_table(folder / record / "part-0001.parquet")


def test_the_database_makes_the_pseudonyms_that_everything_else_makes(people: Path, tmp_path: Path) -> None:
    import_log(people, tmp_path / "masked", PEOPLE, environment=KEY)
    import_log(people, tmp_path / "revealed", PEOPLE, environment=KEY, reveal=True)
    given, made = held(tmp_path / "revealed", "person"), held(tmp_path / "masked", "person")
    names = pseudonyms(KEY)
    fields = PEOPLE.records["person"].fields
    for name in ("person_id", "phone", "said", "plate"):
        wanted = [
            None if each is None else names.fitting(fields[name], each) for each in given[name].to_pylist()
        ]
        assert made[name].to_pylist() == wanted
    assert made["born"].null_count == len(made)
    assert made["note"] == given["note"]


def test_nothing_personal_is_left_in_the_folder(people: Path, tmp_path: Path) -> None:
    import_log(people, tmp_path / "copy", PEOPLE, environment=KEY)
    secret = KEY["ZHUNSHENG_KEY"].encode()
    phones = set(re.findall(rb"1[3-9]\d{9}", (people / "person.csv").read_bytes()))
    found = held(tmp_path / "copy", "person")
    assert not phones & {str(each).encode() for each in found["phone"].to_pylist()}
    assert "王小明" not in found["phone"].to_pylist()
    for path in (tmp_path / "copy").rglob("*"):
        assert path.is_dir() or secret not in path.read_bytes()


def test_rows_that_differ_in_what_is_not_kept_are_not_taken_for_the_same(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    rows = "P1,,,,1990-01-01,\nP1,,,,1991-01-01,\n"
    (log / "person.csv").write_text("person_id,phone,said,plate,born,note\n" + rows, encoding="utf-8")
    done = import_log(log, tmp_path / "copy", PEOPLE, environment=KEY)
    assert (done.quality.sources[0].accepted, done.quality.sources[0].duplicates) == (2, 0)


@pytest.mark.parametrize("other", [{}, {"ZHUNSHENG_KEY": "another secret of sixteen signs"}])
def test_months_under_two_keys_are_refused(people: Path, tmp_path: Path, other: dict[str, str]) -> None:
    import_log(people, tmp_path / "copy", PEOPLE, environment=KEY)
    with pytest.raises(LogError) as found:
        import_log(people, tmp_path / "copy", PEOPLE, environment=other)
    assert found.value.diagnostic.code == "ZS4505"


def test_without_a_key_of_ones_own_nothing_can_be_added(people: Path, tmp_path: Path) -> None:
    done = import_log(people, tmp_path / "copy", PEOPLE, environment={})
    assert [note.code for note in done.notes] == ["ZS4514"]
    for environment in ({}, KEY):
        with pytest.raises(LogError) as found:
            import_log(people, tmp_path / "copy", PEOPLE, environment=environment)
        assert found.value.diagnostic.code == "ZS4505"


@pytest.mark.parametrize(("first", "code"), [(False, "ZS4508"), (True, "ZS4509")])
def test_masked_and_revealed_do_not_mix(people: Path, tmp_path: Path, first: bool, code: str) -> None:
    import_log(people, tmp_path / "copy", PEOPLE, environment=KEY, reveal=first)
    with pytest.raises(LogError) as found:
        import_log(people, tmp_path / "copy", PEOPLE, environment=KEY, reveal=not first)
    assert found.value.diagnostic.code == code


# verdicts


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadedLog]:
    vocabulary = packs.load_pack(Path("gbt39734")).program.vocabulary
    folder = tmp_path_factory.mktemp("site")
    import_log(SITE, folder / "masked", vocabulary, environment=KEY)
    import_log(SITE, folder / "revealed", vocabulary, environment=KEY, reveal=True)
    paths = {"log": SITE, "masked": folder / "masked", "revealed": folder / "revealed"}
    return {name: load(path, vocabulary) for name, path in paths.items()}


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("kind", ["masked", "revealed"])
def test_every_verdict_on_the_copy_is_that_on_the_log(
    site: dict[str, LoadedLog], pack: str, kind: str
) -> None:
    program = packs.load_pack(Path(pack)).program
    calendar = calendars.load()

    def told(name: str) -> Any:
        log = site[name]
        found = evaluate(program, log.connection, log.evidence, calendar)
        counts = {rule: outcome.counts for rule, outcome in found.rules.items()}
        samples = {rule: [each.key for each in outcome.samples] for rule, outcome in found.rules.items()}
        return counts, samples, found.measures, found.indices

    assert site[kind].evidence == site["log"].evidence
    assert told(kind) == told("log")
