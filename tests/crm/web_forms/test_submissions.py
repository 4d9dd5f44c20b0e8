"""Forms from other pages, accepted as the reference does."""

from functools import partial

import pytest
from sqlalchemy import select, update

from dealwright.crm.web_forms.receiving import AGAIN
from dealwright.storage import schema
from tests.crm.cases.making import word
from tests.crm.web_forms.making import HANDLER, fill, make_form, newest, post, stranger
from tests.making import at_once, stored
from tests.running import Portal


def audited(portal, kind, record):
    return portal.call("GET", f"crm/{kind}/{record}/audit").response


def test_person_with_all_values_becomes_a_contact_of_the_responsible_user(portal):
    field = portal.call(
        "POST",
        "crm/person/customfield",
        json={"label": word(), "fieldType": "TextField", "mask": '{"size":40}'},
        as_="root",
    ).response["id"]
    form, name = make_form(portal), word()
    answer = post(
        portal,
        form,
        is_company="false",
        firstName=f" {name} ",
        lastName="Doe",
        jobTitle="Buyer",
        about="Please call\nme",
        contactInfo_Email_1="jo@example.com",
        contactInfo_Phone_2="+49 30 1234567",
        contactInfo_Address_0_Street="Main st. 1",
        contactInfo_Address_0_City="Berlin",
        **{f"customField_{field}": "blue"},
    )
    assert answer.status == 302, answer.text
    assert answer.headers["Location"] == f"/form/thanks/{form['formKey']}"
    found = newest(portal, word=name)
    assert (found["firstName"], found["lastName"], found["title"]) == (name, "Doe", "Buyer")
    assert found["about"] == "Please call\nme"
    assert found["createBy"]["id"] == portal.id_of("ann")
    assert found["isPrivate"] is True
    reached = {(each["infoType"], each["category"], each["data"]) for each in found["commonData"]}
    assert reached == {(1, 1, "jo@example.com"), (0, 2, "+49 30 1234567")}
    (address,) = found["addresses"]
    assert (address["street"], address["city"]) == ("Main st. 1", "Berlin")
    assert {each["id"]: each["fieldValue"] for each in found["customFields"]}[field] == "blue"
    assert newest(portal, "bob", word=name) is None
    received = audited(portal, "contact", found["id"])[0]
    assert received["action"] == "received"
    assert received["changes"] == [{"field": "webForm", "old": None, "new": "Contact us"}]


def test_repeated_submission_gets_the_first_answer_and_creates_nothing(portal):
    form, name = make_form(portal, makesOpportunity=True), word()
    fields = {"firstName": name, "lastName": "Twice", "about": "Please call"}
    first = post(portal, form, **fields)
    again = [post(portal, form, **fields), fill(portal, form, **fields)]
    turned = post(portal, form, **dict(reversed(fields.items())))
    assert first.status == turned.status == again[0].status == 302
    assert again[1].status == 303
    places = {each.headers["Location"] for each in (first, turned, *again)}
    assert places == {f"/form/thanks/{form['formKey']}"}
    for what in ("contact", "opportunity"):
        found = portal.call("GET", f"crm/{what}/filter?filterValue={name}").response
        assert len(found) == 1


def test_simultaneous_equal_submissions_are_stored_once(portal):
    form, name = make_form(portal), word()
    answers = at_once(*(partial(post, portal, form, firstName=name) for _ in range(6)))
    assert {each.status for each in answers} == {302}
    assert len(portal.call("GET", f"crm/contact/filter?filterValue={name}").response) == 1


def test_other_values_or_another_form_are_a_new_submission(portal):
    form, name = make_form(portal), word()
    post(portal, form, firstName=name, about="1")
    post(portal, form, firstName=name, about="2")
    post(portal, make_form(portal), firstName=name, about="1")
    assert len(portal.call("GET", f"crm/contact/filter?filterValue={name}").response) == 3


def test_equal_submission_is_new_again_after_ten_minutes(portal):
    form, name = make_form(portal), word()
    post(portal, form, firstName=name)
    kept = schema.idempotency
    route = kept.c.route == f"web form {form['id']}"
    for aged, count in ((AGAIN - 60_000_000, 1), (2 * 60_000_000, 2)):
        stored(portal, update(kept).where(route).values(created_on=kept.c.created_on - aged))
        assert post(portal, form, firstName=name).status == 302
        found = portal.call("GET", f"crm/contact/filter?filterValue={name}").response
        assert len(found) == count


def test_person_is_linked_to_the_existing_company(portal):
    form, name = make_form(portal), word()
    for first in ("Jo", "Al"):
        assert post(portal, form, firstName=first + name, companyName=f"{name} Ltd").status == 302
    jo, al = (newest(portal, word=first + name) for first in ("Jo", "Al"))
    assert jo["company"]["id"] == al["company"]["id"]
    assert jo["company"]["displayName"] == f"{name} Ltd"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("O'Hara {} Ltd", "O\u2019HARA {} ltd."),
        ("OHara {} Ltd", "O'Hara {} Ltd"),
        ('OOO "Roga {}"', "\u00abRoga {}\u00bb, OOO"),
        ("Stahl-Bau {}", "  stahl bau  {} "),
        ("{} Café GmbH", "GmbH Cafe {}"),
    ],
)
def test_person_is_linked_to_the_company_in_another_spelling(portal, known, said):
    form, name = make_form(portal), word()
    firm = {"companyName": known.format(name), "shareType": 1}
    there = portal.call("POST", "crm/contact/company", json=firm, as_="ann").response["id"]
    other = {"companyName": f"{said.format(name)} Nord", "shareType": 1}
    portal.call("POST", "crm/contact/company", json=other, as_="ann")
    assert post(portal, form, firstName=f"Jo{name}", companyName=said.format(name)).status == 302
    assert newest(portal, word=f"Jo{name}")["company"]["id"] == there


def test_company_hidden_from_the_responsible_user_is_not_linked(portal):
    name = word()
    sent = {"companyName": name, "shareType": 0}
    hidden = portal.call("POST", "crm/contact/company", json=sent, as_="bob").response["id"]
    assert post(portal, make_form(portal), firstName="Jo" + name, companyName=name).status == 302
    assert newest(portal, word=f"Jo{name}")["company"]["id"] != hidden


def test_company_with_its_person_becomes_a_company(portal):
    form, name = make_form(portal, makesOpportunity=True), word()
    answer = post(
        portal,
        form,
        is_company="true",
        companyName=name,
        firstName="Jo" + name,
        contactInfo_Website_1="https://example.com",
    )
    assert answer.status == 302, answer.text
    person = newest(portal, word=f"Jo{name}")
    company = portal.call("GET", f"crm/contact/{person['company']['id']}").response
    assert [each["data"] for each in company["commonData"]] == ["https://example.com"]
    deal = newest(portal, what="opportunity", word=name)
    assert deal["contact"]["id"] == company["id"]
    assert {each["id"] for each in deal["members"]} == {company["id"], person["id"]}


def test_opportunity_has_the_chosen_stage_responsible_user_and_tags(portal):
    stages = portal.call("GET", "crm/opportunity/stage").response
    name, tag = word(), word()
    form = make_form(
        portal,
        makesOpportunity=True,
        stageid=stages[2]["id"],
        opportunityTitle="Request",
        responsibleid=portal.id_of("bob"),
        tags=[tag],
        shareType="Read",
    )
    assert post(portal, form, firstName=name, about="Ten pieces").status == 302
    deal = newest(portal, "bob", "opportunity", name)
    assert deal["title"] == f"Request: {name}"
    assert deal["description"] == "Ten pieces"
    assert deal["stage"]["id"] == stages[2]["id"]
    assert deal["responsible"]["id"] == deal["createBy"]["id"] == portal.id_of("bob")
    assert deal["isPrivate"] is False
    contact = deal["contact"]["id"]
    for what, record in (("opportunity", deal["id"]), ("contact", contact)):
        assert portal.call("GET", f"crm/{what}/{record}/tag", as_="cid").response == [tag]
    actions = [row["action"] for row in audited(portal, "opportunity", deal["id"])]
    assert actions == ["received", "tagged", "created"]


def test_responsible_user_and_others_are_notified(portal):
    form = make_form(portal, notifyList=[portal.id_of("bob"), portal.id_of("ann")])
    name = word()
    assert post(portal, form, firstName=name).status == 302
    contact = newest(portal, word=name)["id"]
    n = schema.notification
    query = select(n.c.person_id, n.c.kind).where(
        n.c.entity_type == "contact", n.c.entity_id == contact
    )
    assert set(stored(portal, query)) == {
        (portal.id_of("ann"), "responsible"),
        (portal.id_of("bob"), "access"),
    }


def test_sharing_fields_count_only_if_the_form_allows_it(portal):
    payload = {"managers_list": portal.id_of("bob"), "share_type": "1", "notify_list": "x"}
    for lets, expected in ((False, (0, {"ann"})), (True, (1, {"ann", "bob"}))):
        form, name = make_form(portal, letsSenderChoose=lets), word()
        assert post(portal, form, firstName=name, **payload).status == 302
        found = newest(portal, "root", word=name)
        assert found["shareType"] == expected[0]
        people = portal.call("GET", f"crm/contact/{found['id']}/access", as_="root").response
        names = {each["displayName"].split()[0].lower() for each in people}
        assert names == (expected[1] if expected[0] == 0 else set())


def test_anonymous_sender_creates_no_tags(portal):
    known, unknown, name = word(), word(), word()
    portal.call("POST", "crm/contact/tag", json={"tagName": known})
    assert post(portal, make_form(portal), firstName=name, tag=[known, unknown]).status == 302
    contact = newest(portal, word=name)["id"]
    assert portal.call("GET", f"crm/contact/{contact}/tag").response == [known]
    tags = [each["title"] for each in portal.call("GET", "crm/contact/tag").response]
    assert unknown not in tags


@pytest.mark.parametrize(
    ("allowed", "asked", "goes"),
    [
        (["https://shop.example/thanks"], "https://shop.example/thanks", True),
        (["https://shop.example/t/"], "https://shop.example/t/en?x=1", True),
        (["https://shop.example/"], "https://SHOP.example/a", True),
        (["https://shop.example/thanks"], "https://shop.example/other", False),
        (["https://shop.example/"], "https://shop.example.evil.example/", False),
        (["https://shop.example/"], "https://shop.example@evil.example/", False),
        (["https://shop.example/"], "https://shop.example:81/", False),
        (["https://shop.example/"], "http://shop.example/", False),
        (["https://shop.example/t/"], "https://shop.example/t/../admin", False),
        (["https://shop.example/t/"], "https://shop.example/t/%2e%2e/admin", False),
        (["https://shop.example/"], "//evil.example/", False),
        (["https://shop.example/"], "https:\\\\evil.example\\", False),
        (["https://shop.example/"], "javascript:alert(1)", False),
        (["https://shop.example/"], "https://shop.example/\r\nSet-Cookie: a=b", False),
        ([], "https://shop.example/", False),
    ],
)
def test_sender_is_redirected_only_to_allowed_urls(portal, allowed, asked, goes):
    form = make_form(portal, returnUrls=allowed)
    answer = post(portal, form, firstName="Jo", return_url=asked)
    assert answer.status == 302
    there = asked if goes else f"/form/thanks/{form['formKey']}"
    assert answer.headers["Location"] == there
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "firstname"),
        ({"firstName": "  "}, "firstname"),
        ({"is_company": "true", "firstName": "Jo"}, "companyname"),
        ({"firstName": "x" * 256}, "firstname"),
        ({"firstName": "a\x00b"}, "firstname"),
        ({"firstName": "Jo", "about": "x" * 65_001}, "about"),
        ({"firstName": "Jo", "contactInfo_Email_1": "nobody"}, "contactinfo_email_1"),
        ({"firstName": "Jo", "contactInfo_Email_1": "a@b.c\nBcc: x@y.z"}, "contactinfo_email_1"),
        ({"firstName": "Jo", "contactInfo_Phone_9": "1"}, "contactinfo_phone_9"),
        ({"firstName": "Jo", "contactInfo_Address_0_Moon": "1"}, "contactinfo_address_0_moon"),
    ],
)
def test_mistakes_are_named_and_nothing_is_stored(portal, fields, says):
    mark = word()
    if fields.get("firstName") == "Jo":
        fields = fields | {"lastName": mark}
    answer = post(portal, make_form(portal), **fields)
    assert answer.status == 400, answer.text
    assert says in answer.text
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert newest(portal, "root", word=mark) is None


def test_select_box_accepts_only_its_options(portal):
    sent = {"label": word(), "fieldType": "SelectBox", "mask": '["red","green"]'}
    field = portal.call("POST", "crm/contact/customfield", json=sent, as_="root").response["id"]
    form = make_form(portal)
    for value, status in (("green", 302), ("blue", 400)):
        answer = post(portal, form, firstName="Jo", **{f"customField_{field}": value})
        assert answer.status == status, answer.text


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-0000-0000-000000000001", "' or 1=1"])
def test_unknown_key_gets_404(portal, key):
    sent = {"web_form_key": key, "firstName": "Jo"}
    assert portal.call("POST", HANDLER, form=sent, as_=None).status == 404
    assert portal.call("POST", HANDLER, form={}, as_=None).status == 404


def test_disabled_form_gets_404(portal):
    form = make_form(portal, isDisabled=True)
    assert post(portal, form, firstName="Jo").status == 404
    for path in ("/form/", "/form/thanks/"):
        answer = portal.call("GET", path + form["formKey"], as_=None)
        assert answer.status == 404
        assert form["title"] not in answer.text


def test_submission_with_the_hidden_field_gets_thanks_and_is_dropped(portal):
    name = word()
    answer = post(portal, make_form(portal), firstName=name, contact_me_by_fax_only="x")
    assert answer.status == 302
    assert newest(portal, "root", word=name) is None


def test_multipart_form_is_accepted_without_its_files(portal):
    form, name = make_form(portal), word()
    parts = [("web_form_key", form["formKey"], ""), ("firstName", name, ""), ("f", "x", "a.txt")]
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{field}"'
        + (f'; filename="{file}"' if file else "")
        + f"\r\n\r\n{value}\r\n"
        for field, value, file in parts
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b", **stranger()}
    sent = f"{body}--b--\r\n"
    assert portal.call("POST", HANDLER, body=sent, headers=headers, as_=None).status == 302
    assert newest(portal, word=name)


def test_oversized_and_malformed_forms_are_refused(portal):
    form = make_form(portal)
    assert post(portal, form, firstName="Jo", about="x" * 300_000).status == 413
    many = {f"f{n}": "x" for n in range(400)}
    assert post(portal, form, firstName="Jo", **many).status == 413
    broken = portal.call("POST", HANDLER, body=b"firstName=%ff%fe", as_=None)
    assert broken.status == 400
    assert portal.call("GET", HANDLER, as_=None).status == 405
    assert portal.call("PUT", f"/form/{form['formKey']}", as_=None).status == 405


def test_former_responsible_user_is_replaced_by_the_forms_creator(portal):
    own = portal.fresh()
    form = make_form(own, responsibleid=own.id_of("cid"))
    p = schema.person
    left = p.update().where(p.c.id == own.id_of("cid")).values(is_terminated=True)
    stored(own, left.returning(p.c.id))
    moved = Portal(own.ground, own.database, {})  # which has not read its users yet
    try:
        assert post(moved, form, firstName="Jo").status == 302
        assert newest(moved, "root")["createBy"]["id"] == own.id_of("root")
    finally:
        moved._server.stop()


def test_deleted_stage_is_replaced_by_the_first(portal):
    own = portal.fresh()
    sent = {"title": "Extra", "color": "#123456", "successProbability": 1, "stageType": "Open"}
    stage = own.call("POST", "crm/opportunity/stage", json=sent, as_="root").response["id"]
    form = make_form(own, makesOpportunity=True, stageid=stage)
    assert own.call("DELETE", f"crm/opportunity/stage/{stage}", as_="root").status == 200
    assert post(own, form, firstName="Jo").status == 302
    first = own.call("GET", "crm/opportunity/stage").response[0]["id"]
    assert newest(own, what="opportunity")["stage"]["id"] == first


def test_sender_gets_429_after_ten_forms(portal):
    own = portal.fresh()
    form = make_form(own)
    sent = {"web_form_key": form["formKey"], "firstName": "Jo"}
    answers = [own.call("POST", HANDLER, form=sent, as_=None) for _ in range(11)]
    assert [answer.status for answer in answers] == [302] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 601
    page = own.call("POST", f"/form/{form['formKey']}", form={"firstName": "<Typed>"}, as_=None)
    assert page.status == 429
    assert page.headers["Retry-After"]
    assert 'value="&lt;Typed&gt;"' in page.text
