"""Every bad log there is, by family."""

from __future__ import annotations

from bad_logs.families.columnar import COLUMNAR
from bad_logs.families.copies import COPIES
from bad_logs.families.delimited import DELIMITED
from bad_logs.families.encodings import ENCODINGS
from bad_logs.families.events import EVENTS
from bad_logs.families.json_logs import JSON
from bad_logs.families.manifests import FOLDERS, MANIFESTS, PROFILES
from bad_logs.families.packed import PACKED
from bad_logs.families.values import VALUES
from bad_logs.families.workbooks import WORKBOOKS
from bad_logs.model import Family

FAMILIES: tuple[Family, ...] = (
    DELIMITED,
    ENCODINGS,
    VALUES,
    PACKED,
    WORKBOOKS,
    JSON,
    COLUMNAR,
    EVENTS,
    FOLDERS,
    MANIFESTS,
    PROFILES,
    COPIES,
)
