"""No verdict is ever given that the derivation says cannot occur: random rules over random logs."""

from __future__ import annotations

from random import Random

import pytest

from generators import logs, programs
from zhunsheng.drafting.occurring import possible_verdicts
from zhunsheng.logs import MemoryStore
from zhunsheng.logs.model import TableFacts
from zhunsheng.reference import evaluate
from zhunsheng.semantics.typed import Program
from zhunsheng.verdicts.model import Counts

SHARDS, LOGS, RULES = 4, 60, 20


def _given(counts: Counts) -> set[str]:
    named = {
        "pass": counts.passed,
        "fail": counts.fail,
        "pending": counts.pending,
        "unknown": counts.unknown,
        "notapplicable": counts.notapplicable,
        "error": counts.error,
    }
    return {verdict for verdict, number in named.items() if number}


def _that_would_load(log: logs.Log, program: Program) -> dict[str, list[logs.Row]]:
    """Rows without a required field never get into a log."""
    records = program.vocabulary.records
    required = {
        name: [field.name for field in record.fields.values() if field.required]
        for name, record in records.items()
    }
    return {
        name: [row for row in log.rows[name] if all(row.get(field) is not None for field in required[name])]
        for name in log.supplied
    }


@pytest.mark.parametrize("shard", range(SHARDS))
def test_what_occurs_could_occur(shard: int) -> None:
    for seed in range(shard * LOGS, (shard + 1) * LOGS):
        random = Random(seed)
        program, log = programs.program(random, RULES, 0), logs.log(random)
        calendar = logs.calendar(random)
        rows = _that_would_load(log, program)
        facts = {}
        for name, record in program.vocabulary.records.items():
            keys = [row[record.key] for row in rows.get(name, ())]
            facts[name] = TableFacts(name in rows, len(keys), len(set(keys)) == len(keys))
        store = MemoryStore(program.vocabulary, rows)
        found = evaluate(program, store, log.evidence(facts), calendar)
        for rule in program.rules:
            possible = {each.value for each in possible_verdicts(rule, program)}
            assert _given(found.rules[rule.id].counts) <= possible, (seed, rule.id)
