"""A statement takes its values by name, and refuses what would keep one of them."""

from typing import Any

import pytest
from sqlalchemy import (
    ClauseElement,
    Integer,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.statement import Statement, shape
from tests.storage.world import deal, firm

DIALECTS = pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
wanted = bindparam("wanted", type_=Integer())


@DIALECTS
@pytest.mark.parametrize(
    "expression",
    [
        select(deal.c.id).where(deal.c.firm_id == 5),
        select(deal.c.id).where(deal.c.bid > 0),
        select(deal.c.id).limit(25),
        select(deal.c.id).where(deal.c.id == bindparam("id", 7)),
        select(literal("secret")),
        select(deal.c.id).where(deal.c.title.like("a%")),
        insert(firm).values(name="Ann"),
        update(firm).values(name="Ann").where(firm.c.id == bindparam("id")),
    ],
)
def test_a_value_within_a_statement_is_refused(dialect: str, expression: ClauseElement) -> None:
    with pytest.raises(TypeError, match="frozen"):
        Statement(expression).text(dialect)


@DIALECTS
@pytest.mark.parametrize(
    "expression",
    [
        select(deal.c.id).where(deal.c.id.in_([1, 2])),
        select(deal.c.id).where(deal.c.id.in_(bindparam("ids", expanding=True))),
        select(deal.c.id).where(deal.c.id.not_in([])),
    ],
)
def test_a_list_within_a_statement_is_refused(dialect: str, expression: ClauseElement) -> None:
    with pytest.raises(TypeError, match="AnyOf"):
        Statement(expression).text(dialect)


@DIALECTS
@pytest.mark.parametrize(
    "expression",
    [
        select(func.lower(bindparam("text"))),
        select(deal.c.id).limit(bindparam("most")),
        insert(firm).from_select(["name"], select(bindparam("name"))),
    ],
)
def test_a_name_without_a_type_is_refused(dialect: str, expression: ClauseElement) -> None:
    with pytest.raises(TypeError, match="type"):
        Statement(expression).text(dialect)


@DIALECTS
def test_constants_are_part_of_the_text(dialect: str) -> None:
    expression = select(deal.c.id).where(
        deal.c.firm_id == constant(5),
        deal.c.title == constant("it's 100% ours: $1"),
        deal.c.code.is_(constant(None)),
        constant(True),
    )
    compiled = Statement(expression.limit(constant(3))).text(dialect)
    assert compiled.order == ()
    assert "it''s 100% ours: $1" in compiled.text
    assert "LIMIT 3" in compiled.text


@DIALECTS
def test_a_missing_argument_is_named(dialect: str) -> None:
    statement = Statement(
        select(deal.c.id).where(deal.c.id == wanted, AnyOf(deal.c.firm_id, "firms"))
    ).text(dialect)
    with pytest.raises(TypeError, match="missing argument firms"):
        statement.arguments({"wanted": 1})
    with pytest.raises(TypeError, match="missing argument wanted"):
        statement.arguments({"firms": [1]})
    with pytest.raises(TypeError, match="missing argument"):
        Statement(insert(firm)).text(dialect).arguments({"id": 1, "name": "Ann"})


@DIALECTS
def test_more_arguments_than_needed_are_passed_over(dialect: str) -> None:
    statement = Statement(select(deal.c.id).where(deal.c.id == wanted)).text(dialect)
    arguments: Any = statement.arguments({"wanted": 1, "other": 2})
    assert arguments["wanted"] == 1 if dialect == "sqlite" else arguments == (1,)


def test_postgresql_gets_its_arguments_in_the_order_of_the_text() -> None:
    statement = Statement(
        select(deal.c.id)
        .where(deal.c.title == bindparam("b"), deal.c.bid == bindparam("a"))
        .where(deal.c.code == bindparam("b", type_=deal.c.title.type))
        .limit(bindparam("c", type_=Integer()))
    )
    assert statement.postgresql.order == ("b", "a", "c")
    assert statement.postgresql.arguments({"a": 1, "b": "x", "c": 3}) == ("x", 1, 3)


def test_sqlite_statement_has_no_unrequested_offset() -> None:
    page = select(deal.c.id).limit(bindparam("count", type_=Integer()))
    assert "OFFSET" not in Statement(page).sqlite.text
    later = page.offset(bindparam("start", type_=Integer()))
    assert Statement(later).sqlite.order == ("count", "start")


@DIALECTS
def test_a_statement_knows_whether_it_writes(dialect: str) -> None:
    made = insert(firm).values(name=bindparam("name")).returning(firm.c.id)
    writing: list[ClauseElement] = [made, delete(firm), update(firm).values(name=bindparam("name"))]
    if dialect == "postgresql":
        writing.append(select(made.cte("made").c.id))
    for expression in writing:
        assert Statement(expression).text(dialect).writes
    assert not Statement(select(firm.c.id)).text(dialect).writes
    assert not Statement(select(select(firm.c.id).cte("found").c.id)).text(dialect).writes


def test_an_expression_is_built_and_printed_once() -> None:
    built: list[int] = []

    def build() -> ClauseElement:
        built.append(1)
        return select(firm.c.id)

    statement = Statement(build)
    assert statement.sqlite is statement.sqlite
    assert statement.postgresql is statement.text("postgresql")
    assert len(built) == 2


def test_a_shape_gives_the_same_statement_again() -> None:
    @shape
    def firms(*, by_name: bool) -> Statement:
        chosen = select(firm.c.id)
        return Statement(chosen.where(firm.c.name == bindparam("name")) if by_name else chosen)

    assert firms(by_name=True) is firms(by_name=True)
    assert firms(by_name=True) is not firms(by_name=False)
