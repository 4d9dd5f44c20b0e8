"""How a group of people looks on the wire."""

from typing import ClassVar

from dealwright.people.queries import Team
from dealwright.people.shapes import Employee, Staff
from dealwright.wire.shape import GuidText, Shape
from dealwright.wire.values import EMPTY_GUID


class Group(Shape, kw_only=True):
    documented_names: ClassVar[dict[str, str]] = {"id": "Id"}

    id: GuidText
    name: str
    category: GuidText
    parent: GuidText
    description: str
    manager: Employee
    members: list[Employee]


def group(team: Team, staff: Staff) -> Group:
    return Group(
        id=team.id,
        name=team.name,
        category=EMPTY_GUID,
        parent=EMPTY_GUID,
        description="",
        manager=staff[team.manager_id or ""],
        members=staff.listed(team.members),
    )
