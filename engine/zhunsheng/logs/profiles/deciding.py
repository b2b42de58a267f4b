"""A profile with its conflicts settled: the tables as the readings that were chosen say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zhunsheng.logs.profiles.merging import merged_tables
from zhunsheng.logs.profiles.model import Conflict, Profile


def chosen(profile: Profile, conflict: Conflict) -> str | None:
    """The reading that holds: settled explicitly, else the profile's own; None when neither says."""
    return profile.decide.get(conflict.name) or profile.readings.get(conflict.name)


def decided(profile: Profile, decisions: Mapping[str, str]) -> Profile:
    """The profile with more conflicts settled; `decisions` go before its own."""
    return replace(profile, decide={**profile.decide, **decisions})


def settled(profile: Profile) -> Profile:
    """The profile with every chosen reading put into its tables. Undecided conflicts change nothing."""
    tables = profile.tables
    for conflict in profile.conflicts.values():
        reading = chosen(profile, conflict)
        if reading is not None:
            tables = merged_tables(tables, conflict.readings[reading].tables)
    return replace(profile, tables=tables)
