"""Users without rights, on every route about a record, alone and inside a batch: they get the same
answer as for a missing record, and the record does not change."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from dealwright import app
from dealwright.wire.routes import Route
from tests.running import Answer, Portal
from tests.security.scene import MISSING, Records, Scene

BUILT = [route for route in app.routes().routes if not route.is_pending]
# Ids in these addresses are not of records: they are what administrators manage, and a user's own
# tokens.
OF_NO_RECORD = (
    "crm/opportunity/stage",
    "crm/opportunity/view",
    "crm/pipeline",
    "crm/lossreason",
    "crm/{of:(history|task)}",
    "crm/contact/{of:(status|type)}",
    "crm/contact/status",
    "crm/contact/project",
    "crm/currency",
    "crm/invoiceitem",
    "crm/invoice/tax",
    "crm/tasktemplatecontainer",
    "crm/webform",
    "people/@self/tokens",
    "people/@self/sessions",
)
DEFINITION = re.compile(r"crm/\{entityType:\([^)]+\)\}/customfield/\{(id|fieldid):id\}")


def is_of_record(route: Route) -> bool:
    template = route.template
    if template.endswith(_APART) or "/project/" in template:
        return False
    return ":id}" in template and not (
        template.startswith(OF_NO_RECORD) or DEFINITION.fullmatch(template)
    )


# Take files, or have them fetched; or are the administrators' alone, whatever the record is:
# attacked by tests of their own.
_APART = ("/files/upload", "/changephoto", "/changephotobyurl", "/personaldata", "/erase")
OF_RECORDS = [route for route in BUILT if is_of_record(route)]
CHANGING = [route for route in OF_RECORDS if route.method != "GET"]


class Attack(NamedTuple):
    """A route's address with the ids of one record in it, and what a client would send to it."""

    route: Route
    path: str
    payload: dict[str, Any]


def kind_of(route: Route, name: str) -> str:
    """Of which kind of record an id in the path is."""
    if name == "entityid":
        name = route.template.split("/")[1]
    if name == "id":
        words = route.template.split("/")
        return next((kind for word, kind in _KINDS.items() if word in words), "stage")
    kind = name.removesuffix("id")
    return (
        kind if kind in ("opportunity", "company", "case", "task", "file", "invoice") else "person"
    )


_KINDS = {
    "history": "event", "addressdata": "address", "data": "data", "invoice": "invoice",
    "invoiceline": "line",
}  # fmt: skip
_NAMED = ("opportunity", "company", "case", "task", "file", "invoice")
# Of a record that is hidden or missing they list nothing.
LISTS = ("bycontact", "invoicelist")


def is_list(each: "Attack") -> bool:
    return any(word in each.path for word in LISTS)


def attack(route: Route, scene: Scene, aimed: Records, *, besides: Records) -> Iterator[Attack]:
    """One attack for each kind and each record that the path names: that one is `aimed` at."""
    for each in spelled(route):
        yield from _attack(each, scene, aimed, besides=besides)


def spelled(route: Route) -> Iterator[Route]:
    """The route for each kind of record that its address serves."""
    found = re.search(r"\{entityType:\(([^)]+)\)\}", route.template)
    for kind in found[1].split("|") if found else ():
        yield replace(route, template=route.template.replace(found[0], kind))
    if not found:
        yield route


def _attack(route: Route, scene: Scene, aimed: Records, *, besides: Records) -> Iterator[Attack]:
    named = re.findall(r"\{(\w+):id\}", route.template)
    aims = [name for name in named if name not in ("id", "fieldid")] or ["id"]
    for aim in aims:
        parts = []
        for part in route.template.split("/"):
            name = part[1:-1].partition(":")[0]
            records = aimed if name in (aim, "id") else besides
            parts.append(_segment(route, part, name, scene, records))
        yield Attack(route, "/".join(parts), _payload(route, scene, aimed, besides))


def _segment(route: Route, part: str, name: str, scene: Scene, records: Records) -> str:
    if not part.startswith("{"):
        return part
    if name == "fieldid":
        fields = {"opportunity": scene.field, "case": scene.case_field}
        owner = route.template.split("/")[1]
        return str(fields.get(owner, scene.contact_field))
    if name == "infoType":
        return "email"
    if part.endswith(":id}"):
        return str(getattr(records, kind_of(route, name), 2))  # a stage
    return part[1:-1].partition(":")[2][1:-1].split("|")[0]


def _payload(route: Route, scene: Scene, aimed: Records, besides: Records) -> dict[str, Any]:
    """Input that would be valid for a user with rights."""
    whole: dict[str, Any] = {
        "title": "Taken over",
        "responsibleid": scene.portal.id_of("bob"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
        "firstName": "Taken",
        "lastName": "Over",
        "companyName": "Taken over",
        "tagName": "taken over",
        "fieldValue": "true",
        "isPrivate": False,
        "isShared": True,
        "shareType": 1,
        "contactStatusid": 0,
        "personid": besides.person,
        "creationDate": "2020-01-01T00:00:00Z",
        "lastModifedDate": "2020-01-01T00:00:00Z",
        "deadline": "2030-01-01T00:00:00Z",
        "categoryid": scene.task_category,
        "infoType": "Email",
        "category": "Work",
        "data": "taken.over@example.com",
        "address": {"street": "Taken over"},
        "items": [{"infoType": "Email", "data": "taken.over@example.com"}],
        "content": "Taken over",
        "fileids": [besides.file],
        "issueDate": "2030-01-01",
        "dueDate": "2030-01-31",
        "currency": "EUR",
        "exchangeRate": 1,
        "terms": "Taken over",
        "invoiceLines": [{"invoiceItemID": scene.product, "quantity": 1}],
        "invoiceid": aimed.invoice,
        "invoiceItemId": scene.product,
    }
    if route.template == "crm/case/{caseid:id}/contact":
        whole["contactid"] = besides.person
    if route.template == "crm/invoice/{id:id}":
        whole["contactid"] = besides.buyer
    known = route.binder.parameters if route.binder else ()
    return {name: value for name, value in whole.items() if name in known}


def attacks(routes: list[Route], scene: Scene, aimed: Records, besides: Records) -> list[Attack]:
    return [each for route in routes for each in attack(route, scene, aimed, besides=besides)]


@pytest.fixture
def scene(place: Portal) -> Scene:
    return _scenes.setdefault(place.database, Scene(place))


_scenes: dict[str, Scene] = {}


def sent(scene: Scene, each: Attack, who: str | None, **more: Any) -> Answer:
    return scene.portal.call(each.route.method, each.path, json=each.payload, as_=who, **more)


def batched(scene: Scene, attacks: list[Attack], headers: dict[str, str]) -> list[tuple[int, str]]:
    """Status and body of each attack, as items of batches."""
    answered = []
    for start in range(0, len(attacks), 100):
        items = [
            {
                "relativeUrl": f"/api/2.0/{each.path}",
                "relativeMethod": each.route.method,
                "body": json.dumps(each.payload),
                "bodyContentType": "application/json",
            }
            for each in attacks[start : start + 100]
        ]
        payload = {"batch": json.dumps(items)}
        answer = scene.portal.call("POST", "batch", form=payload, as_=None, headers=headers)
        assert answer.status == 201, answer.text
        answered += [(each["status"], each["data"]) for each in answer.response]
    return answered


def test_every_route_about_a_record_is_attacked():
    covered = {f"{route.method} {route.template}" for route in OF_RECORDS}
    with_ids = {f"{r.method} {r.template}" for r in BUILT if ":id}" in r.template}
    assert len(covered) > 40
    assert {each.partition(" ")[2] for each in with_ids - covered} == {
        *("people/@self/tokens/{id:id}", "people/@self/sessions/{id:id}"),
        "crm/currency/rates/{id:id}",
        *("crm/invoice/tax/{id:id}", "crm/invoiceitem/{id:id}"),
        "crm/invoiceitem/{invoiceitemid:id}",
        *("crm/contact/status/{id:id}/color", "crm/contact/{of:(status|type)}/{id:id}"),
        *("crm/{of:(history|task)}/category/{id:id}",),
        *("crm/{of:(history|task)}/category/{id:id}/icon",),
        *("crm/opportunity/stage/{stageid:id}", "crm/opportunity/stage/{id:id}"),
        *("crm/opportunity/stage/{id:id}/color", "crm/opportunity/stage/{id:id}/rotting"),
        "crm/opportunity/view/{id:id}",
        *("crm/pipeline/{id:id}", "crm/lossreason/{id:id}"),
        "crm/{entityType:(contact|person|company|opportunity|case)}/customfield/{id:id}",
        "crm/{entityType:(contact|person|company|opportunity|case)}/customfield/{fieldid:id}",
        *(
            "crm/contact/project/{projectid:id}",
            "crm/contact/{contactid:id}/project/{projectid:id}",
        ),
        *("crm/contact/{contactid:id}/changephoto", "crm/contact/{contactid:id}/changephotobyurl"),
        "crm/{entityType:(contact|opportunity|case)}/{entityid:id}/files/upload",
        *("crm/webform/{formid:id}", "crm/webform/{formid:id}/key"),
        "crm/tasktemplatecontainer/{containerid:id}",
        "crm/tasktemplatecontainer/{containerid:id}/apply",
        "crm/tasktemplatecontainer/{containerid:id}/tasktemplate",
        "crm/tasktemplatecontainer/tasktemplate/{id:id}",
        *("crm/contact/{contactid:id}/personaldata", "crm/contact/{contactid:id}/erase"),
    }


OUTSIDERS = [(None, 401, "Unauthorized"), ("gus", 403, "Forbidden"), ("bob", 404, "Not found")]


@pytest.mark.parametrize(("who", "status", "words"), OUTSIDERS)
def test_hidden_record_answers_like_a_missing_one(
    scene: Scene, who: str | None, status: int, words: str
):
    before = scene.looks(scene.hidden)
    nothing = Records.all(MISSING)
    hidden = attacks(OF_RECORDS, scene, scene.hidden, scene.open)
    missing = attacks(OF_RECORDS, scene, nothing, scene.open)
    for each, of_none in zip(hidden, missing, strict=True):
        answer = sent(scene, each, who)
        if is_list(each) and who == "bob":
            assert (answer.status, answer.response) == (200, [])  # as for any other contact
            continue
        assert (answer.status, answer.json["error"]["message"]) == (status, words), each
        assert answer.body == sent(scene, of_none, who).body, each
        for header, value in (("If-Match", '"1-1"'), ("If-None-Match", "*")):
            one, none = (
                sent(scene, which, who, headers={header: value}) for which in (each, of_none)
            )
            assert one.body == none.body, (each, header)
    assert scene.looks(scene.hidden) == before


@pytest.mark.parametrize(("who", "status", "words"), OUTSIDERS)
def test_a_batch_opens_no_other_door(scene: Scene, who: str | None, status: int, words: str):
    before = scene.looks(scene.hidden)
    hidden = attacks(OF_RECORDS, scene, scene.hidden, scene.open)
    if who is None:
        assert scene.portal.call("POST", "batch", form={"batch": "[]"}, as_=None).status == 401
        return
    headers = {"Authorization": scene.portal.ground.tokens[who]}
    for each, (told, data) in zip(hidden, batched(scene, hidden, headers), strict=True):
        if is_list(each) and who == "bob":
            continue
        assert (told, json.loads(data)["error"]["message"]) == (status, words), each
    assert scene.looks(scene.hidden) == before


def test_record_in_the_trash_is_hidden_on_every_route(scene: Scene):
    for each in attacks(OF_RECORDS, scene, scene.trashed, scene.open):
        for who in ("ann", "root"):
            answer = sent(scene, each, who)
            if is_list(each):
                assert answer.response == []
            else:
                assert (answer.status, answer.json["error"]["message"]) == (404, "Not found"), each


def test_who_may_only_read_a_contact_changes_nothing_of_it(scene: Scene):
    before = scene.looks(scene.readable)
    of_contacts = [
        each
        for each in attacks(CHANGING, scene, scene.readable, scene.open)
        if f"/{scene.readable.opportunity}" not in each.path
    ]
    assert len(of_contacts) >= 20
    # A user who sees a contact may add it to their own opportunities and cases.
    links = (("opportunity", "contact"), ("case", "contact"))
    for each in of_contacts:
        if any(all(f"/{part}/" in f"/{each.path}/" for part in link) for link in links):
            continue
        if each.path.endswith(("/person", "/files", "/files/text", "/copy")):
            # the company of a person is a change of the person; a user who sees it may name it;
            # a copy of an invoice is their own
            continue
        answer = sent(scene, each, "cid")
        assert answer.status == 403, (each, answer.text)
    for path in scene.paths(scene.readable)[1:3]:
        assert scene.portal.call("GET", path, as_="cid").status == 200
        assert scene.portal.call("GET", path, as_="cid").response["canEdit"] is False
    assert scene.looks(scene.readable) == before


def test_an_administrator_may(place: Portal):
    """Otherwise the tests above would pass for routes that refuse everybody."""
    scene = Scene(place)
    for route in OF_RECORDS:
        records = scene.records(is_private=True)
        for each in attack(route, scene, records, besides=scene.records(is_private=True)):
            answer = sent(scene, each, "root")
            assert answer.status in _allowed(route), (each, answer.text)


def _allowed(route: Route) -> tuple[int, ...]:
    if route.template.endswith("/revert"):
        return (404,)  # the entry of the trail that is named is none of this record
    # Nothing was merged that could be taken back.
    return (409,) if route.template.endswith("/unmerge") else (200, 201)


def test_the_owner_of_a_record_may(place: Portal):
    scene = Scene(place)
    for route in OF_RECORDS:
        records = scene.records(is_private=True)
        for each in attack(route, scene, records, besides=scene.records(is_private=True)):
            answer = sent(scene, each, "ann")
            assert answer.status in _allowed(route), (each, answer.text)


# ------------------------------------------------------------------------------ tokens for reading


def api_token(portal: Portal, who: str, scope: str) -> dict[str, str]:
    payload = {"title": "for the test", "scope": scope}
    made = portal.call("POST", "people/@self/tokens", json=payload, as_=who)
    assert made.status == 201, made.text
    return {"Authorization": made.response["token"]}


def test_a_token_for_reading_changes_nothing_alone_or_in_a_batch(scene: Scene):
    """Also when an administrator holds it."""
    before = scene.looks(scene.open)
    headers = api_token(scene.portal, "root", "read")
    changing = attacks(CHANGING, scene, scene.open, scene.open)
    for each in changing:
        answer = sent(scene, each, None, headers=headers)
        assert (answer.status, answer.json["error"]["message"]) == (
            403,
            "This token may only read",
        )
    batch = {"batch": json.dumps([{"relativeUrl": "/api/2.0/people/@self"}])}
    assert scene.portal.call("POST", "batch", form=batch, as_=None, headers=headers).status == 403
    assert scene.looks(scene.open) == before
    for path in scene.paths(scene.open):
        assert scene.portal.call("GET", path, as_=None, headers=headers).status == 200


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_a_token_for_reading_cannot_write_on_any_route_there_is(place: Portal):
    headers = api_token(place, "root", "read")
    for route in app.routes().routes:
        if route.method != "GET" and route.gate is not None:
            path = "/".join("1" if part.startswith("{") else part for part in _parts(route))
            answer = place.call(route.method, path, as_=None, headers=headers)
            assert (answer.status, answer.json["error"]["message"]) == (
                403,
                "This token may only read",
            ), route.template


def _parts(route: Route) -> list[str]:
    found = []
    for part in route.template.split("/"):
        choices = re.fullmatch(r"\{\w+:\((\w+)[^)]*\)\}", part)
        found.append(choices[1] if choices else part)
    return found


# --------------------------------------------------------------------------------------------- ids

NO_IDS = (
    "0",
    "-1",
    "2147483648",
    "4294967297",
    "9223372036854775808",
    "9" * 50,
    "1 OR 1=1",
    "1;--",
    "1,2",
    "1.0",
    "1e0",
    "0x1",
    "+1",
    "١",
    "𝟏",
    "¹",
    "１",
    "null",
    "%31%00",
    "..",
    "*",
)


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", NO_IDS)
def test_what_is_no_id_finds_no_record(scene: Scene, text: str):
    before = scene.looks(scene.open)
    for each in attacks(OF_RECORDS, scene, Records.all(0), scene.open):
        path = re.sub(r"(?<=/)0(?=/|$)", quote(text, safe=""), each.path)
        answer = scene.portal.call(each.route.method, path, json=each.payload)
        if "bycontact" in path and answer.status == 200:  # of no contact there are none
            assert answer.response == []
        else:
            # 0 is no id at all, which some routes say before they look.
            expected = (400, 404) if text == "0" else (404, 405)
            assert answer.status in expected, (path, answer.text)
    assert scene.looks(scene.open) == before


def test_the_id_of_another_kind_of_record_finds_none(place: Portal):
    scene = Scene(place)
    person = max(scene.records(is_private=False).person for _ in range(3))
    company, kept = scene.open.company, scene.looks(scene.open)
    assert place.call("GET", f"crm/opportunity/{person}", as_="root").status == 404
    of_opportunities = [each for each in OF_RECORDS if each.template.startswith("crm/opportunity")]
    other = replace(Records.all(0), opportunity=person, person=company, company=company)
    for each in attacks(of_opportunities, scene, other, scene.open):
        if f"/{person}" in each.path:
            answer = sent(scene, each, "root")
            assert (answer.status, answer.json["error"]["message"]) == (404, "Not found"), each
    of_contacts = [each for each in CHANGING if re.search(r"/(person|company)", each.template)]
    other = replace(Records.all(0), person=company, company=scene.open.person)
    for each in attacks(of_contacts, scene, other, scene.open):
        answer = sent(scene, each, "root")
        if "tag/group" not in each.path and "customfield" not in each.path:
            assert answer.status in (400, 404), (each, answer.text)
    for records in (scene.open, scene.hidden, scene.readable):
        for shown in scene.looks(records)[1:]:
            assert "Taken" not in json.dumps(shown)
    assert [each["id"] for each in scene.looks(scene.open)] == [each["id"] for each in kept]


def test_an_id_in_the_path_is_not_overruled_by_one_in_the_body(scene: Scene):
    """The right to one record is no key to another."""
    before = scene.looks(scene.hidden)
    for each in attacks(CHANGING, scene, scene.open, scene.open):
        names = re.findall(r"\{(\w+):id\}", each.route.template)
        others = {
            name: getattr(scene.hidden, kind_of(each.route, name))
            for name in names
            if name not in ("id", "fieldid")
        }
        spelled = {name.upper(): value for name, value in others.items()}
        query = "&".join(f"{name}={value}" for name, value in others.items())
        if each.route.method == "DELETE" and each.path.count("/") == 2:
            continue  # it would be gone for the others
        for payload in (others, spelled):
            scene.portal.call(
                each.route.method,
                f"{each.path}?{query}",
                json={**each.payload, **payload},
                as_="bob",
            )
    assert scene.looks(scene.hidden) == before


# ------------------------------------------------------------------------------- ids inside bodies


class Nested(NamedTuple):
    """A route that takes the id of another record in its body. `{}` is that id."""

    method: str
    path: str
    payload: str
    kind: str


DEAL = '"title":"x","responsibleid":"BOB","stageid":1,"bidCurrencyAbbr":"EUR"'
NESTED = (
    Nested("POST", "crm/opportunity", '{DEAL,"contactid":[]}', "person"),
    Nested("POST", "crm/opportunity", '{DEAL,"members":[[]]}', "person"),
    Nested("POST", "crm/opportunity", '{DEAL,"stageid":[]}', "stage"),
    Nested("PUT", "crm/opportunity/OPEN", '{DEAL,"contactid":[]}', "person"),
    Nested("PUT", "crm/opportunity/OPEN", '{DEAL,"members":[[]]}', "person"),
    Nested("PUT", "crm/opportunity/by-external/KEY", '{DEAL,"contactid":[]}', "person"),
    Nested(
        "POST",
        "crm/contact/person",
        '{"firstName":"a","lastName":"b","companyid":[]}',
        "company",
    ),
    Nested("POST", "crm/contact/company", '{"companyName":"a","personList":[[]]}', "person"),
    Nested("POST", "crm/contact/company/COMPANY/person", '{"personid":[]}', "person"),
    Nested("DELETE", "crm/contact/company/COMPANY/person", '{"personid":[]}', "person"),
    Nested("PUT", "crm/opportunity", '{"opportunityids":[[]]}', "opportunity"),
    Nested("PUT", "crm/opportunity/access", '{"opportunityid":[[]]}', "opportunity"),
    Nested("POST", "crm/opportunity/taglist", '{"entityid":[[]],"tagName":"t"}', "opportunity"),
    Nested("PUT", "crm/contact", '{"contactids":[[]]}', "person"),
    Nested("PUT", "crm/contact/access", '{"contactid":[[]],"isShared":true}', "person"),
    Nested("POST", "crm/contact/taglist", '{"entityid":[[]],"tagName":"t"}', "person"),
    Nested(
        "PUT",
        "crm/trash/restore",
        '{"items":[{"entityType":"opportunity","id":[]}]}',
        "opportunity",
    ),
    Nested("PUT", "crm/trash/restore", '{"items":[{"entityType":"contact","id":[]}]}', "person"),
    Nested("GET", "crm/opportunity/filter?contactid=[]", "{}", "person"),
    Nested(
        "GET", "crm/opportunity/filter?contactid=[]&contactAlsoIsParticipant=true", "{}", "person"
    ),
    Nested("GET", "crm/opportunity/summary?contactid=[]", "{}", "person"),
    Nested("GET", "crm/opportunity/byprefix?prefix=w&contactid=[]", "{}", "person"),
    Nested(
        "GET", "crm/opportunity/byprefix?prefix=w&contactid=[]&internalSearch=true", "{}", "person"
    ),
    Nested("GET", "crm/contact/byprefix?entityType=1&entityid=[]", "{}", "opportunity"),
    Nested("DELETE", "crm/opportunity/filter?contactid=[]", "{}", "person"),
)


def told(answer: Answer, number: int) -> Any:
    """What an answer shows of the record with that number."""
    if answer.status >= 400:
        return answer.status, re.sub(rf"\b{number}\b", "#", answer.json["error"]["message"])
    payload = answer.response
    if isinstance(payload, list):
        return answer.status, [each["id"] for each in payload]
    if isinstance(payload, dict):
        shown = ("members", "contact", "company", "personsCount", "total")
        return answer.status, {name: payload.get(name) for name in shown}
    return answer.status, payload


@pytest.mark.parametrize(
    "nested", NESTED, ids=lambda each: f"{each.method} {each.path} {each.payload}"
)
def test_an_id_inside_a_body_tells_no_more_than_one_of_nothing(scene: Scene, nested: Nested):
    before = scene.looks(scene.hidden)
    answers = []
    for number in (getattr(scene.hidden, nested.kind, MISSING - 1), MISSING):
        body = nested.payload.replace("DEAL", DEAL).replace("BOB", scene.portal.id_of("bob"))
        path = nested.path.replace("OPEN", str(scene.open.opportunity))
        path = path.replace("COMPANY", str(scene.open.company)).replace("KEY", scene.word)
        answer = scene.portal.call(
            nested.method,
            path.replace("[]", str(number)),
            body=body.replace("[]", str(number)).encode(),
            headers={"Content-Type": "application/json"},
            as_="bob",
        )
        answers.append(told(answer, number))
    assert answers[0] == answers[1]
    assert scene.looks(scene.hidden) == before
