"""Makes taxes, products and invoices for tests, as a client does."""

from typing import Any
from uuid import uuid4

from tests.making import make_person
from tests.running import Portal


def make(portal: Portal, path: str, payload: dict[str, Any], as_: str = "ann") -> Any:
    answer = portal.call("POST", path, json=payload, as_=as_)
    assert answer.status == 201, answer.text
    return answer.response


def make_tax(portal: Portal, rate: object = 19, **inputs: object) -> int:
    wished = {"name": f"VAT {uuid4().hex[:8]}", "description": "", "rate": rate, **inputs}
    made: int = make(portal, "crm/invoice/tax", wished, "root")["id"]
    return made


def make_product(portal: Portal, **inputs: object) -> int:
    wished = {"title": "Chair", "price": 49.99, **inputs}
    made: int = make(portal, "crm/invoiceitem", wished, "root")["id"]
    return made


def line(product: int, **inputs: object) -> dict[str, Any]:
    return {"invoiceItemID": product, "quantity": 1, "price": 10, **inputs}


def invoice_of(contact: int, *lines: dict[str, Any], **inputs: object) -> dict[str, Any]:
    """The body of a new invoice with a number of its own."""
    return {
        "number": f"T-{uuid4().hex[:10]}",
        "issueDate": "2026-03-01",
        "dueDate": "2026-03-31",
        "templateType": 0,
        "contactId": contact,
        "language": "en-US",
        "currency": "EUR",
        "exchangeRate": 1,
        "terms": "30 days",
        "invoiceLines": list(lines),
        **inputs,
    }


def make_invoice(portal: Portal, as_: str = "ann", **inputs: object) -> Any:
    """A new invoice of a contact that everyone sees, with one line."""
    contact = inputs.pop("contactId", None) or make_person(portal)
    lines = inputs.pop("invoiceLines", None) or [line(make_product(portal))]
    assert isinstance(contact, int)
    return make(
        portal, "crm/invoice", invoice_of(contact, **{"invoiceLines": lines, **inputs}), as_
    )


def move(portal: Portal, status: str, *ids: int, as_: str = "ann") -> Any:
    return portal.call(
        "PUT", f"crm/invoice/status/{status}", json={"invoiceids": list(ids)}, as_=as_
    )
