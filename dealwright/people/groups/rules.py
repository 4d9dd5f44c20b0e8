"""What a group is, and how it may change."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from dealwright.errors import Invalid


@dataclass(frozen=True, slots=True)
class Group:
    """`members` are ids of users; the manager is a member."""

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
    """Sets the manager, who becomes a member; None removes the manager."""
    members = group.members | {person_id} if person_id else group.members
    return replace(group, manager_id=person_id, members=members)


def holding(group: Group, members: Collection[str]) -> Group:
    """Sets the members; a manager who is not among them is removed as manager."""
    has_left = group.manager_id in group.members and group.manager_id not in members
    manager_id = None if has_left else group.manager_id
    return replace(group, members=frozenset(members), manager_id=manager_id)
