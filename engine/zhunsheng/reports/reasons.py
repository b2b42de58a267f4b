"""Why a verdict is what it is, in plain words."""

from __future__ import annotations

from zhunsheng.reports.reads import in_language
from zhunsheng.reports.values import instant
from zhunsheng.reports.wording import Wording
from zhunsheng.semantics.typed import And, Has, Not, Or, Rule
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.verdicts.model import Finding, Reason


def reason_text(finding: Finding, rule: Rule, vocabulary: Vocabulary, zone: str, wording: Wording) -> str:
    """One sentence for a finding: names the record the norm asks for, the deadline, what was found, the
    missing field."""
    values = {"wanted": wanted(rule, vocabulary, wording)}
    variant = finding.reason.value
    if finding.deadline is not None:
        values["deadline"] = instant(finding.deadline, zone)
    if finding.observed is not None:
        values["observed"] = instant(finding.observed, zone)
    match finding.reason:
        case Reason.TOO_FEW | Reason.WINDOW_OPEN if finding.deadline is not None:
            variant += "_deadline"
        case Reason.LATE if finding.deadline is None or finding.observed is None:
            variant += "_plain"
        case Reason.TOO_MANY if finding.observed is not None:
            variant += "_observed"
        case Reason.FIELD_MISSING if finding.fields:
            variant += "_fields"
            values["fields"] = wording.text("list").join(
                field_label(name, rule.subject.var.record, vocabulary, wording.language)
                for name in finding.fields
            )
    return wording.text(f"reason.{variant}", **values)


def wanted(rule: Rule, vocabulary: Vocabulary, wording: Wording) -> str:
    """What the norm asks for: the label of its pattern's record, or just "record"."""
    norm = rule.norm
    while isinstance(norm, Not):
        norm = norm.operand
    if isinstance(norm, (And, Or)):
        patterns = {each.pattern.var.record for each in norm.operands if isinstance(each, Has)}
        record = next(iter(patterns)) if len(patterns) == 1 else None
    else:
        record = norm.pattern.var.record if isinstance(norm, Has) else None
    if record is None:
        return wording.text("reason.record")
    return _within_a_sentence(record_label(record, vocabulary, wording.language))


def _within_a_sentence(label: str) -> str:
    """ "Work order" is "work order" there; "SMS invitation" stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def record_label(record: str, vocabulary: Vocabulary, language: str) -> str:
    """How a record type is called; its canonical name when the vocabulary has no label."""
    found = vocabulary.records.get(record)
    return (in_language(found.labels, language) or found.names.get(language) or record) if found else record


def field_label(name: str, record: str, vocabulary: Vocabulary, language: str) -> str:
    """How a field is called; `name` is "field" of `record`, or "other.field"."""
    if "." in name:
        record, name = name.rsplit(".", 1)
    found = vocabulary.records.get(record)
    if found is None or name not in found.fields:
        return name
    field = found.fields[name]
    return in_language(field.labels, language) or field.names.get(language) or name
