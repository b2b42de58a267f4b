PROGRAM = Program(
    vocabulary=None,
    standards=(Standard(id="S", title={"": "S"}),),
    parameters={
        "few": Parameter(
            id="few",
            type=IntegerType(),
            periods=((None, Const(value=0, type=IntegerType())),),
            basis="assumption",
            label={"": "few"},
            source={"": "test"},
        ),
        "exact_limit": Parameter(
            id="exact_limit",
            type=DurationType(unit="exact", rolling=False),
            periods=(
                (
                    datetime.date(2023, 6, 1),
                    Const(value=86400000000, type=DurationType(unit="exact", rolling=False)),
                ),
            ),
            basis="assumption",
            label={"": "exact_limit"},
            source={"": "test"},
        ),
    },
    rules=(
        Rule(
            id="r4",
            clauses=(),
            effective=(None, datetime.date(2024, 3, 10)),
            subject=Subject(
                var=Var(name="s", record="unit"),
                where=Has(
                    bound="at_least",
                    number=Const(value=1, type=IntegerType()),
                    pattern=Pattern(
                        var=Var(name="p0", record="unit"),
                        link=Link(
                            anchor=Var(name="s", record="unit"),
                            direction="down",
                            path=(("unit", "upper_id"),),
                        ),
                        other=False,
                        where=Not(operand=Const(value=True, type=BooleanType())),
                        window=None,
                        time_field=None,
                    ),
                ),
            ),
            bindings=(),
            modality="must",
            negated=False,
            norm=Has(
                bound="exactly",
                number=Const(value=1, type=IntegerType()),
                pattern=Pattern(
                    var=Var(name="p1", record="unit"),
                    link=Link(
                        anchor=Var(name="s", record="unit"), direction="up", path=(("unit", "upper_id"),)
                    ),
                    other=False,
                    where=Compare(
                        op=">",
                        left=Otherwise(
                            operand=FieldOf(
                                record=Var(name="p1", record="unit"), field="size", type=IntegerType()
                            ),
                            default=FieldOf(
                                record=Var(name="p1", record="unit"), field="size", type=IntegerType()
                            ),
                            type=IntegerType(),
                        ),
                        right=PartOf(
                            part="hour",
                            operand=Const(
                                value=datetime.datetime(2024, 2, 29, 16, 0, tzinfo=datetime.timezone.utc),
                                type=InstantType(),
                            ),
                            type=IntegerType(),
                        ),
                    ),
                    window=None,
                    time_field=None,
                ),
            ),
            unless=IsMissing(
                operand=FieldOf(
                    record=ParentOf(
                        base=ParentOf(
                            base=Var(name="s", record="unit"), link_field="upper_id", record="unit"
                        ),
                        link_field="upper_id",
                        record="unit",
                    ),
                    field="unit_id",
                    type=TextType(),
                )
            ),
            label={"": "r4"},
            note={},
            remedy={},
        ),
        Rule(
            id="r9",
            clauses=(),
            effective=(datetime.date(2024, 2, 1), None),
            subject=Subject(
                var=Var(name="s", record="unit"),
                where=Has(
                    bound="at_most",
                    number=Const(value=0, type=IntegerType()),
                    pattern=Pattern(
                        var=Var(name="p0", record="unit"),
                        link=Link(
                            anchor=Var(name="s", record="unit"), direction="up", path=(("unit", "upper_id"),)
                        ),
                        other=False,
                        where=Has(
                            bound="at_most",
                            number=Const(value=2, type=IntegerType()),
                            pattern=Pattern(
                                var=Var(name="p1", record="unit"),
                                link=Link(
                                    anchor=ParentOf(
                                        base=Var(name="p0", record="unit"),
                                        link_field="upper_id",
                                        record="unit",
                                    ),
                                    direction="up",
                                    path=(("unit", "upper_id"),),
                                ),
                                other=False,
                                where=Compare(
                                    op="<=",
                                    left=FieldOf(
                                        record=Var(name="p0", record="unit"), field="size", type=IntegerType()
                                    ),
                                    right=FieldOf(
                                        record=Var(name="p1", record="unit"), field="size", type=IntegerType()
                                    ),
                                ),
                                window=None,
                                time_field=None,
                            ),
                        ),
                        window=None,
                        time_field=None,
                    ),
                ),
            ),
            bindings=(),
            modality="must",
            negated=False,
            norm=Or(
                operands=(
                    Or(
                        operands=(
                            Compare(
                                op="!=",
                                left=DurationOf(
                                    unit="working_day",
                                    start=Const(
                                        value=datetime.datetime(
                                            2024, 2, 29, 16, 0, tzinfo=datetime.timezone.utc
                                        ),
                                        type=InstantType(),
                                    ),
                                    end=Const(
                                        value=datetime.datetime(
                                            2024, 2, 29, 16, 0, tzinfo=datetime.timezone.utc
                                        ),
                                        type=InstantType(),
                                    ),
                                    type=DurationType(unit="working_day", rolling=False),
                                ),
                                right=AggregateOf(
                                    fn="sum",
                                    value=FieldOf(
                                        record=Var(name="p4", record="reply"),
                                        field="granted",
                                        type=DurationType(unit="working_day", rolling=False),
                                    ),
                                    pattern=Pattern(
                                        var=Var(name="p4", record="reply"),
                                        link=None,
                                        other=False,
                                        where=Compare(
                                            op="=",
                                            left=FieldOf(
                                                record=Var(name="s", record="unit"),
                                                field="size",
                                                type=IntegerType(),
                                            ),
                                            right=FieldOf(
                                                record=Var(name="p4", record="reply"),
                                                field="pages",
                                                type=IntegerType(),
                                            ),
                                        ),
                                        window=Window(
                                            kind="bounds",
                                            anchor=None,
                                            duration=None,
                                            low=None,
                                            high=Const(
                                                value=datetime.datetime(
                                                    2024, 2, 29, 16, 0, tzinfo=datetime.timezone.utc
                                                ),
                                                type=InstantType(),
                                            ),
                                        ),
                                        time_field="replied_at",
                                    ),
                                    type=DurationType(unit="working_day", rolling=False),
                                ),
                            ),
                            Not(operand=Const(value=False, type=BooleanType())),
                        )
                    ),
                    Or(
                        operands=(
                            And(
                                operands=(
                                    Compare(
                                        op="=",
                                        left=FieldOf(
                                            record=Var(name="s", record="unit"),
                                            field="upper_id",
                                            type=TextType(),
                                        ),
                                        right=FieldOf(
                                            record=Var(name="s", record="unit"),
                                            field="unit_id",
                                            type=TextType(),
                                        ),
                                    ),
                                    Const(value=False, type=BooleanType()),
                                )
                            ),
                            Compare(
                                op=">=",
                                left=Const(
                                    value=datetime.datetime(2024, 2, 29, 16, 0, tzinfo=datetime.timezone.utc),
                                    type=InstantType(),
                                ),
                                right=Const(
                                    value=datetime.datetime(2024, 2, 29, 16, 0, tzinfo=datetime.timezone.utc),
                                    type=InstantType(),
                                ),
                            ),
                        )
                    ),
                )
            ),
            unless=And(
                operands=(
                    IsMissing(
                        operand=FieldOf(record=Var(name="s", record="unit"), field="size", type=IntegerType())
                    ),
                    Compare(
                        op=">",
                        left=Const(value=2, type=IntegerType()),
                        right=FieldOf(record=Var(name="s", record="unit"), field="size", type=IntegerType()),
                    ),
                )
            ),
            label={"": "r9"},
            note={},
            remedy={},
        ),
        Rule(
            id="r14",
            clauses=(),
            effective=(None, None),
            subject=Subject(var=Var(name="s", record="unit"), where=None),
            bindings=(),
            modality="may",
            negated=False,
            norm=Has(
                bound="at_least",
                number=ParamRef(parameter="few", type=IntegerType()),
                pattern=Pattern(
                    var=Var(name="p0", record="unit"),
                    link=Link(
                        anchor=Var(name="s", record="unit"), direction="up", path=(("unit", "upper_id"),)
                    ),
                    other=True,
                    where=And(
                        operands=(
                            Compare(
                                op=">",
                                left=DurationOf(
                                    unit="exact",
                                    start=Const(
                                        value=datetime.datetime(
                                            2024, 2, 29, 16, 0, tzinfo=datetime.timezone.utc
                                        ),
                                        type=InstantType(),
                                    ),
                                    end=Const(
                                        value=datetime.datetime(
                                            2024, 2, 29, 16, 0, tzinfo=datetime.timezone.utc
                                        ),
                                        type=InstantType(),
                                    ),
                                    type=DurationType(unit="exact", rolling=False),
                                ),
                                right=ParamRef(
                                    parameter="exact_limit", type=DurationType(unit="exact", rolling=False)
                                ),
                            ),
                            Not(
                                operand=Compare(
                                    op="<=",
                                    left=FieldOf(
                                        record=Var(name="p0", record="unit"), field="size", type=IntegerType()
                                    ),
                                    right=FieldOf(
                                        record=Var(name="s", record="unit"), field="size", type=IntegerType()
                                    ),
                                )
                            ),
                        )
                    ),
                    window=None,
                    time_field=None,
                ),
            ),
            unless=None,
            label={"": "r14"},
            note={},
            remedy={},
        ),
    ),
    measures=(),
    indices=(),
)

LOG = Log(
    rows={
        "unit": [
            {"unit_id": "unit0", "upper_id": "unit0", "name": "", "size": 2, "_row": 1},
            {"unit_id": "unit3", "upper_id": "unit0", "name": "bad 13800000000", "size": 0, "_row": 2},
            {"unit_id": "unit4", "upper_id": "unit0", "name": "甲乙", "size": 1, "_row": 3},
        ]
    },
    supplied=frozenset({"transfer", "publication", "rating", "unit", "service", "item", "reply"}),
    zone="UTC",
    as_of=datetime.datetime(2024, 3, 11, 1, 0, 0, 1, tzinfo=datetime.timezone.utc),
    coverage=Coverage(start=None, until=None),
    gaps=(),
)

CALENDAR_LAST = datetime.date(2025, 12, 31)
