"""Examples of notifications, of the mail server's settings and of mailings."""

from typing import Any

from tests.contract.examples import Example, Made, nothing
from tests.contract.of_contact_data import DOCUMENTED_EMPLOYEE, EMPLOYEE
from tests.making import make_opportunity, make_person
from tests.running import Portal

NOTICE = {
    "id": 1, "kind": "responsible", "entityType": "opportunity", "entityId": 1, "title": "A deal",
    "by": EMPLOYEE, "created": "2026-01-01T00:00:00.0000000Z", "isRead": False,
}  # fmt: skip
DOCUMENTED_NOTICE = {
    "id": 1, "Kind": "responsible", "EntityType": "opportunity", "EntityId": 1, "Title": "A deal",
    "By": DOCUMENTED_EMPLOYEE, "Details": None, "Created": "2026-01-01T00:00:00.0000000Z",
    "IsRead": False,
}  # fmt: skip
CHOICES = [{"kind": "responsible", "inApp": True, "byMail": True}]
DOCUMENTED_CHOICES = [{"Kind": "responsible", "InApp": True, "ByMail": True}]
SERVER = {
    "host": "", "port": 587, "security": "starttls", "checkCertificate": True, "user": "",
    "hasPassword": False, "senderName": "", "senderAddress": "",
}  # fmt: skip
DOCUMENTED_SERVER = {
    "Host": "", "Port": 587, "Security": "starttls", "CheckCertificate": True, "User": "",
    "HasPassword": False, "SenderName": "", "SenderAddress": "",
}  # fmt: skip
CONFLICT = {"message": "x", "hresult": -2146233079, "data": {}}


def told(portal: Portal) -> Made:
    """Cid was made responsible for something by Ann, and not for the first time: where one notice
    is asked for, there is always another."""
    for _ in range(2):
        deal = make_opportunity(portal, responsibleid=portal.id_of("cid"))
    shown = portal.call("GET", "crm/notifications?count=1", as_="cid").response
    return {"deal": deal, "notice": shown[0]["id"]}


def somebody(portal: Portal) -> Made:
    return {"person": make_person(portal)}


def asked(method: str, path: str, live: Any, documented: Any, **rest: Any) -> Example:
    what = {"made": told, "as_": "cid", **rest}
    return Example(method=method, path=path, live=live, documented=documented, **what)


LETTER = {"contactIds": ["{person}"], "subject": "News", "body": "<p>Hello</p>"}
TEMPLATE = {"template": "Dear $(Person.First Name)", "contactId": "{person}"}
EXAMPLES = (
    asked("GET", "crm/notifications?count=1", [NOTICE], [DOCUMENTED_NOTICE]),
    asked(
        "PUT", "crm/notifications/read", {"unread": 0}, {"Unread": 0}, payload={"ids": ["{notice}"]}
    ),
    asked("GET", "crm/notifications/settings", CHOICES, DOCUMENTED_CHOICES),
    asked(
        "PUT",
        "crm/notifications/settings",
        CHOICES,
        DOCUMENTED_CHOICES,
        payload={"choices": [{"kind": "taskDue", "byMail": True}]},
    ),
    asked("GET", "crm/settings/smtp", SERVER, DOCUMENTED_SERVER, made=nothing, as_="root"),
    asked(
        "PUT", "crm/settings/smtp", SERVER, DOCUMENTED_SERVER, payload={"host": ""}, as_="root",
        made=nothing,
    ),
    asked(
        "POST", "crm/settings/smtp/test", CONFLICT, CONFLICT, status=409, as_="root", made=nothing
    ),
    asked(
        "POST", "crm/contact/mailsmtp/send", CONFLICT, CONFLICT, status=409, payload=LETTER,
        made=somebody,
    ),
    asked(
        "POST", "crm/contact/mailsmtp/preview", "Dear Pat", "Dear Pat", payload=TEMPLATE,
        made=somebody,
    ),
    asked("GET", "crm/contact/mailsmtp/status", {}, {}, made=nothing, as_="bob"),
    asked("PUT", "crm/contact/mailsmtp/cancel", {}, {}, made=nothing, as_="bob"),
)  # fmt: skip
