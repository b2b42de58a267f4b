"""The static checks of language.md section 11: what is allowed, but probably not meant.

Each check is a file in `checks/` that bears the name of its diagnostic; the order of all of them stands here.
"""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checker import Checked
from zhunsheng.semantics.checks import (
    always_true,
    clause_status,
    contradicting_norms,
    contradictory_where,
    count_in_arithmetic,
    duplicate_rule,
    loosened_limit,
    minimum_without_threshold,
    never_applies,
    normative_without_text,
    parameter_not_in_force,
    parameter_without_source,
    rule_without_clause,
    uncovered_clause,
    undated_subject,
    unit_unclear,
    unlisted_clause,
    unused_define,
    unused_let,
    unused_parameter,
)
from zhunsheng.semantics.checks.subject import Check, Linted
from zhunsheng.semantics.clauses import Clause
from zhunsheng.semantics.typed import Program

CHECKS: tuple[Check, ...] = (
    unused_let.check,
    unused_define.check,
    unused_parameter.check,
    rule_without_clause.check,
    parameter_not_in_force.check,
    contradictory_where.check,
    never_applies.check,
    contradicting_norms.check,
    uncovered_clause.check,
    unlisted_clause.check,
    parameter_without_source.check,
    normative_without_text.check,
    loosened_limit.check,
    unit_unclear.check,
    duplicate_rule.check,
    always_true.check,
    clause_status.check,
    undated_subject.check,
    minimum_without_threshold.check,
    count_in_arithmetic.check,
)


def lint(
    checked: Checked,
    *,
    own: frozenset[str] | None = None,
    clauses: Sequence[Clause] = (),
    parent: Program | None = None,
) -> tuple[Diagnostic, ...]:
    """What the static checks find, in the order of files and places. All are warnings.

    `own` limits them to declarations of these sources (a pack does not answer for its parent's text),
    `clauses` is the pack's clause list, `parent` the program that the pack extends.
    """
    linted = Linted(checked, own, tuple(clauses), parent)
    order = {file.source.name: number for number, file in enumerate(checked.files)}

    def place(one: Diagnostic) -> tuple[int, str, int]:
        if one.span is None:
            return (len(order) + 1, "", 0)
        return (order.get(one.span.source.name, len(order)), one.span.source.name, one.span.start)

    return tuple(sorted((one for run in CHECKS for one in run(linted)), key=place))
