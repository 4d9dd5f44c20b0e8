"""Examples of changing web forms."""

from typing import Any

from tests.contract.examples import Example, Made, filled
from tests.contract.of_contact_data import DOCUMENTED_EMPLOYEE, EMPLOYEE
from tests.contract.of_custom_fields import field
from tests.contract.of_tasks import MOMENT
from tests.contract.scene import made as posted
from tests.running import Portal

FORM = {
    "id": 1, "title": "Contact us", "formKey": EMPLOYEE["id"], "isDisabled": False,
    "makesOpportunity": True, "stageId": 0, "opportunityTitle": "x", "responsible": EMPLOYEE,
    "tags": ["x"], "shareType": 1, "managerList": [EMPLOYEE], "notifyList": [EMPLOYEE],
    "returnUrls": ["https://a.example/"], "customFields": [1], "introduction": "x",
    "thanks": "x", "letsSenderChoose": False, "pageAddress": "x", "postAddress": "x",
    "createBy": EMPLOYEE, "created": MOMENT,
}  # fmt: skip
DOCUMENTED_FORM = {
    "id": 1, "Title": "Contact us", "FormKey": EMPLOYEE["id"], "IsDisabled": False,
    "MakesOpportunity": True, "StageId": 0, "OpportunityTitle": "x",
    "Responsible": DOCUMENTED_EMPLOYEE, "Tags": ["x"], "ShareType": 1,
    "ManagerList": [DOCUMENTED_EMPLOYEE], "NotifyList": [DOCUMENTED_EMPLOYEE],
    "ReturnUrls": ["https://a.example/"], "CustomFields": [1], "Introduction": "x",
    "Thanks": "x", "LetsSenderChoose": False, "PageAddress": "x", "PostAddress": "x",
    "CreateBy": DOCUMENTED_EMPLOYEE, "Created": MOMENT,
}  # fmt: skip
PAYLOAD = {
    "title": "Contact us", "makesOpportunity": True, "opportunityTitle": "x",
    "responsibleid": "{ann}", "tags": ["x"], "shareType": 1, "managerList": ["{ann}"],
    "notifyList": ["{ann}"], "returnUrls": ["https://a.example/"], "customFields": ["{field}"],
    "introduction": "x", "thanks": "x",
}  # fmt: skip


def needed(portal: Portal) -> Made:
    return {"ann": portal.id_of("ann"), **field("contact", portal)}


def form(portal: Portal) -> Made:
    made = needed(portal)
    shown = posted(portal, "crm/webform", filled(PAYLOAD, made), as_="root")
    return {**made, "form": shown["id"]}


def writing(method: str, path: str, **more: Any) -> Example:
    what = {"made": form, "as_": "root", "live": FORM, "documented": DOCUMENTED_FORM, **more}
    return Example(method=method, path=f"crm/webform{path}", **what)


EXAMPLES = (
    writing("POST", "", made=needed, payload=PAYLOAD),
    writing("PUT", "/{form}", payload=PAYLOAD),
    writing("PUT", "/{form}/key"),
    writing("DELETE", "/{form}"),
)
