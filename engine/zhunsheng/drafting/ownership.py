"""Which rules a pack's own tests answer for: those it adds, and those whose parameters it changes."""

from __future__ import annotations

from collections.abc import Mapping

from zhunsheng.drafting.walking import parameters_of
from zhunsheng.packs import LoadedPack
from zhunsheng.semantics.typed import Index, Measure, Rule


def own_names(pack: LoadedPack) -> frozenset[str] | None:
    """Ids of rules, measures and indices; None where the pack extends no other, so all are its own."""
    if pack.parent is None:
        return None
    return frozenset(each.id for each in _declared(pack) if _is_own(pack, each) or _changed(pack, each))


def changed_limits(pack: LoadedPack) -> Mapping[str, frozenset[str]]:
    """Inherited rules, measures and indices whose parameters the pack changes, with these parameters: the
    rest of such a rule is tested where it was written."""
    if pack.parent is None:
        return {}
    inherited = (each for each in _declared(pack) if not _is_own(pack, each))
    return {each.id: names for each in inherited if (names := _changed(pack, each))}


def _declared(pack: LoadedPack) -> tuple[Rule | Measure | Index, ...]:
    return (*pack.program.rules, *pack.program.measures, *pack.program.indices)


def _is_own(pack: LoadedPack, declared: Rule | Measure | Index) -> bool:
    return declared.span is not None and declared.span.source.name in pack.own


def _changed(pack: LoadedPack, declared: Rule | Measure | Index) -> frozenset[str]:
    return frozenset(parameters_of(declared)) & frozenset(pack.overridden)
