"""Examples of contact data, of what is found by it, of duplicates, and of projects."""

import json
from collections.abc import Mapping
from typing import Any

from tests.contract.examples import Example, Made
from tests.crm.contacts.info.making import add, address
from tests.crm.contacts.making import word
from tests.making import make_person
from tests.running import Portal

PARTS = {"street": "Main St 1", "city": "Bonn", "state": "", "zip": "", "country": ""}
INFO = {
    "id": 1, "infoType": 1, "category": 1, "data": "pat@example.com", "categoryName": "Work",
    "isPrimary": True,
}  # fmt: skip
DOCUMENTED_INFO = {
    "id": 1, "InfoType": 1, "Category": 1, "Data": "pat@example.com", "CategoryName": "Work",
    "IsPrimary": True,
}  # fmt: skip
EMPLOYEE = {"id": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "displayName": "Ann Archer",
            "avatarSmall": "x", "profileUrl": "x"}  # fmt: skip
DOCUMENTED_EMPLOYEE = {"Id": EMPLOYEE["id"], "DisplayName": "Ann Archer", "Title": "",
                       "AvatarSmall": "x", "ProfileUrl": "x"}  # fmt: skip
BASE = {
    "smallFotoUrl": "x", "mediumFotoUrl": "x", "displayName": "Pat Person", "isCompany": False,
    "isPrivate": False, "isShared": True, "shareType": 1, "currency": None, "canEdit": True,
    "canDelete": True, "id": 1,
}  # fmt: skip
DOCUMENTED_BASE = {
    "SmallFotoUrl": "x", "MediumFotoUrl": "x", "DisplayName": "Pat Person", "IsCompany": False,
    "AccessList": [], "IsPrivate": False, "IsShared": True, "ShareType": 1, "Currency": None,
    "CanEdit": True, "CanDelete": True, "id": 1,
}  # fmt: skip
SIMPLE = {
    "firstName": "Pat", "lastName": "x", "title": "", "createBy": EMPLOYEE,
    "created": "2026-01-01T00:00:00.0000000Z", "about": "", "industry": "", "commonData": [INFO],
    "haveLateTasks": False, **BASE,
}  # fmt: skip
FULL = {
    "firstName": "Pat", "lastName": "x", "title": "",
    "addresses": [{**PARTS, "category": 5, "categoryName": "Work"}],
    **{name: SIMPLE[name] for name in ("createBy", "created", "about", "industry", "commonData")},
    "customFields": [], "haveLateTasks": False, **BASE,
}  # fmt: skip
DOCUMENTED_FULL = {
    "FirstName": "Pat", "LastName": "x", "Company": None, "Title": "",
    "Addresses": [
        {"Street": "Main St 1", "City": "Bonn", "State": "", "Zip": "", "Country": "",
         "Category": 5, "CategoryName": "Work", "IsPrimary": False}
    ],
    "CreateBy": DOCUMENTED_EMPLOYEE, "Created": "2026-01-01T00:00:00.0000000Z", "About": "",
    "Industry": "", "ContactStatus": None, "CommonData": [DOCUMENTED_INFO], "CustomFields": [],
    "Tags": [], "TaskCount": 0, "HaveLateTasks": False, **DOCUMENTED_BASE,
}  # fmt: skip
NO_PROJECTS = {"message": "Not found", "hresult": -2147467259, "data": {}}


def one(portal: Portal) -> Made:
    """A person with a new name and an e-mail address of its own, `mail`, which is `info`."""
    person, mail = make_person(portal, lastName=word()), f"{word()}@example.com"
    added = add(portal, person, data=mail, isPrimary=True)
    return {"person": person, "mail": mail, "info": added["id"]}


def with_address(portal: Portal) -> Made:
    """The same with a postal address, which is `address`, in a `street` of its own."""
    made, street = one(portal), word()
    path = f"crm/contact/{made['person']}/addressdata"
    sent = address(category="Work", street=street)
    return {
        **made,
        "street": street,
        "address": portal.call("POST", path, json=sent).response["id"],
    }


def many_alike(portal: Portal) -> Made:
    """Two persons who share an address of e-mail, before all others that are shared."""
    made, other, mail = one(portal), one(portal), f"0000{word()}@example.com"
    for each in (made, other):
        add(portal, each["person"], data=mail)
    return made


def found(path: str, live: Any, documented: Any, **rest: Any) -> Example:
    return Example(method="GET", path=path, live=live, documented=documented, **rest)


def writing(method: str, path: str, payload: Mapping[str, Any], *, many: bool = False) -> Example:
    live, documented = ([INFO], [DOCUMENTED_INFO]) if many else (INFO, DOCUMENTED_INFO)
    path = f"crm/contact/{{person}}/{path}"
    return Example(
        made=with_address,
        method=method,
        path=path,
        payload=payload,
        live=live,
        documented=documented,
    )


def refused(method: str, path: str, payload: Mapping[str, Any]) -> Example:
    return Example(
        made=one, method=method, path=path, payload=payload, status=404, live=NO_PROJECTS,
        documented=NO_PROJECTS,
    )  # fmt: skip


PAYLOAD = {"infoType": "Email", "category": "Work", "data": "pat@example.com", "isPrimary": True}
GROUP = {"by": "email", "value": "pat@example.com", "contactsCount": 2, "contacts": [BASE]}
DOCUMENTED_GROUP = {
    "By": "email", "Value": "x", "ContactsCount": 2, "Contacts": [DOCUMENTED_BASE],
}  # fmt: skip
EXAMPLES = (
    found("crm/contact/data/infoType", ["Phone"], ["Phone"], made=one),
    found("crm/contact/data/Address/category", ["Postal"], ["Postal"], made=one),
    found("crm/contact/{person}/data", [INFO], [DOCUMENTED_INFO], made=one),
    found("crm/contact/{person}/data/{info}", INFO, DOCUMENTED_INFO, made=one),
    found("crm/contact/{person}/data/Email", ["pat@example.com"], ["pat@example.com"], made=one),
    writing("POST", "data", PAYLOAD),
    writing("POST", "data", {**PAYLOAD, "infoType": 7, "data": json.dumps(PARTS)}),
    writing("PUT", "data/{info}", {"data": "pat@example.org"}),
    writing("DELETE", "data/{info}", {}),
    writing("POST", "addressdata", {"address": {**PARTS, "category": 0}}),
    writing("PUT", "addressdata/{address}", {"address": {**PARTS, "category": 0}}),
    writing("POST", "batch", {"items": [PAYLOAD]}, many=True),
    writing("PUT", "batch", {"items": [PAYLOAD, {**PAYLOAD, "id": "{info}"}]}, many=True),
    found(
        "crm/contact/bycontactinfo?infoType=Address&data={street}",
        [FULL],
        [DOCUMENTED_FULL],
        made=with_address,
    ),
    found(
        "crm/contact/simple/byEmail?term={mail}&maxCount=1",
        [{"contact": SIMPLE}],
        [{"Task": None, "Contact": DOCUMENTED_FULL | {"Addresses": []}}],
        made=one,
    ),
    found(
        "crm/contact/mail?contactids={person}",
        [{"email": INFO, **BASE}],
        [{"Email": DOCUMENTED_INFO, **DOCUMENTED_BASE}],
        made=one,
    ),
    found("crm/contact/duplicates?by=email&count=1", [GROUP], [DOCUMENTED_GROUP], made=many_alike),
    found("crm/contact/{person}/duplicates", [GROUP], [DOCUMENTED_GROUP], made=many_alike),
    found("crm/contact/project/7", [], [], made=one),
    refused("POST", "crm/contact/{person}/project/7", {}),
    refused("DELETE", "crm/contact/{person}/project/7", {}),
    refused("POST", "crm/contact/project/7", {"contactid": ["{person}"]}),
)
