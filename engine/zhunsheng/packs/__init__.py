"""Packs: folders of rules that belong together, with their parameters, clause list and parents (language.md section 3)."""

from zhunsheng.packs.loader import load_pack
from zhunsheng.packs.model import Disabled, LoadedPack

__all__ = ["Disabled", "LoadedPack", "load_pack"]
