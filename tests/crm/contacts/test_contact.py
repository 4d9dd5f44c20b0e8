"""One contact is created, read, changed and deleted, as a client sees it."""

import pytest
from sqlalchemy import func, select

from dealwright.storage import schema
from tests.crm.contacts.making import contact, make_company, people, word
from tests.making import at_once, make_opportunity, make_person, stored

PERSON = [
    *("firstName", "lastName", "title", "addresses", "createBy", "created", "about", "industry"),
    *("commonData", "customFields", "haveLateTasks", "smallFotoUrl", "mediumFotoUrl"),
    *("displayName", "isCompany", "isPrivate", "isShared", "shareType", "currency", "canEdit"),
    *("canDelete", "id"),
]
COMPANY = ["companyName", *PERSON[3:]]


def test_person_shows_its_own_members_first_and_its_id_last(portal):
    answer = portal.call(
        "POST",
        "crm/contact/person",
        json={"firstName": "Pat", "lastName": "Person", "jobTitle": "Clerk", "shareType": "Read"},
    )
    assert answer.status == 201
    shown = answer.response
    assert list(shown) == PERSON
    assert shown["title"] == "Clerk"
    assert shown["displayName"] == "Pat Person"
    assert (shown["isPrivate"], shown["isShared"], shown["shareType"]) == (False, True, 2)
    assert shown["addresses"] == shown["commonData"] == shown["customFields"] == []
    assert shown["currency"] is None
    assert shown["createBy"]["id"] == portal.id_of("ann")
    assert contact(portal, shown["id"]) == shown


def test_company_counts_the_persons_that_the_caller_sees(portal):
    company = make_company(portal)
    make_person(portal, companyId=company)
    make_person(portal, companyId=company, shareType="None")
    portal.call("DELETE", f"crm/contact/{make_person(portal, companyId=company)}")
    shown = contact(portal, company)
    assert list(shown) == ["companyName", "personsCount", *COMPANY[1:]]
    assert shown["personsCount"] == 2
    assert contact(portal, company, "bob")["personsCount"] == 1
    assert contact(portal, company, "root")["personsCount"] == 2


def test_person_shows_its_company_only_to_users_who_see_it(portal):
    company = make_company(portal, shareType=0)
    person = make_person(portal, companyId=company)
    shown = contact(portal, person)
    assert list(shown)[:4] == ["firstName", "lastName", "company", "title"]
    assert shown["company"]["id"] == company
    assert shown["company"]["isCompany"] is True
    assert "company" not in contact(portal, person, "bob")
    portal.call("DELETE", f"crm/contact/{company}")
    assert "company" not in contact(portal, person)


def test_photo_urls_name_the_contact_and_its_kind(portal):
    company = make_company(portal)
    shown = contact(portal, company)
    handler = "/Products/CRM/HttpHandlers/filehandler.ashx?action=contactphotoulr"
    assert shown["smallFotoUrl"] == f"{handler}&cid={company}&isc=True&ps=1"
    assert shown["mediumFotoUrl"] == f"{handler}&cid={company}&isc=True&ps=2"


def test_new_contact_is_private_and_managed_by_its_creator(portal):
    for path, names in (
        ("person", {"firstName": "Pat", "lastName": ""}),
        ("company", {"companyName": "Acme"}),
    ):
        shown = portal.call("POST", f"crm/contact/{path}", json=names).response
        assert shown["isPrivate"] is True
        assert people(shown) == {"ann"}
        assert contact(portal, shown["id"]) == shown
        assert portal.call("GET", f"crm/contact/{shown['id']}", as_="bob").status == 404
        assert contact(portal, shown["id"], "root")["canEdit"] is True


def test_managers_see_and_edit_a_private_contact(portal):
    person = make_person(portal, shareType="None", managerList=[portal.id_of("bob")])
    shown = contact(portal, person, "bob")
    assert people(shown) == {"ann", "bob"}
    assert shown["canEdit"] is True
    assert portal.call("GET", f"crm/contact/{person}", as_="cid").status == 404


def test_contact_shared_for_reading_cannot_be_edited(portal):
    person = make_person(portal, shareType="Read")
    shown = contact(portal, person, "bob")
    assert (shown["canEdit"], shown["canDelete"]) == (False, False)
    for method, path, body in (
        ("PUT", f"crm/contact/person/{person}", {"firstName": "X", "lastName": "Y"}),
        ("PUT", f"crm/contact/{person}/status", {"contactStatusid": 1}),
        ("PUT", f"crm/contact/{person}/access", {"isShared": False}),
        ("PUT", f"crm/contact/{person}/creationdate", {"creationDate": "2020-01-01"}),
        ("POST", f"crm/contact/{person}/tag", {"tagName": "x"}),
        ("DELETE", f"crm/contact/{person}", None),
    ):
        answer = portal.call(method, path, json=body, as_="bob")
        assert answer.status == 403, path
        assert answer.json["error"]["message"] == "Access Denied"
    assert contact(portal, person)["lastName"] == "Person"


def test_guest_gets_403_and_anonymous_request_gets_401(portal):
    person = make_person(portal)
    assert portal.call("GET", f"crm/contact/{person}", as_="gus").status == 403
    assert portal.call("GET", f"crm/contact/{person}", as_=None).status == 401


@pytest.mark.parametrize(
    ("path", "body", "parameter"),
    [
        ("person", {"lastName": "Y"}, "firstName"),
        ("person", {"firstName": "  ", "lastName": "Y"}, "firstName"),
        ("person", {"firstName": "X"}, "lastName"),
        ("person", {"firstName": "X" * 256, "lastName": "Y"}, "firstName"),
        ("person", {"firstName": "X", "lastName": "Y", "shareType": "Everyone"}, "shareType"),
        ("company", {}, "companyName"),
        ("company", {"companyName": "A", "about": "x" * 65_001}, "about"),
        ("company", {"companyName": "A", "managerList": ["1" * 32]}, "managerList"),
    ],
)
def test_bad_values_get_an_error_with_the_parameter(portal, path, body, parameter):
    answer = portal.call("POST", f"crm/contact/{path}", json=body)
    assert answer.status == 400
    assert parameter in answer.json["error"]["message"] or path == "person"


def test_guest_cannot_become_a_manager(portal):
    body = {"companyName": "Acme", "managerList": [portal.id_of("gus")]}
    answer = portal.call("POST", "crm/contact/company", json=body)
    assert answer.status == 400
    assert "managerList" in answer.json["error"]["message"]


def test_unknown_company_gets_404(portal):
    hidden = make_company(portal, as_="bob", shareType=0)
    for company_id in (hidden, make_person(portal), 2_000_000_000):
        body = {"firstName": "Pat", "lastName": "P", "companyId": company_id}
        assert portal.call("POST", "crm/contact/person", json=body).status == 404
        person = make_person(portal)
        answer = portal.call("PUT", f"crm/contact/person/{person}", json=body)
        assert answer.status == 400
        assert "companyid" in answer.json["error"]["message"]


def test_new_company_takes_the_persons_that_the_caller_may_edit(portal):
    mine, read_only = make_person(portal), make_person(portal, as_="bob", shareType=2)
    hidden, other = make_person(portal, as_="bob", shareType=0), make_company(portal)
    company = make_company(portal, personList=[mine, read_only, hidden, other, 2_000_000_000])
    assert contact(portal, company)["personsCount"] == 1
    assert contact(portal, mine)["company"]["id"] == company
    assert "company" not in contact(portal, hidden, "bob")


def test_put_keeps_sharing_status_and_external_id(portal):
    key = word()
    person = make_person(portal, shareType=2, externalId=key, about="old", jobTitle="Clerk")
    portal.call("PUT", f"crm/contact/{person}/status", json={"contactStatusid": 2})
    body = {"firstName": "Paul", "lastName": "Person", "about": "new"}
    shown = portal.call("PUT", f"crm/contact/person/{person}", json=body).response
    assert shown["displayName"] == "Paul Person"
    assert (shown["title"], shown["about"]) == ("", "new")
    assert (shown["shareType"], shown["externalId"]) == (2, key)
    assert shown["contactStatus"]["id"] == 2
    assert list(shown)[-2:] == ["externalId", "id"]
    assert contact(portal, person) == shown


def test_put_of_the_read_values_changes_nothing(portal):
    company = make_company(portal)
    person = make_person(portal, companyId=company, jobTitle="Clerk", about="x", lastName="")
    shown = contact(portal, person)
    body = {**shown, "jobTitle": shown["title"], "companyId": shown["company"]["id"]}
    assert portal.call("PUT", f"crm/contact/person/{person}", json=body).response == shown


def test_hidden_company_is_not_cleared(portal):
    company = make_company(portal, as_="bob", shareType=0)
    person = make_person(portal, as_="bob", companyId=company)
    body = {"firstName": "Pat", "lastName": "Person"}
    assert portal.call("PUT", f"crm/contact/person/{person}", json=body).status == 200
    assert contact(portal, person, "bob")["company"]["id"] == company
    portal.call("PUT", f"crm/contact/person/{person}", json=body, as_="bob")
    assert "company" not in contact(portal, person, "bob")


@pytest.mark.parametrize(("kind", "other"), [("person", "company"), ("company", "person")])
def test_person_route_rejects_a_company_and_vice_versa(portal, kind, other):
    made = make_person(portal) if kind == "person" else make_company(portal)
    body = {"firstName": "X", "lastName": "Y", "companyName": "Z"}
    assert portal.call("PUT", f"crm/contact/{other}/{made}", json=body).status == 404
    assert portal.call("PUT", f"crm/contact/{other}/0", json=body).status == 400
    assert portal.call("PUT", f"crm/contact/{kind}/2000000000", json=body).status == 404
    assert portal.call("PUT", f"crm/contact/{kind}/{made}", json=body).status == 200


def test_external_id_belongs_to_one_contact(portal):
    key = word()
    first = make_company(portal, externalId=key)
    again = portal.call("POST", "crm/contact/company", json={"companyName": "B", "externalId": key})
    assert again.status == 409
    assert contact(portal, first)["externalId"] == key
    portal.call("PUT", f"crm/contact/company/{first}", json={"companyName": "A", "externalId": ""})
    assert "externalId" not in contact(portal, first)


def test_version_prevents_lost_updates(portal):
    person = make_person(portal)
    etag = portal.call("GET", f"crm/contact/{person}").headers["ETag"]
    assert etag == f'"{person}-1"'
    body = {"firstName": "Paul", "lastName": "Person"}
    path = f"crm/contact/person/{person}"
    first = portal.call("PUT", path, json=body, headers={"If-Match": etag})
    assert (first.status, first.headers["ETag"]) == (200, f'"{person}-2"')
    assert portal.call("PUT", path, json=body, headers={"If-Match": etag}).status == 412
    same = portal.call("GET", f"crm/contact/{person}", headers={"If-None-Match": f'"{person}-2"'})
    assert same.status == 304
    gone = portal.call("DELETE", f"crm/contact/{person}", headers={"If-Match": etag})
    assert gone.status == 412


def test_simultaneous_changes_are_all_stored(portal):
    person = make_person(portal)
    users = [portal.id_of(name) for name in ("bob", "cid")]
    answers = at_once(
        lambda: portal.call("PUT", f"crm/contact/{person}/status", json={"contactStatusid": 3}),
        lambda: portal.call("PUT", f"crm/contact/{person}/access", json={"managerList": users}),
        lambda: portal.call("POST", f"crm/contact/{person}/tag", json={"tagName": word()}),
    )
    assert [answer.status for answer in answers] == [200, 200, 201]
    assert contact(portal, person)["contactStatus"]["id"] == 3
    link = schema.contact_access
    listed = stored(portal, select(link.c.person_id).where(link.c.contact_id == person))
    assert {row[0] for row in listed} == set(users)


def test_deleted_contact_is_returned_as_it_was_and_then_gets_404(portal):
    company = make_company(portal)
    person = make_person(portal, companyId=company)
    shown = contact(portal, company)
    answer = portal.call("DELETE", f"crm/contact/{company}")
    assert (answer.status, answer.response) == (200, shown)
    for as_ in ("ann", "root"):
        assert portal.call("GET", f"crm/contact/{company}", as_=as_).status == 404
    assert portal.call("DELETE", f"crm/contact/{company}").status == 404
    assert "company" not in contact(portal, person)


def test_opportunity_hides_a_deleted_contact_and_keeps_its_reference(portal):
    person = make_person(portal)
    deal = make_opportunity(portal, contactid=person)
    portal.call("DELETE", f"crm/contact/{person}")
    shown = portal.call("GET", f"crm/opportunity/{deal}").response
    assert "contact" not in shown
    assert shown["members"] == []
    items = {"items": [{"entityType": "contact", "id": person}]}
    assert portal.call("PUT", "crm/trash/restore", json=items).status == 200
    shown = portal.call("GET", f"crm/opportunity/{deal}").response
    assert shown["contact"]["id"] == person
    assert [member["id"] for member in shown["members"]] == [person]


def test_status_can_be_set_and_cleared(portal):
    person = make_person(portal)
    path = f"crm/contact/{person}/status"
    shown = portal.call("PUT", path, json={"contactStatusid": 1}).response
    assert list(shown["contactStatus"]) == ["title", "description", "color", "sortOrder", "id"]
    cleared = portal.call("PUT", path, json={"contactStatusid": 0}).response
    assert "contactStatus" not in cleared
    task_category = portal.call("GET", "crm/task/category").response[0]["id"]
    for status_id, refusal in ((-1, 400), (task_category, 404), (2_000_000_000, 404)):
        answer = portal.call("PUT", path, json={"contactStatusid": status_id})
        assert answer.status == refusal


def test_timestamps_can_be_set_for_imports(portal):
    person = make_person(portal)
    for path, body in (
        ("creationdate", {"creationDate": "2019-03-04T05:06:07.000Z"}),
        ("lastmodifeddate", {"lastModifedDate": "2019-03-05"}),
    ):
        answer = portal.call("PUT", f"crm/contact/{person}/{path}", json=body)
        assert (answer.status, answer.response) == (200, {})
        assert portal.call("PUT", f"crm/contact/{person}/{path}", json={}).status == 400
    assert contact(portal, person)["created"].startswith("2019-03-04T05:06:07")


@pytest.mark.parametrize("path", ["crm/contact/0", "crm/contact/0/access", "crm/contact/0/tag"])
def test_impossible_id_gets_an_error(portal, path):
    assert portal.call("GET", path).status == 400
    assert portal.call("GET", path.replace("/0", "/2000000000")).status == 404


def test_every_change_writes_an_audit_row_and_a_job(portal):
    person = make_person(portal)
    body = {"firstName": "Pat", "lastName": "Person", "about": "new"}
    portal.call("PUT", f"crm/contact/person/{person}", json=body)
    portal.call("PUT", f"crm/contact/{person}/status", json={"contactStatusid": 1})
    portal.call("PUT", f"crm/contact/{person}/access", json={"isShared": False})
    portal.call("DELETE", f"crm/contact/{person}")
    audit = schema.audit
    rows = stored(
        portal,
        select(audit.c.action, audit.c.changes)
        .where(audit.c.entity_type == "contact", audit.c.entity_id == person)
        .order_by(audit.c.id),
    )
    assert [row[0] for row in rows] == ["created", "updated", "warmed", "shared", "deleted"]
    assert rows[1][1] == '[["about","","new"]]'


def test_total_of_contacts_follows_every_change(portal):
    fresh = portal.fresh()

    def totals():
        counted = fresh.call("GET", "crm/contact/filter?count=0", as_="root").json["total"]
        bobs = fresh.call("GET", "crm/contact/filter?count=0", as_="bob").json["total"]
        real = stored(
            fresh,
            select(func.count()).where(schema.contact.c.deleted_on.is_(None)),
        )[0][0]
        assert counted == real
        return counted, bobs

    assert totals() == (0, 0)
    person, company = make_person(fresh), make_company(fresh, shareType=0)
    assert totals() == (2, 1)
    fresh.call("PUT", f"crm/contact/{person}/access", json={"isShared": False})
    assert totals() == (2, 0)
    fresh.call("PUT", f"crm/contact/{company}/access", json={"isShared": True})
    assert totals() == (2, 1)
    fresh.call("DELETE", f"crm/contact/{person}")
    assert totals() == (1, 1)
    fresh.call("DELETE", "crm/contact/filter?all=true")
    assert totals() == (0, 0)
    items = {"items": [{"entityType": "contact", "id": person}]}
    assert fresh.call("PUT", "crm/trash/restore", json=items).status == 200
    assert totals() == (1, 0)
