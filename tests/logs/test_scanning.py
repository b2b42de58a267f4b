"""Personal data in fields that should hold none: what counts as such, where it is; no value leaks."""

from __future__ import annotations

import duckdb
import pytest

from zhunsheng.logs import install, scanning
from zhunsheng.logs.scanning import PersonalData, scan

from .small_vocabulary import VOCABULARY


def scanned(*words: str | None) -> tuple[PersonalData, ...]:
    connection = duckdb.connect()
    rows = [
        {"rating_id": f"R{number}", "level": "neutral", "words": text} for number, text in enumerate(words)
    ]
    return scan(connection, VOCABULARY, install(VOCABULARY, {"rating": rows}, connection))


def test_numbers_are_found_and_counted_by_field() -> None:
    (identity, mobile) = scanned(
        "好", None, "13812345678", "请打13812345678，谢谢", "身份证11010519491231002X", "138123456789"
    )
    assert (mobile.record, mobile.field, mobile.kind) == ("rating", "words", "mobile")
    assert (mobile.count, mobile.rows, mobile.looked_at) == (2, (3, 4), 6)
    assert (identity.kind, identity.count, identity.rows) == ("identity", 1, (5,))
    assert "138" not in repr(mobile.rows)


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",
        "11010519491331002X",
        "A13812345678",
        "12812345678",
        "990105194912310021234",
        "办件20240312",
    ],
)
def test_what_only_looks_similar_is_left_alone(text: str) -> None:
    assert scanned(text) == ()


def test_large_tables_are_sampled_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "SAMPLE", 10)
    (found,) = scanned(*["13812345678"] * 95)
    assert (found.looked_at, found.count) == (9, 9)
    assert found.rows == (10, 20, 30, 40, 50)


def test_a_lower_bound_is_called_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "LOOKED_AT", 3)
    (found,) = scanned(*["13812345678"] * 5)
    assert (found.count, found.at_least) == (3, True)
