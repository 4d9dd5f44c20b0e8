"""Bob learns nothing of records that are hidden from Bob: no answer changes when Ann works on
records that only she sees, and no answer repeats a word of them."""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from dealwright import app
from dealwright.crm.contacts.search.queries import SORTS as CONTACT_SORTS
from dealwright.crm.opportunities.queries import SORTS
from dealwright.wire.routes import Route
from tests.making import make_opportunity, make_person
from tests.running import Answer, Portal

READ = [route for route in app.routes().routes if route.method == "GET" and not route.is_pending]


TEXT = {"fieldType": "TextField", "mask": '{"size":40}'}


class World:
    """Records that everybody sees, to which Ann's private ones belong."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.word = "open" + uuid4().hex[:8]
        self.secret = "secret" + uuid4().hex[:8]
        self.field = self._made("crm/opportunity/customfield", label="F", **TEXT)
        self.contact_field = self._made("crm/contact/customfield", label="F", **TEXT)
        self.company = self._made("crm/contact/company", companyName=self.word, shareType=1)
        self.person = make_person(portal, firstName=self.word, lastName="x", companyid=self.company)
        self.deals = [self._deal(number) for number in range(3)]
        self.put("PUT", "crm/opportunity", opportunityids=[self._deal(9)])

    def _made(self, path: str, **payload: Any) -> int:
        answer = self.portal.call("POST", path, json=payload, as_="root")
        assert answer.status == 201, answer.text
        number: int = answer.response["id"]
        return number

    def _deal(self, number: int, **more: Any) -> int:
        made = make_opportunity(
            self.portal,
            title=f"{self.word} {number}",
            bidValue=number * 100,
            stageid=number % 3 + 1,
            contactid=self.person,
            members=[self.company],
            **more,
        )
        self.put("POST", f"crm/opportunity/{made}/tag", tagName=self.word)
        self.put("POST", f"crm/opportunity/{made}/customfield/{self.field}", fieldValue=self.word)
        return made

    def put(self, method: str, path: str, as_: str = "ann", **payload: Any) -> Any:
        answer = self.portal.call(method, path, json=payload, as_=as_)
        assert answer.status in (200, 201), (path, answer.text)
        return answer.response

    def work_in_secret(self) -> dict[str, int]:
        """Everything that Ann can do privately with public records: the ids of her records."""
        mine = {"isPrivate": True, "externalId": self.secret}
        company = self.put(
            "POST", "crm/contact/company", companyName=f"{self.secret} a", shareType=0
        )["id"]
        person = self.put(
            "POST",
            "crm/contact/person",
            firstName=self.secret,
            lastName=self.word,
            about=self.word,
            companyid=self.company,
            shareType=0,
            externalId=self.secret,
        )["id"]
        deal = self._deal(1, **mine, description=f"{self.secret} {self.word}")
        self.put("POST", f"crm/opportunity/{deal}/contact/{person}")
        self.put("POST", f"crm/contact/{company}/tag", tagName=self.secret)
        self.put("DELETE", "crm/contact/tag", "root", tagName=self.secret)
        self.put(
            "POST", f"crm/contact/{person}/customfield/{self.contact_field}", fieldValue=self.word
        )
        gone = self._deal(2, isPrivate=True, accessList=[self.portal.id_of("cid")])
        self.put("DELETE", f"crm/opportunity/{gone}")
        back = self._deal(2, isPrivate=True, bidCurrencyAbbr="XAF")
        self.put("DELETE", f"crm/opportunity/{back}")
        self.put("PUT", "crm/trash/restore", items=[{"entityType": "opportunity", "id": back}])
        self.put("PUT", f"crm/opportunity/{back}/stage/2", stageid=2)
        self.put("PUT", "crm/opportunity/access", opportunityid=[deal, gone, back], isPrivate=True)
        self._belong_to({"contact": person, "opportunity": deal, "case": self._case(person)})
        return {"opportunity": deal, "person": person, "company": company, "gone": gone}

    def _case(self, person: int) -> int:
        payload = {"title": f"{self.secret} {self.word}", "isPrivate": True, "members": [person]}
        made: int = self.put("POST", "crm/case", **payload, externalId=self.secret)["id"]
        self.put("DELETE", f"crm/case/{self.put('POST', 'crm/case', **payload)['id']}")
        return made

    def _belong_to(self, hidden: dict[str, int]) -> None:
        """Tasks, events, files and contact data of hers, of records that only she sees; and of what
        everybody sees, with one of those."""
        words = f"{self.secret} {self.word}"
        kinds = {each: self._first(f"crm/{each}/category") for each in ("task", "history")}
        for kind, record in hidden.items():
            of = {"entityType": kind, "entityid": record} if kind != "contact" else {}
            by = {"contactid": hidden["contact"] if kind == "contact" else 0}
            due = {"deadline": "2100-01-01", "categoryid": kinds["task"]}
            task = self.put("POST", "crm/task", title=words, **due, **of, **by)["id"]
            self.put("PUT", f"crm/task/{task}/close")
            self.put("POST", "crm/task", title=words, **due, **of, **by)
            event = {"content": words, "categoryId": kinds["history"], **of, **by}
            shown = self.put("POST", "crm/history", **event)["id"]
            self.put("DELETE", f"crm/history/{shown}")
            self.put("POST", "crm/history", **event, notifyUserList=[self.portal.id_of("bob")])
            self.put("POST", f"crm/{kind}/{record}/files/text", title=words, content=words)
        mail = {"infoType": "Email", "data": f"{self.secret}@example.com", "category": "Work"}
        self.put("POST", f"crm/contact/{hidden['contact']}/data", **mail, isPrimary=True)
        self.put("POST", f"crm/case/{hidden['case']}/tag", tagName=self.secret)
        self.put("DELETE", "crm/case/tag", "root", tagName=self.secret)

    def _first(self, path: str) -> int:
        found: int = self.portal.call("GET", path, as_="root").response[0]["id"]
        return found


def questions(world: World) -> Iterator[str]:
    """Every address that Bob can read, with every sort and filter of lists."""
    visible = {"opportunity": world.deals[0], "company": world.company, "person": world.person}
    for route in READ:
        if not route.template.startswith(("warmup", "portal/", "people/@self/tokens")):
            yield _address(route, visible)
    lists = (("crm/opportunity", SORTS), ("crm/contact", CONTACT_SORTS))
    for (path, sorts), order in product(lists, ("ascending", "descending")):
        yield from (f"{path}/filter?sortBy={sort}&sortOrder={order}&count=2" for sort in sorts)
    for path, query in product(
        ("opportunity/filter", "opportunity/summary", "contact/filter", "contact/simple/filter"),
        (
            f"filterValue={world.word}",
            f"filterValue={world.secret}",
            f"tags={world.word}",
            f"contactid={world.person}&contactAlsoIsParticipant=true",
            f"contactid={world.company}",
            "contactListView=WithOpportunity",
            f"responsibleid={world.portal.id_of('ann')}",
            "stageType=0",
            "fromDate=2000-01-01",
            "count=0",
            "cursor=&count=2",
            "isShared=false",
        ),
    ):
        yield f"crm/{path}?{query}"
    for path, query in product(
        ("task/filter", "history/filter", "case/filter", "contact/filter", "notifications"),
        (
            f"filterValue={world.word}",
            f"filterValue={world.secret}",
            f"contactid={world.person}",
            f"entityType=contact&entityid={world.person}",
            f"entityType=opportunity&entityid={world.deals[0]}",
            f"createBy={world.portal.id_of('ann')}",
            "isClosed=true",
            "isRead=false",
            "count=0",
            "sortOrder=descending&count=2",
        ),
    ):
        yield f"crm/{path}?{query}"
    for word in (world.word, world.secret, world.secret[:4]):
        yield f"crm/case/byprefix?prefix={word}"
        yield f"crm/contact/simple/byEmail?term={word}&maxCount=20"
        yield f"crm/contact/bycontactinfo?infoType=Email&data={word}"
        yield f"crm/opportunity/byprefix?prefix={word}"
        yield f"crm/contact/byprefix?prefix={word}"
        yield f"crm/contact/byprefix?prefix={word}&searchType=1"
        yield f"crm/trash?filterValue={word}"
    for inside in ("true", "false"):
        yield f"crm/opportunity/byprefix?contactid={world.person}&internalSearch={inside}"


def _address(route: Route, visible: dict[str, int]) -> str:
    kind = re.search(r"opportunity|company|person|contact", route.template)
    parts = []
    for part in route.template.split("/"):
        choices = re.fullmatch(r"\{\w+:\(([^)]+)\)\}", part)
        if choices:
            parts.append(choices[1].split("|")[0])
        elif part.startswith("{"):
            name = "company" if "company" in part else "person" if "contact" in part else ""
            found = visible.get(name or (kind[0] if kind else ""), visible["person"])
            parts.append(str(found if part.endswith(":id}") else "ann"))
        else:
            parts.append(part)
    return "/".join(parts)


def seen(portal: Portal, addresses: list[str], who: str = "bob") -> dict[str, str]:
    def ask(address: str) -> str:
        answer = portal.call("GET", address, as_=who)
        assert answer.status < 500, answer.text
        # A cursor is signed, and the same however often it is asked for.
        return f"{answer.status} {answer.body!r} {answer.headers['ETag']}"

    return {address: ask(address) for address in addresses}


def test_nothing_that_bob_can_ask_changes_by_what_ann_does_for_herself(place: Portal):
    world = World(place)
    addresses = list(questions(world))
    before = seen(place, addresses)
    hidden = world.work_in_secret()
    after = seen(place, addresses)
    assert {each: after[each] for each in addresses if after[each] != before[each]} == {}
    changed = [
        each for each, payload in seen(place, addresses, "root").items() if payload != before[each]
    ]
    assert len(changed) > 30, "or else nothing was asked that could tell"
    for kind in ("opportunity", "contact", "case", "task", "history"):
        assert any(each.startswith(f"crm/{kind}/filter") for each in changed), kind
    world.put("DELETE", f"crm/opportunity/{hidden['opportunity']}")
    world.put("DELETE", f"crm/contact/{hidden['person']}")
    assert seen(place, addresses) == before


def test_no_answer_repeats_a_word_of_what_is_hidden(place: Portal):
    """Also not in a refusal, a tag, a history, or beside a public record."""
    world = World(place)
    hidden = world.work_in_secret()
    deal = world.deals[0]
    whole = {
        "title": world.word,
        "responsibleid": place.id_of("ann"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
        "contactid": hidden["company"],
        "members": [hidden["person"], world.person],
    }
    world.put("PUT", f"crm/opportunity/{deal}", **whole)
    world.put(
        "PUT",
        f"crm/contact/person/{world.person}",
        firstName=world.word,
        lastName="x",
        companyid=hidden["company"],
    )
    for address in (*questions(world), f"crm/opportunity/{deal}?fields=contact,members"):
        text = place.call("GET", address, as_="bob").text
        assert world.secret not in text.replace(f"filterValue={world.secret}", ""), address
    for profile, form in product(("live", "documented"), ("application/json", "text/xml")):
        for address in (f"crm/opportunity/{deal}", f"crm/contact/{world.person}"):
            accept = f"{form}; profile={profile}"
            assert world.secret not in place.call("GET", address, as_="bob", accept=accept).text
    for method, path, payload in (
        ("PUT", f"crm/opportunity/{deal}", whole | {"contactid": hidden["person"]}),
        ("POST", f"crm/opportunity/{deal}/contact/{hidden['person']}", {}),
        ("DELETE", f"crm/opportunity/{deal}/contact/{hidden['person']}", {}),
        ("POST", "crm/opportunity", whole),
        (
            "PUT",
            "crm/trash/restore",
            {"items": [{"entityType": "opportunity", "id": hidden["gone"]}]},
        ),
        ("PUT", f"crm/contact/{hidden['person']}/status", {"contactStatusid": 1}),
        ("DELETE", "crm/contact/filter?all=true", {}),
        ("DELETE", "crm/opportunity/filter?all=true", {}),
    ):
        answer = place.call(method, path, json=payload, as_="bob")
        assert world.secret not in answer.text, (method, path)


def test_what_stands_beside_a_hidden_contact_keeps_it(place: Portal):
    """Bob edits the deal and the person, and cannot clear members that are hidden from Bob."""
    world = World(place)
    hidden = world.work_in_secret()
    deal, who = world.deals[0], {"firstName": world.word, "lastName": "x"}
    whole = {
        "title": world.word,
        "responsibleid": place.id_of("ann"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
    }
    linked = {"contactid": hidden["company"], "members": [hidden["person"]]}
    world.put("PUT", f"crm/opportunity/{deal}", **whole, **linked)
    world.put("PUT", f"crm/contact/person/{world.person}", **who, companyid=hidden["company"])
    for members in ([], None, [world.company]):
        world.put("PUT", f"crm/opportunity/{deal}", "bob", **whole, contactid=0, members=members)
    world.put("PUT", f"crm/contact/person/{world.person}", "bob", **who, companyid=0)
    shown = place.call("GET", f"crm/opportunity/{deal}").response
    assert shown["contact"]["id"] == hidden["company"]
    assert {each["id"] for each in shown["members"]} == {hidden["person"], world.company}
    person = place.call("GET", f"crm/contact/{world.person}").response
    assert person["company"]["id"] == hidden["company"]


def refused(answer: Answer) -> str:
    return f"{answer.status} {answer.json['error']['message']}"


def test_a_key_that_is_taken_tells_nothing_of_who_has_it(place: Portal):
    """That a key is taken must be said; whose it is, and whether in the trash, must not."""
    whole = {"title": "x", "stageid": 1, "bidCurrencyAbbr": "EUR"}
    whole["responsibleid"] = place.id_of("bob")
    keys = {kind: uuid4().hex for kind in ("hidden", "hidden and gone")}
    made = {
        kind: make_opportunity(place, isPrivate=True, externalId=key, title="Very secret")
        for kind, key in keys.items()
    }
    assert place.call("DELETE", f"crm/opportunity/{made['hidden and gone']}").status == 200
    created, upserted, revised = set(), set(), set()
    mine = make_opportunity(place, "bob")
    for key in keys.values():
        sent = whole | {"externalId": key}
        for payload, path, method in (
            (created, "crm/opportunity", "POST"),
            (upserted, f"crm/opportunity/by-external/{key}", "PUT"),
            (revised, f"crm/opportunity/{mine}", "PUT"),
        ):
            answer = place.call(method, path, json=sent, as_="bob")
            assert answer.status in (404, 409), answer.text
            payload.add(refused(answer).replace(key, "#"))
    for payload in (created, upserted, revised):
        assert len(payload) == 1, payload
        assert "secret" not in str(payload)
        assert not re.search(r" .*\d", str(payload)), "no id"
    other = make_person(place, "bob")
    key = uuid4().hex
    make_person(place, shareType=0, externalId=key, firstName="Very secret")
    said_to_bob = place.call(
        "PUT",
        f"crm/contact/person/{other}",
        json={"firstName": "a", "lastName": "b", "externalId": key},
        as_="bob",
    )
    assert said_to_bob.status == 409
    assert "secret" not in said_to_bob.text


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_every_user_has_the_same_picture(place: Portal):
    person = make_person(place, shareType=0)
    for query in (
        f"cid={person}&isc=False",
        "cid=0&isc=False",
        "cid=2147483647&isc=False",
        "cid=x",
    ):
        path = f"/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr&{query}"
        answers = [place.call("GET", path, as_=who) for who in (None, "ann", "bob")]
        assert len({(answer.status, answer.body) for answer in answers}) == 1


def test_what_one_reads_is_kept_by_no_shared_cache(place: Portal):
    """An intermediate must not give Ann's answer to Bob."""
    made = make_opportunity(place, isPrivate=True)
    for path in (f"crm/opportunity/{made}", "crm/opportunity/filter", "people/@self"):
        answer = place.call("GET", path)
        assert answer.headers["Cache-Control"].startswith(("private", "no-store"))
        assert "public" not in answer.headers["Cache-Control"]


def test_stored_answer_is_not_given_to_another_user(place: Portal):
    payload = {
        "title": "Very secret",
        "responsibleid": place.id_of("ann"),
        "stageid": 1,
        "bidCurrencyAbbr": "EUR",
        "isPrivate": True,
    }
    key = {"Idempotency-Key": uuid4().hex}
    first = place.call("POST", "crm/opportunity", json=payload, headers=key)
    second = place.call("POST", "crm/opportunity", json=payload, headers=key, as_="bob")
    assert first.response["id"] != second.response["id"]
    assert second.headers["Idempotency-Replayed"] is None
    assert second.response["createBy"]["id"] == place.id_of("bob")


def test_a_search_for_a_word_of_a_hidden_text_finds_as_much_as_for_none(place: Portal):
    """Word by word, prefix by prefix and phrase by phrase, nothing comes closer to it."""
    secret = "zq" + uuid4().hex[:10]
    make_opportunity(place, isPrivate=True, title=f"{secret} deal", description=secret)
    make_person(place, shareType=0, firstName=secret, lastName=secret)
    for length in range(1, len(secret) + 1):
        for request in (secret[:length], f'"{secret[:length]}"', f"{secret[:length]}*"):
            for path in (
                f"crm/opportunity/filter?filterValue={quote(request)}",
                f"crm/contact/filter?filterValue={quote(request)}",
                f"crm/opportunity/byprefix?prefix={quote(request)}",
                f"crm/contact/byprefix?prefix={quote(request)}",
            ):
                rows = place.call("GET", path, as_="bob").response
                assert secret not in json.dumps(rows)
                if length > 2:
                    assert rows == []
