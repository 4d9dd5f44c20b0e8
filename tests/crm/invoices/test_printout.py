"""The PDF of an invoice: its texts, its file, and who gets it."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.crm.invoices.making import invoice_of, line, make, make_invoice, make_product, make_tax
from tests.making import make_person
from tests.running import Portal


@pytest.fixture
def own(portal: Portal) -> Portal:
    return portal.fresh()


def printout(portal: Portal, invoice: int) -> tuple[int, PdfReader]:
    """The file's id, and the PDF that its address downloads."""
    file = portal.call("GET", f"crm/invoice/{invoice}/pdf")
    assert file.status == 200, file.text
    path = re.sub(r"^https?://[^/]+", "", file.response["viewUrl"])
    content = portal.call("GET", path)
    assert content.status == 200, content.text
    return file.response["id"], PdfReader(BytesIO(content.body))


def text_of(pdf: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages).replace("\xa0", " ")


def test_pdf_says_what_the_invoice_says(own: Portal):
    product = make_product(own, title="輸送コンベヤ")
    made = make_invoice(
        own, language="ru", currency="EUR", description="Спасибо, Ευχαριστώ",
        contactId=make_person(own, firstName="Ольга", lastName="Живаго"),
        invoiceLines=[
            line(product, quantity=3, price="1234.5", invoiceTax1ID=make_tax(own, 19)),
            line(product, description="a" * 300),
        ],
    )  # fmt: skip
    _, pdf = printout(own, made["id"])
    text = text_of(pdf)
    for part in (made["number"], "Счёт", "Ольга Живаго", "輸送コンベヤ", "Спасибо, Ευχαριστώ"):
        assert part in text, part
    assert made["cost"] == 4417.16
    assert "4 417,16" in text


def test_long_invoice_goes_over_pages_and_repeats_its_headings(own: Portal):
    made = make_invoice(own, invoiceLines=[line(make_product(own))] * 120)
    _, pdf = printout(own, made["id"])
    assert len(pdf.pages) > 3
    assert all(made["number"] in page.extract_text() for page in pdf.pages)
    assert all("Quantity" in page.extract_text() for page in pdf.pages[:-1])
    assert "1,200.00" in text_of(pdf)


def test_pdf_is_made_once_for_each_edit_and_kept_with_the_contact(own: Portal):
    contact, product = make_person(own), make_product(own)
    body = invoice_of(contact, line(product))
    made = make(own, "crm/invoice", body)
    first, _ = printout(own, made["id"])
    assert printout(own, made["id"])[0] == first
    polled = own.call("POST", "crm/invoice/converter/data", json={"invoiceId": made["id"]})
    assert (polled.status, polled.response["fileId"]) == (201, first)
    assert own.call("GET", f"crm/invoice/{made['id']}").response["fileID"] == first
    files = own.call("GET", f"crm/contact/{contact}/files").response
    assert [each["title"] for each in files] == [f"{made['number']}.pdf"]
    assert own.call("PUT", f"crm/invoice/{made['id']}", json=body).response["fileID"] == 0
    assert printout(own, made["id"])[0] != first


def test_pdf_is_for_those_who_see_the_invoice(own: Portal):
    contact = make_person(own, shareType=0)
    made = make_invoice(own, contactId=contact)
    for who, status in ((None, 401), ("gus", 403), ("bob", 404)):
        path = f"crm/invoice/{made['id']}/pdf"
        assert own.call("GET", path, as_=who).status == status
    for wrong, status in ((0, 400), (999_999, 404)):
        said = {"invoiceId": wrong}
        answer = own.call("POST", "crm/invoice/converter/data", json=said)
        assert answer.status == status
