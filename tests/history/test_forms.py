"""What is written of events, files and photos is answered alike in all four forms: live and
documented, JSON and XML."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.contract.reading import xml_of
from tests.contract.test_every_read import holds
from tests.drawing import picture
from tests.files.making import form, upload
from tests.history.making import category, make_event
from tests.making import make_opportunity, make_person
from tests.running import Answer, Portal

JSON, XML = "application/json", "text/xml"
# What differs between two writings of the same.
OWN = ("id", "created", "updated", "viewUrl", "webUrl", "Id")


class Sent(NamedTuple):
    method: str
    path: str
    json: object = None
    body: bytes | None = None
    headers: dict[str, str] | None = None


def event(portal: Portal, person: int) -> Sent:
    deal = make_opportunity(portal)
    file = upload(portal, f"contact/{person}")["id"]
    of = {"contactId": person, "entityType": "opportunity", "entityId": deal}
    said = {**of, "content": "a & <b>", "categoryId": category(portal), "fileId": [file]}
    return Sent("POST", "crm/history", said)


def gone(portal: Portal, person: int) -> Sent:
    file = upload(portal, f"contact/{person}")["id"]
    written = make_event(portal, contactId=person, fileId=[file])["id"]
    return Sent("DELETE", f"crm/history/{written}")


def uploaded(portal: Portal, person: int) -> Sent:
    body, headers = form(("a & b.txt", b"content"))
    return Sent("POST", f"crm/contact/{person}/files/upload", None, body, headers)


def attached(portal: Portal, person: int) -> Sent:
    file = upload(portal, f"contact/{person}")["id"]
    return Sent("POST", f"crm/contact/{person}/files", {"fileids": [file]})


def text(portal: Portal, person: int) -> Sent:
    return Sent("POST", f"crm/contact/{person}/files/text", {"title": "a & b", "content": "c"})


def deleted(portal: Portal, person: int) -> Sent:
    return Sent("DELETE", f"crm/files/{upload(portal, f'contact/{person}')['id']}")


def photo(portal: Portal, person: int) -> Sent:
    body, headers = form(("me.png", picture()))
    return Sent("PUT", f"crm/contact/{person}/changephoto", None, body, headers)


def avatar(portal: Portal, person: int) -> Sent:
    return Sent("DELETE", f"crm/contact/{person}/avatar")


def pictured(portal: Portal, person: int) -> Sent:
    texts = {"firstName": "Pat", "lastName": "Post", "shareType": "1"}
    body, headers = form(("me.png", picture()), texts=texts)
    return Sent("POST", "crm/contact/person", None, body, headers)


WRITTEN = (event, gone, uploaded, attached, text, deleted, photo, avatar, pictured)


@pytest.mark.parametrize("make", WRITTEN, ids=lambda each: each.__name__)
def test_what_is_written_is_answered_alike_in_all_forms(
    portal: Portal, make: Callable[[Portal, int], Sent]
):
    person = make_person(portal)

    def answered(kind: str, profile: str) -> Answer:
        sent = make(portal, person)
        answer = portal.call(
            sent.method,
            sent.path,
            json=sent.json,
            body=sent.body,
            headers=sent.headers,
            accept=f"{kind}; profile={profile}",
        )
        assert answer.status in (200, 201), answer.text
        return answer

    live, documented = answered(JSON, "live"), answered(JSON, "documented")
    assert holds(without(documented.response), without(live.response))
    for profile, answer in (("live", live), ("documented", documented)):
        expected = xml_of(answer.json, documented=profile == "documented")
        assert shape(answered(XML, profile).text) == shape(expected)


def without(shown: Any) -> Any:
    """Without what each writing has of its own, also numbers inside of addresses."""
    match shown:
        case dict():
            own = {name.lower() for name in (*OWN, "smallFotoUrl", "mediumFotoUrl", "entityId")}
            return {k: without(v) for k, v in shown.items() if k.lower() not in own}
        case list():
            return [without(each) for each in shown]
        case str():
            return "".join(each for each in shown if not each.isdigit())
    return shown


def shape(document: str) -> str:
    """A document without its numbers."""
    return "".join(each for each in document if not each.isdigit())
