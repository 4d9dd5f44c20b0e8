"""How people look on the wire: brief, as every record embeds them, and in full."""

from collections.abc import Iterable
from functools import lru_cache
from typing import ClassVar

from dealwright.people.queries import Person
from dealwright.storage.memory import Held
from dealwright.wire.shape import Shape

UNKNOWN_ID = "4a515a15-d4d6-4b8e-828e-e0586f18f3a3"
AVATARS = "/skins/default/images/default_user_photo_size_"


class Employee(Shape, kw_only=True):
    """A user as records embed him. `profileUrl` is an absolute address."""

    documented_names: ClassVar[dict[str, str]] = {"id": "Id"}

    id: str
    display_name: str
    title: str = ""
    avatar_small: str
    profile_url: str


class Staff:
    """All users of the portal, ready to be embedded, for one public address."""

    def __init__(self, people: Iterable[Person], *, base_url: str, language: str) -> None:
        self._brief = {person.id: brief(person, base_url=base_url, language=language) for person in people}

    def __getitem__(self, person_id: str) -> Employee:
        found = self._brief.get(person_id)
        return found if found is not None else unknown()

    def listed(self, person_ids: Iterable[str]) -> list[Employee]:
        return [self[person_id] for person_id in person_ids]


@lru_cache(maxsize=16)
def staff(people: Held[str, Person], *, base_url: str, language: str) -> Staff:
    """Made once for each reading of the table and each address under which the portal is called."""
    return Staff(people.values(), base_url=base_url, language=language)


def brief(person: Person, *, base_url: str, language: str) -> Employee:
    return Employee(
        id=person.id,
        display_name=display_name(person, language=language),
        title=person.job_title,
        avatar_small=f"{AVATARS}32-32.png",
        profile_url=f"{base_url}/Products/People/Profile.aspx?user={person.user_name}",
    )


def display_name(person: Person, *, language: str) -> str:
    """First name first, but in Russian the last name first; the login name where there is neither."""
    names = [person.first_name, person.last_name]
    ordered = reversed(names) if language == "ru" else names
    return " ".join(name for name in ordered if name) or person.user_name


def unknown() -> Employee:
    """What stands where a user is no more."""
    return Employee(id=UNKNOWN_ID, display_name="Unknown", avatar_small=f"{AVATARS}32-32.png", profile_url="")
