"""Packs: folders of rules that belong together, with parameters, clause list and parents.

Language reference, section 3.
"""

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.packs.loader import load_pack
from zhunsheng.packs.model import Disabled, LoadedPack
from zhunsheng.semantics import lint

__all__ = ["Disabled", "LoadedPack", "lint_pack", "load_pack"]


def lint_pack(pack: LoadedPack) -> tuple[Diagnostic, ...]:
    """All that is to be said of a pack: its errors, or, when there are none, what the static checks
    find in its own files (language.md section 11). With declarations missing, the checks would see
    things that are not so."""
    if pack.has_errors:
        return pack.diagnostics
    parent = pack.parent.program if pack.parent is not None else None
    own = pack.own | {str(pack.path / "pack.yaml")} if pack.parent is not None else None
    return (*pack.diagnostics, *lint(pack.checked, own=own, clauses=pack.clauses, parent=parent))
