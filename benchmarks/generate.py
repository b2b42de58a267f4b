"""Ratings with their work orders, as many as asked for, the same ones for the same number.

    python benchmarks/generate.py [--ratings 10_000_000] [--out benchmarks/data]

Every value is a hash of the rating's number, so a smaller log is the beginning of a larger one and no random
state is kept. One rating in twenty is bad and has a work order: assignment, acceptance, verification,
call-backs, rectification, reply, now and then an extension or transfers. Things go wrong at fixed rates:
steps that are late, left out, out of order or done twice, fields that are missing. Nothing is dated after
AS_OF, so the last weeks' work orders are unfinished. Columns are canonical, codes are their canonical names.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import duckdb

AS_OF = "2025-01-01T00:00:00+08:00"
SEED = 39734

MACROS = f"""
create macro u(i, what) as (hash(i, what, {SEED}) % 1000000) / 1000000.0;
create macro hours(x) as to_microseconds((3600000000 * (x))::bigint);
create macro pick(i, what, list) as list[1 + (hash(i, what, {SEED}) % len(list))::int];
"""

RATING = f"""
with drawn as (
    select i,
           timestamptz '2024-01-01T00:00:00+08:00' + to_days((u(i, 'day') * 366)::int)
             + hours(8.5 + 9 * u(i, 'hour')) as served_at
    from range(cast($ratings as bigint)) r(i)
), dated as (
    select *, served_at + hours(case when u(i, 'prompt') < 0.9 then u(i, 'wait') else 240 * u(i, 'wait') end)
             as rated_at
    from drawn
)
select printf('R%010d', i) as rating_id, rated_at,
       case when u(i, 'unserved') < 0.01 then null when u(i, 'clock') < 0.002 then rated_at + hours(1)
            else served_at end as served_at,
       case when u(i, 'level') < 0.002 then null when u(i, 'level') < 0.022 then 'very_dissatisfied'
            when u(i, 'level') < 0.052 then 'dissatisfied'
            when u(i, 'level') < 0.12 then 'basically_satisfied'
            when u(i, 'level') < 0.40 then 'satisfied' else 'very_satisfied' end as level,
       case when u(i, 'lost') < 0.003 then null
            else pick(i, 'channel', ['window', 'online', 'mobile', 'kiosk', 'sms']) end as channel,
       case when u(i, 'place') < 0.001 then null
            else printf('region %02d', hash(i, 'region') % 31) end as region,
       printf('department %03d', hash(i, 'department') % 200) as department,
       printf('officer %05d', hash(i, 'officer') % 20000) as officer_id,
       case when u(i, 'who') < 0.005 then null else u(i, 'named') < 0.8 end as named,
       case when u(i, 'void?') < 0.001 then null else u(i, 'void') < 0.01 end as voided,
       case when u(i, 'void') < 0.009 then 'duplicate' end as void_reason,
       u(i, 'default') < 0.03 as defaulted,
       case when u(i, 'options') < 0.01 then null else (u(i, 'options') * 9)::int end as option_count,
       case when u(i, 'comment') < 0.01 then null when u(i, 'comment') < 0.7 then 0
            else (u(i, 'comment') * 200)::int end as comment_length,
       case when u(i, 'phone') < 0.75 then printf('138%08d', i % 100000000) end as phone
from dated where rated_at <= timestamptz '{AS_OF}'
"""

# The course of every work order; the tables below are selections of it.
COURSE = """
create temp table course as
with bad as (
    select rating_id, cast(substr(rating_id, 2) as bigint) as i, rated_at, department, officer_id
    from read_parquet($rating)
    where level in ('very_dissatisfied', 'dissatisfied')
       or (level = 'basically_satisfied' and hash(rating_id) % 500 = 0)
), assigned as (
    select *, rated_at + hours(u(i, 'assign') * 26) as assigned_at from bad
), accepted as (
    select *, assigned_at + hours(u(i, 'accept') * case when u(i, 'slow') < 0.9 then 20 else 90 end
                                  - case when u(i, 'eager') < 0.02 then 12 else 0 end)
              as accepted_at
    from assigned
), verified as (
    select *, accepted_at + hours(110 * u(i, 'verify') - case when u(i, 'hasty') < 0.02 then 60 else 0 end)
              as verified_at
    from accepted
), rectified as (
    select *, verified_at + hours(420 * u(i, 'rectify') - case when u(i, 'rash') < 0.02 then 90 else 0 end)
              as rectified_at
    from verified
)
select *, case when u(i, 'early') < 0.9 then rectified_at + hours(60 * u(i, 'reply'))
               else verified_at + hours(40 * u(i, 'reply')) end as replied_at
from rectified
"""

ASSIGNMENT = """
select printf('A%010d', i) as assignment_id, rating_id, assigned_at,
       case when u(i, 'unit') < 0.95 then department else 'department 999' end as department,
       case when u(i, 'self') < 0.03 then officer_id
            else printf('officer %05d', hash(i, 'handler') % 20000) end as officer_id
from course where u(i, 'unassigned') >= 0.02
"""

ACCEPTANCE = """
select printf('C%010d-%d', i, k) as acceptance_id, rating_id,
       case when u(i, 'undated') < 0.003 then null else accepted_at + hours(5 * k) end as accepted_at
from course, range(2) t(k) where u(i, 'unaccepted') >= 0.03 and (k = 0 or u(i, 'twice') < 0.02)
"""

VERIFICATION = """
select printf('V%010d', i) as verification_id, rating_id, verified_at,
       case when u(i, 'unclear') < 0.02 then null
            else pick(i, 'outcome', ['confirmed', 'partly', 'unfounded']) end as outcome
from course where u(i, 'unverified') >= 0.05
"""

CALLBACK = """
select printf('B%010d-%d', i, k) as callback_id, rating_id,
       accepted_at + hours(70 * (k + u(i + k, 'call'))) as called_at,
       case when u(i + k, 'line') < 0.02 then null else u(i + k, 'line') < 0.8 end as reached,
       case when u(i + k, 'mood') < 0.1 then null else u(i + k, 'mood') < 0.85 end as pleased
from course, range(4) t(k) where u(i, 'calls') < [0.92, 0.4, 0.1, 0.03][k + 1]
"""

RECTIFICATION = """
select printf('F%010d-%d', i, k) as rectification_id, rating_id, rectified_at + hours(48 * k) as rectified_at
from course, range(2) t(k) where u(i, 'unrectified') >= 0.06 and (k = 0 or u(i, 'again') < 0.05)
"""

REPLY = """
select printf('P%010d', i) as reply_id, rating_id, replied_at, u(i, 'public') < 0.9 as public
from course where u(i, 'unreplied') >= 0.04
"""

EXTENSION = """
select printf('E%010d', i) as extension_id, rating_id, verified_at + hours(24) as extended_at,
       case when u(i, 'blank') < 0.01 then null else 1 + (u(i, 'grant') * 9)::int end as granted,
       case when u(i, 'draft') < 0.02 then null else u(i, 'approve') < 0.8 end as approved
from course where u(i, 'extend') < 0.1
"""

TRANSFER = """
select printf('T%010d-%d', i, k) as transfer_id, rating_id, assigned_at + hours(6 * (k + 1)) as transferred_at
from course, range(3) t(k) where u(i, 'transfers') < [0.15, 0.04, 0.01][k + 1]
"""

# record -> (its rows, the column that dates them)
CHILDREN = {
    "assignment": (ASSIGNMENT, "assigned_at"),
    "acceptance": (ACCEPTANCE, "accepted_at"),
    "verification": (VERIFICATION, "verified_at"),
    "callback": (CALLBACK, "called_at"),
    "rectification": (RECTIFICATION, "rectified_at"),
    "reply": (REPLY, "replied_at"),
    "extension": (EXTENSION, "extended_at"),
    "transfer": (TRANSFER, "transferred_at"),
}

LOG = """\
zone: Asia/Shanghai
coverage:
  from: "2024-01-01T00:00:00+08:00"
  until: "{as_of}"
sources:
{sources}
"""


def generate(ratings: int, out: Path) -> Path:
    """Writes one Parquet file per record type and `log.yaml` into `out`; returns the manifest's path."""
    out.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"threads": "2"})
    connection.execute("set timezone = 'Asia/Shanghai'")
    connection.execute(MACROS)
    rating = str(out / "rating.parquet")
    connection.sql(RATING, params={"ratings": ratings}).write_parquet(rating)
    connection.execute(COURSE, {"rating": rating})
    for record, (rows, dated) in CHILDREN.items():
        happened = f"select * from ({rows}) where {dated} is null or {dated} <= timestamptz '{AS_OF}'"
        connection.sql(happened).write_parquet(str(out / f"{record}.parquet"))
    sources = "\n".join(f"  {record}: {{file: {record}.parquet}}" for record in ["rating", *CHILDREN])
    (out / "log.yaml").write_text(LOG.format(as_of=AS_OF, sources=sources), encoding="utf-8")
    return out / "log.yaml"


def main() -> None:
    options = argparse.ArgumentParser(description="Generate the benchmark's log.")
    options.add_argument("--ratings", type=int, default=10_000_000)
    options.add_argument("--out", type=Path, default=Path(__file__).parent / "data")
    given = options.parse_args()
    started = time.perf_counter()
    manifest = generate(given.ratings, given.out / f"{given.ratings}")
    print(f"{manifest}  {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
