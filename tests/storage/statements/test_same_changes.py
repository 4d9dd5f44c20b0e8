"""Whatever is saved in whatever order, the two databases hold the same rows afterwards."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, String, bindparam, delete, insert, select, update

from dealwright.storage.engines.engine import ForeignKeyViolation, Row, UniqueViolation
from dealwright.storage.statements.change import (
    HEAD,
    Alter,
    Bump,
    Change,
    Insert,
    Put,
    PutMany,
    Remove,
    Run,
    Update,
)
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.statement import Statement
from tests.storage.both import Both
from tests.storage.world import COUNTED, deal, deal_member, everything, firm, journal

JOURNAL = Statement(
    select(journal.c.deal_id, journal.c.text).order_by(
        journal.c.deal_id.is_(constant(None)), journal.c.deal_id, journal.c.text
    )
)
NOTE = Statement(
    insert(journal).from_select(
        ["deal_id", "text"],
        select(bindparam("deal", type_=Integer()), firm.c.name).where(AnyOf(firm.c.id, "firms")),
        include_defaults=False,
    )
)
RENAME = Statement(
    update(firm)
    .values(parent_id=bindparam("parent", type_=Integer()))
    .where(AnyOf(firm.c.id, "firms"))
)
FORGET = Statement(delete(journal).where(journal.c.text == bindparam("old", type_=String())))
IS_THERE = Statement(select(constant(1)).where(firm.c.id == bindparam("wanted")))

ids = st.integers(1, 4)
firms = st.integers(1, 5)  # there are four
lists = st.lists(firms, max_size=3)
texts = st.sampled_from(["", "a", "B", "é", "it's", "$1", ":x", "%s", "жук"])
small = st.integers(-2, 2)
conflicts = st.sampled_from([None, "nothing", "update"])
head_or = st.just(HEAD) | ids
guards = st.none() | st.builds(lambda id: Run(IS_THERE, {"wanted": id}), firms)


def deals(**more: Any) -> Any:
    return st.fixed_dictionaries(more, optional={"bid": small, "code": st.none() | texts})


def steps(keys: Any) -> Any:
    member = st.fixed_dictionaries({"firm_id": firms, "note": st.none() | texts})
    emptied = st.builds(Remove, st.just(deal_member), st.fixed_dictionaries({"deal_id": keys}))
    filled = st.builds(
        PutMany,
        st.just(deal_member),
        st.fixed_dictionaries({"deal_id": keys}),
        st.lists(member, max_size=3),
        conflicts,
    )
    noted = st.builds(
        Put, st.just(journal), st.fixed_dictionaries({"deal_id": st.none() | keys, "text": texts})
    )
    where = st.fixed_dictionaries({}, optional={"id": firms | lists, "name": texts | st.none()})
    altered = st.builds(
        Alter, st.just(firm), st.just({"is_large": True}), where.filter(lambda asked: bool(asked))
    )
    run = st.one_of(
        st.builds(lambda d, f: Run(NOTE, {"deal": d, "firms": f}), keys, lists),
        st.builds(lambda p, f: Run(RENAME, {"parent": p, "firms": f}), st.none() | ids, lists),
        st.builds(lambda old: Run(FORGET, {"old": old}), texts),
    )
    bumped = st.builds(Bump, st.sampled_from(["x", "y"]), small)
    any_order = st.lists(noted | bumped, max_size=4)
    # No row is written twice by one change: at most one of those steps that might meet.
    parts = (
        st.lists(emptied, max_size=1),
        st.lists(altered | run, max_size=1),
        any_order,
        st.lists(filled, max_size=1),
        any_order,
    )
    return st.tuples(*parts).map(lambda parts: tuple(step for part in parts for step in part))


headless = st.builds(Change, st.none(), steps(ids))
inserted = st.builds(
    Change,
    st.builds(
        Insert,
        st.just(deal),
        deals(id=ids, title=texts, firm_id=st.none() | firms),
        guards,
        st.sampled_from([None, "nothing"]),
    ),
    steps(head_or),
)
updated = st.builds(
    Change,
    st.builds(
        Update,
        st.just(deal),
        ids,
        deals(title=texts),
        st.fixed_dictionaries({}, optional={"bid": small, "code": st.none() | texts}),
        guards,
    ),
    steps(head_or),
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, server: str, template: str) -> Iterator[Both]:
    both = Both(tmp_path_factory.mktemp("same"), server=server, template=template)
    for id in range(1, 5):
        both.save(Change(Insert(firm, {"id": id, "name": f"firm {id}"})))
    yield both
    both.close()


@settings(max_examples=100)
@given(st.lists(headless | inserted | updated, min_size=1, max_size=5))
def test_the_same_changes_leave_the_same_rows(both: Both, changes: list[Change]) -> None:
    both.save(Change(None, (Remove(deal_member, {"firm_id": [*range(1, 6)]}),)))
    both.save(Change(None, (Remove(deal, {"id": [*range(1, 5)]}),)))
    for change in changes:
        first, second = (attempt(both, place, change) for place in (0, 1))
        assert first == second
        for table in (firm, deal, deal_member):
            both.same(everything(table))
        both.same(JOURNAL)
        counted = both.same(COUNTED)
        assert all(isinstance(name, str) for name, _ in counted)


def attempt(both: Both, place: int, change: Change) -> Row | str | None:
    try:
        return both.save_in(both.databases[place], change)
    except (UniqueViolation, ForeignKeyViolation):
        # Which of several hindrances is met first is each database's own affair.
        return "refused"
