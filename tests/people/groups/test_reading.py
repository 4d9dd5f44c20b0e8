"""Reading groups of people."""

from collections.abc import Iterator

import pytest

from dealwright.storage import schema
from dealwright.storage.statements.change import Change, Put, PutMany
from dealwright.work import Work
from tests.people.new_accounts import offline
from tests.running import Portal

SALES = "11111111-1111-4111-8111-111111111111"
EMPTY = "22222222-2222-4222-8222-222222222222"
NO_ONE = "9e107d9d-372b-46d6-b1f0-0123456789ab"


@pytest.fixture
def grouped(portal: Portal) -> Iterator[Portal]:
    """Ann manages Bob in Sales; Support is empty."""
    own = portal.fresh()
    ann, bob = own.id_of("ann"), own.id_of("bob")

    async def make(work: Work) -> None:
        members = [{"person_id": each} for each in (ann, bob)]
        await work.save(
            Change(
                None,
                (
                    Put(schema.team, {"id": SALES, "name": "Sales", "manager_id": ann}),
                    Put(schema.team, {"id": EMPTY, "name": "Support", "manager_id": None}),
                ),
            )
        )
        await work.save(Change(None, (PutMany(schema.team_member, {"team_id": SALES}, members),)))

    offline(own, make)
    yield own


def test_groups_by_name(grouped: Portal):
    assert grouped.call("GET", "group").response == [
        {"id": SALES, "name": "Sales", "manager": "ann"},
        {"id": EMPTY, "name": "Support", "manager": ""},
    ]


def test_a_group_with_its_members(grouped: Portal):
    shown = grouped.call("GET", f"group/{SALES}").response
    names = ["id", "name", "category", "parent", "description", "manager", "members"]
    assert list(shown) == names
    assert shown["manager"]["displayName"] == "Ann Archer"
    assert {each["displayName"] for each in shown["members"]} == {"Ann Archer", "Bob Baker"}
    assert grouped.call("GET", f"group/{EMPTY}").response["members"] == []


def test_search_by_name(grouped: Portal):
    found = grouped.call("GET", "group/search?groupName=sAl").response
    assert [each["name"] for each in found] == ["Sales"]
    assert grouped.call("GET", "group/search?groupName=x").response == []


def test_groups_of_a_user(grouped: Portal):
    bob, cid = grouped.id_of("bob"), grouped.id_of("cid")
    assert [each["id"] for each in grouped.call("GET", f"group/user/{bob}").response] == [SALES]
    assert grouped.call("GET", f"group/user/{cid}").response == []
    assert grouped.call("GET", f"group/user/{NO_ONE}").status == 404


def test_people_show_their_groups(grouped: Portal):
    bob = grouped.call("GET", "people/bob").response
    assert bob["department"] == "Sales"
    assert bob["groups"] == [{"id": SALES, "name": "Sales", "manager": "ann"}]


@pytest.mark.parametrize("path", ["people?filterBy=group&filterValue=", "people/filter?groupId="])
def test_people_of_a_group(grouped: Portal, path: str):
    found = grouped.call("GET", path + SALES).response
    assert [each["userName"] for each in found] == ["ann", "bob"]


def test_an_unknown_group(grouped: Portal):
    answer = grouped.call("GET", f"group/{NO_ONE}")
    assert answer.status == 404
    assert answer.json["error"]["message"] == "group not found"
    assert grouped.call("GET", "group/x").status == 400
