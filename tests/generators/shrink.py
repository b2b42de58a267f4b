"""Make a differing pair small: fewer declarations, fewer rows, simpler evidence, smaller expressions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from generators.logs import Log
from zhunsheng.logs.model import Coverage
from zhunsheng.semantics.typed import And, Const, Expr, Has, Not, Or, Pattern, Program
from zhunsheng.semantics.types import BooleanType

Differs = Callable[[Program, Log], bool]


def shrink(program: Program, log: Log, differs: Differs, rounds: int = 400) -> tuple[Program, Log]:
    """The smallest pair reached by single steps that still differs; at most `rounds` tries."""
    tries = 0
    progress = True
    while progress and tries < rounds:
        progress = False
        for smaller_program, smaller_log in _steps(program, log):
            tries += 1
            if tries >= rounds:
                break
            if differs(smaller_program, smaller_log):
                program, log, progress = smaller_program, smaller_log, True
                break
    return program, log


def _steps(program: Program, log: Log) -> Iterator[tuple[Program, Log]]:
    for smaller in _fewer_declarations(program):
        yield smaller, log
    for smaller_log in _smaller_logs(log):
        yield program, smaller_log
    for smaller in _smaller_expressions(program):
        yield smaller, log


def _fewer_declarations(program: Program) -> Iterator[Program]:
    replace = dataclasses.replace
    if program.indices:
        yield replace(program, indices=())
    if program.rules and (program.measures or len(program.rules) > 1):
        for rule in program.rules:
            yield replace(program, measures=(), indices=(), rules=(rule,))
    if len(program.measures) > 0 and (program.rules or len(program.measures) > 1):
        for measure in program.measures:
            yield replace(program, rules=(), indices=(), measures=(measure,))


def _smaller_logs(log: Log) -> Iterator[Log]:
    replace = dataclasses.replace
    for name, rows in log.rows.items():
        if rows:
            yield replace(log, rows={**log.rows, name: []})
        for index in range(len(rows)):
            rest = [{**row, "_row": n + 1} for n, row in enumerate(rows[:index] + rows[index + 1 :])]
            yield replace(log, rows={**log.rows, name: rest})
    if log.gaps:
        yield replace(log, gaps=())
    if log.coverage != Coverage():
        yield replace(log, coverage=Coverage())
    if len(log.supplied) < len(log.rows):
        yield replace(log, supplied=frozenset(log.rows))


def _smaller_expressions(program: Program) -> Iterator[Program]:
    replace = dataclasses.replace
    for rule in program.rules:
        for smaller in _smaller(rule):
            yield replace(program, rules=tuple(smaller if each is rule else each for each in program.rules))
    for measure in program.measures:
        for smaller in _smaller(measure):
            yield replace(
                program, measures=tuple(smaller if each is measure else each for each in program.measures)
            )


def _smaller(node: Any) -> Iterator[Any]:
    """Every node that differs from this one by one simplification somewhere below."""
    if isinstance(node, tuple):
        for index, child in enumerate(node):
            for smaller in _smaller(child):
                yield (*node[:index], smaller, *node[index + 1 :])
        return
    if not dataclasses.is_dataclass(node) or isinstance(node, type):
        return
    yield from _simpler(node)
    for each in dataclasses.fields(node):
        value = getattr(node, each.name)
        if each.name in ("span", "label", "note", "remedy", "type", "path", "values") or value is None:
            continue
        if each.name in ("where", "window", "unless", "threshold", "agreement", "minimum"):
            joins = isinstance(node, Pattern) and node.link is None and each.name == "where"
            if not joins:
                yield dataclasses.replace(node, **{each.name: None})
        if each.name == "effective" and value != (None, None):
            yield dataclasses.replace(node, effective=(None, None))
        for smaller in _smaller(value):
            yield dataclasses.replace(node, **{each.name: smaller})


def _simpler(node: Expr) -> Iterator[Expr]:
    match node:
        case And(operands) | Or(operands):
            yield from operands
        case Not(operand):
            yield operand
        case Has(pattern=Pattern(window=window)) if window is not None:
            yield Const(True, BooleanType())
        case _:
            return
