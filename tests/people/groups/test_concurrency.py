"""What several administrators do to one group at once."""

from functools import partial

from tests.making import at_once
from tests.running import Portal


def test_what_several_change_of_one_group_is_all_there(portal: Portal):
    ann, bob, cid = (portal.id_of(name) for name in ("ann", "bob", "cid"))
    for number in range(5):
        payload = {"groupName": "Sales", "members": [cid]}
        group = portal.call("POST", "group", json=payload, as_="root").response
        path, name = f"group/{group['id']}", f"Sales {number}"
        call = partial(portal.call, as_="root")
        answers = at_once(
            partial(call, "PUT", path, json={"groupName": name}),
            partial(call, "PUT", f"{path}/manager", json={"userid": ann}),
            partial(call, "POST", f"{path}/members", json={"members": [bob]}),
            partial(call, "DELETE", f"{path}/members", json={"members": [cid]}),
        )
        assert {each.status for each in answers} == {200, 201}
        found = portal.call("GET", path, as_="root").response
        assert (found["name"], found["manager"]["id"]) == (name, ann)
        assert {each["id"] for each in found["members"]} == {ann, bob}
