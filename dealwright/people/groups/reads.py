"""Shows groups. They are few, and cached in the process."""

from dealwright.errors import NotFound
from dealwright.people.groups import shapes
from dealwright.people.groups.shapes import Group
from dealwright.people.reads import directory
from dealwright.people.shapes import GroupSummary, staff, summary
from dealwright.storage.text import sort_key
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.work import Work


async def groups(
    work: Work, paging: Paging, *, name: str = "", member: str = ""
) -> Listing[GroupSummary]:
    """Groups by name: all, those whose name contains a text, or those of a user. Raises
    NotFound."""
    known = await directory(work)
    if member and known.find(member) is None:
        raise NotFound("User not found")
    found = [
        summary(team, known.people)
        for team in known.teams.values()
        if sort_key(name) in sort_key(team.name) and (not member or member in team.members)
    ]
    return arrange(sorted(found, key=lambda each: (sort_key(each.name), each.id)), paging)


async def group(work: Work, group_id: str) -> Group:
    """Raises NotFound."""
    known = await directory(work)
    found = known.teams.get(group_id)
    if found is None:
        raise NotFound("group not found")
    base_url, language = known.viewer.base_url, known.viewer.language
    return shapes.group(found, staff(known.people, base_url=base_url, language=language))
