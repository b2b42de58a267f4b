"""A log under pseudonyms gets the verdicts of the log: on the pilot site, with numbers written into its
fields, by every rule and measure of the packs that read personal fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from zhunsheng.calendars import load as load_calendar
from zhunsheng.engines.duckdb import evaluate
from zhunsheng.logs import LoadedLog, load
from zhunsheng.logs.expressions import create_table, select, table, to_sql
from zhunsheng.logs.pseudonyms import Pseudonyms
from zhunsheng.packs import load_pack
from zhunsheng.semantics.typed import Program

ROOT = Path(__file__).parents[2]
CALENDAR = load_calendar()
WRITTEN = """
UPDATE rating SET
  mobile_number = (13800000000 + _row // 9)::VARCHAR,
  made_public = true,
  comment = CASE _row % 7
    WHEN 0 THEN '请回电 138 1234 ' || lpad((_row % 10000)::VARCHAR, 4, '0')
    WHEN 1 THEN '我叫王小明，手机13712345678'
    WHEN 2 THEN '身份证 11010519491231002X，请查'
    WHEN 3 THEN '身份证 352225200003040057'
    WHEN 4 THEN '办事效率不高'
    WHEN 5 THEN repeat('好', 140) || '电话13600001111'
    ELSE comment END
"""


def masked(log: LoadedLog, program: Program, under: Pseudonyms) -> int:
    """Put every canonical table under pseudonyms; returns how many cells changed."""
    changed = 0
    for name, record in program.vocabulary.records.items():
        if not any(field.personal for field in record.fields.values()):
            continue
        whole = to_sql(select([exp.Star()], table(name)))
        before: Any = log.connection.sql(whole).to_arrow_table()
        after = under.masked(record, before)
        changed += sum(
            a != b
            for column in before.column_names
            for a, b in zip(before[column].to_pylist(), after[column].to_pylist(), strict=True)
        )
        log.connection.register("masked_rows", after)
        log.connection.execute(create_table(name, select([exp.Star()], table("masked_rows"))))
        log.connection.unregister("masked_rows")
    return changed


def verdicts(log: LoadedLog, program: Program) -> Any:
    found = evaluate(program, log.connection, log.evidence, CALENDAR, samples=None)
    return found.rules, found.measures, found.indices


@pytest.mark.parametrize("pack", ["gbt39734", "guobanfa51", "integrity"])
def test_pseudonyms_change_no_verdict(pack: str) -> None:
    program = load_pack(Path(pack)).program
    log = load(ROOT / "fixtures" / "pilot-site", program.vocabulary)
    log.connection.execute(WRITTEN)
    before = verdicts(log, program)
    assert masked(log, program, Pseudonyms(b"k" * 32)) > 1000
    assert verdicts(log, program) == before
    log.close()
