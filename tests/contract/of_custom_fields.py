"""Examples of custom fields and of their values."""

from functools import partial
from typing import Any

from tests.contract.examples import Example, Made
from tests.contract.scene import made as posted
from tests.crm.cases.making import make_case
from tests.crm.contacts.making import make_company, word
from tests.making import make_opportunity, make_person
from tests.running import Portal

VALUE = {
    "entityId": 1, "label": "Size", "fieldValue": "x", "fieldType": 0, "position": 1,
    "mask": '{"size":40}', "id": 1,
}  # fmt: skip
DOCUMENTED_VALUE = {
    "EntityId": 1, "Label": "Size", "FieldValue": "x", "FieldType": 0, "Position": 1,
    "Mask": '{"size":40}', "id": 1,
}  # fmt: skip
FIELD = {"relativeItemsCount": 0, **VALUE}
DOCUMENTED_FIELD = {"RelativeItemsCount": 0, **DOCUMENTED_VALUE}
PAYLOAD = {"label": "Size", "fieldType": "TextField", "mask": '{"size":40}'}
RECORDS = {
    "contact": make_person,
    "person": make_person,
    "company": make_company,
    "opportunity": make_opportunity,
    "case": make_case,
}


def field(kind: str, portal: Portal) -> Made:
    """A new field of records of one kind."""
    shown = posted(portal, f"crm/{kind}/customfield", {**PAYLOAD, "label": word()}, as_="root")
    return {"field": shown["id"]}


def record(kind: str, portal: Portal) -> Made:
    """The same with a record that has no value of it."""
    return {**field(kind, portal), "record": RECORDS[kind](portal)}


def of_fields(kind: str) -> tuple[Example, ...]:
    """All that changes the fields of records of one kind."""

    def writing(method: str, below: str, payload: Any = None, *, many: bool = False) -> Example:
        answers = ([FIELD], [DOCUMENTED_FIELD]) if many else (FIELD, DOCUMENTED_FIELD)
        return Example(
            made=partial(field, kind), method=method, path=f"crm/{kind}/customfield{below}",
            payload=payload or {}, as_="root", live=answers[0], documented=answers[1],
        )  # fmt: skip

    return (
        writing("POST", "", PAYLOAD),
        writing("PUT", "/{field}", PAYLOAD),
        writing("PUT", "/reorder", {"fieldids": ["{field}"]}, many=True),
        writing("DELETE", "/{field}"),
    )


def of_value(kind: str) -> Example:
    return Example(
        made=partial(record, kind), method="POST",
        path=f"crm/{kind}/{{record}}/customfield/{{field}}", payload={"fieldValue": "x"},
        live=VALUE, documented=DOCUMENTED_VALUE,
    )  # fmt: skip


EXAMPLES = (
    *of_fields("company"),
    *of_fields("opportunity"),
    *(of_value(kind) for kind in RECORDS),
)
