"""The report as values: what every output format shows. Field names are the names in
`schemas/report.schema.json`.

Texts are already in the report's language, personal values already masked; formats only lay out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from zhunsheng.verdicts.model import Counts, Verdict


@dataclass(frozen=True, slots=True)
class ParameterPeriod:
    start: date | None
    """First day in force; None from the beginning."""
    value: str
    """As a reader writes it: "15 working days"."""


@dataclass(frozen=True, slots=True)
class ParameterPart:
    id: str
    label: str
    values: tuple[ParameterPeriod, ...]
    """The values in force between the start of the coverage and the observation time."""
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class SamplePart:
    subject: str | None
    """The subject's key; masked when the key is a personal field; None when it is missing."""
    row: int
    verdict: Verdict
    reason: str
    text: str
    """The reason in plain words."""
    deadline: datetime | None
    observed: datetime | None


@dataclass(frozen=True, slots=True)
class RulePart:
    id: str
    label: str
    pack: str
    clauses: tuple[str, ...]
    """ "GB/T 39734-2020 9.3"."""
    modality: str
    negated: bool
    record: str
    record_label: str
    basis: str | None
    """The weakest basis among the parameters the rule reads; None when it reads none."""
    parameters: tuple[ParameterPart, ...]
    exercised: bool
    verdict: Verdict
    """Its own roll-up; notapplicable when it was not exercised."""
    contributes: Verdict
    """What it contributes to its clauses: a `should` that fails contributes the worst of its other
    verdicts."""
    advisory: bool
    """A recommendation that was not followed."""
    counts: Counts
    samples: tuple[SamplePart, ...]
    note: str | None
    remedy: str | None
    digest: str


@dataclass(frozen=True, slots=True)
class IntervalPart:
    """Both ends as exact numbers; None where nothing bounds it or there is no value."""

    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, slots=True)
class GroupPart:
    group: Mapping[str, str | None]
    """Dimension to canonical value (personal ones masked); None where the value is missing; empty for the
    whole log."""
    labels: Mapping[str, str]
    """Dimension to value in words."""
    numerator: Fraction
    denominator: int
    undecided: int
    errors: int
    interval: IntervalPart
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AgreementPart:
    publication: str | None
    group: Mapping[str, str | None]
    labels: Mapping[str, str]
    published: Fraction | None
    interval: IntervalPart
    verdict: Verdict
    reason: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class ThresholdPart:
    modality: str
    bound: str
    values: tuple[ParameterPeriod, ...]


@dataclass(frozen=True, slots=True)
class MeasurePart:
    id: str
    label: str
    pack: str
    clauses: tuple[str, ...]
    kind: str
    modality: str | None
    """Of the threshold, else of the agreement; None for a measure that asks for nothing."""
    basis: str | None
    parameters: tuple[ParameterPart, ...]
    threshold: ThresholdPart | None
    tolerance: Fraction | None
    """Of the agreement with published figures, a fraction of 1."""
    exercised: bool
    verdict: Verdict
    contributes: Verdict
    advisory: bool
    dimensions: Mapping[str, str]
    """Dimensions of the groups, with their labels."""
    groups: tuple[GroupPart, ...]
    """The whole log first."""
    agreement: tuple[AgreementPart, ...]
    note: str | None
    remedy: str | None


@dataclass(frozen=True, slots=True)
class IndexPart:
    id: str
    label: str
    pack: str
    clauses: tuple[str, ...]
    kind: str
    """share when all its measures are shares, else number."""
    modality: str | None
    basis: str | None
    parameters: tuple[ParameterPart, ...]
    threshold: ThresholdPart | None
    terms: Mapping[str, str]
    """Measure id to weight."""
    interval: IntervalPart
    exercised: bool
    verdict: Verdict
    contributes: Verdict
    advisory: bool


Part = RulePart | MeasurePart | IndexPart


@dataclass(frozen=True, slots=True)
class ClausePart:
    standard: str
    number: str
    title: str | None
    coverage: str | None
    """encoded, partly, manual or uncheckable, as the pack's clause list says; None for a clause it does not
    list."""
    why: str | None
    over_report: bool
    """Rules on it may report what the clause allows."""
    under_report: bool
    """Rules on it may miss what the clause forbids."""
    verdict: Verdict | None
    """None where nothing judges the clause: manual and uncheckable ones."""
    advisory: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandardPart:
    id: str
    title: str
    verdict: Verdict
    advisory: bool
    clauses: int
    coverage: Mapping[str, int]
    """Clauses by coverage: encoded, partly, manual, uncheckable; they add up to `clauses`."""
    verdicts: Mapping[str, int]
    """Clauses that something judges, by verdict."""


@dataclass(frozen=True, slots=True)
class GapPart:
    start: datetime
    until: datetime
    records: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RecordPart:
    record: str
    label: str
    supplied: bool
    rows: int


@dataclass(frozen=True, slots=True)
class CoveragePart:
    start: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LogPart:
    coverage: CoveragePart
    gaps: tuple[GapPart, ...]
    records: tuple[RecordPart, ...]


@dataclass(frozen=True, slots=True)
class DisabledPart:
    """A rule of the parent pack that does not apply, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class PackPart:
    id: str
    version: str
    title: str
    extends: str | None = None
    disabled: tuple[DisabledPart, ...] = ()
    overridden: tuple[str, ...] = ()
    """Parameters of the parent that have other values here."""


@dataclass(frozen=True, slots=True)
class BadRecordPart:
    """One value that does not fit its schema; the record was kept out."""

    place: str
    record: str
    field: str | None
    value: str | None
    text: str


@dataclass(frozen=True, slots=True)
class CountedPart:
    """Something counted per record type (and field), with examples where there are any."""

    record: str
    label: str
    field: str | None
    count: int
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OriginPart:
    """Where a field comes from that is not simply a column of its own name."""

    record: str
    file: str
    field: str
    columns: tuple[str, ...]
    transformation: str
    """As the profile writes it; empty when the cell is taken as it stands."""
    rests_on: str
    """The document or system that the mapping rests on, as the profile cites it."""


@dataclass(frozen=True, slots=True)
class SumPart:
    """What became of the rows of one source: rows_read = left_out + accepted + quarantined + duplicates."""

    record: str
    label: str
    file: str
    rows_read: int
    left_out: int
    """Rows that the profile's filter leaves out."""
    accepted: int
    quarantined: int
    duplicates: int
    """Rows equal to an earlier one in every field; the earlier one is kept."""


@dataclass(frozen=True, slots=True)
class SuspicionPart:
    """Something in the data that the declared coverage does not explain (docs/evidence.md)."""

    kind: str
    record: str
    label: str
    start: date | None
    until: date | None
    days: int
    """Days in the stretch on which rows were to be expected."""
    expected: int
    """Rows that would have been usual in it, at least."""
    rows: int
    """Rows outside the coverage."""
    field: str | None
    codes: tuple[str, ...]
    hours: tuple[int, ...]
    """First and last hour of the day."""
    text: str


@dataclass(frozen=True, slots=True)
class PersonalPart:
    """What looks like personal data in a field that should hold none."""

    record: str
    label: str
    field: str
    kind: str
    count: int
    at_least: bool
    """More rows than are looked at closely: the count is a lower bound."""
    looked_at: int
    """Rows looked at: of a large table, a sample."""
    rows: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class QualityPart:
    """rows_read = left_out + accepted + bad_records + duplicates."""

    rows_read: int
    left_out: int
    accepted: int
    bad_records: int
    """Records with a value that does not fit, kept out."""
    duplicates: int
    sums: tuple[SumPart, ...]
    bad: tuple[CountedPart, ...]
    bad_samples: tuple[BadRecordPart, ...]
    not_supplied: tuple[CountedPart, ...]
    """Record types without source; `count` is how many rules and measures read them."""
    missing_keys: tuple[CountedPart, ...]
    duplicate_keys: tuple[CountedPart, ...]
    dangling_links: tuple[CountedPart, ...]
    after_as_of: tuple[CountedPart, ...]
    unknown_columns: tuple[CountedPart, ...]
    missing_columns: tuple[CountedPart, ...]
    unread_files: tuple[str, ...]
    notes: tuple[str, ...]
    personal_data: tuple[PersonalPart, ...]
    suspicions: tuple[SuspicionPart, ...]
    suspicions_more: int
    """How many more there are than are listed."""
    proposed_gaps: tuple[str, ...]
    """Lines of YAML for `gaps:` of the manifest, once they are confirmed."""
    origins: tuple[OriginPart, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiverPart:
    rule: str
    subject: str | None
    owner: str
    reason: str
    expires: date
    state: str
    """used, unused or expired."""
    waived: int


@dataclass(frozen=True, slots=True)
class InputPart:
    kind: str
    """pack, rules, vocabulary, log, calendar or waivers."""
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rules (or measures) of one modality have which roll-up; `exercised` ones and all."""

    declared: int
    exercised: int
    passed: int
    fail: int
    error: int
    unknown: int
    pending: int
    waived: int


@dataclass(frozen=True, slots=True)
class Conclusion:
    must: Totals
    should: Totals
    may: Totals
    measures: Totals
    unknown_verdicts: int
    """Unknown and error verdicts of requirements and recommendations, and errors of permissions: what
    `max_unknown` limits."""
    pending_verdicts: int
    max_unknown: int
    max_pending: int | None
    causes: tuple[str, ...]
    """Why `conforms` is not true: fail, unknown, pending, nothing_exercised."""


@dataclass(frozen=True, slots=True)
class Report:
    zhunsheng: str
    language: str
    conforms: bool | None
    conclusion: Conclusion
    as_of: datetime
    zone: str
    personal: str
    """masked or revealed."""
    packs: tuple[PackPart, ...]
    log: LogPart
    rules: tuple[RulePart, ...]
    measures: tuple[MeasurePart, ...]
    indices: tuple[IndexPart, ...]
    clauses: tuple[ClausePart, ...]
    standards: tuple[StandardPart, ...]
    waivers: tuple[WaiverPart, ...]
    quality: QualityPart
    inputs: tuple[InputPart, ...]
