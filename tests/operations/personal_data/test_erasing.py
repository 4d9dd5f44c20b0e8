"""No text about an erased person is left in any table, whatever their names and notes were; sums
and counts stay as before."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.crm.contacts.merges.test_merging import SIZE, merged, person
from tests.crm.trash import record_trees
from tests.crm.trash.test_identity import wrong
from tests.crm.trash.test_routes import made, opportunity
from tests.operations.personal_data.test_personal_data import erase
from tests.running import Portal

AROUND = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), max_codepoint=0x2FFFF), max_size=6
)


@dataclass(frozen=True)
class Person:
    """Texts around a unique word; `has` says which of them the person has."""

    around: tuple[str, ...]
    has: frozenset[int]
    was_merged: bool
    in_the_trash: bool


persons = st.builds(
    Person,
    around=st.lists(AROUND, min_size=8, max_size=8).map(tuple),
    has=st.frozensets(st.integers(2, 7)),
    was_merged=st.booleans(),
    in_the_trash=st.booleans(),
)


@pytest.fixture(scope="module")
def kept() -> Any:
    portals: dict[Any, Portal] = {}
    yield portals
    for each in portals.values():
        each.close()


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
@given(persons)
def test_none_of_an_erased_persons_words_is_left(portal: Portal, kept: Any, told: Person):
    own = kept.get(portal.ground) or kept.setdefault(portal.ground, portal.kept())
    mark = uuid4().hex
    id = _build(own, told, mark)
    assert _found(own, mark)
    before = _sums(own)
    assert erase(own, id).status == 200
    assert _found(own, mark) == []
    assert _sums(own) == before
    assert wrong(own) == []


def _build(own: Portal, told: Person, mark: str) -> int:
    first, last, *others = (f"{each} {mark} {each}" for each in told.around)
    title, about, mail, value, ring, payload = (
        text if place in told.has else "" for place, text in enumerate(others, 2)
    )
    key = {"Idempotency-Key": mark}
    values = [{"key": _field(own), "value": value}] if value else []
    names = {"firstName": first, "lastName": last, "jobTitle": title, "about": about}
    sent = {**names, "shareType": 1, "customFieldList": values}
    created = own.call("POST", "crm/contact/person", json=sent, headers=key)
    assert created.status == 201, created.text
    id = int(created.response["id"])
    if mail:
        data = {"infoType": "Email", "data": f"{mark}@x.example", "category": "Work"}
        made(own, f"contact/{id}/data", data)
    if ring:
        task = record_trees.task(own, ring, contact_id=id)
        if told.in_the_trash:
            record_trees.move_to_trash(own, "task", task)
    if payload:
        event = record_trees.event(own, payload, contact_id=id)
        record_trees.file(own, event, title=payload)
        if told.in_the_trash:
            record_trees.move_to_trash(own, "event", event)
    opportunity(own, contactid=id, bidValue=10)
    if told.was_merged:
        other = person(own, last, lastName=first, jobTitle=mark)
        merged(own, other, id)
    changed = {**names, "about": f"{about} still", "customFieldList": values}
    assert own.call("PUT", f"crm/contact/person/{id}", json=changed).status == 200
    return id


def _field(own: Portal) -> int:
    path = "crm/contact/customfield/definitions"
    if not (there := own.call("GET", path).response):
        made(own, "contact/customfield", {"label": "Shoe", "fieldType": 0, "mask": SIZE}, "root")
        there = own.call("GET", path).response
    return int(there[0]["id"])


def _found(own: Portal, mark: str) -> list[str]:
    """Rows of any table with a word of the person, and records that a search finds by it."""
    rows = [row for rows in record_trees.dump(own).values() for row in rows if mark in row]
    for path in ("contact", "task", "history", "opportunity"):
        answer = own.call("GET", f"crm/{path}/filter?filterValue={mark}", as_="root")
        rows += [f"{path} {each['id']}" for each in answer.response]
    return rows


def _sums(own: Portal) -> list[Any]:
    counts = [
        own.call("GET", f"crm/{path}/filter?count=0", as_="root").json["total"]
        for path in ("contact", "opportunity", "task", "history")
    ]
    return [own.call("GET", "crm/opportunity/summary", as_="root").response, counts]
