"""What a group of people is, and what it may become."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from dealwright.errors import Invalid


@dataclass(frozen=True, slots=True)
class Group:
    """`members` are ids of users; who manages a group belongs to it."""

    id: str
    name: str
    manager_id: str | None = None
    members: frozenset[str] = frozenset()


def named(group: Group, text: str) -> Group:
    """Raises Invalid."""
    name = text.strip()
    if not name or not name.isprintable():
        raise Invalid("groupName", "must be the name of a group, in printable characters")
    return replace(group, name=name)


def managed(group: Group, person_id: str | None) -> Group:
    """Led by somebody, who belongs to it from then on; or by nobody."""
    members = group.members | {person_id} if person_id else group.members
    return replace(group, manager_id=person_id, members=members)


def holding(group: Group, members: Collection[str]) -> Group:
    """With these members and no others; a manager who leaves with it manages it no more."""
    has_left = group.manager_id in group.members and group.manager_id not in members
    manager_id = None if has_left else group.manager_id
    return replace(group, members=frozenset(members), manager_id=manager_id)
