"""The examples in the docstrings say what happens."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = ["syntax.keywords", "syntax.layout", "syntax.literals", "syntax.parser", "syntax.spelling"]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    module = importlib.import_module(f"zhunsheng.{name}")
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
