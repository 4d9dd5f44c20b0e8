"""Undoing any merge restores everything as it was before."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.crm.contacts.merges.test_merging import SIZE, company, merged, person, unmerge
from tests.crm.trash import record_trees
from tests.crm.trash.test_identity import dumped, wrong
from tests.crm.trash.test_routes import made, opportunity
from tests.running import Portal

USERS = ("ann", "bob", "cid")
TEXTS = st.sampled_from(("", "x", "Ärger im Büro"))
MAILS = st.sampled_from(("a@x.io", "b@x.io", "+1 555 0100"))


@dataclass(frozen=True)
class One:
    """Everything that belongs to a contact."""

    as_: str
    texts: tuple[str, str]
    share_type: int
    managers: frozenset[str]
    tags: frozenset[str]
    values: tuple[str, str]
    data: tuple[tuple[str, str, bool], ...]
    tasks: int
    events: int
    takes_part: frozenset[int]
    is_primary_of: frozenset[int]
    in_cases: frozenset[int]
    is_employed: bool
    employs: int = 0


@dataclass(frozen=True)
class World:
    are_companies: bool
    contacts: tuple[One, ...] = field(default=())


data = st.tuples(st.sampled_from(("Email", "Phone")), MAILS, st.booleans())
places = st.frozensets(st.integers(0, 2), max_size=2)
ones = st.builds(
    One,
    as_=st.sampled_from(USERS),
    texts=st.tuples(TEXTS, TEXTS),
    share_type=st.sampled_from((0, 1, 2)),
    managers=st.frozensets(st.sampled_from(USERS), max_size=2),
    tags=st.frozensets(st.sampled_from(("hot", "cold", "new")), max_size=2),
    values=st.tuples(TEXTS, TEXTS),
    data=st.lists(data, max_size=3).map(tuple),
    tasks=st.integers(0, 2),
    events=st.integers(0, 1),
    takes_part=places,
    is_primary_of=places,
    in_cases=places,
    is_employed=st.booleans(),
    employs=st.integers(0, 2),
)
worlds = st.builds(World, st.booleans(), st.lists(ones, min_size=2, max_size=3).map(tuple))


@pytest.fixture(scope="module")
def kept() -> Any:
    portals: dict[Any, Portal] = {}
    yield portals
    for each in portals.values():
        each.close()


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate))
@given(worlds)
def test_undone_merge_leaves_no_trace(portal: Portal, kept: Any, world: World):
    own = kept.get(portal.ground) or kept.setdefault(portal.ground, portal.kept())
    *sources, target = _build(own, world)
    merges = frozenset({"contact_merge"})
    states = []
    for source in sources:
        states.append(dumped(own, without=merges))
        merged(own, source, target, as_="root")
        assert wrong(own) == []
    for state in reversed(states):
        assert unmerge(own, target, as_="root").status == 200
        assert wrong(own) == []
        assert dumped(own, without=merges) == state


def _build(own: Portal, world: World) -> list[int]:
    fields = _fields(own)
    firm = company(own, "The firm")
    deals = [opportunity(own) for _ in range(3)]
    cases = [record_trees.case(own) for _ in range(3)]
    return [_contact(own, world, one, fields, firm, deals, cases) for one in world.contacts]


def _fields(own: Portal) -> list[int]:
    there = own.call("GET", "crm/contact/customfield/definitions").response
    if not there:
        for label in ("Shoe", "Hat"):
            made(own, "contact/customfield", {"label": label, "fieldType": 0, "mask": SIZE}, "root")
        there = own.call("GET", "crm/contact/customfield/definitions").response
    return [each["id"] for each in there]


def _contact(
    own: Portal,
    world: World,
    one: One,
    fields: list[int],
    firm: int,
    deals: list[int],
    cases: list[int],
) -> int:
    about, title = one.texts
    values = [{"key": k, "value": v} for k, v in zip(fields, one.values, strict=True) if v]
    payload: dict[str, Any] = {
        "about": about,
        "shareType": one.share_type,
        "managerList": [own.id_of(each) for each in one.managers],
        "customFieldList": values,
    }
    if world.are_companies:
        id = company(own, as_=one.as_, **payload)
        for _ in range(one.employs):
            person(own, companyId=id, as_=one.as_)
    else:
        employer = {"companyId": firm} if one.is_employed else {}
        id = person(own, as_=one.as_, jobTitle=title, **payload, **employer)
    for tag in one.tags:
        made(own, f"contact/{id}/tag", {"tagName": tag}, "root")
    for kind, text, is_primary in one.data:
        info = {"infoType": kind, "data": text, "isPrimary": is_primary, "category": "Work"}
        made(own, f"contact/{id}/data", info, "root")
    for _ in range(one.tasks):
        record_trees.task(own, contact_id=id)
    for _ in range(one.events):
        record_trees.file(own, record_trees.event(own, contact_id=id))
    for place in one.takes_part | one.is_primary_of:
        own.call("POST", f"crm/opportunity/{deals[place]}/contact/{id}", as_="root")
    for place in one.is_primary_of:
        _make_primary(own, deals[place], id)
    for place in one.in_cases:
        own.call("POST", f"crm/case/{cases[place]}/contact", json={"contactid": id}, as_="root")
    return id


def _make_primary(own: Portal, deal: int, id: int) -> None:
    read = own.call("GET", f"crm/opportunity/{deal}", as_="root").response
    payload = {
        "title": read["title"],
        "responsibleid": read["responsible"]["id"],
        "stageid": read["stage"]["id"],
        "bidCurrencyAbbr": "USD",
        "contactid": id,
    }
    answer = own.call("PUT", f"crm/opportunity/{deal}", json=payload, as_="root")
    assert answer.status == 200, answer.text
