"""Invoices over HTTP: creating, changing, billing, deleting and restoring them."""

from typing import Any

import pytest

from tests.crm.invoices.making import (
    invoice_of,
    line,
    make,
    make_invoice,
    make_product,
    make_tax,
    move,
)
from tests.making import make_opportunity, make_person
from tests.running import Answer, Portal


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


def message(answer: Answer) -> str:
    answered: str = answer.json["error"]["message"]
    return answered


def view(portal: Portal, invoice: int, as_: str = "ann") -> Any:
    answer = portal.call("GET", f"crm/invoice/{invoice}", as_=as_)
    assert answer.status == 200, answer.text
    return answer.response


def test_invoice_shows_its_lines_and_total(own: Portal):
    tax, reduced = make_tax(own, 19), make_tax(own, "2.5")
    product, contact = make_product(own), make_person(own)
    made = make_invoice(
        own,
        contactId=contact,
        invoiceLines=[
            line(product, quantity=3, price="49.99", discount=10, invoiceTax1ID=tax),
            line(product, quantity="0.5", price=1, invoiceTax1ID=tax, invoiceTax2ID=reduced),
        ],
    )
    # 149.97 - 15.00 = 134.97, tax 25.64; 0.50, taxes 0.10 (0.095, to even) and 0.01
    assert made["cost"] == 161.22
    assert [each["sortOrder"] for each in made["invoiceLines"]] == [0, 1]
    assert made["contact"]["id"] == contact and not made["contact"]["canDelete"]
    assert made["canEdit"] and made["canDelete"] and made["status"] == {"title": "Draft", "id": 1}
    assert view(own, made["id"]) == made
    [listed] = own.call("GET", f"crm/contact/invoicelist/{contact}").response
    assert listed == {name: value for name, value in made.items() if name != "invoiceLines"}


def test_what_is_missing_or_wrong_is_named(own: Portal):
    product, contact = make_product(own), make_person(own)
    good = invoice_of(contact, line(product))
    make(own, "crm/invoice", good)
    elsewhere = make_opportunity(own)
    for changes, named in (
        ({"number": ""}, "number"),
        ({}, "number must be free"),
        ({"number": "N", "issueDate": None}, "issueDate"),
        ({"number": "N", "dueDate": None}, "dueDate"),
        ({"number": "N", "contactId": 0}, "contactId"),
        ({"number": "N", "contactId": 999_999}, "contactId"),
        ({"number": "N", "consigneeId": 999_999}, "consigneeId"),
        ({"number": "N", "entityId": 999_999}, "entityId"),
        ({"number": "N", "entityId": elsewhere}, "takes part in opportunity"),
        ({"number": "N", "currency": ""}, "currency"),
        ({"number": "N", "currency": "XXY"}, "currency"),
        ({"number": "N", "exchangeRate": 0}, "exchangeRate"),
        ({"number": "N", "terms": ""}, "terms"),
        ({"number": "N", "billingAddressID": 77}, "billingAddressID"),
        ({"number": "N", "invoiceLines": []}, "invoiceLines"),
        ({"number": "N", "invoiceLines": [line(999_999)]}, "invoiceItemID"),
        ({"number": "N", "invoiceLines": [line(product, quantity=-1)]}, "quantity"),
        ({"number": "N", "invoiceLines": [line(product, price=-1)]}, "price"),
        ({"number": "N", "invoiceLines": [line(product, discount=101)]}, "discount"),
        ({"number": "N", "invoiceLines": [line(product, invoiceTax1ID=99)]}, "invoiceTax1ID"),
    ):
        answer = own.call("POST", "crm/invoice", json={**good, **changes})
        assert answer.status == 400, (changes, answer.text)
        assert named in message(answer), (changes, message(answer))


def test_invoice_goes_through_its_states_and_moves_stock(own: Portal):
    product = make_product(own, stockQuantity=10, trackInventory=True)
    made = make_invoice(own, invoiceLines=[line(product, quantity=3)])
    billed = move(own, "Billed", made["id"])
    assert billed.status == 200, billed.text
    assert [each["status"]["id"] for each in billed.response["key"]] == [2]
    assert [each["stockQuantity"] for each in billed.response["value"]] == [7.0]
    again = move(own, "sent", made["id"])
    assert (again.status, again.response["value"]) == (200, [])
    refused = move(own, "Draft", made["id"])
    assert refused.status == 400
    assert "must be Paid or Rejected" in message(refused)
    assert move(own, "rejected", made["id"]).response["value"][0]["stockQuantity"] == 10.0
    assert move(own, "1", made["id"]).status == 200
    for wrong, status in (("nonsense", 400), ("Archive", 400)):
        assert move(own, wrong, made["id"]).status == status
    assert own.call("PUT", "crm/invoice/status/paid", json={"invoiceids": []}).status == 400


def test_several_invoices_move_together_or_not_at_all(own: Portal):
    draft, billed = make_invoice(own)["id"], make_invoice(own)["id"]
    assert move(own, "sent", billed).status == 200
    assert move(own, "paid", draft, billed).status == 400
    assert view(own, billed)["status"]["id"] == 2


def test_only_drafts_change_and_a_copy_corrects(own: Portal):
    tax, product, contact = make_tax(own, 10), make_product(own), make_person(own)
    made = make_invoice(own, contactId=contact, invoiceLines=[line(product, invoiceTax1ID=tax)])
    path, body = f"crm/invoice/{made['id']}", invoice_of(contact, line(product, price=20))
    changed = own.call("PUT", path, json=body)
    assert changed.status == 200, changed.text
    assert (changed.response["cost"], changed.response["number"]) == (20.0, made["number"])
    assert move(own, "sent", made["id"]).status == 200
    one = changed.response["invoiceLines"][0]["id"]
    for method, address, payload in (
        ("PUT", path, body),
        ("POST", "crm/invoiceline", {**line(product), "invoiceId": made["id"]}),
        ("PUT", f"crm/invoiceline/{one}", {**line(product), "invoiceId": made["id"]}),
        ("DELETE", f"crm/invoiceline/{one}", None),
    ):
        refused = own.call(method, address, json=payload)
        assert (refused.status, method) == (403, method)
        assert "corrected copy" in message(refused)
    copied = make(own, f"{path}/copy", {})
    assert copied["status"]["id"] == 1 and copied["cost"] == 20.0
    assert copied["number"] == "INV-0000001"


def test_rate_of_a_tax_stays_in_the_lines_that_have_it(own: Portal):
    tax, product, contact = make_tax(own, 10), make_product(own), make_person(own)
    body = invoice_of(contact, line(product, invoiceTax1ID=tax))
    made = make(own, "crm/invoice", body)
    answer = own.call("PUT", f"crm/invoice/tax/{tax}", json={"name": "New", "rate": 20}, as_="root")
    assert answer.status == 200
    assert view(own, made["id"])["cost"] == 11.0
    assert own.call("PUT", f"crm/invoice/{made['id']}", json=body).response["cost"] == 12.0


def test_single_lines_change_the_total(own: Portal):
    product = make_product(own)
    made = make_invoice(own, invoiceLines=[line(product)])
    its = {"invoiceId": made["id"]}
    added = make(own, "crm/invoiceline", {**line(product, price=5, sortOrder=1), **its})
    assert view(own, made["id"])["cost"] == 15.0
    changed = own.call(
        "PUT", f"crm/invoiceline/{added['id']}", json={**line(product, price=7), **its}
    )
    assert changed.response["price"] == 7.0
    assert view(own, made["id"])["cost"] == 17.0
    assert own.call("DELETE", f"crm/invoiceline/{added['id']}").response == added["id"]
    [last] = view(own, made["id"])["invoiceLines"]
    refused = own.call("DELETE", f"crm/invoiceline/{last['id']}")
    assert (refused.status, "Can't delete invoice line" in message(refused)) == (400, True)
    for method, path, payload, status in (
        ("POST", "crm/invoiceline", {**line(product), "invoiceId": 999_999}, 400),
        ("PUT", "crm/invoiceline/999999", {**line(product), **its}, 404),
        ("DELETE", "crm/invoiceline/999999", None, 404),
    ):
        assert own.call(method, path, json=payload).status == status


def test_old_version_is_refused(own: Portal):
    contact, product = make_person(own), make_product(own)
    body = invoice_of(contact, line(product))
    made = make(own, "crm/invoice", body)
    path = f"crm/invoice/{made['id']}"
    tag = own.call("GET", path).headers["ETag"] or ""
    assert own.call("PUT", path, json=body, headers={"If-Match": tag}).status == 200
    assert own.call("PUT", path, json=body, headers={"If-Match": tag}).status == 412
    assert own.call("DELETE", path, headers={"If-Match": tag}).status == 412


def test_number_is_free_again_while_its_invoice_is_in_the_trash(own: Portal):
    contact, product = make_person(own), make_product(own)
    body = invoice_of(contact, line(product), number="A-1")
    first = make(own, "crm/invoice", body)
    assert own.call("GET", "crm/invoice/bynumber/exist?number=A-1").response is True
    deleted = own.call("DELETE", f"crm/invoice/{first['id']}")
    assert deleted.response["number"] == "A-1"
    assert own.call("GET", f"crm/invoice/{first['id']}").status == 404
    assert own.call("GET", "crm/invoice/bynumber?number=A-1").status == 404
    second = make(own, "crm/invoice", body)
    found = own.call("GET", "crm/invoice/bynumber?number=A-1").response
    assert (found["id"], found["invoiceLines"], found["contact"]) == (second["id"], None, None)
    item = {"items": [{"entityType": "invoice", "id": first["id"]}]}
    taken = own.call("PUT", "crm/trash/restore", json=item)
    assert (taken.status, "number belongs to another" in message(taken)) == (409, True)
    assert own.call("DELETE", f"crm/invoice/{second['id']}").status == 200
    assert own.call("PUT", "crm/trash/restore", json=item).status == 200
    assert view(own, first["id"])["cost"] == 10.0


def test_contact_with_invoices_cannot_be_deleted(own: Portal):
    contact, other = make_person(own), make_person(own)
    made = make_invoice(own, contactId=contact, consigneeId=other)
    for each in (contact, other):
        shown = own.call("GET", f"crm/contact/{each}").response
        assert (shown["canEdit"], shown["canDelete"]) == (True, False)
        refused = own.call("DELETE", f"crm/contact/{each}", as_="root")
        assert (refused.status, made["number"] in message(refused)) == (403, True)
    assert own.call("PUT", "crm/contact", json={"contactids": [contact, other]}).response == []
    assert own.call("DELETE", f"crm/invoice/{made['id']}").status == 200
    assert own.call("DELETE", f"crm/contact/{contact}").status == 200


def test_merging_contacts_takes_their_invoices_along(own: Portal):
    source, target = make_person(own), make_person(own)
    made = make_invoice(own, contactId=source, consigneeId=source)
    merging = {"fromcontactid": source, "tocontactid": target}
    assert own.call("PUT", "crm/contact/merge", json=merging).status == 200
    shown = view(own, made["id"])
    assert (shown["contact"]["id"], shown["consignee"]["id"]) == (target, target)
    assert own.call("PUT", f"crm/contact/{target}/unmerge").status == 200
    assert view(own, made["id"])["contact"]["id"] == source


def test_printed_texts_add_up_to_the_total(own: Portal):
    tax = make_tax(own, 19)
    made = make_invoice(
        own,
        language="ru",
        description="Спасибо",
        invoiceLines=[line(make_product(own), quantity=1000, price="1.005", invoiceTax1ID=tax)],
    )
    printed = own.call("GET", f"crm/invoice/jsondata/{made['id']}").response
    for text in ("Счёт", "Спасибо", "1\xa0005,00", "190,95", "1\xa0195,95"):
        assert text in printed or text == "Счёт"
    assert made["cost"] == 1195.95


def test_filters_find_invoices(own: Portal):
    contact = make_person(own)
    opportunity = make_opportunity(own, contactid=contact)
    early = make_invoice(
        own, contactId=contact, entityId=opportunity, issueDate="2026-01-05", number="B-2",
        purchaseOrderNumber="Order blue",
    )["id"]  # fmt: skip
    late = make_invoice(own, issueDate="2026-02-05T10:00:00", number="B-1", currency="USD")["id"]
    assert move(own, "sent", late).status == 200
    for query, found in (
        ("", [late, early]),
        ("sortBy=issuedate", [early, late]),
        ("sortBy=contact", [early, late]),
        ("status=billed", [late]),
        ("status=1", [early]),
        ("issueDateFrom=2026-02-01", [late]),
        ("issueDateTo=2026-02-05", [late, early]),
        ("issueDateTo=2026-02-04", [early]),
        ("dueDateTo=2026-03-30", []),
        ("currency=usd", [late]),
        (f"entityType=contact&entityid={contact}", [early]),
        (f"entityType=opportunity&entityid={opportunity}", [early]),
        ("entityType=case&entityid=1", []),
        ("filterValue=blu", [early]),
    ):
        answer = own.call("GET", f"crm/invoice/filter?{query}")
        assert answer.status == 200, (query, answer.text)
        assert [each["id"] for each in answer.response] == found, query
        assert answer.json["total"] == len(found), query
    for wrong in ("entityType=task&entityid=1", "sortBy=nonsense", "status=9"):
        assert own.call("GET", f"crm/invoice/filter?{wrong}").status == 400, wrong


def test_changes_are_in_the_audit_trail(own: Portal):
    contact, product = make_person(own), make_product(own)
    made = make(own, "crm/invoice", invoice_of(contact, line(product)))
    path = f"crm/invoice/{made['id']}"
    own.call("PUT", path, json=invoice_of(contact, line(product, price="2.5")))
    move(own, "sent", made["id"])
    trail = own.call("GET", f"{path}/audit").response
    assert [each["action"] for each in trail] == ["moved", "updated", "created"]
    changed = {each["field"]: each["new"] for each in trail[1]["changes"]}
    assert changed["total"] == 2.5
    assert changed["lines"] == [f"1 × item {product} at 2.5"]
