"""Task templates: administrators change them, every user applies them."""

from typing import Any

import pytest

from tests.crm.contacts.making import make_company, word
from tests.crm.tasks.making import category, task
from tests.making import make_opportunity, make_person
from tests.running import Portal

MISSING = 2_000_000_000
TYPES = ("contact", "person", "company", "opportunity", "case")
HOUR = 36_000_000_000  # ticks
UNKNOWN = "4a515a15-d4d6-4b8e-828e-e0586f18f3a3"
KEYS = (
    *("containerID", "title", "description", "responsible", "category", "isNotify"),
    *("offsetTicks", "deadLineIsFixed", "id"),
)


def container(portal: Portal, kind: str = "opportunity", title: str = "Steps") -> Any:
    path = f"crm/{kind}/tasktemplatecontainer"
    answer = portal.call("POST", path, json={"title": title}, as_="root")
    assert answer.status == 201, answer.text
    return answer.response


def template(portal: Portal, container_id: int, **inputs: object) -> Any:
    wished = {"title": "Call", "categoryid": category(portal), **inputs}
    path = f"crm/tasktemplatecontainer/{container_id}/tasktemplate"
    answer = portal.call("POST", path, json=wished, as_="root")
    assert answer.status == 201, answer.text
    return answer.response


def apply(portal: Portal, container_id: int, as_: str = "ann", **params: object) -> Any:
    path = f"crm/tasktemplatecontainer/{container_id}/apply"
    return portal.call("POST", path, json=params, as_=as_)


@pytest.mark.parametrize("kind", TYPES)
def test_containers_are_of_one_type(portal: Portal, kind: str):
    made = container(portal, kind, title=word())
    assert made == {"title": made["title"], "entityType": kind.capitalize(), "id": made["id"]}
    for other in TYPES:
        shown = portal.call("GET", f"crm/{other}/tasktemplatecontainer").response
        assert (made in shown) is (other == kind)


def test_container_shows_its_templates(portal: Portal):
    made = container(portal)
    one, two = (template(portal, made["id"], title=title) for title in ("B", "A"))
    assert tuple(one) == KEYS
    shown = portal.call("GET", f"crm/tasktemplatecontainer/{made['id']}").response
    assert list(shown) == ["title", "entityType", "items", "id"]
    assert shown["items"] == [one, two]
    path = f"crm/tasktemplatecontainer/{made['id']}/tasktemplate"
    assert portal.call("GET", path).response == [one, two]
    assert portal.call("GET", f"crm/tasktemplatecontainer/tasktemplate/{one['id']}").response == one
    assert shown in portal.call("GET", "crm/opportunity/tasktemplatecontainer").response


def test_put_of_all_read_values_changes_nothing(portal: Portal):
    made = container(portal)
    for responsible in (None, portal.id_of("bob")):
        one = template(
            portal,
            made["id"],
            description="d",
            responsibleid=responsible,
            isNotify=True,
            offsetTicks=HOUR + 1,
            deadLineIsFixed=True,
        )
        payload = {
            **{name: each for name, each in one.items() if name not in ("responsible", "category")},
            "responsibleid": one["responsible"]["id"],
            "categoryid": one["category"]["id"],
        }
        path = f"crm/tasktemplatecontainer/{made['id']}/tasktemplate"
        answer = portal.call("PUT", path, json=payload, as_="root")
        assert (answer.status, answer.response) == (200, one)


def test_template_moves_to_the_named_container(portal: Portal):
    old, new = container(portal), container(portal)
    one = template(portal, old["id"])
    payload = {"id": one["id"], "title": "Moved", "categoryid": category(portal, 1)}
    path = f"crm/tasktemplatecontainer/{new['id']}/tasktemplate"
    moved = portal.call("PUT", path, json=payload, as_="root").response
    assert (moved["containerID"], moved["title"]) == (new["id"], "Moved")
    assert portal.call("GET", path).response == [moved]


def test_deletion_returns_what_was_deleted(portal: Portal):
    made = container(portal)
    one, two = (template(portal, made["id"]) for _ in range(2))
    path = f"crm/tasktemplatecontainer/tasktemplate/{one['id']}"
    assert portal.call("DELETE", path, as_="root").response == one
    assert portal.call("GET", path).status == 404
    path = f"crm/tasktemplatecontainer/{made['id']}"
    assert portal.call("DELETE", path, as_="root").response == made | {"items": [two]}
    for gone in (path, f"crm/tasktemplatecontainer/tasktemplate/{two['id']}"):
        assert portal.call("GET", gone).status == 404


def test_container_can_be_renamed(portal: Portal):
    made = container(portal)
    path = f"crm/tasktemplatecontainer/{made['id']}"
    answer = portal.call("PUT", path, json={"title": "Other"}, as_="root")
    assert answer.response == made | {"title": "Other"}
    assert portal.call("PUT", path, json={"title": ""}, as_="root").status == 400


def test_only_administrators_change_templates(portal: Portal):
    made = container(portal)
    one = template(portal, made["id"])
    payload = {"title": "T", "categoryid": category(portal), "id": one["id"]}
    for method, path in (
        ("POST", "crm/case/tasktemplatecontainer"),
        ("PUT", f"crm/tasktemplatecontainer/{made['id']}"),
        ("DELETE", f"crm/tasktemplatecontainer/{made['id']}"),
        ("POST", f"crm/tasktemplatecontainer/{made['id']}/tasktemplate"),
        ("PUT", f"crm/tasktemplatecontainer/{made['id']}/tasktemplate"),
        ("DELETE", f"crm/tasktemplatecontainer/tasktemplate/{one['id']}"),
    ):
        for as_ in ("ann", "gus"):
            assert portal.call(method, path, json=payload, as_=as_).status == 403, path
    assert portal.call("GET", f"crm/tasktemplatecontainer/{made['id']}").status == 200


@pytest.mark.parametrize(
    ("wrong", "status", "names"),
    [
        ({"title": ""}, 400, "title"),
        ({"categoryid": 0}, 400, "categoryid"),
        ({"categoryid": MISSING}, 404, "Category is not found"),
        ({"responsibleid": "11111111-1111-1111-1111-111111111111"}, 400, "responsibleid"),
        ({"offsetTicks": 10**17}, 400, "offsetTicks"),
    ],
)
def test_bad_values_get_an_error_with_the_parameter(
    portal: Portal, wrong: dict[str, object], status: int, names: str
):
    made = container(portal)
    one = template(portal, made["id"])
    path = f"crm/tasktemplatecontainer/{made['id']}/tasktemplate"
    payload = {"title": "T", "categoryid": category(portal), **wrong}
    for method, more in (("POST", {}), ("PUT", {"id": one["id"]})):
        answer = portal.call(method, path, json=payload | more, as_="root")
        assert answer.status == status, answer.text
        assert names.lower() in answer.json["error"]["message"].lower()


@pytest.mark.parametrize("wrong", [0, MISSING])
def test_unknown_ids_get_404(portal: Portal, wrong: int):
    status = 404 if wrong else 400
    payload = {"title": "T", "categoryid": category(portal), "id": wrong}
    for method, path in (
        ("GET", f"{wrong}"),
        ("PUT", f"{wrong}"),
        ("DELETE", f"{wrong}"),
        ("GET", f"{wrong}/tasktemplate"),
        ("POST", f"{wrong}/tasktemplate"),
        ("PUT", f"{container(portal)['id']}/tasktemplate"),
        ("GET", f"tasktemplate/{wrong}"),
        ("DELETE", f"tasktemplate/{wrong}"),
        ("POST", f"{wrong}/apply"),
    ):
        answer = portal.call(method, f"crm/tasktemplatecontainer/{path}", json=payload, as_="root")
        assert answer.status == status, (method, path, answer.text)


# --------------------------------------------------------------------------------- being applied


def test_all_tasks_of_a_container_are_created_at_once(portal: Portal):
    made = container(portal)
    template(portal, made["id"], title="First", offsetTicks=HOUR, description="d")
    template(
        portal,
        made["id"],
        title="Then",
        offsetTicks=33 * HOUR,
        deadLineIsFixed=True,
        responsibleid=portal.id_of("bob"),
        isNotify=True,
        categoryid=category(portal, 2),
    )
    deal, person = make_opportunity(portal), make_person(portal)
    answer = apply(
        portal, made["id"], entityId=deal, contactid=person, start="2030-01-01T10:00:00Z"
    )
    assert answer.status == 201, answer.text
    first, then = answer.response
    assert (first["title"], then["title"]) == ("First", "Then")
    assert first["deadLine"] == "2030-01-01T11:00:00.0000000Z"
    assert then["deadLine"] == "2030-01-02T09:00:00.0000000Z"
    assert first["responsible"]["id"] == portal.id_of("ann")
    assert then["responsible"]["id"] == portal.id_of("bob")
    for each in (first, then):
        assert each["entity"]["entityId"] == deal
        assert each["contact"]["id"] == person
        assert task(portal, each["id"]) == each


def test_offsets_count_from_now_without_a_start(portal: Portal):
    made = container(portal)
    template(portal, made["id"], offsetTicks=0)
    [one] = apply(portal, made["id"], entityid=make_opportunity(portal)).response
    assert one["deadLine"] == one["created"]


@pytest.mark.parametrize(("kind", "fits"), [("contact", 2), ("person", 0), ("company", 1)])
def test_container_for_contacts_fits_contacts_of_its_type(portal: Portal, kind: str, fits: int):
    made = container(portal, kind)
    template(portal, made["id"])
    for place, contact in enumerate((make_person(portal), make_company(portal))):
        for name in ("entityid", "contactid"):
            answer = apply(portal, made["id"], **{name: contact})
            if fits in (2, place):
                assert answer.response[0]["contact"]["id"] == contact
            else:
                assert answer.status == 400


def test_container_is_applied_only_to_visible_records(portal: Portal):
    deals, people = container(portal), container(portal, "contact")
    hidden = make_opportunity(portal, "cid", isPrivate=True)
    person = make_person(portal, "cid", shareType=0)
    assert apply(portal, deals["id"], entityid=hidden).status == 400
    assert apply(portal, people["id"], entityid=person).status == 400
    assert apply(portal, deals["id"], entityid=hidden, as_="cid").status == 201
    assert apply(portal, deals["id"]).status == 400
    assert apply(portal, people["id"]).status == 400
    assert apply(portal, deals["id"], entityid=hidden, as_="gus").status == 403


def test_container_can_be_applied_to_a_case(portal: Portal):
    case = portal.call("POST", "crm/case", json={"title": "Matter"}).response["id"]
    made = container(portal, "case")
    template(portal, made["id"])
    [one] = apply(portal, made["id"], entityid=case).response
    assert one["entity"] == {"entityType": "case", "entityId": case, "entityTitle": "Matter"}
    assert apply(portal, made["id"], entityid=make_opportunity(portal) + MISSING // 2).status == 400


def test_empty_container_creates_no_task(portal: Portal):
    answer = apply(portal, container(portal)["id"], entityid=make_opportunity(portal))
    assert (answer.status, answer.response) == (201, [])


def test_template_follows_its_category_to_its_replacement(portal: Portal):
    payload = {"title": word(), "imageName": "x.png"}
    old = portal.call("POST", "crm/task/category", json=payload, as_="root").response["id"]
    made = container(portal)
    one = template(portal, made["id"], categoryid=old)
    path = f"crm/task/category/{old}"
    assert portal.call("DELETE", path, as_="root").status == 400
    payload = {"newcategoryid": category(portal)}
    assert portal.call("DELETE", path, json=payload, as_="root").status == 200
    shown = portal.call("GET", f"crm/tasktemplatecontainer/tasktemplate/{one['id']}").response
    assert shown["category"]["id"] == category(portal)


@pytest.mark.parametrize("accept", ["text/xml", "application/json; profile=documented"])
def test_every_representation_shows_the_same(portal: Portal, accept: str):
    made = container(portal)
    template(portal, made["id"])
    shown = portal.call("GET", f"crm/tasktemplatecontainer/{made['id']}", accept=accept)
    expected = "<containerID>" if "xml" in accept else '"ContainerID":'
    assert expected in shown.text


def test_template_without_responsible_belongs_to_the_user_who_applies_it(portal: Portal):
    one = template(portal, container(portal)["id"])
    assert one["responsible"]["id"] == UNKNOWN
