"""Examples of contacts: of one, of a company with its persons, and of many."""

from typing import Any

from tests.contract.examples import Example, Made, filled
from tests.contract.of_contact_data import (
    BASE,
    DOCUMENTED_BASE,
    DOCUMENTED_EMPLOYEE,
    DOCUMENTED_FULL,
    EMPLOYEE,
    FULL,
    with_address,
)
from tests.contract.of_custom_fields import DOCUMENTED_VALUE, VALUE, field
from tests.contract.of_lists import DOCUMENTED_ITEM, ITEM
from tests.contract.of_tasks import MOMENT
from tests.contract.scene import made as posted
from tests.crm.contacts.making import make_company, word
from tests.crm.tasks.making import LIVE
from tests.running import Portal

# What a new contact lacks.
BLANK: dict[str, Any] = {"addresses": [], "commonData": []}
DOCUMENTED_BLANK: dict[str, Any] = {"Addresses": [], "CommonData": []}
VALUES: dict[str, Any] = {"customFields": [VALUE]}
DOCUMENTED_VALUES: dict[str, Any] = {"CustomFields": [DOCUMENTED_VALUE]}


def after(name: str, shape: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A shape that has more members after one of its own."""
    place = [*shape].index(name) + 1
    items = [*shape.items()]
    return dict([*items[:place], *more.items(), *items[place:]])


def status_of(shape: dict[str, Any]) -> dict[str, Any]:
    return after("industry", shape, contactStatus=ITEM)


def private(shape: dict[str, Any]) -> dict[str, Any]:
    """A private contact: only these show who has access."""
    return after("isCompany", shape, accessList=[EMPLOYEE])


PERSON = {**FULL, **BLANK, **VALUES}
DOCUMENTED_PERSON = {**DOCUMENTED_FULL, **DOCUMENTED_BLANK, **DOCUMENTED_VALUES}
EMPLOYED = after("lastName", FULL, company=BASE)
DOCUMENTED_EMPLOYED = {**DOCUMENTED_FULL, "Company": DOCUMENTED_BASE}
COMPANY = {
    "companyName": "Acme", "personsCount": 1, "addresses": [], "createBy": EMPLOYEE,
    "created": MOMENT, "about": "", "industry": "", "commonData": [], "customFields": [VALUE],
    "haveLateTasks": False, **BASE,
}  # fmt: skip
DOCUMENTED_COMPANY = {
    "CompanyName": "Acme", "PersonsCount": 1, "Addresses": [], "CreateBy": DOCUMENTED_EMPLOYEE,
    "Created": MOMENT, "About": "", "Industry": "", "ContactStatus": None, "CommonData": [],
    "CustomFields": [DOCUMENTED_VALUE], "Tags": [], "TaskCount": 0, "HaveLateTasks": False,
    **DOCUMENTED_BASE,
}  # fmt: skip
PAYLOAD = {"shareType": 1, "customFieldList": [{"key": "{field}", "value": "x"}]}
PERSON_SAID = {**PAYLOAD, "firstName": "Pat", "lastName": "Person"}
COMPANY_SAID = {**PAYLOAD, "companyName": "Acme"}
WARMTH = {"contactStatusid": "{status}"}
PRIVATE: dict[str, Any] = {"isShared": False, "managerList": ["{ann}"]}


def needed(portal: Portal) -> Made:
    """What a contact needs that nothing is left out of: fields of both kinds, a person of whom
    everything is known, a status."""
    made, status = with_address(portal), portal.call("GET", "crm/contact/status", accept=LIVE)
    payload = {"ann": portal.id_of("ann"), "status": status.response[0]["id"]}
    return {**made, **payload, **field("contact", portal), "tag": word()}


def tagged(portal: Portal) -> Made:
    """The same, and the person has a tag that no other has."""
    made = needed(portal)
    posted(portal, f"crm/contact/{made['person']}/tag", {"tagName": made["tag"]})
    return made


def company(portal: Portal) -> Made:
    """A company with that person in it."""
    made = needed(portal)
    payload = filled({**COMPANY_SAID, "personList": ["{person}"]}, made)
    shown = posted(portal, "crm/contact/company", payload)
    return {**made, "company": shown["id"]}


def apart(portal: Portal) -> Made:
    """A company, and the person not in it."""
    return {**needed(portal), "company": make_company(portal)}


def person_of(method: str, path: str, **more: Any) -> Example:
    what = {"made": needed, "live": FULL, "documented": DOCUMENTED_FULL, **more}
    return Example(method=method, path=f"crm/contact{path}", **what)


def company_of(method: str, path: str, **more: Any) -> Example:
    shapes = {"live": COMPANY, "documented": DOCUMENTED_COMPANY}
    return person_of(method, f"/company{path}", **{"made": company, **shapes, **more})


ONE = "/{person}"
DOCUMENTED_STATUS = {"ContactStatus": DOCUMENTED_ITEM}
WARM: dict[str, Any] = {
    "payload": WARMTH, "live": status_of(FULL),
    "documented": {**DOCUMENTED_FULL, **DOCUMENTED_STATUS},
}  # fmt: skip
HIDDEN: dict[str, Any] = {"AccessList": [DOCUMENTED_EMPLOYEE]}
QUICK: dict[str, Any] = {
    "live": [private(BASE)], "documented": [{**DOCUMENTED_BASE, **HIDDEN}]
}  # fmt: skip
DELETED: dict[str, Any] = {"live": [BASE], "documented": [DOCUMENTED_BASE]}
NOTHING: dict[str, Any] = {"live": {}, "documented": {}}
EXAMPLES = (
    person_of(
        "POST", "/person", payload=PERSON_SAID, live=PERSON, documented=DOCUMENTED_PERSON
    ),
    person_of(
        "PUT", "/person/{person}", payload=PERSON_SAID, live={**FULL, **VALUES},
        documented={**DOCUMENTED_FULL, **DOCUMENTED_VALUES},
    ),
    company_of("POST", "", payload={**COMPANY_SAID, "personList": ["{person}"]}, made=needed),
    company_of("PUT", "/{company}", payload=COMPANY_SAID),
    person_of("PUT", f"{ONE}/status", **WARM),
    person_of(
        "PUT", f"{ONE}/access", payload=PRIVATE, live=private(FULL),
        documented={**DOCUMENTED_FULL, **HIDDEN},
    ),
    person_of("PUT", f"{ONE}/creationdate", payload={"creationDate": MOMENT}, **NOTHING),
    person_of("PUT", f"{ONE}/lastmodifeddate", payload={"lastModifedDate": MOMENT}, **NOTHING),
    person_of("POST", "/person/quick", payload={"data": [{"key": "Pat", "value": "P"}]}, **QUICK),
    person_of("POST", "/company/quick", payload={"companyName": ["Acme"]}, **QUICK),
    company_of(
        "POST", "/{company}/person", made=apart, payload={"personid": "{person}"}, live=EMPLOYED,
        documented=DOCUMENTED_EMPLOYED,
    ),
    company_of(
        "DELETE", "/{company}/person", payload={"personid": "{person}"}, live=EMPLOYED,
        documented=DOCUMENTED_EMPLOYED,
    ),
    company_of(
        "PUT", "/{company}/status", payload=WARMTH, live=status_of(COMPANY),
        documented={**DOCUMENTED_COMPANY, **DOCUMENTED_STATUS},
    ),
    person_of("PUT", "/person/{person}/status", **WARM),
    person_of("PUT", "", payload={"contactids": ["{person}"]}, **DELETED),
    person_of("DELETE", "/filter?tags={tag}", made=tagged, **DELETED),
    person_of(
        "PUT", "/access", made=tagged, payload={**PRIVATE, "contactid": ["{person}"]},
        live=[private(FULL)], documented=[{**DOCUMENTED_FULL, **HIDDEN}],
    ),
    # A filter finds them as a list shows them.
    person_of(
        "PUT", "/filter/access?tags={tag}", made=tagged,
        payload={"isPrivate": True, "managerList": ["{ann}"]},
        live=[after("customFields", private(FULL), tags=["x"])],
        documented=[{**DOCUMENTED_FULL, **HIDDEN, "Tags": ["x"]}],
    ),
)  # fmt: skip
