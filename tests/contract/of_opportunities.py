"""Examples of opportunities: of one, of many, and of the contacts that take part."""

from typing import Any

from tests.contract.examples import Example, Made, filled
from tests.contract.of_contact_data import (
    BASE,
    DOCUMENTED_BASE,
    DOCUMENTED_FULL,
    EMPLOYEE,
    FULL,
    with_address,
)
from tests.contract.of_custom_fields import VALUE, field
from tests.contract.of_lists import STAGE
from tests.contract.of_tasks import MOMENT
from tests.contract.of_whole_records import DOCUMENTED_TOGETHER, TOGETHER
from tests.contract.reading import pages
from tests.contract.scene import made as posted
from tests.crm.contacts.making import word
from tests.crm.trash import record_trees
from tests.making import make_person
from tests.running import Portal

CURRENCY = {
    "title": "Euro", "symbol": "€", "abbreviation": "EUR", "cultureName": "EU",
    "isConvertable": True, "isBasic": True,
}  # fmt: skip
DOCUMENTED_CURRENCY = {
    "Title": "Euro", "Symbol": "€", "Abbreviation": "EUR", "CultureName": "EU",
    "IsConvertable": True, "IsBasic": True,
}  # fmt: skip
DEAL = {
    "createBy": EMPLOYEE, "created": MOMENT, "members": [BASE], "contact": BASE,
    "title": "Hotel catalogue", "description": "x", "responsible": EMPLOYEE, "bidType": 1,
    "bidValue": 11.5, "bidCurrency": CURRENCY, "perPeriodValue": 1, "stage": STAGE,
    "successProbability": 65, "actualCloseDate": MOMENT, "expectedCloseDate": MOMENT,
    "isPrivate": True, "accessList": [EMPLOYEE], "canEdit": True, "customFields": [VALUE],
    "id": 1,
}  # fmt: skip
# As printed, but for contacts that are not private and have no currency.
DOCUMENTED_DEAL = {
    **next(page for page in pages() if page.name == "post_opportunity").answer["response"],
    "Members": [DOCUMENTED_BASE],
    "Contact": DOCUMENTED_BASE,
}
KEYED = {name: DEAL[name] for name in [*DEAL][:-1]} | {"externalId": "x", "id": 1}
DOCUMENTED_KEYED = {name: DOCUMENTED_DEAL[name] for name in [*DOCUMENTED_DEAL][:-1]} | {
    "ExternalId": "x", "id": 1,
}  # fmt: skip
MANY: dict[str, Any] = {"live": [DEAL], "documented": [DOCUMENTED_DEAL]}
PAYLOAD = {
    "contactid": "{person}", "members": ["{person}"], "title": "Hotel catalogue",
    "description": "x", "responsibleid": "{ann}", "bidType": "PerHour", "bidValue": 11.5,
    "bidCurrencyAbbr": "EUR", "perPeriodValue": 1, "stageid": 1, "successProbability": 65,
    "actualCloseDate": MOMENT, "expectedCloseDate": MOMENT,
    "customFieldList": [{"key": "{field}", "value": "x"}], "isPrivate": True,
    "accessList": ["{ann}"],
}  # fmt: skip
SHARING = {"isPrivate": True, "accessList": ["{bob}"]}


def needed(portal: Portal) -> Made:
    """What an opportunity needs that nothing is left out of."""
    ids = {name: portal.id_of(name) for name in ("ann", "bob")}
    words = {"tag": word(), "key": word()}
    return {**with_address(portal), **field("opportunity", portal), **ids, **words}


def deal(portal: Portal) -> Made:
    """Such an opportunity with a tag of its own, and a person who takes no part in it."""
    made = needed(portal)
    shown = posted(portal, "crm/opportunity", filled(PAYLOAD, made))
    posted(portal, f"crm/opportunity/{shown['id']}/tag", {"tagName": made["tag"]})
    return {**made, "deal": shown["id"], "other": make_person(portal)}


def keyed(portal: Portal) -> Made:
    made = needed(portal)
    posted(portal, "crm/opportunity", {**filled(PAYLOAD, made), "externalId": made["key"]})
    return made


def busy(portal: Portal) -> Made:
    """With a task and an event."""
    made = deal(portal)
    record_trees.task(portal, opportunity_id=made["deal"])
    record_trees.event(portal, opportunity_id=made["deal"])
    return made


def member(portal: Portal) -> Made:
    """With another contact, of which everything is known, taking part: `person`."""
    made = deal(portal)
    another = with_address(portal)
    posted(portal, f"crm/opportunity/{made['deal']}/contact/{another['person']}", {})
    return {**made, **another}


def writing(method: str, path: str, **more: Any) -> Example:
    what = {"made": deal, "live": DEAL, "documented": DOCUMENTED_DEAL, **more}
    return Example(method=method, path=f"crm/{path}", **what)


ONE = "opportunity/{deal}"
BUSY: dict[str, Any] = {
    "live": {**DEAL, "alsoDeleted": TOGETHER},
    "documented": {**DOCUMENTED_DEAL, "AlsoDeleted": DOCUMENTED_TOGETHER},
}
# An open stage unsets when the opportunity was closed.
OPEN = {**DOCUMENTED_DEAL, "ActualCloseDate": None}
UPSERT: dict[str, Any] = {"payload": PAYLOAD, "live": KEYED, "documented": DOCUMENTED_KEYED}
CONTACT: dict[str, Any] = {"live": FULL, "documented": DOCUMENTED_FULL}
EXAMPLES = (
    writing("GET", ONE),
    writing("POST", "opportunity", made=needed, payload=PAYLOAD),
    writing("PUT", ONE, payload=PAYLOAD),
    writing("PUT", "opportunity/by-external/{key}", made=needed, status=201, **UPSERT),
    writing("PUT", "opportunity/by-external/{key}", made=keyed, **UPSERT),
    writing("PUT", f"{ONE}/stage/2", payload={"stageid": 2}, documented=OPEN),
    writing("PUT", f"{ONE}/access", payload=SHARING),
    writing("PUT", f"{ONE}/creationdate", payload={"creationDate": MOMENT}, live={}, documented={}),
    writing(
        "PUT", f"{ONE}/lastmodifeddate", payload={"lastModifedDate": MOMENT}, live={}, documented={}
    ),
    writing("DELETE", ONE),
    writing("DELETE", ONE, made=busy, **BUSY),
    writing("POST", f"{ONE}/contact/{{person}}", **CONTACT),
    writing("DELETE", f"{ONE}/contact/{{person}}", made=member, **CONTACT),
    writing("POST", f"contact/{{other}}/{ONE}"),
    writing("DELETE", f"contact/{{person}}/{ONE}", made=member),
    writing("PUT", "opportunity", payload={"opportunityids": ["{deal}"]}, **MANY),
    writing("DELETE", "opportunity/filter?tags={tag}", **MANY),
    writing("PUT", "opportunity/access", payload={**SHARING, "opportunityid": ["{deal}"]}, **MANY),
    writing("PUT", "opportunity/filter/access?tags={tag}", payload=SHARING, **MANY),
)
