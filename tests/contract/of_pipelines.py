"""Examples of pipelines and of the reasons why opportunities are lost."""

from functools import partial
from typing import Any

from tests.contract.examples import Example, Made, nothing
from tests.contract.of_contact_data import DOCUMENTED_EMPLOYEE, EMPLOYEE
from tests.contract.of_lists import DOCUMENTED_STAGE, STAGE
from tests.contract.of_opportunities import DEAL, DOCUMENTED_DEAL, OPEN, deal
from tests.contract.of_tasks import MOMENT
from tests.crm.contacts.making import word
from tests.crm.tasks.making import LIVE
from tests.running import Portal

TITLED = {"id": 1, "title": "Partners", "sortOrder": 1}
DOCUMENTED_TITLED = {"id": 1, "Title": "Partners", "SortOrder": 1}
PIPELINE = {"id": 1, "title": "Partners", "sortOrder": 1, "isDefault": False, "stages": []}
DOCUMENTED_PIPELINE = {
    "id": 1, "Title": "Partners", "SortOrder": 1, "IsDefault": False, "Stages": [],
}  # fmt: skip
LIMITED = {**STAGE, "rottingDays": 14}
DOCUMENTED_LIMITED = {"RelativeItemsCount": 0, **DOCUMENTED_STAGE, "RottingDays": 14}
OUTCOME = {"done": [1], "refused": [{"id": 1, "error": "Not found"}], "undo": "x"}
DOCUMENTED_OUTCOME = {"Done": [1], "Refused": [{"id": 1, "Error": "Not found"}], "Undo": "x"}
DONE = {**OUTCOME, "refused": []}
DOCUMENTED_DONE = {**DOCUMENTED_OUTCOME, "Refused": []}
VIEW = {
    "id": 1, "title": "Late", "icon": "flag", "filter": "stageType=Open", "isShared": True,
    "sortOrder": 1, "canEdit": True, "createBy": EMPLOYEE, "created": MOMENT,
}  # fmt: skip
DOCUMENTED_VIEW = {
    "id": 1, "Title": "Late", "Icon": "flag", "Filter": "stageType=Open", "IsShared": True,
    "SortOrder": 1, "CanEdit": True, "CreateBy": DOCUMENTED_EMPLOYEE, "Created": MOMENT,
}  # fmt: skip
TARGET = {
    "responsibleId": EMPLOYEE["id"], "month": "2031-05", "amount": 5000.0, "currency": "USD",
}  # fmt: skip
DOCUMENTED_TARGET = {
    "ResponsibleId": EMPLOYEE["id"], "TeamId": "", "Month": "2031-05", "Amount": 5000.0,
    "Currency": "USD",
}  # fmt: skip
RULE = {"isRequired": False}
DOCUMENTED_RULE = {"IsRequired": False}


def moved(portal: Portal) -> Made:
    """An opportunity that nothing is left out of, the token that takes its last move back, and the
    entry of its history that tells of it."""
    made = deal(portal)
    path = f"crm/opportunity/{made['deal']}"
    answer = portal.call("PUT", f"{path}/move", json={"stageId": 2}, accept=LIVE)
    audit = portal.call("GET", f"{path}/audit", accept=LIVE)
    return {**made, "token": answer.headers["X-Undo"], "entry": audit.response[0]["id"]}


def saved_view(portal: Portal) -> Made:
    payload = {"title": word(), "filter": "stageType=Open", "icon": "flag"}
    answer = portal.call("POST", "crm/opportunity/view", json=payload, accept=LIVE)
    assert answer.status == 201, answer.text
    return {"item": answer.response["id"]}


def of_view(method: str, below: str, payload: Any, *, several: bool = False) -> Example:
    return Example(
        made=saved_view, method=method, path=f"crm/opportunity/view{below}", payload=payload,
        live=[VIEW] if several else VIEW,
        documented=[DOCUMENTED_VIEW] if several else DOCUMENTED_VIEW,
    )  # fmt: skip


def of_one(below: str, value: Any, *, documented: Any = DOCUMENTED_DEAL) -> Example:
    return Example(
        made=moved, method="PUT", path=f"crm/opportunity/{{deal}}/{below}",
        payload=value, live=DEAL,
        documented=documented,
    )  # fmt: skip


def of_many(path: str, value: Any) -> Example:
    value = {"ids": ["{deal}", 99_999_999], **value}
    return Example(
        made=moved, method="PUT", path=f"crm/opportunity/{path}", payload=value, live=OUTCOME,
        documented=DOCUMENTED_OUTCOME,
    )  # fmt: skip


def titled(path: str, portal: Portal) -> Made:
    """A new title in the list at an address."""
    payload = {"title": word(), "color": "#fed"}
    answer = portal.call("POST", f"crm/{path}", json=payload, as_="root", accept=LIVE)
    assert answer.status == 201, answer.text
    return {"item": answer.response["id"]}


def of_titles(path: str, live: Any, documented: Any) -> tuple[Example, ...]:
    """All that changes one list."""

    def writing(method: str, below: str, payload: Any = None) -> Example:
        return Example(
            made=partial(titled, path), method=method, path=f"crm/{path}{below}",
            payload=payload or {}, as_="root", live=live, documented=documented,
        )  # fmt: skip

    return (
        writing("POST", "", {"title": "Partners"}),
        writing("PUT", "/{item}", {"title": "Resellers"}),
        writing("DELETE", "/{item}"),
        Example(
            made=partial(titled, path), method="PUT", path=f"crm/{path}/reorder", as_="root",
            payload={"ids": ["{item}"]}, live=[live], documented=[documented],
        ),
    )  # fmt: skip


EXAMPLES = (
    *of_titles(
        "pipeline", PIPELINE, DOCUMENTED_PIPELINE,
    ),
    *of_titles("lossreason", TITLED, DOCUMENTED_TITLED),
    Example(
        made=partial(titled, "opportunity/stage"), method="PUT", as_="root",
        path="crm/opportunity/stage/{item}/rotting", payload={"rottingDays": 14},
        live=LIMITED, documented=DOCUMENTED_LIMITED,
    ),
    Example(
        made=nothing, method="PUT", path="crm/settings/lossreason", payload={"isRequired": False},
        as_="root", live=RULE, documented=DOCUMENTED_RULE,
    ),
    Example(
        made=lambda portal: {"bob": portal.id_of("bob")}, method="PUT", as_="root",
        path="crm/opportunity/target",
        payload={"responsibleId": "{bob}", "month": "2031-05", "amount": 5000},
        live=TARGET, documented=DOCUMENTED_TARGET,
    ),
    of_view("POST", "", {"title": "Late", "filter": "isOverdue=true", "isShared": True}),
    of_view("PUT", "/{item}", {"title": "Later"}),
    of_view("DELETE", "/{item}", {}),
    of_view("PUT", "/reorder", {"ids": ["{item}"]}, several=True),
    of_one("move", {"stageId": 3}, documented=OPEN),
    of_one("expected", {"expectedCloseDate": MOMENT}, documented=OPEN),
    of_one("revert", {"entryId": "{entry}"}),
    of_many("move", {"stageId": 3}),
    of_many("assign", {"responsibleId": "{bob}"}),
    of_many("tags", {"add": ["hot"]}),
    Example(
        made=moved, method="POST", path="crm/opportunity/undo", payload={"undo": "{token}"},
        status=200, live=DONE, documented=DOCUMENTED_DONE,
    ),
)  # fmt: skip
