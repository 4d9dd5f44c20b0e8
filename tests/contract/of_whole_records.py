"""Examples of what moves whole records: deletion with what belongs to them, the trash, merging,
personal data."""

from typing import Any

from tests.contract.examples import Example, Made
from tests.contract.of_contact_data import (
    DOCUMENTED_EMPLOYEE,
    DOCUMENTED_FULL,
    EMPLOYEE,
    FULL,
    with_address,
)
from tests.crm.contacts.making import word
from tests.crm.trash import record_trees
from tests.making import make_person
from tests.running import Portal

TOGETHER = {"tasks": 1, "events": 1, "files": 0}
DOCUMENTED_TOGETHER = {"Tasks": 1, "Events": 1, "Files": 0}
LYING = {
    "entityType": "contact", "id": 1, "title": "Pat x", "deletedBy": EMPLOYEE,
    "deletedOn": "2026-01-01T00:00:00.0000000Z", "expiresOn": "2026-01-31T00:00:00.0000000Z",
    "canRestore": True,
}  # fmt: skip
DOCUMENTED_LYING = {
    "EntityType": "contact", "id": 1, "Title": "Pat x", "DeletedBy": DOCUMENTED_EMPLOYEE,
    "DeletedOn": "2026-01-01T00:00:00.0000000Z", "ExpiresOn": "2026-01-31T00:00:00.0000000Z",
    "CanRestore": True,
}  # fmt: skip
BUSY = {
    shown: each
    for name, value in FULL.items()
    for shown, each in ((("taskCount", 1),) if name == "haveLateTasks" else ()) + ((name, value),)
}
LEFT = {**FULL, "addresses": [], "commonData": []}
DOCUMENTED_LEFT = {**DOCUMENTED_FULL, "Addresses": [], "CommonData": []}
CONFLICT = {"message": "x", "hresult": -2146233079, "data": {}}


def busy(portal: Portal) -> Made:
    """A person with a task and an event."""
    made = with_address(portal)
    record_trees.task(portal, contact_id=made["person"])
    record_trees.event(portal, contact_id=made["person"])
    return made


def deleted(portal: Portal) -> Made:
    made = busy(portal)
    assert portal.call("DELETE", f"crm/contact/{made['person']}").status == 200
    return made


def two(portal: Portal) -> Made:
    return {**with_address(portal), "other": make_person(portal, lastName=word())}


def merged(portal: Portal) -> Made:
    made = two(portal)
    payload = {"fromcontactid": made["other"], "tocontactid": made["person"]}
    assert portal.call("PUT", "crm/contact/merge", json=payload).status == 200
    return made


def mixed(portal: Portal) -> Made:
    payload = {"companyName": word(), "shareType": 1}
    firm = portal.call("POST", "crm/contact/company", json=payload).response["id"]
    return {**with_address(portal), "other": firm}


MERGING: dict[str, Any] = {"fromcontactid": "{other}", "tocontactid": "{person}"}

EXAMPLES = (
    Example(
        made=busy,
        method="DELETE",
        path="crm/contact/{person}",
        live={**BUSY, "alsoDeleted": TOGETHER},
        documented={**DOCUMENTED_FULL, "AlsoDeleted": DOCUMENTED_TOGETHER},
    ),
    Example(
        made=deleted,
        method="GET",
        path="crm/trash?entityType=contact&count=1",
        live=[{**LYING, "alsoDeleted": TOGETHER}],
        documented=[{**DOCUMENTED_LYING, "AlsoDeleted": DOCUMENTED_TOGETHER}],
    ),
    Example(
        made=deleted,
        method="PUT",
        path="crm/trash/restore",
        payload={"items": [{"entityType": "contact", "id": "{person}"}]},
        live=[{**LYING, "restoredTogether": TOGETHER}],
        documented=[{**DOCUMENTED_LYING, "RestoredTogether": DOCUMENTED_TOGETHER}],
    ),
    Example(
        made=two,
        method="PUT",
        path="crm/contact/merge",
        payload=MERGING,
        live=FULL,
        documented=DOCUMENTED_FULL,
    ),
    Example(
        made=mixed,
        method="PUT",
        path="crm/contact/merge",
        payload=MERGING,
        status=400,
        live=CONFLICT,
        documented=CONFLICT,
    ),
    Example(
        made=merged,
        method="PUT",
        path="crm/contact/{person}/unmerge",
        live=FULL,
        documented=DOCUMENTED_FULL,
    ),
    Example(
        made=two,
        method="PUT",
        path="crm/contact/{person}/unmerge",
        status=409,
        live=CONFLICT,
        documented=CONFLICT,
    ),
    Example(
        made=with_address,
        method="PUT",
        path="crm/contact/{person}/erase",
        payload={"confirm": True},
        as_="root",
        live=LEFT,
        documented=DOCUMENTED_LEFT,
    ),
)
