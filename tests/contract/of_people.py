"""Examples of changing accounts and groups, of the ways in that are closed, and of settings."""

from typing import Any
from uuid import uuid4

from tests.contract.examples import Example, Made, nothing
from tests.contract.of_contact_data import DOCUMENTED_EMPLOYEE, EMPLOYEE
from tests.running import Portal

GUID = EMPLOYEE["id"]
CRM = "6743007c-6f95-4d20-8c88-a8601ce5e76d"
MOMENT = "2026-01-01T00:00:00.0000000Z"
GROUP_OF = {"id": GUID, "name": "x", "manager": ""}
PERSON = {
    "id": GUID, "userName": "x", "isVisitor": False, "firstName": "Pat", "lastName": "Person",
    "email": "x", "birthday": MOMENT, "sex": "female", "status": 1, "activationStatus": 0,
    "terminated": None, "department": "x", "workFrom": MOMENT, "location": "Riga", "notes": "x",
    "displayName": "x", "contacts": [{"type": "skype", "value": "pat"}], "groups": [GROUP_OF],
    "avatarMedium": "x", "avatar": "x", "isAdmin": False, "isLDAP": False, "isOwner": False,
    "cultureName": "ru-RU", "isSSO": False, "avatarSmall": "x", "quotaLimit": 0, "usedSpace": 0,
    "docsSpace": 0, "mailSpace": 0, "talkSpace": 0, "profileUrl": "x",
}  # fmt: skip
DOCUMENTED_PERSON = {
    "Id": GUID, "UserName": "x", "IsVisitor": False, "FirstName": "Pat", "LastName": "Person",
    "Email": "x", "Birthday": MOMENT, "Sex": "female", "Status": 1, "ActivationStatus": 0,
    "Terminated": None, "Department": "x", "WorkFrom": MOMENT, "Location": "Riga", "Notes": "x",
    "Lead": None, "DisplayName": "x", "MobilePhone": "", "MobilePhoneActivationStatus": 0,
    "Title": "", "Contacts": [{"Type": "skype", "Value": "pat"}],
    "Groups": [{"Id": GUID, "Name": "x", "Manager": ""}], "AvatarMedium": "x", "Avatar": "x",
    "IsAdmin": False, "IsLDAP": False, "ListAdminModules": [], "IsOwner": False,
    "CultureName": "ru-RU", "IsSSO": False, "AvatarSmall": "x", "QuotaLimit": 0, "UsedSpace": 0,
    "DocsSpace": 0, "MailSpace": 0, "TalkSpace": 0, "ProfileUrl": "x",
}  # fmt: skip
TOLD = {
    "email": "{address}", "firstname": "Pat", "lastname": "Person", "sex": "female",
    "birthday": "1990-02-03", "worksfrom": "2020-01-01", "location": "Riga", "comment": "x",
    "contacts": [{"type": "skype", "value": "pat"}], "department": ["{group}"],
    "cultureName": "ru-RU",
}  # fmt: skip
GONE = {"terminated": MOMENT, "status": 2}
DOCUMENTED_GONE = {"Terminated": MOMENT, "Status": 2}
GROUP = {
    "id": GUID, "name": "x", "category": GUID, "parent": GUID, "description": "",
    "manager": EMPLOYEE, "members": [EMPLOYEE],
}  # fmt: skip
DOCUMENTED_GROUP = {
    "Id": GUID, "Name": "x", "Category": GUID, "Parent": GUID, "Description": "",
    "Manager": DOCUMENTED_EMPLOYEE, "Members": [DOCUMENTED_EMPLOYEE],
}  # fmt: skip
LED = {"groupName": "x", "groupManager": "{ann}", "members": ["{ann}"]}
RIGHTS = {"productid": CRM, "userid": "{person}", "administrator": True}
CLOSED = {"message": "x", "hresult": -2146233078, "data": {}}


def names(portal: Portal) -> Made:
    """What is needed to make a person."""
    group = portal.call("POST", "group", json={"groupName": "Sales"}, as_="root").response["id"]
    address = f"{uuid4().hex}@example.com"
    return {"address": address, "group": group, "ann": portal.id_of("ann")}


def person(portal: Portal) -> Made:
    made = names(portal)
    payload = {**TOLD, "email": made["address"], "department": [made["group"]]}
    answer = portal.call("POST", "people", json=payload, as_="root")
    assert answer.status == 201, answer.text
    accept = "application/json; profile=live"
    found = portal.call(
        "GET", f"people/email?email={made['address']}", as_="root", accept=accept
    ).response
    return {**made, "person": found["id"]}


def disabled(portal: Portal) -> Made:
    made = person(portal)
    payload = {"userIds": [made["person"]]}
    assert portal.call("PUT", "people/status/2", json=payload, as_="root").status == 200
    return made


def led(portal: Portal) -> Made:
    """A group that Ann leads, and an empty one."""
    ann, made = portal.id_of("ann"), names(portal)
    payload = {"groupName": "North", "groupManager": ann}
    group = portal.call("POST", "group", json=payload, as_="root").response["id"]
    return {**made, "group": group, "other": made["group"]}


def of_person(method: str, path: str, **rest: Any) -> Example:
    what = {"made": person, "as_": "root", "live": PERSON, "documented": DOCUMENTED_PERSON, **rest}
    return Example(method=method, path=path, **what)


def of_group(method: str, path: str, **rest: Any) -> Example:
    what = {"made": led, "as_": "root", "live": GROUP, "documented": DOCUMENTED_GROUP, **rest}
    return Example(method=method, path=path, **what)


def of_setting(path: str, payload: dict[str, Any], answer: Any) -> Example:
    return Example(
        made=nothing, method="PUT", path=f"crm/{path}", payload=payload, as_="root", live=answer,
        documented=answer,
    )  # fmt: skip


def closed(path: str) -> Example:
    return Example(
        made=nothing, method="POST", path=f"authentication/{path}", status=403, live=CLOSED,
        documented=CLOSED,
    )  # fmt: skip


PREFERENCES = {
    "language": "ru", "theme": "dark", "density": "compact", "singleKeys": True, "listColumns": "",
}  # fmt: skip
DOCUMENTED_PREFERENCES = {
    "Language": "ru", "Theme": "dark", "Density": "compact", "SingleKeys": True, "ListColumns": "",
}  # fmt: skip
EXAMPLES = (
    Example(
        made=nothing, method="GET", path="people/@self/preferences", live=PREFERENCES,
        documented=DOCUMENTED_PREFERENCES,
    ),
    Example(
        made=nothing, method="PUT", path="people/@self/preferences", payload={"theme": "dark"},
        live=PREFERENCES, documented=DOCUMENTED_PREFERENCES,
    ),
    of_person("POST", "people", made=names, payload=TOLD),
    of_person("PUT", "people/{person}", payload={"lastname": "Person"}),
    of_person(
        "PUT", "people/status/Terminated", payload={"userIds": ["{person}"]},
        live=[{**PERSON, **GONE}], documented=[{**DOCUMENTED_PERSON, **DOCUMENTED_GONE}],
    ),
    of_person("PUT", "people/{person}/password", payload={"password": "a password of her own"}),
    of_person(
        "PUT", "people/type/Visitor", payload={"userIds": ["{person}"]}, live=[PERSON],
        documented=[DOCUMENTED_PERSON],
    ),
    of_person(
        "DELETE", "people/{person}", made=disabled, live={**PERSON, **GONE},
        documented={**DOCUMENTED_PERSON, **DOCUMENTED_GONE},
    ),
    of_person(
        "PUT", "settings/security/administrator", payload=RIGHTS,
        live={"productId": CRM, "userId": GUID, "administrator": True},
        documented={"ProductId": CRM, "UserId": GUID, "Administrator": True},
    ),
    of_group("POST", "group", payload=LED),
    of_group("PUT", "group/{group}", payload={"groupName": "South"}),
    of_group("DELETE", "group/{group}"),
    of_group("POST", "group/{group}/members", payload={"members": ["{ann}"]}),
    of_group("PUT", "group/{group}/members", payload={"members": ["{ann}"]}),
    of_group("DELETE", "group/{group}/members"),
    of_group("PUT", "group/{group}/manager", payload={"userid": "{ann}"}),
    of_group("PUT", "group/{other}/members/{group}"),
    Example(
        made=nothing, method="PUT", path="settings/portal", payload={"language": "en"}, as_="root",
        live={
            "timezone": "x", "trustedDomains": [], "trustedDomainsType": 0, "culture": "x",
            "utcOffset": "x", "utcHoursOffset": 0.0,
        },
        documented={
            "Timezone": "x", "TrustedDomains": [], "TrustedDomainsType": 0, "Culture": "x",
            "UtcOffset": "x", "UtcHoursOffset": 0.0,
        },
    ),
    of_setting("settings", {"configured": True}, True),
    of_setting("settings/webformkey/change", {}, GUID),
    of_setting("settings/organisation/base", {"companyName": "Rowan"}, "Rowan"),
    of_setting("settings/organisation/address", {"city": "Riga"}, '{"type":"Billing"}'),
    of_setting("settings/organisation/logo", {"reset": True}, 0),
    of_setting("contact/status/settings", {"changeContactStatusGroupAuto": True}, True),
    of_setting("contact/tag/settings", {"addTagToContactGroupAuto": True}, True),
    of_setting("contact/mailtohistory/settings", {"writeMailToHistoryAuto": True}, True),
    closed("setphone"),
    closed("sendsms"),
    closed("login"),
    closed("register"),
)  # fmt: skip
