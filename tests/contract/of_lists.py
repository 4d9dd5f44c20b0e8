"""Examples of the lists that administrators keep, and of the stages of the pipeline."""

from functools import partial
from typing import Any

from tests.contract.examples import Example, Made
from tests.contract.of_tasks import CATEGORY, DOCUMENTED_CATEGORY
from tests.crm.contacts.making import word
from tests.crm.tasks.making import LIVE
from tests.running import Portal

ITEM = {"title": "Cold", "description": "", "color": "#fed", "sortOrder": 1, "id": 1}
DOCUMENTED_ITEM = {
    "Title": "Cold", "Description": "", "Color": "#fed", "SortOrder": 1, "id": 1
}  # fmt: skip
STAGE = {
    "successProbability": 0, "stageType": 0, "title": "Proposal", "description": "",
    "color": "#fed", "sortOrder": 1, "id": 1,
}  # fmt: skip
DOCUMENTED_STAGE = {
    "SuccessProbability": 0, "StageType": 0, "id": 1, "Title": "Proposal", "Description": "",
    "Color": "#fed", "SortOrder": 1,
}  # fmt: skip
PAYLOAD = {"title": "{other}", "color": "#fed", "imageName": "call.png"}


def item(path: str, portal: Portal) -> Made:
    """A new item of the list at an address, its title, and one that no other has."""
    title = word()
    payload = {**PAYLOAD, "title": title}
    answer = portal.call("POST", path, json=payload, as_="root", accept=LIVE)
    assert answer.status == 201, answer.text
    return {"item": answer.response["id"], "title": title, "other": word()}


def of_list(
    path: str, live: Any, documented: Any, *, dress: str = "", order: Any = None
) -> tuple[Example, ...]:
    """All that changes one list; its items count what has them, documented also where nothing
    does. `dress` is the word by which an item gets another look."""
    path = f"crm/{path}"
    counted = {"RelativeItemsCount": 0, **documented}

    def writing(method: str, below: str, payload: Any = None, *, many: bool = False) -> Example:
        answers = ([live], [counted]) if many else (live, counted)
        return Example(
            made=partial(item, path), method=method, path=f"{path}{below}", payload=payload or {},
            as_="root", live=answers[0], documented=answers[1],
        )  # fmt: skip

    return (
        writing("POST", "", PAYLOAD),
        writing("PUT", "/{item}", PAYLOAD),
        writing("PUT", "/reorder", order or {"titles": ["{title}"]}, many=True),
        writing("DELETE", "/{item}"),
        *((writing("PUT", f"/{{item}}/{dress}", PAYLOAD),) if dress else ()),
    )


EXAMPLES = (
    *of_list("history/category", CATEGORY, DOCUMENTED_CATEGORY, dress="icon"),
    *of_list("task/category", CATEGORY, DOCUMENTED_CATEGORY, dress="icon"),
    *of_list("contact/status", ITEM, DOCUMENTED_ITEM, dress="color"),
    *of_list("contact/type", ITEM, DOCUMENTED_ITEM),
    *of_list(
        "opportunity/stage", STAGE, DOCUMENTED_STAGE, dress="color", order={"ids": ["{item}"]}
    ),
)
