"""What public clients of the reference lean on, each of it seen over a real socket."""

import json
from base64 import b64encode
from collections.abc import Mapping
from http.cookies import Morsel, SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest

from tests.contract.scene import made
from tests.running import PASSWORD, PEOPLE, Answer, Portal

DEAL = "crm/opportunity"


def inputs(portal: Portal, **changes: object) -> dict[str, object]:
    """The least that an opportunity needs."""
    return {
        "title": f"Deal {uuid4().hex}",
        "responsibleid": portal.id_of("ann"),
        "stageid": a_stage(portal),
        "bidCurrencyAbbr": "EUR",
        **changes,
    }


def a_stage(portal: Portal) -> int:
    return int(portal.call("GET", "crm/opportunity/stage").response[0]["id"])


def a_deal(portal: Portal, **changes: object) -> dict[str, Any]:
    return dict(made(portal, DEAL, inputs(portal, **changes)))


def a_contact(portal: Portal) -> int:
    payload = {"firstName": "Noor", "lastName": uuid4().hex, "shareType": 1}
    return int(made(portal, "crm/contact/person", payload)["id"])


def a_field(portal: Portal) -> int:
    payload = {"label": f"Field {uuid4().hex}", "fieldType": 0, "mask": '{"size":40}'}
    return int(made(portal, "crm/opportunity/customfield", payload, as_="root")["id"])


def signed_in(answer: Answer) -> bool:
    assert answer.status in (200, 401)
    return answer.status == 200


class TestSigningIn:
    """How a client says who it is."""

    @pytest.mark.parametrize("scheme", ["", "Bearer ", "bearer "])
    def test_the_token_is_taken_bare_and_as_bearer(self, portal: Portal, scheme: str):
        token = portal.ground.tokens["bob"]
        assert self.name_by(portal, {"Authorization": scheme + token}) == "Bob Baker"

    def test_the_token_may_be_url_encoded(self, portal: Portal):
        token = portal.ground.tokens["bob"]
        assert self.name_by(portal, {"Authorization": quote(token, safe="")}) == "Bob Baker"

    def test_only_what_stands_before_a_comma_counts(self, portal: Portal):
        token = portal.ground.tokens["bob"]
        assert self.name_by(portal, {"Authorization": f"Bearer {token}, x"}) == "Bob Baker"

    def test_basic_with_email_and_password_signs_in(self, portal: Portal):
        assert self.name_by(portal, basic(PEOPLE["bob"].email, PASSWORD)) == "Bob Baker"

    def test_a_wrong_basic_password_is_401_and_asks_for_basic(self, portal: Portal):
        headers = basic(f"{uuid4().hex}@example.com", "wrong")
        answer = portal.call("GET", "people/@self", as_=None, headers=headers)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].lower().startswith("basic ")

    def test_without_basic_nothing_asks_for_it(self, portal: Portal):
        for headers in ({}, {"Authorization": "Bearer nothing"}):
            answer = portal.call("GET", "people/@self", as_=None, headers=headers)
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"] is None

    @pytest.mark.parametrize("before", ["", "other=1; "])
    def test_the_token_is_taken_from_the_cookie(self, portal: Portal, before: str):
        token = portal.ground.tokens["bob"]
        cookie = {"Cookie": f"{before}asc_auth_key={token}"}
        assert self.name_by(portal, cookie) == "Bob Baker"

    def test_the_token_is_not_taken_from_the_query(self, portal: Portal):
        path = f"people/@self?asc_auth_key={portal.ground.tokens['bob']}"
        assert portal.call("GET", path, as_=None).status == 401

    @pytest.mark.parametrize("how", ["json", "form"])
    @pytest.mark.parametrize("path", ["authentication", "authentication.json"])
    def test_signing_in_takes_json_and_forms(self, portal: Portal, how: str, path: str):
        payload = {"userName": PEOPLE["bob"].email, "password": PASSWORD}
        answer = portal.call("POST", path, as_=None, **{how: payload})  # type: ignore[arg-type]
        assert answer.status == answer.json["statusCode"] == 201
        assert list(answer.response) == ["token", "expires"]
        assert self.name_by(portal, {"Authorization": answer.response["token"]}) == "Bob Baker"

    def test_the_expiry_has_a_numeric_offset_also_in_utc(self, portal: Portal):
        assert sign_in(portal).response["expires"].endswith("+00:00")

    def test_signing_in_sets_the_cookie_for_the_whole_site_and_not_for_scripts(
        self, portal: Portal
    ):
        answer = sign_in(portal)
        cookie = the_cookie(answer)
        assert cookie.value == answer.response["token"]
        assert (cookie["path"], cookie["samesite"].lower()) == ("/", "lax")
        assert cookie["httponly"] and not cookie["secure"]

    def test_on_https_the_cookie_is_secure(self, portal: Portal):
        behind = portal.fresh(trusted_proxies="127.0.0.1")
        answer = sign_in(behind, {"X-Forwarded-Proto": "https"})
        assert the_cookie(answer)["secure"]

    def test_a_failed_sign_in_is_401_in_the_envelope(self, portal: Portal):
        payload = {"userName": f"{uuid4().hex}@example.com", "password": "wrong"}
        answer = portal.call("POST", "authentication.json", as_=None, json=payload)
        assert answer.status == 401
        assert answer.json["error"]["message"] == "User authentication failed"
        assert answer.json["error"]["hresult"] == -2146233087

    @staticmethod
    def name_by(portal: Portal, headers: Mapping[str, str]) -> str:
        answer = portal.call("GET", "people/@self", as_=None, headers=headers)
        assert answer.status == 200, answer.text
        return str(answer.response["displayName"])


class TestAddresses:
    """How clients spell an address."""

    @pytest.mark.parametrize("path", ["//api/2.0/people/@self", "/api//2.0//people/@self"])
    def test_doubled_slashes_count_once(self, portal: Portal, path: str):
        assert portal.call("GET", path).response["firstName"] == "Ann"

    def test_a_trailing_slash_changes_nothing(self, portal: Portal):
        assert portal.call("GET", "people/@self/").response["firstName"] == "Ann"

    def test_a_json_suffix_changes_nothing_at_a_word_or_a_number(self, portal: Portal):
        deal = a_deal(portal)["id"]
        assert portal.call("GET", f"{DEAL}/{deal}.json").response["id"] == deal
        assert portal.call("GET", f"{DEAL}/stage.json").status == 200

    def test_an_xml_suffix_gives_xml_whatever_the_request_is_written_in(self, portal: Portal):
        deal = a_deal(portal)["id"]
        as_json = {"Content-Type": "application/json"}
        answer = portal.call("GET", f"{DEAL}/{deal}.xml", headers=as_json)
        assert answer.text.startswith("<result>")

    def test_other_suffixes_are_none(self, portal: Portal):
        assert portal.call("GET", f"{DEAL}/stage.tml").status == 404

    def test_literal_segments_may_be_in_any_case(self, portal: Portal):
        assert portal.call("GET", "/API/2.0/CRM/Opportunity/STAGE.json").status == 200

    def test_a_dot_in_a_user_name_is_no_suffix(self, portal: Portal):
        answer = portal.call("GET", "people/john.doe")
        assert answer.status == 404
        assert answer.json["error"]["message"] != "Method not found"


class TestBodies:
    """Every way in which clients write what they send."""

    def created(self, portal: Portal, **how: Any) -> dict[str, Any]:
        answer = portal.call("POST", DEAL, **how)
        assert answer.status == 201, answer.text
        return dict(answer.response)

    def test_json_is_read(self, portal: Portal):
        payload = inputs(portal)
        assert self.created(portal, json=payload)["title"] == payload["title"]

    def test_json_with_a_charset_and_a_byte_order_mark_is_read(self, portal: Portal):
        payload = inputs(portal, title="Привет 🏨")
        body = b"\xef\xbb\xbf" + json.dumps(payload, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        assert self.created(portal, body=body, headers=headers)["title"] == "Привет 🏨"

    @pytest.mark.parametrize("name", ["members", "members[]", "members[{}]"])
    def test_a_form_spells_a_list_by_repeating_and_by_brackets(self, portal: Portal, name: str):
        contacts = [a_contact(portal), a_contact(portal)]
        fields = [(name.format(place), each) for place, each in enumerate(contacts)]
        made_of = self.created(portal, form=[*inputs(portal).items(), *fields])
        assert sorted(each["id"] for each in made_of["members"]) == sorted(contacts)

    @pytest.mark.parametrize(
        "spelling",
        [
            "customFieldList[0][{}]",
            "customFieldList[0].{}",
            "customfieldlist[0][{}]",
            "customFieldList[{}]",
        ],
    )
    @pytest.mark.parametrize("is_lower", [False, True])
    def test_a_form_spells_a_list_of_pairs(self, portal: Portal, spelling: str, is_lower: bool):
        field = a_field(portal)
        key, value = ("key", "value") if is_lower else ("Key", "Value")
        pair = {spelling.format(key): field, spelling.format(value): "blue"}
        made_of = self.created(portal, form={**inputs(portal), **pair})
        assert [each["fieldValue"] for each in filled(made_of)] == ["blue"]

    @pytest.mark.parametrize("members", [("Key", "Value"), ("key", "value"), ("KEY", "VALUE")])
    def test_json_pairs_may_be_in_any_case_and_one_alone(
        self, portal: Portal, members: tuple[str, str]
    ):
        pair = dict(zip(members, (a_field(portal), "red"), strict=True))
        made_of = self.created(portal, json=inputs(portal, customFieldList=[pair]))
        assert [each["fieldValue"] for each in filled(made_of)] == ["red"]

    def test_a_multipart_body_is_read(self, portal: Portal):
        contacts = [a_contact(portal), a_contact(portal)]
        fields = [*inputs(portal).items(), *(("members[]", each) for each in contacts)]
        headers = {"Content-Type": "multipart/form-data; boundary=cut"}
        made_of = self.created(portal, body=multipart(fields), headers=headers)
        assert sorted(each["id"] for each in made_of["members"]) == sorted(contacts)

    @pytest.mark.parametrize("kind", ["text/xml", "application/xml; charset=utf-8"])
    def test_an_xml_body_is_read(self, portal: Portal, kind: str):
        contacts = [a_contact(portal), a_contact(portal)]
        elements = "".join(f"<{name}>{value}</{name}>" for name, value in inputs(portal).items())
        members = "".join(f"<members>{each}</members>" for each in contacts)
        body = f"<deal>{elements}{members}</deal>"
        made_of = self.created(portal, body=body, headers={"Content-Type": kind})
        assert sorted(each["id"] for each in made_of["members"]) == sorted(contacts)

    def test_the_query_is_read_on_every_method(self, portal: Portal):
        answer = portal.call("POST", f"{DEAL}?{urlencode(inputs(portal))}")
        assert answer.status == 201
        one = f"{DEAL}/{answer.response['id']}"
        assert portal.call("PUT", f"{one}?{urlencode(inputs(portal, title='Two'))}").status == 200
        assert portal.call("GET", one).response["title"] == "Two"

    def test_delete_reads_the_query_and_every_kind_of_body(self, portal: Portal):
        tag = {"tagName": f"tag {uuid4().hex}"}
        one = f"{DEAL}/{a_deal(portal)['id']}/tag"
        ways: list[dict[str, Any]] = [
            {"path": f"{one}?{urlencode(tag)}"},
            {"path": one, "json": tag},
            {"path": one, "form": tag},
            {
                "path": one,
                "body": multipart(list(tag.items())),
                "headers": {"Content-Type": "multipart/form-data; boundary=cut"},
            },
            {
                "path": one,
                "body": f"<x><tagName>{tag['tagName']}</tagName></x>",
                "headers": {"Content-Type": "text/xml"},
            },
        ]
        for way in ways:
            made(portal, one, tag)
            assert portal.call("DELETE", **way).status == 200, way
            assert portal.call("GET", f"{DEAL}/tag/{one.split('/')[2]}").response == []

    def test_get_reads_a_json_body(self, portal: Portal):
        deal = a_deal(portal, title=f"x{uuid4().hex}")
        answer = portal.call("GET", f"{DEAL}/byprefix", json={"prefix": deal["title"]})
        assert [each["id"] for each in answer.response] == [deal["id"]]

    @pytest.mark.parametrize("change", [str.lower, str.upper, str.swapcase])
    def test_names_bind_in_any_case(self, portal: Portal, change: Any):
        payload = {change(name): value for name, value in inputs(portal).items()}
        assert self.created(portal, json=payload)["title"] == next(iter(payload.values()))
        assert self.created(portal, form=payload)["title"] == next(iter(payload.values()))

    def test_the_path_beats_the_query_and_the_query_the_body(self, portal: Portal):
        one, other = a_deal(portal), a_deal(portal)
        path = f"{DEAL}/{one['id']}?title=query&opportunityid={other['id']}"
        payload = inputs(portal, title="body", opportunityid=other["id"])
        changed = portal.call("PUT", path, json=payload).response
        assert (changed["id"], changed["title"]) == (one["id"], "query")

    def test_an_enumeration_is_read_by_name_and_by_number(self, portal: Portal):
        for payload in ("PerDay", "perday", "2", 2):
            assert self.created(portal, json=inputs(portal, bidType=payload))["bidType"] == 2


class TestDates:
    def test_a_date_that_we_print_is_accepted_when_sent_back(self, portal: Portal):
        for zone in ("UTC", "Asia/Kathmandu", "America/New_York"):
            there = portal.fresh(timezone=zone)
            before = a_deal(there, expectedCloseDate="2024-07-01T08:09:10.123Z")
            names = ("actualCloseDate", "expectedCloseDate")  # the first is unset
            sent_back = {name: before[name] for name in names}
            payload = inputs(there, **sent_back)
            after = there.call("PUT", f"{DEAL}/{before['id']}", json=payload).response
            assert {name: after[name] for name in names} == sent_back

    @pytest.mark.parametrize("written", ["json", "form", "query"])
    def test_dashes_in_the_time_are_valid(self, portal: Portal, written: str):
        payload = inputs(portal, expectedCloseDate="2008-04-10T06-30-00.000Z")
        if written == "query":
            answer = portal.call("POST", f"{DEAL}?{urlencode(payload)}")
        else:
            answer = portal.call("POST", DEAL, **{written: payload})  # type: ignore[arg-type]
        assert answer.response["expectedCloseDate"] == "2008-04-10T06:30:00.0000000Z"


class TestAnswers:
    """What clients look for in what comes back."""

    def test_response_is_an_empty_object_where_there_is_nothing_to_say(self, portal: Portal):
        path = f"{DEAL}/{a_deal(portal)['id']}/creationdate"
        answer = portal.call("PUT", path, json={"creationDate": "2020-01-02"})
        assert answer.json == {"status": 0, "statusCode": 200, "response": {}}

    def test_delete_answers_the_deleted_object(self, portal: Portal):
        deal = a_deal(portal)
        answer = portal.call("DELETE", f"{DEAL}/{deal['id']}")
        assert answer.status == 200
        assert answer.response == deal

    def test_an_empty_list_is_an_empty_list(self, portal: Portal):
        answer = portal.call("GET", f"{DEAL}/filter?tags={uuid4().hex}")
        assert answer.json == {"total": 0, "status": 0, "statusCode": 200, "response": []}

    def test_every_post_answers_201_also_when_it_only_changes(self, portal: Portal):
        path = f"{DEAL}/{a_deal(portal)['id']}/contact/{a_contact(portal)}"
        answer = portal.call("POST", path)
        assert answer.status == answer.json["statusCode"] == 201

    def test_tags_of_one_entity_are_plain_strings(self, portal: Portal):
        title = f"tag {uuid4().hex}"
        deal = a_deal(portal)["id"]
        assert made(portal, f"{DEAL}/{deal}/tag", {"tagName": title}) == title
        assert portal.call("GET", f"{DEAL}/tag/{deal}").response == [title]

    def test_tags_of_an_entity_type_are_objects(self, portal: Portal):
        title = f"tag {uuid4().hex}"
        deal = a_deal(portal)["id"]
        made(portal, f"{DEAL}/{deal}/tag", {"tagName": title})
        listed = portal.call("GET", f"{DEAL}/tag").response
        assert {"title": title, "relativeItemsCount": 1} in listed

    def test_the_version_is_one_that_clients_know(self, portal: Portal):
        answer = portal.call("GET", "settings/version/build.json", as_=None)
        assert answer.response["communityServer"] == "12.7.1"

    def test_every_answer_has_an_id_of_its_own_request(self, portal: Portal):
        ids = [portal.call("GET", "people/@self").headers["X-Request-Id"] for _ in range(2)]
        assert ids[0] and ids[1] and ids[0] != ids[1]
        assert portal.call("GET", "nowhere", as_=None).headers["X-Request-Id"]

    def test_a_request_may_bring_its_id(self, portal: Portal):
        headers = {"X-Request-Id": "abc123"}
        answer = portal.call("GET", "people/@self", headers=headers)
        assert answer.headers["X-Request-Id"] == "abc123"


def sign_in(portal: Portal, headers: Mapping[str, str] | None = None) -> Answer:
    payload = {"userName": PEOPLE["bob"].email, "password": PASSWORD}
    answer = portal.call("POST", "authentication", as_=None, json=payload, headers=headers)
    assert answer.status == 201, answer.text
    return answer


def the_cookie(answer: Answer) -> "Morsel[str]":
    return SimpleCookie(answer.headers["Set-Cookie"])["asc_auth_key"]


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


def filled(deal: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The custom values that are not headings."""
    return [each for each in deal["customFields"] if each["fieldType"] != 4]


def multipart(fields: list[tuple[str, object]]) -> bytes:
    """A body whose parts are cut by `cut`."""
    parts = [
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    return "".join([*parts, "--cut--\r\n"]).encode()
