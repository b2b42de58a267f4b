"""A small pack of rates with switches, and a log, for the tests of the spread."""

from __future__ import annotations

from pathlib import Path

PACK = """\
id: rates
version: "1.0"
title: {zh: 开关样例, en: A sample of switches}
switches:
  taken:
    - {value: all, label: {zh: 全部评价, en: all ratings}}
    - {value: first, label: {zh: 首次评价, en: first ratings}}
"""
RULES = """\
standard S "样例标准" en "a sample standard"

parameter with_defaults "计入默认评价" en "Defaults count"
    true
    source "样例假定" en "made up for the sample"
    basis assumption

parameter taken "采信哪些评价" en "Which ratings count"
    "all"
    source "样例假定" en "made up for the sample"
    basis assumption

define counts(r: rating) = with_defaults or not r.is_default

measure good_rate "好评率" en "Good rate"
    clause S "B"
    for each rating r where counts(r) and (taken = "all" or r.rating_kind = first_rating)
    share where r.level in {very_satisfied, satisfied, fairly_satisfied}
    by department
    must agree with published within 0.05 points

measure bad_rate "差评率" en "Bad rate"
    clause S "B"
    for each rating r where counts(r)
    share where r.level in {dissatisfied, very_dissatisfied}
    by department

measure ratings "评价条数" en "Number of ratings"
    clause S "B"
    for each rating r
    count

index quality "质量指数" en "Index of quality" = weighted good_rate: 3, bad_rate: 1
    clause S "B"
"""
RATINGS = """\
rating_id,rated_at,level,is_default,rating_kind,department
R1,2024-03-01T09:00:00+08:00,satisfied,false,first_rating,east
R2,2024-03-01T10:00:00+08:00,dissatisfied,false,first_rating,east
R3,2024-03-01T11:00:00+08:00,satisfied,true,first_rating,east
R4,2024-03-01T12:00:00+08:00,satisfied,false,follow_up_rating,west
R5,2024-03-01T13:00:00+08:00,,false,first_rating,west
"""
PUBLISHED = """\
publication_id,measure,value,period_from,period_until,published_at,department
P1,good_rate,0.666667,2024-03-01,2024-03-31,2024-04-01T09:00:00+08:00,east
P2,bad_rate,0.5,2024-03-01,2024-03-31,2024-04-01T09:00:00+08:00,east
P3,good_rate,0.9,,,2024-04-01T09:00:00+08:00,east
"""
MANIFEST = """\
zone: Asia/Shanghai
coverage: {from: 2024-01-01, until: 2024-04-30}
sources: {rating: {file: rating.csv}, publication: {file: publication.csv}}
"""


def write_pack(folder: Path, rules: str = RULES, pack: str = PACK) -> Path:
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    (folder / "rates.rule").write_text(rules, encoding="utf-8")
    return folder


def write_log(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "rating.csv").write_text(RATINGS, encoding="utf-8")
    (folder / "publication.csv").write_text(PUBLISHED, encoding="utf-8")
    (folder / "log.yaml").write_text(MANIFEST, encoding="utf-8")
    return folder
