"""Who looks at a page, and how they want it: what every page shows of people and portal."""

from typing import NamedTuple

from dealwright.access import Role
from dealwright.people.preferences import actions as preferences
from dealwright.people.queries import everybody
from dealwright.portal.organisation.queries import current
from dealwright.portal.settings.actions import setting_of
from dealwright.portal.settings.rules import ORGANISATION
from dealwright.work import Work


class Viewer(NamedTuple):
    """`theme`: system, light or dark; `density`: comfortable, compact or detailed; `has_keys`:
    whether single-letter keys do something; `unread`: notifications not yet read."""

    language: str
    portal_name: str = "Dealwright"
    currency: str = "USD"
    id: str = ""
    name: str = ""
    email: str = ""
    role: Role | None = None
    theme: str = "system"
    density: str = "comfortable"
    has_keys: bool = True
    unread: int = 0

    @property
    def is_signed_in(self) -> bool:
        return bool(self.id)

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.OWNER, Role.ADMIN)

    @property
    def has_settings(self) -> bool:
        """May change the settings of the CRM, if not those of the portal."""
        return self.is_admin or self.role is Role.CRM_ADMIN

    @property
    def is_guest(self) -> bool:
        return self.role is Role.GUEST


async def viewer(work: Work) -> Viewer:
    """The actor as viewer; for an anonymous visitor what the portal says of itself."""
    portal = await work.cached(current)
    organisation = await setting_of(work, ORGANISATION)
    visitor = Viewer(
        language=portal.language,
        portal_name=organisation.company_name or "Dealwright",
        currency=portal.currency,
    )
    person = (await work.cached(everybody)).get(work.actor.id)
    if person is None:
        return visitor
    chosen = await preferences.chosen(work)
    return visitor._replace(
        language=chosen.language or portal.language,
        id=person.id,
        name=f"{person.first_name} {person.last_name}".strip() or person.user_name,
        email=person.email,
        role=person.role,
        theme=chosen.theme,
        density=chosen.density,
        has_keys=chosen.single_keys,
    )
