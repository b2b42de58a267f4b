"""A log held as Python rows, for tests, witnesses and the reference evaluator.

>>> store = MemoryStore(vocabulary, {"rating": [{"rating_id": "R1", "level": "bad"}]})  # doctest: +SKIP
>>> [row["rating_id"] for row in store.lookup("rating", "level", "bad")]  # doctest: +SKIP
['R1']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhunsheng.logs.canonical import canonical_rows
from zhunsheng.logs.model import Row, Value
from zhunsheng.semantics.vocabulary import Vocabulary


class MemoryStore:
    """`logs.model.Store` over lists. Fields a row leaves out are missing; `_row` defaults to its place,
    from 1.

    Values are brought to canonical form (instants to UTC, whole numbers of a decimal field to Fraction, lists
    to tuples), so a row compares equal to the one that `DuckStore` returns. Record types without rows
    are empty.
    """

    def __init__(self, vocabulary: Vocabulary, rows: Mapping[str, Sequence[Row]]) -> None:
        unknown = sorted(set(rows) - set(vocabulary.records))
        if unknown:
            raise KeyError(f"no such record type: {', '.join(unknown)}")
        self._rows: dict[str, tuple[Row, ...]] = {
            name: canonical_rows(record, rows.get(name, ())) for name, record in vocabulary.records.items()
        }
        self._index: dict[tuple[str, str], dict[Value, list[Row]]] = {}

    def rows(self, record: str) -> Sequence[Row]:
        """All rows in `_row` order. Raises KeyError for a record type that is not in the vocabulary."""
        return self._rows[record]

    def lookup(self, record: str, field: str, value: Value) -> Sequence[Row]:
        """Rows whose field equals the value, in `_row` order; none for None."""
        if value is None:
            return ()
        index = self._index.get((record, field))
        if index is None:
            index = {}
            for row in self._rows[record]:
                index.setdefault(row[field], []).append(row)
            self._index[record, field] = index
        return index.get(value, ())
