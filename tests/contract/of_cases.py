"""Examples of cases: of one, of many, and of the contacts that take part."""

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
from tests.contract.of_tasks import MOMENT
from tests.contract.of_whole_records import DOCUMENTED_TOGETHER, TOGETHER
from tests.contract.scene import made as posted
from tests.crm.contacts.making import word
from tests.crm.trash import record_trees
from tests.running import Portal

CASE = {
    "members": [BASE], "createBy": EMPLOYEE, "created": MOMENT, "title": "A move",
    "isClosed": False, "isPrivate": True, "accessList": [EMPLOYEE], "canEdit": True,
    "customFields": [VALUE], "id": 1,
}  # fmt: skip
DOCUMENTED_CASE = {
    "Members": [DOCUMENTED_BASE], "CreateBy": DOCUMENTED_EMPLOYEE, "Created": MOMENT,
    "Title": "A move", "IsClosed": False, "IsPrivate": True, "AccessList": [DOCUMENTED_EMPLOYEE],
    "CanEdit": True, "CustomFields": [DOCUMENTED_VALUE], "id": 1,
}  # fmt: skip
PAYLOAD = {
    "title": "A move", "members": ["{person}"], "isPrivate": True, "accessList": ["{ann}"],
    "customFieldList": [{"key": "{field}", "value": "x"}],
}  # fmt: skip
SHARING = {"isPrivate": True, "accessList": ["{bob}"]}


def needed(portal: Portal) -> Made:
    """What a case needs that nothing is left out of."""
    ids = {name: portal.id_of(name) for name in ("ann", "bob")}
    return {**with_address(portal), **field("case", portal), **ids, "tag": word()}


def case(portal: Portal) -> Made:
    """Such a case with a tag of its own."""
    made = needed(portal)
    shown = posted(portal, "crm/case", filled(PAYLOAD, made))
    posted(portal, f"crm/case/{shown['id']}/tag", {"tagName": made["tag"]})
    return {**made, "case": shown["id"]}


def closed(portal: Portal) -> Made:
    made = case(portal)
    assert portal.call("PUT", f"crm/case/{made['case']}/close").status == 200
    return made


def busy(portal: Portal) -> Made:
    """With a task and an event."""
    made = case(portal)
    record_trees.task(portal, case_id=made["case"])
    record_trees.event(portal, case_id=made["case"])
    return made


def writing(method: str, path: str, **more: Any) -> Example:
    what = {"made": case, "live": CASE, "documented": DOCUMENTED_CASE, **more}
    return Example(method=method, path=f"crm/{path}", **what)


ONE = "case/{case}"
MANY: dict[str, Any] = {"live": [CASE], "documented": [DOCUMENTED_CASE]}
BUSY: dict[str, Any] = {
    "live": {**CASE, "alsoDeleted": TOGETHER},
    "documented": {**DOCUMENTED_CASE, "AlsoDeleted": DOCUMENTED_TOGETHER},
}
CONTACT: dict[str, Any] = {"live": FULL, "documented": DOCUMENTED_FULL}
NOTHING: dict[str, Any] = {"live": {}, "documented": {}}
EXAMPLES = (
    writing("GET", ONE),
    writing("POST", "case", made=needed, payload=PAYLOAD),
    writing("PUT", ONE, payload=PAYLOAD),
    writing("PUT", f"{ONE}/close"),
    writing("PUT", f"{ONE}/reopen", made=closed),
    writing("PUT", f"{ONE}/access", payload=SHARING),
    writing("PUT", f"{ONE}/creationdate", payload={"creationDate": MOMENT}, **NOTHING),
    writing("PUT", f"{ONE}/lastmodifeddate", payload={"lastModifedDate": MOMENT}, **NOTHING),
    writing("DELETE", ONE),
    writing("DELETE", ONE, made=busy, **BUSY),
    writing("POST", f"{ONE}/contact", payload={"contactid": "{person}"}, **CONTACT),
    writing("DELETE", f"{ONE}/contact/{{person}}", **CONTACT),
    writing("PUT", "case", payload={"casesids": ["{case}"]}, **MANY),
    writing("DELETE", "case/filter?tags={tag}", **MANY),
    writing("PUT", "case/access", payload={**SHARING, "casesid": ["{case}"]}, **MANY),
    writing("PUT", "case/filter/access?tags={tag}", payload=SHARING, **MANY),
)
