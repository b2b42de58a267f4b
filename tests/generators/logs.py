"""Random logs over the test vocabulary: rows, evidence and a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

from generators.words import VOCABULARY
from zhunsheng.calendars.model import Calendar
from zhunsheng.logs.model import Coverage, Evidence, Gap, Row, Value
from zhunsheng.semantics.types import (
    BooleanType,
    CodesType,
    CodeType,
    DateType,
    DecimalType,
    DurationType,
    InstantType,
    IntegerType,
    Type,
)

ZONES = (
    "Asia/Shanghai",
    "Asia/Shanghai",
    "Asia/Shanghai",
    "UTC",
    "Europe/Amsterdam",
    "America/New_York",
    "Asia/Kathmandu",
)
MICRO = timedelta(microseconds=1)


@dataclass(frozen=True)
class Log:
    rows: dict[str, list[Row]]
    supplied: frozenset[str]
    zone: str
    as_of: datetime
    coverage: Coverage
    gaps: tuple[Gap, ...]

    def evidence(self, tables: dict[str, object]) -> Evidence:
        return Evidence(self.zone, self.as_of, self.coverage, self.gaps, tables)  # type: ignore[arg-type]


def calendar(random: Random) -> Calendar:
    """Weekdays with a few holidays and make-up days; sometimes it ends in the middle of the log."""
    return calendar_until(random.choice([date(2025, 12, 31), date(2025, 12, 31), date(2024, 3, 15)]))


def calendar_until(last: date) -> Calendar:
    """The test calendar from 2023 to `last`."""
    first = date(2023, 1, 1)
    holidays = {date(2024, 2, 9) + timedelta(days=n) for n in range(9)} | {date(2024, 5, 1), date(2024, 5, 2)}
    made_up = {date(2024, 2, 4), date(2024, 2, 18), date(2024, 4, 28)}
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = [day for day in span if (day.weekday() < 5 and day not in holidays) or day in made_up]
    return Calendar("test", "made for tests", first, last, days)


def _instants(random: Random, zone: str) -> list[datetime]:
    """A handful of instants, many of them equal, at midnight, at month ends or around clock changes."""
    tz = ZoneInfo(zone)
    days = [
        date(2024, 1, 31),
        date(2024, 2, 3),
        date(2024, 2, 8),
        date(2024, 2, 29),
        date(2024, 3, 9),
        date(2024, 3, 10),
        date(2024, 3, 30),
        date(2024, 3, 31),
        date(2024, 4, 26),
        date(2024, 12, 31),
    ]
    start = random.choice(days)
    out: list[datetime] = []
    for _ in range(random.randint(2, 6)):
        day = start + timedelta(days=random.choice([0, 0, 1, 2, 3, 7, 10, 31]))
        local = datetime(day.year, day.month, day.day, tzinfo=tz) + timedelta(
            hours=random.choice([0, 0, 1, 3, 9, 23])
        )
        out.append(local.astimezone(UTC) + random.choice([0, 0, 0, 1, -1]) * MICRO)
    return out


def _value(random: Random, type_: Type, instants: list[datetime]) -> Value:
    match type_:
        case IntegerType():
            return random.choice([0, 1, 2, 3, -1])
        case DecimalType():
            return Fraction(random.choice([0, 1, 5, 10, -5, 25]), random.choice([1, 2, 10]))
        case BooleanType():
            return random.random() < 0.5
        case DateType():
            return (random.choice(instants) + timedelta(hours=8)).date()
        case InstantType():
            return random.choice(instants)
        case CodeType(codelist):
            return random.choice(VOCABULARY.codelists[codelist].codes).name
        case CodesType(codelist):
            names = [code.name for code in VOCABULARY.codelists[codelist].codes]
            return tuple(random.sample(names, random.choice([0, 1, 1, 2])))
        case DurationType("exact"):
            return random.choice([0, 3_600_000_000, 86_400_000_000, -60_000_000])
        case DurationType():
            return random.choice([0, 1, 2, 3, -1])
        case _:
            return random.choice(["a", "b", "", "甲乙", "bad 13800000000"])


def log(random: Random) -> Log:
    zone = random.choice(ZONES)
    instants = _instants(random, zone)
    keys = {name: [f"{name}{n}" for n in range(random.randint(1, 4))] for name in VOCABULARY.records}
    hole = random.choice([0.0, 0.0, 0.05, 0.3])
    rows: dict[str, list[Row]] = {}
    supplied = frozenset(name for name in VOCABULARY.records if random.random() < 0.97)
    as_of = random.choice(
        [max(instants), max(instants), random.choice(instants), max(instants) + timedelta(days=40)]
    )
    repeated = random.random() < 0.5
    for name, record in VOCABULARY.records.items():
        links = {parent.field: parent.record for parent in record.parents}
        rows[name] = []
        if name not in supplied:
            continue
        for _ in range(random.choice([0, 1, 2, 3, 5])):
            row: dict[str, Value] = {}
            for field in record.fields.values():
                if field.name == record.key:
                    row[field.name] = random.choice(keys[name]) if repeated else f"{name}{len(rows[name])}"
                elif field.name in links:
                    row[field.name] = random.choice(
                        [*keys[links[field.name]], *keys[links[field.name]], "nowhere"]
                    )
                else:
                    row[field.name] = _value(random, field.type, instants)
                if random.random() < (hole if field.name != record.key else hole / 5):
                    row[field.name] = None
            time = row[record.time] if record.time else None
            if isinstance(time, datetime) and time > as_of:
                continue
            row["_row"] = len(rows[name]) + 1
            rows[name].append(row)
    for number, row in enumerate(rows["publication"]):
        dimension = random.choice(["level", "device", "month", None])
        rows["publication"][number] = {
            **row,
            "measure": random.choice(["m0", "m1"]),
            "value": random.choice([Fraction(1, 2), Fraction(1), Fraction(0), Fraction(333333, 1000000)]),
            **{field: None for field in ("level", "device", "month") if field != dimension},
        }
    return Log(rows, supplied, zone, as_of, _coverage(random, instants, as_of), _gaps(random, instants))


def _coverage(random: Random, instants: list[datetime], as_of: datetime) -> Coverage:
    roll = random.random()
    if roll < 0.6:
        return Coverage()
    start = random.choice([None, min(instants), min(instants) - timedelta(days=30), random.choice(instants)])
    return Coverage(start, random.choice([None, as_of, as_of, random.choice(instants)]))


def _gaps(random: Random, instants: list[datetime]) -> tuple[Gap, ...]:
    if random.random() < 0.75:
        return ()
    start = random.choice(instants)
    records = frozenset(random.sample(sorted(VOCABULARY.records), random.choice([0, 1, 2])))
    return (Gap(start, start + random.choice([timedelta(0), timedelta(days=1), timedelta(days=9)]), records),)
