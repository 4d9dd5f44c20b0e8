"""What the attacks aim at: records that Ann keeps to herself, and beside each one that everybody
may see. Bob is the outsider, Cid may read Ann's contacts, Gus is a guest, Root an administrator."""

from dataclasses import dataclass, field, fields
from typing import Any
from uuid import uuid4

from tests.crm.cases.making import make_case
from tests.crm.contacts.info.making import add, address
from tests.crm.files.making import attached, upload
from tests.crm.invoices.making import line as invoice_line
from tests.crm.invoices.making import make_invoice, make_product
from tests.making import make_opportunity, make_person
from tests.running import Answer, Portal

MISSING = 2_147_483_646  # an id that no record has


@dataclass
class Records:
    """Ids of one of each kind, with whatever a route about them may name besides. Contact data are
    the person's; the task, the event and its file hang on the person too. The invoice is the
    buyer's: a contact with invoices cannot be deleted."""

    opportunity: int
    person: int
    company: int
    case: int
    task: int
    event: int
    file: int
    data: int
    address: int
    buyer: int
    invoice: int
    line: int

    @classmethod
    def all(cls, number: int) -> "Records":
        return cls(*[number] * len(fields(cls)))


@dataclass
class Scene:
    portal: Portal
    word: str = field(default_factory=lambda: "w" + uuid4().hex[:12])

    def __post_init__(self) -> None:
        self.field = self._made(
            "crm/opportunity/customfield", label=self.word, fieldType="CheckBox"
        )
        self.contact_field = self._made(
            "crm/contact/customfield", label=self.word, fieldType="CheckBox"
        )
        self.case_field = self._made("crm/case/customfield", label=self.word, fieldType="CheckBox")
        categories = self.portal.call("GET", "crm/task/category", as_="root").response
        self.task_category = categories[0]["id"]
        self.product = make_product(self.portal)
        self.hidden = self.records(is_private=True)
        self.open = self.records(is_private=False)
        self.readable = self.records(is_private=True, share_type=2)
        self.trashed = self.records(is_private=False)
        for path in reversed(self.paths(self.trashed)):  # a task goes with its contact
            assert self.portal.call("DELETE", path).status == 200

    def records(self, *, is_private: bool, share_type: int | None = None) -> Records:
        """Records of Ann, private or public."""
        shared = share_type or (0 if is_private else 1)
        texts: dict[str, Any] = {"about": f"{self.word} about", "shareType": shared}
        person = make_person(self.portal, firstName=self.word, lastName="Person", **texts)
        named = {"companyName": f"{self.word} company"}
        company = self._made("crm/contact/company", "ann", **named, **texts)
        deal = make_opportunity(
            self.portal,
            title=f"{self.word} deal",
            description=f"{self.word} description",
            isPrivate=is_private,
            members=[person],
            externalId=f"{self.word} {uuid4().hex}",
        )
        case = make_case(
            self.portal, title=f"{self.word} case", isPrivate=is_private, members=[person]
        )
        task = self._made(
            "crm/task",
            "ann",
            title=f"{self.word} task",
            deadline="2030-01-01T12:00:00.0000000Z",
            responsibleid=self.portal.id_of("ann"),
            categoryid=self.task_category,
            contactid=person,
        )
        file = upload(self.portal, f"contact/{person}", f"{self.word}.txt")
        event = attached(self.portal, f"contact/{person}", file)
        data = add(self.portal, person, data=f"{self.word}@example.com")
        sent = address(street=f"{self.word} street")
        path = f"crm/contact/{person}/addressdata"
        street = self._made(path, "ann", **sent)
        buyer = make_person(self.portal, firstName=self.word, lastName="Buyer", **texts)
        lines = [invoice_line(self.product)] * 2
        invoice = make_invoice(
            self.portal, contactId=buyer, description=f"{self.word} invoice", invoiceLines=lines
        )
        return Records(
            deal, person, company, case, task, event["id"], file["id"], data["id"], street,
            buyer, invoice["id"], invoice["invoiceLines"][0]["id"],
        )  # fmt: skip

    def paths(self, records: Records) -> list[str]:
        """Those of what can be read alone."""
        contacts = [f"crm/contact/{each}" for each in (records.person, records.company)]
        others = [
            f"crm/case/{records.case}", f"crm/task/{records.task}", f"crm/invoice/{records.invoice}"
        ]  # fmt: skip
        return [f"crm/opportunity/{records.opportunity}", *contacts, *others]

    def looks(self, records: Records) -> list[Any]:
        """The records as an administrator sees them."""
        answers = [self.portal.call("GET", path, as_="root") for path in self.paths(records)]
        assert all(answer.status == 200 for answer in answers)
        return [answer.response for answer in answers]

    def _made(self, path: str, as_: str = "root", **inputs: Any) -> int:
        answer = self.portal.call("POST", path, json=inputs, as_=as_)
        assert answer.status == 201, answer.text
        made: int = answer.response["id"]
        return made


def refusal(answer: Answer) -> str:
    return str(answer.json["error"]["message"])
