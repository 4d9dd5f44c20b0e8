"""Examples of tasks, of their templates, and of the calendar feed."""

from collections.abc import Mapping
from typing import Any

from tests.contract.examples import Example, Made
from tests.contract.of_contact_data import BASE, DOCUMENTED_BASE, DOCUMENTED_EMPLOYEE, EMPLOYEE
from tests.crm.tasks.making import LIVE, category, make_task
from tests.making import make_opportunity, make_person
from tests.running import Portal

MOMENT = "2026-01-01T00:00:00.0000000Z"
CATEGORY = {
    "imagePath": "x", "title": "Phone call", "description": "", "color": "", "sortOrder": 1,
    "id": 1,
}  # fmt: skip
DOCUMENTED_CATEGORY = {
    "ImagePath": "x", "Title": "Phone call", "Description": "", "Color": "", "SortOrder": 1,
    "id": 1,
}  # fmt: skip
TASK = {
    "createBy": EMPLOYEE, "created": MOMENT, "contact": BASE, "title": "Call back",
    "description": "", "deadLine": MOMENT, "alertValue": 15, "responsible": EMPLOYEE,
    "category": CATEGORY,
    "entity": {"entityType": "opportunity", "entityId": 1, "entityTitle": "A deal"},
    "canEdit": True, "id": 1,
}  # fmt: skip
DOCUMENTED_TASK = {
    "CreateBy": DOCUMENTED_EMPLOYEE, "Created": MOMENT,
    "Contact": {"Email": None, **DOCUMENTED_BASE}, "Title": "Call back", "Description": "",
    "DeadLine": MOMENT, "AlertValue": 15, "Responsible": DOCUMENTED_EMPLOYEE, "IsClosed": False,
    "Category": DOCUMENTED_CATEGORY,
    "Entity": {"EntityType": "opportunity", "EntityId": 1, "EntityTitle": "A deal"},
    "CanEdit": True, "id": 1,
}  # fmt: skip
CLOSED = {**{name: TASK[name] for name in [*TASK][:8]}, "isClosed": True}
CLOSED |= {name: TASK[name] for name in TASK if name not in CLOSED}
OF_CONTACT = {name: value for name, value in TASK.items() if name != "entity"}
DOCUMENTED_OF_CONTACT = {**DOCUMENTED_TASK, "Entity": None}
PAYLOAD = {
    "title": "Call back", "deadline": "2100-01-01T12:00:00Z", "categoryid": "{category}",
    "contactid": "{person}", "entityType": "opportunity", "entityid": "{deal}", "alertValue": 15,
}  # fmt: skip
TEMPLATE = {
    "containerID": 1, "title": "Call", "description": "", "responsible": EMPLOYEE,
    "category": CATEGORY, "isNotify": False, "offsetTicks": 1, "deadLineIsFixed": False, "id": 1,
}  # fmt: skip
DOCUMENTED_TEMPLATE = {
    "ContainerID": 1, "Title": "Call", "Description": "", "Responsible": DOCUMENTED_EMPLOYEE,
    "Category": DOCUMENTED_CATEGORY, "IsNotify": False, "OffsetTicks": 1, "DeadLineIsFixed": False,
    "id": 1,
}  # fmt: skip
EMPTY = {"title": "Steps", "entityType": "Opportunity", "id": 1}
DOCUMENTED_EMPTY = {"Title": "Steps", "EntityType": "Opportunity", "Items": [], "id": 1}
CONTAINER = {"title": "Steps", "entityType": "Opportunity", "items": [TEMPLATE], "id": 1}
DOCUMENTED_CONTAINER = {**DOCUMENTED_EMPTY, "Items": [DOCUMENTED_TEMPLATE]}


def one(portal: Portal) -> Made:
    """A task of a person and an opportunity."""
    person, deal = make_person(portal), make_opportunity(portal)
    made = {"person": person, "deal": deal, "category": category(portal)}
    links = {"contactid": person, "entityType": "opportunity", "entityid": deal}
    return {**made, "task": make_task(portal, **links, alertValue=15)}


def closed(portal: Portal) -> Made:
    made = one(portal)
    portal.call("PUT", f"crm/task/{made['task']}/close")
    return made


def container(portal: Portal) -> Made:
    """A container with one template."""
    made = one(portal)
    path = "crm/opportunity/tasktemplatecontainer"
    here = portal.call("POST", path, json={"title": "Steps"}, as_="root", accept=LIVE).response
    path = f"crm/tasktemplatecontainer/{here['id']}/tasktemplate"
    payload = {
        "title": "Call", "categoryid": made["category"], "offsetTicks": 1,
        "responsibleid": portal.id_of("ann"),
    }  # fmt: skip
    template = portal.call("POST", path, json=payload, as_="root", accept=LIVE).response
    return {**made, "container": here["id"], "template": template["id"]}


def feed(portal: Portal) -> Made:
    portal.call("POST", "crm/calendar")
    return {}


def of_task(method: str, path: str, *, payload: Mapping[str, Any] | None = None) -> Example:
    path = f"crm/task/{{task}}{path}"
    return Example(
        made=one,
        method=method,
        path=path,
        payload=payload or {},
        live=TASK,
        documented=DOCUMENTED_TASK,
    )


def of_template(
    method: str, path: str, live: Any, documented: Any, *, payload: Mapping[str, Any] | None = None
) -> Example:
    path = f"crm/{path}"
    return Example(
        made=container, method=method, path=path, payload=payload or {}, as_="root", live=live,
        documented=documented,
    )  # fmt: skip


NEWEST = "opportunity/tasktemplatecontainer?sortBy=id&sortOrder=descending&count=1"
HERE = "tasktemplatecontainer/{container}"
WISHED = {
    "title": "Call", "categoryid": "{category}", "offsetTicks": 1, "id": "{template}",
}  # fmt: skip
FED = {"exists": True, "created": MOMENT}
EXAMPLES = (
    of_task("GET", ""),
    Example(made=one, method="POST", path="crm/task", payload=PAYLOAD, live=TASK,
            documented=DOCUMENTED_TASK),
    of_task("PUT", "", payload=PAYLOAD),
    of_task("DELETE", ""),
    Example(made=one, method="PUT", path="crm/task/{task}/close", live=CLOSED,
            documented={**DOCUMENTED_TASK, "IsClosed": True}),
    Example(made=closed, method="PUT", path="crm/task/{task}/reopen", live=TASK,
            documented=DOCUMENTED_TASK),
    Example(made=one, method="GET", path="crm/task/filter?entityType=contact&entityid={person}",
            live=[TASK], documented=[DOCUMENTED_TASK]),
    Example(made=one, method="POST", path="crm/contact/task/group",
            payload={**{name: PAYLOAD[name] for name in ("title", "deadline", "categoryid")},
                  "alertValue": 15, "contactId": ["{person}"]},
            live=[OF_CONTACT], documented=[DOCUMENTED_OF_CONTACT]),
    Example(made=one, method="PUT", path="crm/task/{task}/creationdate",
            payload={"creationDate": MOMENT}, live={}, documented={}),
    Example(made=one, method="PUT", path="crm/task/{task}/lastmodifeddate",
            payload={"lastModifedDate": MOMENT}, live={}, documented={}),
    of_template("POST", "opportunity/tasktemplatecontainer", EMPTY, DOCUMENTED_EMPTY,
                payload={"title": "Steps"}),
    of_template("GET", NEWEST, [CONTAINER], [DOCUMENTED_CONTAINER]),
    of_template("GET", HERE, CONTAINER, DOCUMENTED_CONTAINER),
    of_template("PUT", HERE, CONTAINER, DOCUMENTED_CONTAINER, payload={"title": "Steps"}),
    of_template("DELETE", HERE, CONTAINER, DOCUMENTED_CONTAINER),
    of_template("GET", f"{HERE}/tasktemplate", [TEMPLATE], [DOCUMENTED_TEMPLATE]),
    of_template("POST", f"{HERE}/tasktemplate", TEMPLATE, DOCUMENTED_TEMPLATE, payload=WISHED),
    of_template("PUT", f"{HERE}/tasktemplate", TEMPLATE, DOCUMENTED_TEMPLATE, payload=WISHED),
    of_template("GET", "tasktemplatecontainer/tasktemplate/{template}", TEMPLATE,
                DOCUMENTED_TEMPLATE),
    of_template("DELETE", "tasktemplatecontainer/tasktemplate/{template}", TEMPLATE,
                DOCUMENTED_TEMPLATE),
    Example(made=container, method="POST", path=f"crm/{HERE}/apply",
            payload={"entityid": "{deal}", "contactid": "{person}"},
            live=[{name: value for name, value in TASK.items() if name != "alertValue"}],
            documented=[DOCUMENTED_TASK]),
    Example(made=feed, method="GET", path="crm/calendar", live=FED,
            documented={"Exists": True, "Created": MOMENT, "Used": None, "Url": ""}),
    Example(made=feed, method="POST", path="crm/calendar", live={**FED, "url": "x"},
            documented={"Exists": True, "Created": MOMENT, "Used": None, "Url": "x"}),
    Example(made=feed, method="DELETE", path="crm/calendar", live=FED,
            documented={"Exists": True, "Created": MOMENT, "Used": None, "Url": ""}),
)  # fmt: skip
