"""Every search by contact data returns exactly the contacts that the caller may see, in rows,
totals and groups of duplicates."""

from hypothesis import given, settings

from tests.crm.contacts.info.making import add
from tests.crm.contacts.making import word
from tests.running import Portal
from tests.test_access import EVERYBODY, Maker, World, succeeded, worlds


class Look:
    """Every way in which one user can find contacts by their data."""

    def __init__(self, portal: Portal, mark: str, user: str) -> None:
        self.portal, self.mark, self.user = portal, mark, user

    def get(self, path: str) -> list[dict[str, int]]:
        answer = self.portal.call("GET", f"crm/contact/{path}", as_=self.user)
        rows: list[dict[str, int]] = succeeded(answer, 200)
        assert answer.json.get("total", len(rows)) == len(rows)
        return rows

    def found(self) -> list[set[int]]:
        by_email = self.get(f"simple/byEmail?term={self.mark}&maxCount=100")
        return [
            {row["id"] for row in self.get(f"filter?filterValue={self.mark}")},
            {row["id"] for row in self.get(f"bycontactinfo?infoType=email&data={self.mark}")},
            {row["contact"]["id"] for row in by_email},  # type: ignore[index]
        ]

    def mailed(self, ids: list[int]) -> set[int]:
        query = "&".join(f"contactids={each}" for each in ids)
        return {row["id"] for row in self.get(f"mail?{query}")}

    def duplicates(self) -> set[int]:
        """The contacts that share the address built from the mark, which all of the test portal
        have."""
        answer = self.portal.call("GET", "crm/contact/duplicates?by=email", as_=self.user)
        for group in succeeded(answer, 200):
            if group["value"] == f"{self.mark}@example.com":
                assert group["contactsCount"] == len(group["contacts"]) > 1
                return {each["id"] for each in group["contacts"]}
        return set()


@settings(max_examples=8)
@given(world=worlds())
def test_every_search_by_contact_data_follows_the_access_rule(portal: Portal, world: World) -> None:
    Maker(portal, world).build()
    mark = word()
    data = {
        contact.id: add(portal, contact.id, "root", data=f"{mark}@example.com")
        for contact in world.contacts
    }
    for user in EVERYBODY:
        look = Look(portal, mark, user)
        seen = {each.id for each in world.contacts if each.seen_by(user)}
        assert [found == seen for found in look.found()] == [True] * 3
        assert look.mailed([*data]) == seen
        assert look.duplicates() == (seen if len(seen) > 1 else set())
        for contact in world.contacts:
            answers = {
                portal.call("GET", f"crm/contact/{contact.id}/{path}", as_=user).status
                for path in ("data", "data/Email", f"data/{data[contact.id]['id']}", "duplicates")
            }
            assert answers == {200 if contact.id in seen else 404}
            changed = portal.call("POST", f"crm/contact/{contact.id}/batch", json={}, as_=user)
            right = 201 if contact.edited_by(user) else 403 if contact.id in seen else 404
            assert changed.status == right
