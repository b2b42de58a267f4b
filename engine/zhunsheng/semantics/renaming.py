"""The vocabulary names of a file in another surface language, for the formatter."""

from __future__ import annotations

from zhunsheng.semantics.checker import Checked
from zhunsheng.syntax import tree


def renames(checked: Checked, file: tree.File, language: str) -> dict[int, str]:
    """Start offset of a written name -> its text in the language. Names that the user chose are not
    among them."""
    symbols = checked.names.get(file.source.name, {})
    return {offset: symbol.names[language] for offset, symbol in symbols.items() if language in symbol.names}
