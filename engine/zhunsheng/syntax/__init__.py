"""The surface: from text to tree and back to text.

`parse` never raises for bad text; it returns the tree of what could be read and the diagnostics for the rest.
`format_file` writes a tree in canonical layout, in either surface language.
"""

from zhunsheng.syntax.parser import has_errors, parse

__all__ = ["has_errors", "parse"]
