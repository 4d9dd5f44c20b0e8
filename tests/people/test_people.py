"""Reading people: one, all, filtered; what guests and users without rights do not see."""

from collections.abc import Iterator

import pytest

from dealwright.people.accounts import actions
from tests.people.new_accounts import new_account, offline, signed_in
from tests.portal.organisation.new_portals import new_portal
from tests.running import PASSWORD, Ground, Portal

FULL = [
    "id",
    "userName",
    "isVisitor",
    "firstName",
    "lastName",
    "email",
    "status",
    "activationStatus",
    "terminated",
    "department",
    "workFrom",
    "displayName",
    "avatarMedium",
    "avatar",
    "isAdmin",
    "isLDAP",
    "isOwner",
    "isSSO",
    "avatarSmall",
    "quotaLimit",
    "usedSpace",
    "docsSpace",
    "mailSpace",
    "talkSpace",
    "profileUrl",
]
BRIEF = ["id", "displayName", "avatarSmall", "profileUrl"]
NO_ONE = "9e107d9d-372b-46d6-b1f0-0123456789ab"
ADMINISTRATED = "settings/security/administrator"
CRM = "6743007C-6F95-4d20-8C88-A8601CE5E76D"
EVERYTHING = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def teams() -> Iterator[dict[Ground, Portal]]:
    """One portal for each database. No test of `team` changes it."""
    made: dict[Ground, Portal] = {}
    yield made
    for each in made.values():
        each.close()


@pytest.fixture
def team(portal: Portal, teams: dict[Ground, Portal]) -> Portal:
    """Besides the usual people: Cora administers the CRM, Adam everything, Zed has left."""
    if portal.ground not in teams:
        teams[portal.ground] = _team(portal.kept())
    return teams[portal.ground]


def _team(own: Portal) -> Portal:
    for first, last, role in (
        ("Cora", "Cole", "crm_admin"),
        ("Zed", "Ås", "user"),
        ("Adam", "Zorn", "admin"),
    ):
        settings_for = {"first_name": first, "last_name": last, "role": role, "password": PASSWORD}
        offline(own, actions.add, email=f"{first.lower()}@example.com", **settings_for)
    offline(own, actions.disable, email="zed@example.com")
    return own


def names(portal: Portal, path: str, as_: str = "root") -> list[str]:
    answer = portal.call("GET", path, as_=as_)
    assert answer.status == 200, answer.text
    return [each["displayName"].split()[0] for each in answer.response]


def test_oneself(portal: Portal):
    shown = portal.fresh().call("GET", "people/@self.json").response
    assert list(shown) == FULL
    assert (shown["userName"], shown["email"], shown["displayName"]) == (
        "ann",
        "ann@example.com",
        "Ann Archer",
    )
    assert (shown["status"], shown["activationStatus"], shown["terminated"]) == (1, 1, None)
    assert not any(shown[flag] for flag in ("isVisitor", "isAdmin", "isOwner", "isLDAP", "isSSO"))
    assert shown["profileUrl"].endswith("/Products/People/Profile.aspx?user=ann")


def test_the_documented_spelling(portal: Portal):
    accept = 'application/json; profile="documented"'
    shown = portal.call("GET", "people/@self", accept=accept).response
    assert list(shown)[:6] == ["Id", "UserName", "IsVisitor", "FirstName", "LastName", "Email"]
    assert shown["Birthday"] is None
    assert shown["ListAdminModules"] == []


@pytest.mark.parametrize(
    ("who", "flags", "modules"),
    [
        ("root", {"isAdmin": True, "isOwner": True}, ["crm", "people"]),
        ("adam", {"isAdmin": True, "isOwner": False}, ["crm", "people"]),
        ("cora", {"isAdmin": False, "isOwner": False}, ["crm"]),
        ("gus", {"isAdmin": False, "isVisitor": True}, None),
    ],
)
def test_roles(team: Portal, who: str, flags: dict[str, bool], modules: list[str] | None):
    shown = team.call("GET", f"people/{who}").response
    assert {name: shown[name] for name in flags} == flags
    assert shown.get("listAdminModules") == modules


@pytest.mark.parametrize("name", ["ann", "ANN", "ann.json"])
def test_by_user_name(portal: Portal, name: str):
    assert portal.call("GET", f"people/{name}").response["id"] == portal.id_of("ann")


def test_by_id_in_any_form(portal: Portal):
    ann = portal.id_of("ann")
    for name in (ann, ann.upper(), ann.replace("-", ""), f"%7B{ann}%7D"):
        assert portal.call("GET", f"people/{name}").response["userName"] == "ann"


def test_a_user_name_may_hold_dots(portal: Portal):
    own = portal.fresh()
    settings_for = {"first_name": "John", "last_name": "Doe", "role": "user", "password": None}
    made = offline(own, actions.add, email="john.doe@example.com", **settings_for)
    assert len(made) == 23
    for name in ("john.doe", "john.doe.json"):
        assert own.call("GET", f"people/{name}").response["displayName"] == "John Doe"


@pytest.mark.parametrize("path", ["people/nobody", f"people/{NO_ONE}", f"people/{NO_ONE}/photo"])
def test_who_is_not_there_is_not_found(portal: Portal, path: str):
    answer = portal.call("GET", path)
    assert answer.status == 404
    assert answer.json["error"]["message"] == "User not found"


def test_by_address(portal: Portal):
    assert portal.call("GET", "people/email?email=BOB@example.com").response["userName"] == "bob"
    for path in ("people/email?email=nobody@example.com", "people/email"):
        assert portal.call("GET", path).status == 404


def test_guests_see_no_address_but_their_own(portal: Portal):
    gus = portal.call("GET", "people/@self", as_="gus").response
    assert gus["email"] == "gus@example.com"
    assert portal.call("GET", "people/ann", as_="gus").response["email"] is None
    assert portal.call("GET", "people/email?email=ann@example.com", as_="gus").status == 404
    assert portal.call("GET", "people/email?email=gus@example.com", as_="gus").status == 200
    for path in ("people/search?query=example.com", "people/@search/example.com"):
        assert names(portal, path, as_="gus") == ["Gus"]
    assert len(names(portal, "people/search?query=example.com", as_="ann")) >= 5
    shown = portal.call("GET", "people/filter?sortBy=email", as_="gus").response
    assert {each["email"] for each in shown} == {None, "gus@example.com"}


def test_lists_show_who_is_active_by_name(team: Portal):
    active = ["Adam", "Ann", "Bob", "Cid", "Cora", "Gus", "Root"]
    for path in ("people", "people.json", "people/status/active", "people/status/1"):
        assert names(team, path) == active
    assert names(team, "people/status/4") == []


def test_only_administrators_of_the_portal_see_who_left(team: Portal):
    for path in ("people/status/terminated", "people/filter?employeeStatus=2"):
        assert names(team, path, as_="root") == ["Zed"]
        assert "Zed" not in names(team, path, as_="ann")
    assert names(team, "people/filter?employeeStatus=all&filterValue=zed", as_="ann") == []
    assert "Zed" in names(team, "people/filter", as_="root")
    assert "Zed" in names(team, "people/status/all", as_="root")
    for path in ("people/filter", "people/status/all", "people/simple/filter?employeeStatus=All"):
        assert "Zed" not in names(team, path, as_="ann")
    assert names(team, "people/status/all/search?query=zed", as_="ann") == []
    assert names(team, "people/status/all/search?query=ZED", as_="root") == ["Zed"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ann", ["Ann"]),
        ("arch", ["Ann"]),
        ("ANN%20archer", ["Ann"]),
        ("archer%20bob", []),
        ("as", []),
        ("%25", []),
        ("col", ["Cora"]),
        ("", ["Adam", "Ann", "Bob", "Cid", "Cora", "Gus", "Root"]),
    ],
)
def test_search_finds_parts_of_names(team: Portal, text: str, found: list[str]):
    assert names(team, f"people/search?query={text}") == found
    assert names(team, f"people/filter?employeeStatus=Active&filterValue={text}") == found
    if text:
        assert names(team, f"people/@search/{text}") == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("employeeType=Visitor", ["Gus"]),
        ("employeeType=2", ["Gus"]),
        ("employeeType=1&filterValue=g", []),
        ("isAdministrator=true", ["Adam", "Cora", "Root"]),
        ("isAdministrator=false&filterValue=bob", ["Bob"]),
        ("activationStatus=NotActivated", []),
        ("activationStatus=Activated&filterValue=ann", ["Ann"]),
        (f"groupId={EVERYTHING}&filterValue=ann", ["Ann"]),
        (f"groupId={NO_ONE}", []),
        ("sortBy=firstname&sortOrder=descending&count=2", ["Zed", "Root"]),
        ("sortBy=lastname&count=3&startIndex=1", ["Ann", "Zed", "Bob"]),
        ("sortOrder=descending&count=1", ["Zed"]),
    ],
)
def test_filters(team: Portal, filters: str, found: list[str]):
    assert names(team, f"people/filter?{filters}") == found
    assert names(team, f"people/simple/filter?{filters}") == found


def test_a_filter_tells_the_total(team: Portal):
    answer = team.call("GET", "people/filter?count=3&startIndex=2", as_="root").json
    assert (answer["count"], answer["startIndex"], answer["total"]) == (3, 2, 8)
    empty = team.call("GET", "people/filter?filterValue=nobody", as_="root").json
    assert empty == {"total": 0, "status": 0, "statusCode": 200, "response": []}
    none = team.call("GET", "people/simple/filter?count=0", as_="root").json
    assert (none["total"], none["response"]) == (8, [])


def test_the_simple_filter_is_brief(portal: Portal):
    for shown in portal.call("GET", "people/simple/filter").response:
        assert list(shown) == BRIEF


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("people/filter?sortBy=shoeSize", "firstName"),
        ("people/filter?employeeStatus=asleep", "employeeStatus"),
        ("people/filter?groupId=x", "groupId"),
        ("people/status/asleep", "Requested value 'asleep' was not found"),
        ("people?filterBy=group&filterValue=x", "filterValue"),
    ],
)
def test_unusable_query_is_named(portal: Portal, path: str, text: str):
    answer = portal.call("GET", path)
    assert answer.status == 400
    assert text in answer.json["error"]["message"]


def test_only_some_members(portal: Portal):
    shown = portal.call("GET", "people?fields=id,displayName").response
    assert {tuple(each) for each in shown} == {("id", "displayName")}


def test_photos_are_there(portal: Portal):
    shown = portal.call("GET", "people/ann/photo").response
    assert list(shown) == ["original", "retina", "max", "big", "medium", "small"]
    for address in shown.values():
        assert portal.call("GET", address, as_=None).status == 200


def test_a_russian_portal_puts_the_last_name_first(portal: Portal):
    with new_portal(portal, language="ru", owner_email="anna.ivanova@example.com") as own:
        headers = {"Authorization": signed_in(own, "anna.ivanova@example.com")}
        [shown] = own.call("GET", "people", as_=None, headers=headers).response
    assert (shown["firstName"], shown["displayName"]) == ("Anna", "Ivanova Anna")


def test_administrators(team: Portal):
    assert names(team, f"{ADMINISTRATED}/{CRM}", as_="ann") == ["Cora"]
    assert names(team, f"{ADMINISTRATED}/{EVERYTHING}", as_="ann") == ["Adam", "Root"]
    assert names(team, f"{ADMINISTRATED}/{NO_ONE}", as_="ann") == []


def test_reading_people_needs_sign_in(portal: Portal):
    for path in ("people", "people/@self", "people/filter", "people/ann/photo", "group"):
        answer = portal.call("GET", path, as_=None)
        assert answer.status == 401
        assert answer.json["error"] == {
            "message": "Unauthorized",
            "hresult": -2146233087,
            "data": {},
        }


def test_user_added_while_the_portal_runs_is_listed(portal: Portal):
    own = portal.fresh()
    assert "Nina" not in names(own, "people")
    new_account(own)
    assert "Nina" in names(own, "people")
