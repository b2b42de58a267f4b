# ruff: noqa: E501  (a case is one line)
"""What a rule means once its names are known: sugar gone, links found, codes and units resolved."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from semantics.samples import checked, codes, typed, vocabulary
from zhunsheng.diagnostics import Source, Span
from zhunsheng.semantics import check
from zhunsheng.semantics import typed as t
from zhunsheng.semantics.types import CodeType, DateType, DecimalType, DurationType, InstantType, IntegerType
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.syntax import parse, tree

S = t.Var("s", "rating")
INTEGER = IntegerType()


def rule(body: str, before: str = "") -> t.Rule:
    return typed(f"{before}\nrule sample\n{body}").program.rules[-1]


def norm(text: str, before: str = "") -> t.Expr:
    return rule(f"for each rating r\nmust {text}", before).norm


def field(name: str, var: t.Var = S) -> t.FieldOf:
    return t.FieldOf(var, name, vocabulary().records[var.record].fields[name].type)


def level(*names: str) -> t.OneOf:
    return t.OneOf(field("level"), names)


REPLY = t.Link(S, "down", (("reply", "rating_id"),))


def replies(where: t.Expr | None = None, number: int = 0) -> t.Pattern:
    return t.Pattern(t.Var(f"p{number}", "reply"), REPLY, False, where, None, "replied_at")


def at(bound: str, number: int) -> t.Has:
    return t.Has(bound, t.Const(number, INTEGER), replies())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("must have reply of r", at("at_least", 1)),
        ("must have no reply of r", at("at_most", 0)),
        ("must have exactly 2 reply of r", at("exactly", 2)),
        ("must not have reply of r", at("at_most", 0)),
        ("must not have at least 3 reply of r", at("at_most", 2)),
        ("must not have at most 3 reply of r", at("at_least", 4)),
        ("must not have no reply of r", at("at_least", 1)),
        ("must not have exactly 2 reply of r", t.Not(at("exactly", 2))),
        ("must not have at least 0 reply of r", t.Not(at("at_least", 0))),
        ("must not r.named", t.Not(field("named"))),
        ("must not not has reply of r", t.Not(t.Not(at("at_least", 1)))),
        ("should not have reply of r", at("at_most", 0)),
    ],
)
def test_must_not_is_folded_into_the_norm(text: str, meaning: t.Expr) -> None:
    found = rule(f"for each rating r\n{text}")
    assert found.norm == meaning
    assert found.negated == ("must not" in text or "should not" in text)


def test_must_not_with_a_parameter_count_stays_a_negation() -> None:
    found = norm("r.named", "parameter most 3 basis assumption\n")
    assert found == field("named")
    text = (
        "parameter most 3 basis assumption\nrule x\nfor each rating r\nmust not have at least most reply of r"
    )
    assert isinstance(typed(text).program.rules[0].norm, t.Not)


def test_codes_are_understood_from_the_other_side_in_both_languages() -> None:
    expected = t.Compare("=", field("level"), t.Const("satisfied", CodeType("satisfaction")))
    assert norm("r.level = satisfied") == norm("r.level = 满意") == norm("r.满意度 = 满意") == expected
    turned = norm("satisfied = r.level")
    assert turned == t.Compare("=", t.Const("satisfied", CodeType("satisfaction")), field("level"))


def test_membership() -> None:
    assert norm("r.level in {satisfied, fair, fair}") == level("fair", "satisfied")
    assert norm("r.level not in {fair}") == t.Not(level("fair"))
    assert norm("all of r.options in codelist(bad_option)") == t.EveryCode(
        "all", field("options"), ("o108", "o109", "o208")
    )
    assert norm("any of r.options in {o510}") == t.EveryCode("any", field("options"), ("o510",))
    assert norm("o108 in r.options") == t.InCodes(t.Const("o108", CodeType("option")), field("options"))
    with_parameter = norm("r.rounds in {1, most, 2}", "parameter most 3 basis assumption\n")
    single = t.Compare("=", field("rounds"), t.ParamRef("most", INTEGER))
    assert with_parameter == t.Or((t.OneOf(field("rounds"), (1, 2)), single))


def test_sugar_is_gone() -> None:
    low = t.Compare(">=", field("rounds"), t.Const(1, INTEGER))
    high = t.Compare("<=", field("rounds"), t.Const(5, INTEGER))
    assert norm("r.rounds between 1 and 5") == t.And((low, high))
    assert norm("r.named implies r.voided") == t.Or((t.Not(field("named")), field("voided")))
    assert norm("r.named and (r.voided and r.named)") == t.And(
        (field("named"), field("voided"), field("named"))
    )
    assert norm("r.score is known") == t.Not(t.IsMissing(field("score")))


def test_definitions_and_lets_are_written_out() -> None:
    define = (
        "define bad(x: rating) = x.level in {dissatisfied}\ndefine worse(y: rating) = bad(y) and y.named\n"
    )
    assert norm("worse(r)", define) == t.And((level("dissatisfied"), field("named")))
    with_let = rule("for each rating r\nlet b = r.level in {dissatisfied}\nlet c = b and r.named\nmust c")
    assert with_let.norm == norm("worse(r)", define)
    # A definition about another record: the argument is a path.
    service = t.ParentOf(S, "service_id", "service")
    big = norm("big(r.service)", "define big(s: service) = s.windows > 1\n")
    assert big == t.Compare(">", t.FieldOf(service, "windows", INTEGER), t.Const(1, INTEGER))
    let_record = rule("for each rating r\nlet s = r.service\nmust s.windows > 1")
    assert let_record.norm == big


def test_rows_are_numbered_where_they_are_met() -> None:
    found = rule(
        "for each rating r where has reply a of r\n"
        "let one = has reply b of r where b.approved\n"
        "let last_one = last reply of r where last_one.approved\n"
        "must one and one and last_one.approved\n"
    )
    assert isinstance(found.subject.where, t.Has) and found.subject.where.pattern.var.name == "p0"
    assert found.bindings[0].var == t.Var("b0", "reply")
    assert found.bindings[0].pattern.var.name == "p1"
    assert found.bindings[0].pattern.where == field("approved", t.Var("p1", "reply"))
    assert isinstance(found.norm, t.And)
    first, second, third = found.norm.operands
    assert isinstance(first, t.Has) and isinstance(second, t.Has)
    # The let is used twice: two places, two rows.
    assert (first.pattern.var.name, second.pattern.var.name) == ("p2", "p3")
    assert first.pattern.where == field("approved", t.Var("p2", "reply"))
    assert third == field("approved", t.Var("b0", "reply"))


def test_the_value_of_an_aggregate_is_over_its_own_rows() -> None:
    found = norm("(count of reply of r) > 0 and (sum of e.granted for extension e of r) > 1 working day")
    assert isinstance(found, t.And)
    compared = found.operands[1]
    assert isinstance(compared, t.Compare) and isinstance(compared.left, t.AggregateOf)
    assert compared.left.pattern.var == t.Var("p1", "extension")
    assert compared.left.value == field("granted", t.Var("p1", "extension"))
    assert compared.left.type == DurationType("working_day")


def test_links_go_down_and_up_over_several_steps() -> None:
    found = typed("rule x\nfor each service s\nmust have reply of s").program.rules[0].norm
    assert isinstance(found, t.Has) and found.pattern.link is not None
    assert found.pattern.link.direction == "down"
    assert found.pattern.link.path == (("reply", "rating_id"), ("rating", "service_id"))
    found = typed("rule x\nfor each reply p\nmust have service of p").program.rules[0].norm
    assert isinstance(found, t.Has) and found.pattern.link is not None
    assert found.pattern.link == t.Link(
        t.Var("s", "reply"), "up", (("reply", "rating_id"), ("rating", "service_id"))
    )
    found = typed("rule x\nfor each reply p\nmust have other reply q of p.rating").program.rules[0].norm
    assert isinstance(found, t.Has) and found.pattern.link is not None and found.pattern.other
    assert found.pattern.link.anchor == t.ParentOf(t.Var("s", "reply"), "rating_id", "rating")


def test_roles_name_links() -> None:
    found = typed("rule x\nfor each service s\nmust s.handler.title = s.监督单位.名称").program.rules[0].norm
    assert isinstance(found, t.Compare)
    assert isinstance(found.left, t.FieldOf) and isinstance(found.right, t.FieldOf)
    assert found.left.record == t.ParentOf(t.Var("s", "service"), "handled_by", "unit")
    assert found.right.record == t.ParentOf(t.Var("s", "service"), "supervised_by", "unit")


def test_without_of_an_equality_ties_the_row() -> None:
    assert (
        codes("rule x\nfor each rating r\nmust have no other rating q where q.device = r.device and q.named")
        == []
    )
    assert codes("rule x\nfor each rating r\nmust have no other rating q where q.device = q.region") == [
        "ZS2048"
    ]
    assert codes(
        "rule x\nfor each rating r\nmust have no other rating q where q.device = r.device or q.named"
    ) == ["ZS2048"]
    assert (
        codes(
            "rule x\nfor each rating r\nlet same = r.device\nmust have no other rating q where same = q.device"
        )
        == []
    )


def test_windows() -> None:
    limit = "parameter limit 15 working days basis assumption\n"
    found = norm(
        "have reply of r within limit + (sum of e.granted for extension e of r) after r.rated_at", limit
    )
    assert isinstance(found, t.Has) and found.pattern.window is not None
    assert found.pattern.window.kind == "within_after"
    assert found.pattern.window.anchor == field("rated_at")
    assert isinstance(found.pattern.window.duration, t.Arithmetic)
    found = norm("have reply of r at opened_at between r.rated_at and r.rated_at + 2 hours")
    assert isinstance(found, t.Has) and found.pattern.window is not None
    assert found.pattern.time_field == "opened_at"
    assert found.pattern.window.low == field("rated_at")
    assert isinstance(found.pattern.window.high, t.Arithmetic)
    found = norm("have reply of r on the same day as r.due_on")
    assert isinstance(found, t.Has) and found.pattern.window == t.Window("same_day", anchor=field("due_on"))


def test_literals_are_exact() -> None:
    found = norm("r.score >= 99.5 %")
    assert isinstance(found, t.Compare) and found.right == t.Const(Fraction(995, 1000), DecimalType())
    found = norm("r.rated_at >= 2024-01-01T08:00+08:00")
    assert isinstance(found, t.Compare)
    assert found.right == t.Const(datetime(2024, 1, 1, tzinfo=UTC), InstantType())
    found = norm("r.due_on >= 2024-01-01")
    assert isinstance(found, t.Compare) and found.right == t.Const(date(2024, 1, 1), DateType())
    found = norm("(hours from r.rated_at to r.service.served_at) < 1.5 hours")
    assert isinstance(found, t.Compare)
    assert found.right == t.Const(5_400_000_000, DurationType("exact"))
    assert isinstance(found.left, t.DurationOf) and found.left.unit == "exact"


def test_an_instant_without_offset_is_refused() -> None:
    """The grammar asks for an offset; a tree built otherwise is refused as well."""
    file, _ = parse(Source("a.rule", "rule x\nfor each rating r\nmust r.rated_at > 2024-01-01T08:00+08:00"))
    (declaration,) = file.declarations
    assert isinstance(declaration, tree.Rule) and isinstance(declaration.norm.body, tree.Binary)
    literal = declaration.norm.body.right
    assert isinstance(literal, tree.Literal_)
    object.__setattr__(literal, "value", datetime(2024, 1, 1, 8))
    assert [one.code for one in check([file], vocabulary()).diagnostics] == ["ZS2024"]


def test_an_unknown_basis_is_refused() -> None:
    file, _ = parse(Source("a.rule", "parameter x 3 basis assumption"))
    (declaration,) = file.declarations
    assert isinstance(declaration, tree.Parameter)
    basis = tree.Name("normativ", Span(file.source, 12, 17))
    object.__setattr__(declaration, "basis", basis)
    assert [one.code for one in check([file], vocabulary()).diagnostics] == ["ZS2063"]


def test_agreement_needs_publications() -> None:
    text = "measure m\nfor each rating r\nshare where r.named\nmust agree with published within 0.05 points"
    found = typed(text).program.measures[0].agreement
    assert found is not None and found.tolerance == Fraction(5, 10_000)
    records = {name: one for name, one in vocabulary().records.items() if name != "publication"}
    file, _ = parse(Source("a.rule", text))
    wrong = check([file], Vocabulary(records, vocabulary().codelists)).diagnostics
    assert [one.code for one in wrong] == ["ZS2073"]


def test_parameters_are_histories() -> None:
    text = 'parameter x\n12 days from 2022-01-01\n10 days from 2021-01-01\nrolling basis secondary source "q"'
    found = typed(text).program.parameters["x"]
    assert found.type == DurationType("day", rolling=True)
    assert [(start, one.value) for start, one in found.periods] == [
        (date(2021, 1, 1), 10),
        (date(2022, 1, 1), 12),
    ]
    mixed = typed("parameter x\n1 from 2021-01-01\n1.5 from 2022-01-01\nbasis assumption").program.parameters[
        "x"
    ]
    assert mixed.type == DecimalType()
    assert [one.value for _, one in mixed.periods] == [Fraction(1), Fraction(3, 2)]


def test_groups_may_be_named_bare() -> None:
    text = "measure m\nfor each rating r\nshare where r.named\nby 地区, r.service.channel, month of rated_at"
    found = typed(text).program.measures[0].by
    assert [one.name for one in found] == ["region", "channel", "month"]
    assert found[0].value == field("region")


def test_one_wrong_declaration_hides_no_other() -> None:
    result = checked(
        "parameter a 10\nparameter b nothing\n"
        "rule one\nfor each rating r\nmust r.x\n"
        "rule two\nfor each rating r\nmust r.rounds > b and r.y\n"
        "rule three\nfor each rating r\nmust r.rounds > a"
    )
    assert [one.code for one in result.diagnostics] == ["ZS2060", "ZS2002", "ZS2002"]
    assert [one.id for one in result.program.rules] == ["three"]


def test_a_bare_group_that_could_be_something_else_is_refused() -> None:
    text = "measure m\nfor each rating r\nshare where r.named\nby 地区"
    assert codes(text) == []
    assert codes("parameter region 3 basis assumption\n" + text) == ["ZS2006"]


def test_users_of_a_declaration_with_a_syntax_error_are_not_blamed() -> None:
    file, wrong = parse(
        Source("a.rule", "parameter most\nrule x\nfor each rating r\nmust r.rounds < most and r.nmaed")
    )
    assert wrong
    assert [one.code for one in check([file], vocabulary()).diagnostics] == ["ZS2002"]


def test_declarations_may_stand_in_any_order_and_file() -> None:
    result = typed('rule one\nclause S "1"\nfor each rating r where bad(r)\nmust r.rounds > a',
                   'define bad(r: rating) = r.rounds > a\nparameter a 10\nstandard S "x"')  # fmt: skip
    assert [one.id for one in result.program.rules] == ["one"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("r.score / r.score > 0.5", None),
        ("(sum of p.score for reply p of r) / (count of reply of r) >= 4.5", None),
        ("(average of p.score for reply p of r) >= r.score", None),
        ("r.score * r.score > 10", None),
        ("r.score / r.score > r.score / r.score", None),
        ("r.score / r.score * r.score > 1", None),
        ("r.score / r.score * r.score > r.score / r.score", "ZS2045"),
        ("(sum of p.score * p.score for reply p of r) > 1", "ZS2045"),
        ("(sum of p.score / p.score for reply p of r) > 1", "ZS2045"),
        ("r.rounds * r.rounds > 1", None),
        ("r.rounds * r.rounds * r.rounds > 1", "ZS2045"),
    ],
)
def test_arithmetic_fits_in_38_digits(text: str, code: str | None) -> None:
    assert codes(f"rule x\nfor each rating r\nmust {text}") == ([code] if code else [])


@pytest.mark.parametrize(
    "text",
    [
        "define a(r: rating) = " + " and ".join(["r.named"] * 3000),
        "define a(r: rating) = " + "(" * 50 + "r.named" + ")" * 50,
        "define a(r: rating) = r.rounds" + " + 1" * 200 + " > 3",
        "".join(f"define d{n}(r: rating) = d{n + 1}(r)\n" for n in range(200)) + "define d200(r: rating) = r.named",
        "".join(f"define e{n}(r: rating) = {'not ' * 40}{f'e{n - 1}(r)' if n else 'r.named'}\n" for n in range(39)) + "rule x\nfor each rating r\nmust e38(r)",
        "rule x\nfor each rating r\n" + "".join(f"let l{n} = {'not ' * 40}{f'l{n - 1}' if n else 'r.named'}\n" for n in range(39)) + "must l38",
        "rule x\nfor each rating r\n" + "".join(f"let l{n + 1} = {f'l{n} or l{n}' if n else 'r.named'}\n" for n in range(40)) + "must l40",
    ],
)  # fmt: skip
def test_size_and_depth_are_bounded(text: str) -> None:
    """Whatever is written, typing ends soon and hands on nothing that a later stage would choke on."""
    file, _ = parse(Source("a.rule", text))
    check([file], vocabulary())
