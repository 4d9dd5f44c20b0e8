"""Whatever can be read says the same in all four of its forms: live and documented, JSON and XML.

One portal holds one of everything; each route that reads is asked about it, also those that will
be added: a route whose address this file cannot fill fails.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from dealwright import app
from dealwright.wire.casing import documented_of
from dealwright.wire.routes import Route
from tests.contract.reading import xml_of
from tests.contract.scene import made
from tests.each import each_route
from tests.running import Answer, Portal

# An archive is the same whatever is asked for.
ARCHIVES = ("crm/contact/{contactid:id}/personaldata",)
READ = [
    route
    for route in app.routes().routes
    if route.method == "GET" and not route.is_pending and route.template not in ARCHIVES
]
JSON, XML = "application/json", "text/xml"
# Parameters besides those in the address.
QUERIES = {
    "crm/opportunity/board/column": "stageId=1",
    "people/email": "email=ann@example.com",
    "people/status/{status}/search": "query=a",
    "people/search": "query=a",
    "group/search": "groupName=a",
    "settings/security": "ids=6743007c-6f95-4d20-8c88-a8601ce5e76d",
    "crm/contact/byprefix": "prefix=Pat",
    "crm/contact/simple/byEmail": "term=pat&maxCount=10",
    "crm/contact/bycontactinfo": "infoType=Email&data=pat",
    "crm/contact/mail": "contactids={person}",
    "crm/settings/currency/convert": "amount=2&fromcurrency=EUR&tocurrency=USD",
    "crm/settings/currency/summarytable": "currency=EUR",
    "crm/history/filter": "entityType=contact&entityId={person}",
    "crm/invoice/bynumber": "number=R%20%26%20D%201",
    "crm/invoice/bynumber/exist": "number=R%20%26%20D%201",
    "crm/task/filter": "entityType=contact&entityid={person}",
}
OF_THE_MOMENT = ("usedOn",)  # of a token: this very reading
UNSET = "0001-01-01T00:00:00.0000000Z"  # a date that is null where documented


class Scene:
    """One record of every kind, and the values of parameters in addresses."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.names: dict[str, Any] = {}
        self._contacts()
        self._opportunity_and_case()
        self._tasks()
        self._rest()

    def make(self, path: str, as_: str = "ann", **payload: object) -> Any:
        return made(self.portal, path, payload, as_=as_)

    def first(self, path: str) -> Any:
        return self.portal.call("GET", path, accept=f"{JSON}; profile=live").response[0]

    def _contacts(self) -> None:
        company = self.make("crm/contact/company", companyName="Pat & Sons <Ltd>", shareType=1)
        person = self.make(
            "crm/contact/person",
            firstName="Pat", lastName="Póst", jobTitle="CEO", companyId=company["id"],
            shareType=0, managerList=[self.portal.id_of("bob")], externalId="p-1", about="a\nb",
        )  # fmt: skip
        path = f"crm/contact/{person['id']}"
        mail = self.make(
            f"{path}/data",
            infoType="Email",
            data="pat@example.com",
            category="Work",
            isPrimary=True,
        )
        address = {"street": "1 High St", "city": "Leeds", "category": 1, "isPrimary": True}
        self.make(f"{path}/addressdata", address=address)
        self.make("crm/contact/tag", "root", tagName="vip")
        self.make(f"{path}/tag", tagName="vip")
        status = self.first("crm/contact/status")["id"]
        self.portal.call("PUT", f"{path}/status", json={"contactStatusid": status})
        self.names |= {"person": person["id"], "company": company["id"], "mail": mail["id"]}

    def _opportunity_and_case(self) -> None:
        person = self.names["person"]
        for kind in ("opportunity", "case", "contact"):
            label = {"label": f"{kind} field", "fieldType": "TextArea"}
            mask = '{"rows":"2","cols":"40"}'
            field = self.make(f"crm/{kind}/customfield", "root", **label, mask=mask)
            if kind == "contact":
                continue
            title = {"title": f"A {kind} & more", "isPrivate": True, "members": [person]}
            more = {"stageid": 1, "bidCurrencyAbbr": "EUR", "bidValue": 12.5, "contactid": person}
            mine = {"responsibleid": self.portal.id_of("ann"), **more}
            values = [{"key": field["id"], "value": "a < b"}]
            payload = {
                **title,
                "customFieldList": values,
                **(mine if kind == "opportunity" else {}),
            }
            self.names[kind] = self.make(f"crm/{kind}", **payload)["id"]
            self.make(f"crm/{kind}/tag", "root", tagName=f"{kind} tag")
            self.make(f"crm/{kind}/{self.names[kind]}/tag", tagName=f"{kind} tag")

    def _tasks(self) -> None:
        category = self.first("crm/task/category")["id"]
        about = {"entityType": "case", "entityid": self.names["case"]}
        task = {"title": "Call", "deadline": "2001-01-02T03:04:05", "categoryid": category}
        both = {**about, "contactid": self.names["person"], "description": "x", "alertValue": 5}
        self.names["task"] = self.make("crm/task", **task, **both)["id"]
        container = self.make("crm/contact/tasktemplatecontainer", "root", title="Steps")["id"]
        template = self.make(
            f"crm/tasktemplatecontainer/{container}/tasktemplate", "root",
            title="First", categoryid=category, offsetTicks=36_000_000_000, description="d",
        )["id"]  # fmt: skip
        self.names |= {"container": container, "template": template, "task category": category}

    def _rest(self) -> None:
        person = self.names["person"]
        category = self.first("crm/history/category")["id"]
        payload = {"notifyUserList": [self.portal.id_of("bob")], "contactId": person}
        event = self.make("crm/history", content="a & b", categoryId=category, **payload)
        self.make(f"crm/contact/{person}/files/text", title="a < b", content="some words")
        rate = self.make("crm/currency/rates", "root", fromCurrency="EUR", toCurrency="USD", rate=2)
        form = self.make("crm/webform", "root", title="A & b", returnUrls=["https://a.example/"])
        group = self.make("group", "root", groupName="Sales", members=[self.portal.id_of("ann")])
        gone = self.make("crm/contact/person", firstName="Gone", lastName="By", shareType=1)
        self.portal.call("DELETE", f"crm/contact/{gone['id']}")
        self._invoice()
        view = self.make(
            "crm/opportunity/view", "root", title="Late & open", filter="isOverdue=true"
        )
        reason = self.make("crm/lossreason", "root", title="Price & time")
        self.names |= {
            "event": event["id"], "history category": category, "rate": rate["id"],
            "form": form["id"], "loss reason": reason["id"], "view": view["id"],
            "pipeline": self.first("crm/pipeline")["id"],
            "group": group["id"], "status": self.first("crm/contact/status")["id"],
            "type": self.first("crm/contact/type")["id"],
        }  # fmt: skip

    def _invoice(self) -> None:
        tax = self.make("crm/invoice/tax", "root", name="VAT & more", rate=19)["id"]
        item = self.make("crm/invoiceitem", "root", title="A < b", price=2, invoiceTax1id=tax)["id"]
        line = {"invoiceItemID": item, "quantity": 1.5, "price": 2, "invoiceTax1ID": tax}
        invoice = self.make(
            "crm/invoice", number="R & D 1", issueDate="2026-01-02", dueDate="2026-02-01",
            contactId=self.names["person"], currency="EUR", exchangeRate=1, terms="x",
            entityId=self.names["opportunity"], invoiceLines=[line],
        )  # fmt: skip
        self.names |= {"invoice": invoice["id"], "invoice item": item}

    def addresses(self, template: str) -> Iterator[str]:
        """Every address of a route that leads to something."""
        choices = re.findall(r"\{(\w+):\(([^)]+)\)\}", template)
        for picked in product(*(words.split("|") for _, words in choices)):
            path = template
            for (name, words), word in zip(choices, picked, strict=True):
                path = path.replace(f"{{{name}:({words})}}", word)
            filled = path
            for name, kind in re.findall(r"\{(\w+)(:\w+)?\}", path):
                filled = filled.replace(f"{{{name}{kind}}}", self._value(name, path))
            query = QUERIES.get(template, "")
            yield f"{filled}?{query.format(**self.names)}" if query else filled

    def _value(self, name: str, path: str) -> str:
        words = path.split("/")
        if name == "entityid":
            kind = next(word for word in words if word in ("contact", *self.names))
            return str(self.names["person" if kind == "contact" else kind])
        if name == "id":
            return str(self.names[_kind(path)])
        if name == "contactid":
            return str(self.names["person"])
        people = {"username": "ann", "userid": self.portal.id_of("ann"), "query": "a"}
        ids = {
            "opportunityid": "opportunity", "caseid": "case", "taskid": "task",
            "companyid": "company", "containerid": "container", "groupid": "group",
            "formid": "form", "invoiceid": "invoice", "invoiceitemid": "invoice item",
        }  # fmt: skip
        fixed = {
            "status": "active", "infoType": "Email", "projectid": "1", "stageid": "1",
            "fromCurrency": "EUR", "toCurrency": "USD",
            "productid": "6743007c-6f95-4d20-8c88-a8601ce5e76d",
        }  # fmt: skip
        return str(self.names[ids[name]] if name in ids else {**people, **fixed}[name])


def _kind(path: str) -> str:
    """The kind of the record with the id `{id}`."""
    kinds = {
        "crm/history/category/": "history category",
        "crm/task/category/": "task category",
        "crm/contact/status/": "status",
        "crm/contact/type/": "type",
        "crm/currency/rates/": "rate",
        "crm/tasktemplatecontainer/tasktemplate/": "template",
        "crm/opportunity/view/": "view",
        "crm/pipeline/": "pipeline",
        "crm/lossreason/": "loss reason",
    }
    if path.endswith("/data/{id:id}"):
        return "mail"
    return next((kind for start, kind in kinds.items() if path.startswith(start)), "module")


@pytest.fixture(scope="module")
def scenes() -> Iterator[dict[str, Scene]]:
    kept: dict[str, Scene] = {}
    yield kept
    for each in kept.values():
        each.portal.close()


@pytest.fixture
def scene(portal: Portal, scenes: dict[str, Scene]) -> Scene:
    if portal.database not in scenes:
        scenes[portal.database] = Scene(portal.kept())
        scenes[portal.database].names["module"] = "6743007c-6f95-4d20-8c88-a8601ce5e76d"
    return scenes[portal.database]


@each_route(READ)
def test_what_is_read_says_the_same_in_all_its_forms(route: Route, scene: Scene):
    for address in scene.addresses(route.template):
        live = read(scene, address, JSON, "live")
        documented = read(scene, address, JSON, "documented")
        assert holds(documented.response, live.response), address
        for profile, answer in (("live", live), ("documented", documented)):
            expected = xml_of(answer.json, documented=profile == "documented")
            assert read(scene, address, XML, profile).text == expected, address


def read(scene: Scene, address: str, form: str, profile: str) -> Answer:
    accept = f"{form}; profile={profile}"
    answer = scene.portal.call("GET", address, as_="root", accept=accept)
    assert answer.status == 200, (address, answer.text)
    return answer


def holds(documented: object, live: object) -> bool:
    """Whether the documented form has all that the live one has."""
    match live:
        case dict():
            assert isinstance(documented, dict)
            for name, value in live.items():
                if name in OF_THE_MOMENT:
                    continue
                spelled = (documented_of(name), name[:1].upper() + name[1:])  # people print `Id`
                found = spelled[0] if spelled[0] in documented else spelled[1]
                assert found in documented, (name, documented)
                assert holds(documented[found], value), (name, documented[found], value)
            return True
        case list():
            assert isinstance(documented, list)
            assert len(documented) == len(live)
            return all(holds(*pair) for pair in zip(documented, live, strict=True))
        case _:
            if live is None and documented == []:
                return True  # a list that is null is empty where documented
            return documented == (None if live == UNSET else live)
