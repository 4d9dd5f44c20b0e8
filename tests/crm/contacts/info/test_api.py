"""Contact data is added, read, changed and deleted, as a client sees it."""

import json

import pytest

from tests.crm.contacts.info.making import add, address, data
from tests.crm.contacts.making import contact, make_company
from tests.making import at_once, make_person

INFO = ["id", "infoType", "category", "data", "categoryName", "isPrimary"]
ADDRESS = ["street", "city", "state", "zip", "country", "category", "categoryName", "isPrimary"]


def test_kinds_and_categories_are_listed_in_order(portal):
    kinds = portal.call("GET", "crm/contact/data/infoType").response
    assert len(kinds) == 18
    assert (kinds[0], kinds[5], kinds[17]) == ("Phone", "LinkedIn", "VK")
    for answer in ("Phone", "phone", "0"):
        listed = portal.call("GET", f"crm/contact/data/{answer}/category").response
        assert listed == ["Home", "Work", "Mobile", "Fax", "Direct", "Other"]
    for answer in ("Web%20site", "X%20(Twitter)"):
        listed = portal.call("GET", f"crm/contact/data/{answer}/category").response
        assert listed == ["Home", "Work", "Other"]
    listed = portal.call("GET", "crm/contact/data/address/category").response
    assert listed == ["Home", "Postal", "Office", "Billing", "Other", "Work"]
    assert portal.call("GET", "crm/contact/data/pigeon/category").status == 400


def test_added_data_shows_every_member(portal):
    person = make_person(portal)
    made = add(portal, person, isPrimary=True)
    assert list(made) == INFO
    assert made | {"id": 0} == {
        "id": 0, "infoType": 1, "category": 1, "data": "pat@example.com", "categoryName": "Work",
        "isPrimary": True,
    }  # fmt: skip
    assert data(portal, person) == [made]
    one = portal.call("GET", f"crm/contact/{person}/data/{made['id']}")
    assert (one.status, one.response) == (200, made)
    assert contact(portal, person)["commonData"] == [made]


@pytest.mark.parametrize("category", ["Mobile", "mobile", "2", 2])
def test_category_is_a_name_or_a_number(portal, category):
    made = add(portal, make_person(portal), infoType=0, category=category, data="+1 650 253 0000")
    assert (made["category"], made["categoryName"]) == (2, "Mobile")


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"infoType": None}, "infoType"),
        ({"infoType": "Pigeon"}, "Pigeon"),
        ({"category": None}, "category"),
        ({"category": "Mobile"}, "category"),
        ({"data": ""}, "data"),
        ({"data": "  "}, "data"),
        ({"data": "x" * 65_001}, "data"),
        ({"data": "ann@example.com\r\nBcc: all@example.com"}, "data"),
        ({"infoType": "Address", "data": "Main street 1"}, "data"),
        ({"infoType": "Address", "data": '{"city": "\\ud83d"}'}, "data.city"),
        ({"isPrimary": "perhaps"}, "isPrimary"),
    ],
)
def test_bad_values_get_an_error_with_the_parameter(portal, changes, parameter):
    person = make_person(portal)
    sent = {"infoType": 1, "category": "Work", "data": "pat@example.com", **changes}
    answer = portal.call("POST", f"crm/contact/{person}/data", json=sent)
    assert answer.status == 400
    assert parameter in answer.json["error"]["message"]
    assert data(portal, person) == []


def test_newest_data_comes_first_with_addresses_as_json(portal):
    company = make_company(portal)
    path = f"crm/contact/{company}"
    mail = add(portal, company)
    made = portal.call("POST", f"{path}/addressdata", json=address(category=3)).response
    assert list(made) == INFO
    assert (made["infoType"], made["category"], made["categoryName"]) == (7, 3, "Billing")
    assert json.loads(made["data"]) == {
        "street": "Main St 1", "city": "Bonn", "state": "", "zip": "", "country": "",
    }  # fmt: skip
    assert data(portal, company) == [made, mail]
    assert portal.call("GET", f"{path}/data?sortBy=infoType&count=1").response == [mail]
    shown = contact(portal, company)
    assert shown["commonData"] == [mail]
    assert shown["addresses"] == [
        {"street": "Main St 1", "city": "Bonn", "state": "", "zip": "", "country": "",
         "category": 3, "categoryName": "Billing"}
    ]  # fmt: skip


def test_values_of_one_kind_are_listed_alone(portal):
    person = make_person(portal)
    for number in (1, 2):
        add(portal, person, data=f"{number}@example.com")
    add(portal, person, infoType="Skype", data="pat.person")
    path = f"crm/contact/{person}/data"
    assert portal.call("GET", f"{path}/email").response == ["2@example.com", "1@example.com"]
    assert portal.call("GET", f"{path}/Skype.json").response == ["pat.person"]
    assert portal.call("GET", f"{path}/VK").response == []
    assert portal.call("GET", f"{path}/pigeon").status == 400


def test_one_item_of_each_kind_is_primary(portal):
    person = make_person(portal)
    first = add(portal, person, isPrimary=True)
    phone = add(portal, person, infoType="Phone", data="+16502530000", isPrimary=True)
    second = add(portal, person, data="other@example.com", isPrimary=True)
    primary = {each["id"]: each["isPrimary"] for each in data(portal, person)}
    assert primary == {first["id"]: False, phone["id"]: True, second["id"]: True}
    path = f"crm/contact/{person}/data/{first['id']}"
    sent = {"data": first["data"], "isPrimary": True}
    assert portal.call("PUT", path, json=sent).response["isPrimary"] is True
    primary = {each["id"]: each["isPrimary"] for each in data(portal, person)}
    assert primary == {first["id"]: True, phone["id"]: True, second["id"]: False}


def test_put_replaces_the_data_and_keeps_absent_values(portal):
    person = make_person(portal)
    made = add(portal, person, isPrimary=True)
    path = f"crm/contact/{person}/data/{made['id']}"
    changed = portal.call("PUT", path, json={"data": "new@example.com"}).response
    assert changed == made | {"data": "new@example.com"}
    sent = {"infoType": "Phone", "category": "Fax", "data": "+1 650 253 0000", "isPrimary": False}
    changed = portal.call("PUT", path, json=sent).response
    assert (changed["infoType"], changed["category"], changed["isPrimary"]) == (0, 3, False)
    assert data(portal, person) == [changed]
    for wrong in ({"data": ""}, {"data": "x", "category": "Pigeon"}, {"data": "x", "infoType": 1}):
        answer = portal.call("PUT", path, json=wrong)
        assert answer.status == 400  # email has no category 3
        assert ("category" if "x" in wrong.values() else "data") in answer.json["error"]["message"]
    assert data(portal, person) == [changed]


def test_put_of_an_address_empties_absent_parts(portal):
    person = make_person(portal)
    path = f"crm/contact/{person}/addressdata"
    made = portal.call("POST", path, json=address(zip="53111", isPrimary=True)).response
    sent = {"address": {"city": "Köln", "category": "Work"}}
    changed = portal.call("PUT", f"{path}/{made['id']}", json=sent).response
    assert changed["id"] == made["id"]
    shown = contact(portal, person)["addresses"]
    assert shown == [
        {"street": "", "city": "Köln", "state": "", "zip": "", "country": "", "category": 5,
         "categoryName": "Work"}
    ]  # fmt: skip
    form = {"address[city]": "Bonn", "address[category]": "1", "address[isPrimary]": "true"}
    changed = portal.call("PUT", f"{path}/{made['id']}", form=form).response
    assert (changed["categoryName"], changed["isPrimary"]) == ("Delivery", True)
    mail = add(portal, person)
    for body, sent_to, status in (
        ({}, made["id"], 400),
        (address(category=6), made["id"], 400),
        (address(zip="1" * 1001), made["id"], 400),
        (address(), mail["id"], 404),
        (address(), 2_000_000_000, 404),
        (address(), 0, 400),
    ):
        assert portal.call("PUT", f"{path}/{sent_to}", json=body).status == status
    for body in ({}, {"address": {}}, address(category=-1)):
        answer = portal.call("POST", path, json=body)
        assert answer.status == 400
        assert "address" in answer.json["error"]["message"] or "category" in answer.text


def test_deleted_item_is_returned_as_it_was(portal):
    person = make_person(portal)
    made, other = add(portal, person), add(portal, person, data="other@example.com")
    path = f"crm/contact/{person}/data/{made['id']}"
    gone = portal.call("DELETE", path)
    assert (gone.status, gone.response) == (200, made)
    assert data(portal, person) == [other]
    assert portal.call("DELETE", path).status == 404
    assert portal.call("GET", path).status == 400


def test_several_items_are_added_at_once_in_their_order(portal):
    person = make_person(portal)
    stays = add(portal, person, isPrimary=True)
    items = [
        {"infoType": 1, "category": 0, "data": "1@example.com", "isPrimary": True},
        {"infoType": "Email", "category": "Other", "data": "2@example.com", "isPrimary": True},
        {"infoType": 7, "category": 1, "data": '{"city": "Bonn"}'},
        {"data": "+1 650 253 0000", "id": stays["id"]},
    ]
    answer = portal.call("POST", f"crm/contact/{person}/batch", json={"items": items})
    assert answer.status == 201
    made = answer.response
    assert [each["data"] for each in made][:2] == ["1@example.com", "2@example.com"]
    assert [each["infoType"] for each in made] == [1, 1, 7, 0]
    assert [each["isPrimary"] for each in made] == [True, False, False, False]
    assert [each["categoryName"] for each in made] == ["Home", "Other", "Delivery", "Home"]
    assert data(portal, person) == [*reversed(made), stays | {"isPrimary": False}]


def test_one_bad_item_of_several_adds_none(portal):
    person = make_person(portal)
    items = [{"infoType": 1, "data": "1@example.com"}, {"infoType": 1, "data": ""}]
    for method in ("POST", "PUT"):
        answer = portal.call(method, f"crm/contact/{person}/batch", json={"items": items})
        assert answer.status == 400
        assert "items[1].data" in answer.json["error"]["message"]
    wrong = [{"infoType": 1, "data": "1@example.com", "category": 5}]
    answer = portal.call("PUT", f"crm/contact/{person}/batch", json={"items": wrong})
    assert "items[0].category" in answer.json["error"]["message"]
    assert data(portal, person) == []


def test_contact_holds_at_most_a_thousand_items(portal):
    person = make_person(portal)
    items = [{"infoType": 1, "data": f"pat{n}@example.com"} for n in range(1001)]
    path = f"crm/contact/{person}/batch"
    answer = portal.call("POST", path, json={"items": items})
    assert answer.status == 400
    assert "items must leave the contact at most 1000" in answer.json["error"]["message"]
    assert len(portal.call("PUT", path, json={"items": items[1:]}).response) == 1000
    assert portal.call("POST", path, json={"items": items[:1]}).status == 400
    assert len(data(portal, person)) == 1000


def test_put_of_several_replaces_all_and_keeps_own_ids(portal):
    person, other = make_person(portal), make_person(portal)
    first, second = add(portal, person), add(portal, person, data="b@example.com", isPrimary=True)
    foreign = add(portal, other, data="other@example.com")
    path = f"crm/contact/{person}/batch"
    items = [
        {**second, "data": "c@example.com"},
        {**foreign, "data": "d@example.com"},
        {"infoType": "VK", "data": "pat"},
    ]
    made = portal.call("PUT", path, json={"items": items}).response
    assert made[0] == second | {"data": "c@example.com"}
    assert [each["data"] for each in made] == ["c@example.com", "d@example.com", "pat"]
    assert first["id"] not in {each["id"] for each in made}
    assert foreign["id"] not in {each["id"] for each in made}
    assert data(portal, person) == [made[2], made[1], made[0]]
    assert data(portal, other) == [foreign]
    read = data(portal, person)
    assert portal.call("PUT", path, json={"items": read}).response == read
    assert portal.call("PUT", path, json={"items": []}).response == []
    assert data(portal, person) == []


def test_form_and_json_give_the_same_result(portal):
    person = make_person(portal)
    form = {
        "items[0][infoType]": "1",
        "items[0][data]": "a@example.com",
        "items[0].isPrimary": "true",
    }
    made = portal.call("POST", f"crm/contact/{person}/batch", form=form).response
    assert [(each["data"], each["isPrimary"]) for each in made] == [("a@example.com", True)]
    form = {"infoType": "Email", "category": "Work", "data": "b@example.com"}
    assert portal.call("POST", f"crm/contact/{person}/data", form=form).status == 201


def test_data_of_another_contact_stays_unchanged(portal):
    mine, theirs = make_person(portal), make_person(portal, as_="bob", shareType=0)
    secret = add(portal, theirs, "bob", data="secret@example.com")
    for path in (f"crm/contact/{mine}/data/{secret['id']}", f"crm/contact/{mine}/addressdata/1"):
        body = {"data": "x", **address()}
        assert portal.call("PUT", path, json=body).status == 404
    path = f"crm/contact/{mine}/data/{secret['id']}"
    assert portal.call("GET", path).status == 400
    assert portal.call("DELETE", path).status == 404
    assert data(portal, theirs, "bob") == [secret]
    assert data(portal, mine) == []


def test_data_follows_the_access_to_its_contact(portal):
    hidden = make_person(portal, as_="bob", shareType=0, managerList=[portal.id_of("ann")])
    read_only = make_person(portal, as_="bob", shareType=2)
    shown = add(portal, hidden, "ann")
    kept = add(portal, read_only, "bob")
    sent = {
        "infoType": 1, "category": "Work", "data": "x@example.com", **address(),
        "items": [{"infoType": 1, "data": "x@example.com"}],
    }  # fmt: skip
    for person, info, as_, status in (
        (hidden, shown, "cid", 404),
        (read_only, kept, "cid", 403),
        (hidden, shown, "gus", 403),
        (2_000_000_000, shown, "ann", 404),
        (0, shown, "ann", 400),
    ):
        path = f"crm/contact/{person}"
        for method, route in (
            ("POST", "data"),
            ("POST", "addressdata"),
            ("POST", "batch"),
            ("PUT", "batch"),
            ("PUT", f"data/{info['id']}"),
            ("PUT", f"addressdata/{info['id']}"),
            ("DELETE", f"data/{info['id']}"),
        ):
            answer = portal.call(method, f"{path}/{route}", json=sent, as_=as_)
            assert answer.status == status, (method, route, as_)
        for route in ("data", "data/Email", f"data/{info['id']}"):
            expected = 200 if person == read_only and as_ == "cid" else status
            assert portal.call("GET", f"{path}/{route}", as_=as_).status == expected
    assert data(portal, hidden, "root") == [shown]
    assert data(portal, read_only, "cid") == [kept]


def test_change_of_data_changes_the_version_of_its_contact(portal):
    person = make_person(portal)
    path = f"crm/contact/{person}"
    sent = {"infoType": 1, "category": "Work", "data": "x@example.com"}
    stale = {"If-Match": f'"{person}-9"'}
    assert portal.call("POST", f"{path}/data", json=sent, headers=stale).status == 412
    made = add(portal, person)
    etag = portal.call("GET", path).headers["ETag"]
    assert etag == f'"{person}-2"'
    same = portal.call("PUT", f"{path}/data/{made['id']}", json={"data": made["data"]})
    assert same.response == made
    assert portal.call("GET", path).headers["ETag"] == etag
    for method, route in (("PUT", f"data/{made['id']}"), ("DELETE", f"data/{made['id']}")):
        answer = portal.call(method, f"{path}/{route}", json=sent, headers=stale)
        assert answer.status == 412
    gone = portal.call("DELETE", f"{path}/data/{made['id']}", headers={"If-Match": etag})
    assert gone.status == 200


def test_audit_trail_records_changes_with_old_values(portal):
    person = make_person(portal)
    made = add(portal, person)
    add(portal, person, data="other@example.com")
    portal.call("PUT", f"crm/contact/{person}/data/{made['id']}", json={"data": "new@example.com"})
    portal.call("DELETE", f"crm/contact/{person}/data/{made['id']}")
    rows = portal.call("GET", f"crm/contact/{person}/audit").response
    changes = [row["changes"] for row in rows if row["action"] == "updated"]
    assert [[each["field"] for each in changes] for changes in changes] == [["data"]] * 4
    was = {"infoType": 1, "category": 1, "data": "pat@example.com", "isPrimary": False}
    now = was | {"data": "new@example.com"}
    changes = [changes[-1] for changes in changes]
    assert (changes[0]["old"], changes[0]["new"]) == ([now], [])
    assert (changes[1]["old"], changes[1]["new"]) == ([was], [now])
    assert (changes[3]["old"], changes[3]["new"]) == ([], [was])


def test_repeated_request_with_a_key_adds_once(portal):
    person = make_person(portal)
    sent = {"infoType": 1, "category": "Work", "data": "once@example.com"}
    headers = {"Idempotency-Key": f"once {person}"}
    path = f"crm/contact/{person}/data"
    first, again = (portal.call("POST", path, json=sent, headers=headers) for _ in range(2))
    assert first.response == again.response
    assert again.headers["Idempotency-Replayed"] == "true"
    assert data(portal, person) == [first.response]


def test_items_added_at_the_same_time_are_all_stored(portal):
    person = make_person(portal)
    made = at_once(*(
        lambda n=n: add(portal, person, data=f"{n}@example.com", isPrimary=True) for n in range(4)
    ))  # fmt: skip
    assert [each["data"] for each in made] == [f"{n}@example.com" for n in range(4)]
    found = data(portal, person)
    assert {each["id"] for each in found} == {each["id"] for each in made}
    assert sum(each["isPrimary"] for each in found) == 1


def test_restored_contact_has_its_data(portal):
    person = make_person(portal)
    made = add(portal, person)
    portal.call("DELETE", f"crm/contact/{person}")
    assert portal.call("GET", f"crm/contact/{person}/data").status == 404
    items = {"items": [{"entityType": "contact", "id": person}]}
    portal.call("PUT", "crm/trash/restore", json=items)
    assert data(portal, person) == [made]


def test_put_of_a_person_keeps_its_data(portal):
    person = make_person(portal)
    made = add(portal, person)
    body = {"firstName": "Paul", "lastName": "Person"}
    shown = portal.call("PUT", f"crm/contact/person/{person}", json=body).response
    assert shown["commonData"] == [made]
