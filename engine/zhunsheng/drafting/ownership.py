"""Which rules a pack's own tests answer for: those it adds, and those whose parameters it changes."""

from __future__ import annotations

from zhunsheng.drafting.walking import parameters_of
from zhunsheng.packs import LoadedPack
from zhunsheng.semantics.typed import Index, Measure, Rule


def own_names(pack: LoadedPack) -> frozenset[str] | None:
    """Ids of rules, measures and indices; None where the pack extends no other, so all are its own."""
    if pack.parent is None:
        return None
    program = pack.program
    declared: tuple[Rule | Measure | Index, ...] = (*program.rules, *program.measures, *program.indices)
    return frozenset(
        each.id
        for each in declared
        if (each.span is not None and each.span.source.name in pack.own)
        or set(parameters_of(each)) & set(pack.overridden)
    )
