PROGRAM = Program(
    vocabulary=None,
    standards=(Standard(id="S", title={"": "S"}),),
    parameters={},
    rules=(
        Rule(
            id="r1",
            clauses=(),
            effective=(None, None),
            subject=Subject(var=Var(name="s", record="rating"), where=None),
            bindings=(
                Binding(
                    var=Var(name="b0", record="transfer"),
                    which="first",
                    pattern=Pattern(
                        var=Var(name="p0", record="transfer"),
                        link=Link(
                            anchor=Var(name="s", record="rating"),
                            direction="down",
                            path=(("transfer", "rating_id"),),
                        ),
                        other=False,
                        where=None,
                        window=None,
                        time_field="moved_at",
                    ),
                ),
            ),
            modality="must",
            negated=False,
            norm=Has(
                bound="exactly",
                number=Const(value=1, type=IntegerType()),
                pattern=Pattern(
                    var=Var(name="p1", record="transfer"),
                    link=Link(
                        anchor=Var(name="s", record="rating"),
                        direction="down",
                        path=(("transfer", "rating_id"),),
                    ),
                    other=False,
                    where=None,
                    window=Window(
                        kind="bounds",
                        anchor=None,
                        duration=None,
                        low=AggregateOf(
                            fn="max",
                            value=FieldOf(
                                record=ParentOf(
                                    base=ParentOf(
                                        base=Var(name="b0", record="transfer"),
                                        link_field="rating_id",
                                        record="rating",
                                    ),
                                    link_field="service_id",
                                    record="service",
                                ),
                                field="closed_at",
                                type=InstantType(),
                            ),
                            pattern=Pattern(
                                var=Var(name="p2", record="transfer"),
                                link=Link(
                                    anchor=Var(name="s", record="rating"),
                                    direction="down",
                                    path=(("transfer", "rating_id"),),
                                ),
                                other=False,
                                where=None,
                                window=Window(
                                    kind="within_after",
                                    anchor=FieldOf(
                                        record=Var(name="s", record="rating"),
                                        field="rated_at",
                                        type=InstantType(),
                                    ),
                                    duration=Const(
                                        value=0, type=DurationType(unit="working_day", rolling=False)
                                    ),
                                    low=None,
                                    high=None,
                                ),
                                time_field="moved_at",
                            ),
                            type=InstantType(),
                        ),
                        high=Const(
                            value=datetime.datetime(2024, 3, 1, 16, 0, tzinfo=datetime.timezone.utc),
                            type=InstantType(),
                        ),
                    ),
                    time_field="moved_at",
                ),
            ),
            unless=None,
            label={"": "r1"},
            note={},
            remedy={},
        ),
    ),
    measures=(),
    indices=(),
)

LOG = Log(
    rows={},
    supplied=frozenset({"reply", "publication", "unit", "transfer", "service", "rating", "item"}),
    zone="Asia/Shanghai",
    as_of=datetime.datetime(2024, 12, 30, 16, 0, tzinfo=datetime.timezone.utc),
    coverage=Coverage(start=None, until=None),
    gaps=(),
)

CALENDAR_LAST = datetime.date(2025, 12, 31)
