"""A profile that extends another, and a reading that changes a profile: part by part, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TypeVar

from zhunsheng.logs.profiles.model import FieldMapping, Profile, RecordMapping, TableMapping

T = TypeVar("T")


def extended(base: Profile, own: Profile) -> Profile:
    """`own` with everything of `base` that it does not say itself."""
    return replace(
        own,
        chain=(base.name, *base.chain),
        digests={**own.digests, **base.digests},
        zone=own.zone or base.zone,
        formats=own.formats or base.formats,
        sources={**base.sources, **own.sources},
        codes={**base.codes, **own.codes},
        conflicts={
            name: conflict
            for name, conflict in {**base.conflicts, **own.conflicts}.items()
            if name not in own.dropped
        },
        readings={**base.readings, **own.readings},
        decide={**base.decide, **own.decide},
        tables=merged_tables(base.tables, own.tables),
        not_mapped=(
            *own.not_mapped,
            *(one for one in base.not_mapped if one.field not in {each.field for each in own.not_mapped}),
        ),
    )


def merged_tables(
    base: Mapping[str, TableMapping], own: Mapping[str, TableMapping]
) -> dict[str, TableMapping]:
    """Tables of both, the second over the first."""
    return _merged(base, own, _table)


def _table(base: TableMapping, own: TableMapping) -> TableMapping:
    return TableMapping(
        names=own.names or base.names,
        columns=own.columns or base.columns,
        aliases={**base.aliases, **own.aliases},
        records=_merged(base.records, own.records, _record),
    )


def _record(base: RecordMapping | None, own: RecordMapping | None) -> RecordMapping | None:
    if base is None or own is None:
        return own
    return RecordMapping(
        _merged(base.fields, own.fields, _field), own.where or base.where, own.span or base.span
    )


def _field(base: FieldMapping | None, own: FieldMapping | None) -> FieldMapping | None:
    if base is None or own is None:
        return own
    said = {each.name: getattr(own, each.name) for each in fields(own)}
    # An expression replaces a constant and the other way round.
    if own.value is not None or own.constant is not None:
        base = replace(base, value=None, constant=None)
    return replace(base, **{name: value for name, value in said.items() if value is not None})


def _merged(base: Mapping[str, T], own: Mapping[str, T], merge: object) -> dict[str, T]:
    assert callable(merge)
    result = dict(base)
    for name, value in own.items():
        result[name] = merge(base[name], value) if name in base else value
    return result
