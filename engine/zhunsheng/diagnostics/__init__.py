"""Diagnostics as data: what is wrong, where, and the values its message names.

A stage that finds something wrong returns `Diagnostic` records; it never raises for a user's mistake.
Texts live in the catalogue, per code and language, so a message can be read and translated without
reading code.
"""

from zhunsheng.diagnostics.catalogue import message
from zhunsheng.diagnostics.model import Diagnostic, Related, Severity, Source, Span
from zhunsheng.diagnostics.render import render

__all__ = ["Diagnostic", "Related", "Severity", "Source", "Span", "message", "render"]
