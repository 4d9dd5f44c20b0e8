"""Changing accounts, as clients do it, and who may."""

import json
from base64 import b64encode
from uuid import uuid4

import pytest
from sqlalchemy import select

from dealwright.people import reads
from dealwright.people.accounts import actions
from dealwright.storage import schema
from tests.making import make_opportunity, stored
from tests.people.new_accounts import new_account, offline, sign_in, signed_in, status_of
from tests.running import PASSWORD, Portal

CRM = "6743007c-6f95-4d20-8c88-a8601ce5e76d"
EVERYTHING = "00000000-0000-0000-0000-000000000000"
ADMINISTRATOR = "settings/security/administrator"
MISSING = "9e107d9d-372b-46d6-b1f0-0123456789ab"
TOLD = [
    "id",
    "userName",
    "isVisitor",
    "firstName",
    "lastName",
    "email",
    "birthday",
    "sex",
    "status",
    "activationStatus",
    "terminated",
    "department",
    "workFrom",
    "location",
    "notes",
    "lead",
    "displayName",
    "title",
    "contacts",
    "groups",
    "avatarMedium",
    "avatar",
    "isAdmin",
    "isLDAP",
    "isOwner",
    "cultureName",
    "isSSO",
    "avatarSmall",
    "quotaLimit",
    "usedSpace",
    "docsSpace",
    "mailSpace",
    "talkSpace",
    "profileUrl",
]


def an_address() -> str:
    return f"{uuid4().hex}@example.com"


def make(portal: Portal, **inputs):
    payload = {"email": an_address(), "firstname": "Nora", "lastname": "New", **inputs}
    answer = portal.call("POST", "people", json=payload, as_="root")
    assert answer.status == 201, answer.text
    return answer.response


def make_group(portal: Portal, **inputs):
    payload = {"groupName": uuid4().hex, **inputs}
    answer = portal.call("POST", "group", json=payload, as_="root")
    assert answer.status == 201, answer.text
    return answer.response


def put(portal: Portal, path, payload=None, as_="root", **options):
    return portal.call("PUT", path, json=payload or {}, as_=as_, **options)


def shown(portal: Portal, person_id, as_="root"):
    return portal.call("GET", f"people/{person_id}", as_=as_).response


def trail(portal: Portal, person_id):
    table = schema.audit
    query = select(table.c.action, table.c.changes, table.c.person_id).order_by(table.c.id)
    rows = stored(portal, query.where(table.c.entity_type == "person"))
    listed = [(action, json.loads(changes), by) for action, changes, by in rows]
    return [each for each in listed if any(person_id in change for change in each[1])]


# ---------------------------------------------------------------------------------- who may do what

WRITES = {
    "create": ("POST", "people", {"email": "x@example.com"}),
    "update": ("PUT", "people/{id}", {"firstname": "Eve"}),
    "disable": ("PUT", "people/{id}", {"disable": True}),
    "delete": ("DELETE", "people/{id}", {}),
    "status": ("PUT", "people/status/Terminated", {"userIds": ["{id}"]}),
    "type": ("PUT", "people/type/Visitor", {"userIds": ["{id}"]}),
    "rights": ("PUT", ADMINISTRATOR, {"userid": "{id}", "productid": CRM, "administrator": True}),
}


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("role", ["nobody", "guest", "user", "crm_admin"])
def test_only_administrators_of_the_portal_change_others(portal: Portal, name: str, role: str):
    method, path, payload = WRITES[name]
    victim = make(portal)
    before = shown(portal, victim["id"])
    sent = json.loads(json.dumps(payload).replace("{id}", victim["id"]))
    headers = {} if role == "nobody" else new_account(portal, role).headers
    answer = portal.call(
        method, path.replace("{id}", victim["id"]), json=sent, as_=None, headers=headers
    )
    assert answer.status == (401 if role == "nobody" else 403), answer.text
    assert shown(portal, victim["id"]) == before


@pytest.mark.parametrize(
    ("method", "path", "payload"),
    [
        ("PUT", "people/{id}", {"firstname": "Eve"}),
        ("PUT", "people/{id}", {"disable": True}),
        ("PUT", "people/status/Terminated", {"userIds": ["{id}"]}),
        ("PUT", "people/type/Visitor", {"userIds": ["{id}"]}),
        ("PUT", ADMINISTRATOR, {"userid": "{id}", "productid": EVERYTHING}),
        ("DELETE", "people/{id}", {}),
    ],
)
def test_only_the_owner_changes_the_owner(portal: Portal, method, path, payload):
    root = portal.id_of("root")
    admin = new_account(portal, "admin")
    sent = json.loads(json.dumps(payload).replace("{id}", root))
    before = shown(portal, root)
    answer = portal.call(
        method, path.replace("{id}", root), json=sent, as_=None, headers=admin.headers
    )
    assert answer.status == 403
    assert shown(portal, root) == before


@pytest.mark.parametrize("path", ["people/{id}", "people/status/Terminated", ADMINISTRATOR])
def test_users_cannot_lock_themselves_out(portal: Portal, path: str):
    admin = new_account(portal, "admin")
    payload = {"disable": True, "userIds": [admin.id], "userid": admin.id, "productid": EVERYTHING}
    answer = portal.call(
        "PUT", path.replace("{id}", admin.id), json=payload, as_=None, headers=admin.headers
    )
    assert answer.status == 403
    assert shown(portal, admin.id)["isAdmin"]
    assert status_of(portal, admin.token) == 200


@pytest.mark.parametrize("name", WRITES)
def test_who_does_not_exist_is_not_found(portal: Portal, name: str):
    method, path, payload = WRITES[name]
    if name != "create":
        sent = json.loads(json.dumps(payload).replace("{id}", MISSING))
        answer = portal.call(method, path.replace("{id}", MISSING), json=sent, as_="root")
        assert answer.status == 404
        assert answer.json["error"]["message"] == "User not found"


# ------------------------------------------------------------------------------------- new accounts


def test_new_account_shows_all_members_in_wire_order(portal: Portal):
    group = make_group(portal)
    made = make(
        portal,
        isVisitor=False,
        department=[group["id"]],
        title="Buyer",
        location="Riga",
        sex="female",
        birthday="1990-02-03",
        worksfrom="2024-05-06",
        comment="Speaks Latvian",
        contacts=[{"Type": "skype", "Value": "nora.n"}, {"type": "phone", "value": "+1 555 0100"}],
        lead=portal.id_of("ann"),
        cultureName="ru-RU",
    )
    assert list(made) == TOLD
    assert made["birthday"].startswith("1990-02-03T00:00")
    assert made["workFrom"].startswith("2024-05-06T00:00")
    expected = {
        "isVisitor": False,
        "sex": "female",
        "status": 1,
        "activationStatus": 0,
        "terminated": None,
        "department": group["name"],
        "location": "Riga",
        "notes": "Speaks Latvian",
        "lead": portal.id_of("ann"),
        "title": "Buyer",
        "contacts": [
            {"type": "skype", "value": "nora.n"},
            {"type": "phone", "value": "+1 555 0100"},
        ],
        "groups": [{"id": group["id"], "name": group["name"], "manager": ""}],
        "cultureName": "ru-RU",
    }
    assert {name: made[name] for name in expected} == expected
    assert shown(portal, made["id"]) == made
    assert shown(portal, made["userName"], as_="ann") == made


def test_an_account_is_shown_in_every_spelling(portal: Portal):
    made = make(portal, contacts=[{"type": "skype", "value": "a&b"}], sex="male")
    path = f"people/{made['id']}"
    accept = "application/json; profile=documented"
    pascal = put(portal, path, {"location": "Riga"}, accept=accept).response
    assert list(pascal)[:5] == ["Id", "UserName", "IsVisitor", "FirstName", "LastName"]
    assert (pascal["Location"], pascal["Contacts"]) == (
        "Riga",
        [{"Type": "skype", "Value": "a&b"}],
    )
    assert "ResponsibleFor" not in pascal
    xml = put(portal, f"{path}.xml", {"location": "Tartu"}).text
    assert "<location>Tartu</location>" in xml
    assert "<contacts><type>skype</type><value>a&amp;b</value></contacts>" in xml
    form = f"contacts[0][Type]=icq&contacts[0][Value]=12&department[]={make_group(portal)['id']}"
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = portal.call("PUT", path, body=form, headers=sent, as_="root").response
    assert answer["contacts"] == [{"type": "icq", "value": "12"}]
    assert len(answer["groups"]) == 1


def test_guests_see_neither_contact_data_nor_private_data(portal: Portal):
    made = make(
        portal,
        comment="ill",
        birthday="1990-02-03",
        sex="male",
        contacts=[{"type": "a", "value": "b"}],
    )
    seen = shown(portal, made["id"], as_="gus")
    assert seen["email"] is None
    assert {"notes", "birthday", "sex", "contacts"} & set(seen) == set()


def test_account_without_password_cannot_sign_in(portal: Portal):
    made = make(portal)
    assert sign_in(portal, made["email"], "").status == 401
    assert put(portal, f"people/{made['id']}/password", {"password": PASSWORD}).status == 200
    assert signed_in(portal, made["email"])
    assert shown(portal, made["id"])["activationStatus"] == 1


def test_a_hash_made_elsewhere_is_no_password(portal: Portal):
    made = make(portal, passwordHash="0" * 64)
    assert made["activationStatus"] == 0
    assert sign_in(portal, made["email"], "0" * 64).status == 401


def test_a_password_can_be_given_at_once_and_is_shown_nowhere(portal: Portal):
    email = an_address()
    answer = portal.call("POST", "people", json={"email": email, "password": PASSWORD}, as_="root")
    assert answer.status == 201
    assert answer.response["activationStatus"] == 1
    assert PASSWORD not in answer.text
    assert signed_in(portal, email)
    assert PASSWORD not in json.dumps(trail(portal, answer.response["id"]))


def test_a_visitor_is_a_guest_without_the_crm(portal: Portal):
    made = make(portal, isVisitor=True, password=PASSWORD)
    assert made["isVisitor"]
    token = signed_in(portal, made["email"])
    headers = {"Authorization": token}
    assert portal.call("GET", "crm/opportunity/stage", as_=None, headers=headers).status == 403


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"password": "short"}, "password"),
        ({"sex": "yes"}, "sex"),
        ({"birthday": "yesterday"}, "birthday"),
        ({"department": [MISSING]}, "department"),
        ({"lead": MISSING}, "lead"),
        ({"cultureName": "tlh"}, "cultureName"),
        ({"firstname": "x" * 256}, "firstname"),
        ({"title": "x" * 256}, "title"),
        ({"comment": "x" * 65_001}, "comment"),
        ({"contacts": [{"value": "no type"}]}, "contacts"),
        ({"isVisitor": "perhaps"}, "isVisitor"),
    ],
)
def test_what_cannot_be_is_refused_and_named(portal: Portal, payload, named):
    answer = portal.call("POST", "people", json={"email": an_address(), **payload}, as_="root")
    assert answer.status == 400
    assert named.lower() in answer.json["error"]["message"].lower()


def test_an_address_belongs_to_one_account_in_any_case(portal: Portal):
    made = make(portal)
    for email in (made["email"], made["email"].upper(), f" {made['email']} "):
        answer = portal.call("POST", "people", json={"email": email}, as_="root")
        assert answer.status == 409
        assert "already exists" in answer.json["error"]["message"]
    other = make(portal)
    assert put(portal, f"people/{other['id']}", {"email": made["email"]}).status == 409
    assert shown(portal, other["id"])["email"] == other["email"]


def test_unexpected_members_give_no_rights(portal: Portal):
    claims = {
        "id": MISSING,
        "role": "owner",
        "isOwner": True,
        "isAdmin": True,
        "listAdminModules": ["crm"],
        "userName": "root",
        "status": 2,
        "terminated": "2020-01-01",
        "created": "2020-01-01",
        "createdOn": 1,
        "responsibleFor": {"tasks": 1},
    }
    made = make(portal, **claims)
    assert made["id"] != MISSING
    for _ in range(2):
        assert not (made["isOwner"] or made["isAdmin"] or made["userName"] == "root")
        assert made["status"] == 1
        assert "listAdminModules" not in made
        made = put(portal, f"people/{made['id']}", claims).response


def test_a_lost_api_token_makes_no_accounts_that_sign_in_and_no_administrators(portal: Portal):
    admin = new_account(portal, "admin")
    inputs = {"title": "t", "scope": "write"}
    made = portal.call(
        "POST", "people/@self/tokens", json=inputs, as_=None, headers=admin.headers
    ).response
    headers = {"Authorization": made["token"]}

    def by_token(method, path, payload):
        return portal.call(method, path, json=payload, as_=None, headers=headers).status

    assert by_token("POST", "people", {"email": an_address(), "password": PASSWORD}) == 403
    assert by_token("POST", "people", {"email": an_address()}) == 201
    rights = {"userid": portal.id_of("cid"), "productid": CRM, "administrator": True}
    assert by_token("PUT", ADMINISTRATOR, rights) == 403
    assert "listAdminModules" not in shown(portal, "cid")


# --------------------------------------------------------------------------------- changed accounts


def test_what_is_absent_stays(portal: Portal):
    group = make_group(portal)
    made = make(
        portal,
        title="Buyer",
        location="Riga",
        sex="female",
        birthday="1990-02-03",
        comment="x",
        department=[group["id"]],
        contacts=[{"type": "a", "value": "b"}],
        isVisitor=True,
    )
    assert put(portal, f"people/{made['id']}", {}).response == made
    changed = put(portal, f"people/{made['id']}", {"lastname": "Newer"}).response
    assert changed == {**made, "lastName": "Newer", "displayName": "Nora Newer"}


def test_what_is_empty_is_cleared(portal: Portal):
    payload = {"title": "Buyer", "location": "Riga", "sex": "female", "comment": "x"}
    made = make(portal, **payload, birthday="1990-02-03", lead=portal.id_of("ann"))
    empty = {**dict.fromkeys(payload, ""), "birthday": "", "lead": EVERYTHING, "cultureName": ""}
    cleared = put(portal, f"people/{made['id']}", empty).response
    gone = {"title", "location", "sex", "notes", "birthday", "lead"}
    assert set(made) - set(cleared) == gone
    payload = {"contacts": [{"type": "a", "value": "b"}]}
    assert put(portal, f"people/{made['id']}", payload).response["contacts"]
    none = put(portal, f"people/{made['id']}", {"contacts": [{"type": "a", "value": ""}]})
    assert "contacts" not in none.response


@pytest.mark.parametrize("name", ["@self", "own"])
def test_users_change_their_own_data(portal: Portal, name: str):
    ann = new_account(portal)
    path = f"people/{ann.id if name == 'own' else name}"
    payload = {"firstname": "Nina", "location": "Oslo", "comment": "Hi", "sex": "female"}
    answer = portal.call("PUT", path, json=payload, as_=None, headers=ann.headers)
    assert answer.status == 200, answer.text
    assert (answer.response["location"], answer.response["notes"]) == ("Oslo", "Hi")


@pytest.mark.parametrize(
    "payload",
    [
        {"email": "other@example.com"},
        {"title": "Chief"},
        {"disable": True},
        {"isVisitor": True},
        {"worksfrom": "2001-01-01"},
    ],
)
def test_users_cannot_grant_themselves_what_administrators_grant(portal: Portal, payload):
    ann = new_account(portal)
    before = shown(portal, ann.id)
    answer = portal.call("PUT", f"people/{ann.id}", json=payload, as_=None, headers=ann.headers)
    assert answer.status == 403
    assert shown(portal, ann.id) == before


def test_sending_back_your_own_data_changes_nothing(portal: Portal):
    ann = new_account(portal)
    path = f"people/{ann.id}"
    put(portal, path, {"title": "Buyer", "contacts": [{"type": "a", "value": "b"}]})
    read = portal.call("GET", path, as_=None, headers=ann.headers).response
    sent = {name: value for name, value in read.items() if name != "department"}
    answer = portal.call("PUT", path, json=sent, as_=None, headers=ann.headers)
    assert answer.status == 200
    assert answer.response == read


def test_guest_stays_a_guest_unless_the_request_changes_it(portal: Portal):
    guest = make(portal, isVisitor=True)
    assert put(portal, f"people/{guest['id']}", {"location": "Riga"}).response["isVisitor"]
    assert not put(portal, f"people/{guest['id']}", {"isVisitor": False}).response["isVisitor"]


def test_another_address_is_the_one_to_sign_in_with(portal: Portal):
    nina = new_account(portal)
    address = an_address()
    assert put(portal, f"people/{nina.id}", {"email": address.upper()}).status == 200
    assert sign_in(portal, nina.email, PASSWORD).status == 401
    assert signed_in(portal, address)
    assert shown(portal, nina.id)["email"] == address.upper()


def test_member_leaves_a_group_when_the_list_omits_them(portal: Portal):
    first, second = make_group(portal), make_group(portal)
    made = make(portal, department=[first["id"]])
    put(portal, f"group/{first['id']}/manager", {"userid": made["id"]})
    moved = put(portal, f"people/{made['id']}", {"department": [second["id"]]}).response
    assert [each["id"] for each in moved["groups"]] == [second["id"]]
    left = portal.call("GET", f"group/{first['id']}", as_="root").response
    assert (left["members"], left["manager"]["displayName"]) == ([], "Unknown")


def test_every_change_is_in_the_trail(portal: Portal):
    made = make(portal)
    put(portal, f"people/{made['id']}", {"title": "Buyer", "comment": "ill"})
    put(portal, f"people/{made['id']}", {"title": "Buyer"})
    put(portal, "people/status/Terminated", {"userIds": [made["id"]]})
    put(portal, "people/status/Active", {"userIds": [made["id"]]})
    found = trail(portal, made["id"])
    assert [action for action, *_ in found] == ["created", "updated", "disabled", "enabled"]
    assert {by for *_, by in found} == {portal.id_of("root")}
    assert found[0][1][:3] == [
        ["id", None, made["id"]],
        ["email", None, made["email"]],
        ["role", None, "user"],
    ]
    assert found[1][1] == [
        ["id", made["id"], made["id"]],
        ["job_title", "", "Buyer"],
        ["notes", "", "…"],
    ]
    assert ["is_terminated", False, True] in found[2][1]


# -------------------------------------------------------------------------------- letting in or not


@pytest.mark.parametrize("how", ["status", "update"])
def test_who_is_disabled_is_out_at_once_by_every_way(portal: Portal, how: str):
    nina = new_account(portal)
    payload = {"title": "t", "scope": "write"}
    token = portal.call(
        "POST", "people/@self/tokens", json=payload, as_=None, headers=nina.headers
    ).response["token"]
    pair = b64encode(f"{nina.email}:{PASSWORD}".encode()).decode()
    ways = [nina.token, token, f"Basic {pair}"]
    assert [status_of(portal, way) for way in ways] == [200, 200, 200]
    if how == "status":
        (gone,) = put(portal, "people/status/Terminated", {"userIds": [nina.id]}).response
    else:
        gone = put(portal, f"people/{nina.id}", {"disable": True}).response
    assert (gone["status"], gone["terminated"] is None) == (2, False)
    assert [status_of(portal, way) for way in ways] == [401, 401, 401]
    (back,) = put(portal, "people/status/1", {"userIds": [nina.id]}).response
    assert (back["status"], back["terminated"]) == (1, None)
    assert [status_of(portal, way) for way in ways] == [401, 401, 200]


def test_disabling_a_user_counts_their_open_records(portal: Portal):
    nina = new_account(portal)
    for inputs in ({}, {}, {"stageid": closed_stage(portal)}):
        make_opportunity(portal, responsibleid=nina.id, **inputs)
    trashed = make_opportunity(portal, responsibleid=nina.id)
    portal.call("DELETE", f"crm/opportunity/{trashed}")
    path = "people/status/Terminated"
    (gone,) = put(portal, path, {"userIds": [nina.id]}).response
    assert gone["responsibleFor"] == {"opportunities": 2, "tasks": 0}
    accept = "application/json; profile=documented"
    (pascal,) = put(portal, path, {"userIds": [nina.id]}, accept=accept).response
    assert pascal["ResponsibleFor"] == {"Opportunities": 2, "Tasks": 0}
    assert "responsibleFor" not in shown(portal, nina.id)
    (idle,) = put(portal, path, {"userIds": [make(portal)["id"]]}).response
    assert "responsibleFor" not in idle


def closed_stage(portal: Portal) -> int:
    stages = portal.call("GET", "crm/opportunity/stage").response
    return next(stage["id"] for stage in stages if stage["stageType"] == 1)


def test_many_are_let_in_or_not_all_or_none(portal: Portal):
    first, second = make(portal)["id"], make(portal)["id"]
    answer = put(portal, "people/status/Terminated", {"userIds": [first, MISSING]})
    assert answer.status == 404
    assert shown(portal, first)["status"] == 1
    both = put(portal, "people/status/terminated", {"userIds": [first, second, first]}).response
    assert [(each["id"], each["status"]) for each in both] == [(first, 2), (second, 2)]
    for status in ("LeaveOfAbsence", "All", "Default"):
        assert put(portal, f"people/status/{status}", {"userIds": [first]}).status == 400
    assert put(portal, "people/status/Terminated", {"userIds": []}).status == 400


def test_guests_become_users_and_users_guests(portal: Portal):
    user, guest = make(portal)["id"], make(portal, isVisitor=True)["id"]
    many = put(portal, "people/type/Visitor", {"userIds": [user, guest]}).response
    assert [each["isVisitor"] for each in many] == [True, True]
    many = put(portal, "people/type/User", {"userIds": [user, guest]}).response
    assert [each["isVisitor"] for each in many] == [False, False]
    assert put(portal, "people/type/All", {"userIds": [user]}).status == 400


def test_administrator_in_a_list_prevents_making_anybody_a_guest(portal: Portal):
    admin, user = new_account(portal, "crm_admin").id, make(portal)["id"]
    answer = put(portal, "people/type/Visitor", {"userIds": [user, admin]})
    assert answer.status == 403
    assert not shown(portal, user)["isVisitor"]


# ------------------------------------------------------------------------------------------- rights


def grant(portal: Portal, person_id: str, product: str, wanted: bool):
    payload = {"productid": product, "userid": person_id, "administrator": wanted}
    return put(portal, ADMINISTRATOR, payload)


def test_rights_count_at_once_in_a_session_that_is_open(portal: Portal):
    nina = new_account(portal)

    def adds_a_type() -> int:
        payload = {"title": uuid4().hex}
        path = "crm/contact/type"
        return portal.call("POST", path, json=payload, as_=None, headers=nina.headers).status

    assert adds_a_type() == 403
    answer = grant(portal, nina.id, CRM, True)
    assert list(answer.response.items()) == [
        ("productId", CRM),
        ("userId", nina.id),
        ("administrator", True),
    ]
    assert shown(portal, nina.id)["listAdminModules"] == ["crm"]
    assert not shown(portal, nina.id)["isAdmin"]
    assert adds_a_type() == 201
    assert grant(portal, nina.id, CRM, False).status == 200
    assert adds_a_type() == 403


def test_everything_is_more_than_the_crm(portal: Portal):
    nina = new_account(portal)
    assert grant(portal, nina.id, EVERYTHING, True).status == 200
    assert shown(portal, nina.id)["isAdmin"]
    assert grant(portal, nina.id, CRM, False).status == 403
    assert grant(portal, nina.id, EVERYTHING, False).status == 200
    assert "listAdminModules" not in shown(portal, nina.id)


def test_rights_are_refused_where_they_would_mean_nothing(portal: Portal):
    guest = make(portal, isVisitor=True)["id"]
    answer = grant(portal, guest, CRM, True)
    assert answer.status == 403
    assert "Collaborator can not be an administrator" in answer.json["error"]["message"]
    assert grant(portal, make(portal)["id"], MISSING, True).status == 400
    assert grant(portal, portal.id_of("root"), EVERYTHING, False).status == 403


# ----------------------------------------------------------------------------------------- deletion


def test_only_who_is_disabled_can_be_deleted(portal: Portal):
    made = make(portal)
    answer = portal.call("DELETE", f"people/{made['id']}", as_="root")
    assert answer.status == 409
    assert answer.json["error"]["message"].startswith("The user is not suspended")
    assert shown(portal, made["id"]) == made


def test_of_who_is_deleted_only_the_name_is_left(portal: Portal):
    nina = new_account(portal)
    payload = {
        "comment": "ill",
        "contacts": [{"type": "a", "value": "b"}],
        "birthday": "1990-02-03",
    }
    group = make_group(portal, members=[nina.id], groupManager=nina.id)
    led = make(portal, lead=nina.id)
    put(portal, f"people/{nina.id}", payload)
    deal = make_opportunity(portal, responsibleid=nina.id)
    (before,) = put(portal, "people/status/Terminated", {"userIds": [nina.id]}).response
    answer = portal.call("DELETE", f"people/{nina.id}", as_="root")
    assert (answer.status, answer.response) == (200, before)
    responsible = portal.call("GET", f"crm/opportunity/{deal}").response["responsible"]
    assert (responsible["id"], responsible["displayName"]) == (nina.id, "Nina Newcomer")
    for path in (
        f"people/{nina.id}",
        f"people/{before['userName']}",
        f"people/email?email={nina.email}",
        f"group/user/{nina.id}",
    ):
        assert portal.call("GET", path, as_="root").status == 404
    for path in ("people/filter?employeeStatus=All", "people/status/Terminated", "people"):
        listed = portal.call("GET", path, as_="root").response
        assert nina.id not in [each["id"] for each in listed]
    assert nina.id not in [each.id for each in offline(portal, reads.directory).living()]
    left = portal.call("GET", f"group/{group['id']}", as_="root").response
    assert (left["members"], left["manager"]["displayName"]) == ([], "Unknown")
    assert "lead" not in shown(portal, led["id"])
    profile = schema.person_profile
    kept = stored(portal, select(profile).where(profile.c.person_id == nina.id))
    assert not {"ill", '[["a","b"]]'} & set(kept[0])
    assert trail(portal, nina.id)[-1][0] == "deleted"


def test_deleted_user_stays_deleted_and_the_address_is_free(portal: Portal):
    nina = new_account(portal)
    put(portal, "people/status/Terminated", {"userIds": [nina.id]})
    assert portal.call("DELETE", f"people/{nina.id}", as_="root").status == 200
    for method, path, payload in (
        ("PUT", f"people/{nina.id}", {"disable": False}),
        ("PUT", "people/status/Active", {"userIds": [nina.id]}),
        ("PUT", f"people/{nina.id}/password", {"password": PASSWORD}),
        ("PUT", ADMINISTRATOR, {"userid": nina.id, "productid": CRM, "administrator": True}),
        ("DELETE", f"people/{nina.id}", {}),
    ):
        assert portal.call(method, path, json=payload, as_="root").status == 404
    for name in (nina.email, nina.id, ""):
        assert sign_in(portal, name, PASSWORD).status == 401
    again = make(portal, email=nina.email, password=PASSWORD)
    assert again["id"] != nina.id
    assert signed_in(portal, nina.email)


def test_command_line_disables_accounts_by_the_same_rules(portal: Portal):
    nina = new_account(portal)
    offline(portal, actions.disable, email=nina.email)
    person, profile = schema.person, schema.person_profile
    of_her = select(person.c.is_terminated, profile.c.terminated_on).join(
        profile, profile.c.person_id == person.c.id
    )
    ((is_terminated, terminated_on),) = stored(portal, of_her.where(person.c.id == nina.id))
    assert is_terminated and terminated_on
    assert trail(portal, nina.id)[-1][0] == "disabled"
