"""The vocabulary that random programs speak: small, but with every type and every kind of link."""

from __future__ import annotations

from zhunsheng.semantics.types import (
    BooleanType,
    CodesType,
    CodeType,
    DateType,
    DecimalType,
    DurationType,
    InstantType,
    IntegerType,
    TextType,
    Type,
)
from zhunsheng.semantics.vocabulary import Code, CodeList, Field, Parent, Record, Vocabulary

TEXT, INTEGER, DECIMAL, BOOLEAN = TextType(), IntegerType(), DecimalType(4), BooleanType()
DATE, INSTANT = DateType(), InstantType()


def _field(name: str, type_: Type) -> Field:
    return Field(name, type_, {"en": name, "zh": name}, {"en": name, "zh": name})


def _record(
    name: str,
    key: str,
    time: str | None,
    fields: dict[str, Type],
    parents: tuple[tuple[str, str, str], ...] = (),
) -> Record:
    names = {"en": name, "zh": name}
    return Record(
        name,
        names,
        names,
        key,
        time,
        {field: _field(field, type_) for field, type_ in fields.items()},
        tuple(Parent(field, record, role, {"en": role, "zh": role}) for field, record, role in parents),
    )


def _codes(id_: str, names: str, ordered: bool) -> CodeList:
    codes = tuple(Code(name, {"en": name, "zh": name}, {"en": name, "zh": name}) for name in names.split())
    return CodeList(id_, codes, ordered)


LEVEL, OPTION, KIND = CodeType("level"), CodesType("option"), CodeType("kind")

VOCABULARY = Vocabulary(
    {
        record.name: record
        for record in (
            _record(
                "item",
                "item_id",
                None,
                {
                    "item_id": TEXT,
                    "name": TEXT,
                    "kind": KIND,
                    "weight": DECIMAL,
                    "popular": BOOLEAN,
                    "quota": INTEGER,
                    "limit": DurationType("working_day"),
                },
            ),
            _record(
                "service",
                "service_id",
                "handled_at",
                {
                    "service_id": TEXT,
                    "item_id": TEXT,
                    "handled_at": INSTANT,
                    "closed_at": INSTANT,
                    "due": DATE,
                    "amount": DECIMAL,
                    "visits": INTEGER,
                    "device": TEXT,
                    "kind": KIND,
                    "flagged": BOOLEAN,
                    "promised": DurationType("day"),
                    "wait": DurationType("exact"),
                },
                (("item_id", "item", "item"),),
            ),
            _record(
                "rating",
                "rating_id",
                "rated_at",
                {
                    "rating_id": TEXT,
                    "service_id": TEXT,
                    "rated_at": INSTANT,
                    "level": LEVEL,
                    "options": OPTION,
                    "device": TEXT,
                    "comment": TEXT,
                    "score": INTEGER,
                    "price": DECIMAL,
                    "voided": BOOLEAN,
                    "day": DATE,
                    "grace": DurationType("working_day"),
                    "term": DurationType("month"),
                },
                (("service_id", "service", "service"),),
            ),
            _record(
                "reply",
                "reply_id",
                "replied_at",
                {
                    "reply_id": TEXT,
                    "rating_id": TEXT,
                    "replied_at": INSTANT,
                    "done_at": INSTANT,
                    "by": TEXT,
                    "good": BOOLEAN,
                    "pages": INTEGER,
                    "granted": DurationType("working_day"),
                    "cost": DECIMAL,
                },
                (("rating_id", "rating", "rating"),),
            ),
            _record(
                "transfer",
                "transfer_id",
                "moved_at",
                {
                    "transfer_id": TEXT,
                    "rating_id": TEXT,
                    "sender_id": TEXT,
                    "receiver_id": TEXT,
                    "moved_at": INSTANT,
                    "why": TEXT,
                    "hops": INTEGER,
                },
                (
                    ("rating_id", "rating", "rating"),
                    ("sender_id", "unit", "sender"),
                    ("receiver_id", "unit", "receiver"),
                ),
            ),
            _record(
                "unit",
                "unit_id",
                None,
                {
                    "unit_id": TEXT,
                    "upper_id": TEXT,
                    "name": TEXT,
                    "size": INTEGER,
                },
                (("upper_id", "unit", "upper"),),
            ),
            _record(
                "publication",
                "publication_id",
                "published_at",
                {
                    "publication_id": TEXT,
                    "measure": TEXT,
                    "value": DecimalType(6),
                    "period_from": DATE,
                    "period_until": DATE,
                    "published_at": INSTANT,
                    "level": LEVEL,
                    "device": TEXT,
                    "month": TEXT,
                },
            ),
        )
    },
    {
        codelist.id: codelist
        for codelist in (
            _codes("level", "worst bad fair good best", True),
            _codes("option", "o1 o2 o3 o4", False),
            _codes("kind", "instant promised", False),
        )
    },
)

CHAINS = {
    ("reply", "rating"): (("reply", "rating_id"),),
    ("reply", "service"): (("reply", "rating_id"), ("rating", "service_id")),
    ("reply", "item"): (("reply", "rating_id"), ("rating", "service_id"), ("service", "item_id")),
    ("rating", "service"): (("rating", "service_id"),),
    ("rating", "item"): (("rating", "service_id"), ("service", "item_id")),
    ("service", "item"): (("service", "item_id"),),
    ("transfer", "rating"): (("transfer", "rating_id"),),
    ("transfer", "service"): (("transfer", "rating_id"), ("rating", "service_id")),
    ("unit", "unit"): (("unit", "upper_id"),),
}
"""(descendant, ancestor) -> link path, as the checker would resolve it."""
