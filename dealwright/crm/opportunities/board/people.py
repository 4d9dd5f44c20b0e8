"""Who can be responsible for an opportunity, as forms offer them."""

from dealwright.crm.opportunities.board.screen import names
from dealwright.people.queries import everybody
from dealwright.work import Work


async def responsible(work: Work) -> list[tuple[str, str]]:
    """Ids and names of those who can be responsible, by name."""
    named = await names(work)
    every = (await work.cached(everybody)).values()
    listed = [(each.id, named[each.id]) for each in every if each.may_be_responsible]
    return sorted(listed, key=_by_name)


def _by_name(pair: tuple[str, str]) -> str:
    return pair[1].casefold()
