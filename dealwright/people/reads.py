"""Shows people: one, all, or those that match a filter. They are few, and cached in the process."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol, TypeVar

from msgspec import structs

from dealwright.access import Role
from dealwright.errors import NotFound
from dealwright.people import rules, shapes
from dealwright.people.queries import (
    NO_PROFILE,
    Person,
    Profile,
    Team,
    everybody,
    profiles,
    teams,
)
from dealwright.people.rules import ActivationStatus, EmployeeStatus, EmployeeType
from dealwright.people.shapes import Employee, EmployeeFull, Viewer
from dealwright.portal.organisation.queries import current
from dealwright.portal.organisation.rules import CRM
from dealwright.storage.cache import Held
from dealwright.storage.text import sort_key
from dealwright.wire.conversion import ConversionError
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.values import EMPTY_GUID, read_guid
from dealwright.work import Work

# Sorted without accents, as people read them; other members are sorted as they are.
_NAMES = {"": "display_name", "firstname": "first_name", "lastname": "last_name"}
Shown = TypeVar("Shown", Employee, EmployeeFull)


class PeopleParams(Protocol):
    """The parameters of the filter; None means any."""

    @property
    def employee_status(self) -> EmployeeStatus | None: ...
    @property
    def group_id(self) -> str | None: ...
    @property
    def activation_status(self) -> ActivationStatus | None: ...
    @property
    def employee_type(self) -> EmployeeType | None: ...
    @property
    def is_administrator(self) -> bool | None: ...


class Directory(NamedTuple):
    """Every user, also deleted ones, and the viewer."""

    people: Held[str, Person]
    profiles: Held[str, Profile]
    teams: Held[str, Team]
    viewer: Viewer

    def find(self, name: str) -> Person | None:
        """By user name or id; None if the user is deleted."""
        key, folded = _guid(name), rules.folded(name)
        return next(
            (each for each in self.living() if key == each.id or folded == each.user_name), None
        )

    def living(self) -> Iterator[Person]:
        """All but the deleted ones."""
        return (each for each in self.people.values() if self.profile_of(each).deleted_on is None)

    def profile_of(self, person: Person) -> Profile:
        return self.profiles.get(person.id, NO_PROFILE)

    def matching(self, text: str, among: Iterable[Person]) -> list[Person]:
        """Users for whom every word of the text is part of a name, the job title or the address."""
        words = sort_key(text).split()
        return [person for person in among if all(self._has(person, word) for word in words)]

    def _has(self, person: Person, word: str) -> bool:
        texts = [person.first_name, person.last_name, person.user_name, person.job_title]
        if self.viewer.knows_address_of(person):
            texts.append(person.email)
        return any(word in sort_key(text) for text in texts)

    def with_status(self, status: EmployeeStatus) -> list[Person]:
        # differs: every list hides terminated users from those who are not administrators, not only
        # the filters.
        is_admin = self.viewer.role in (Role.OWNER, Role.ADMIN)
        shown = rules.shown_status(status, is_admin=is_admin)
        return [
            person
            for person in self.living()
            if rules.has_status(shown, is_terminated=person.is_terminated)
        ]

    def full(self, person: Person) -> EmployeeFull:
        own = [team for team in self.teams.values() if person.id in team.members]
        summaries = [shapes.summary(team, self.people) for team in own]
        return shapes.full(person, self.profile_of(person), summaries, self.viewer)

    def brief(self, person: Person) -> Employee:
        base_url, language = self.viewer.base_url, self.viewer.language
        return shapes.brief(person, base_url=base_url, language=language)


async def directory(work: Work) -> Directory:
    language = (await work.cached(current)).language
    viewer = Viewer(
        work.actor.id,
        work.actor.role,
        base_url=work.base_url,
        language=language,
        moments=work.moments,
    )
    return Directory(
        await work.cached(everybody), await work.cached(profiles), await work.cached(teams), viewer
    )


async def person(work: Work, name: str) -> EmployeeFull:
    """By user name or id. Raises NotFound."""
    known = await directory(work)
    found = known.find(name)
    if found is None:
        raise NotFound("User not found")
    return known.full(found)


async def named(work: Work, name: str) -> Person:
    """By e-mail address, user name or id, for the command line. Raises NotFound."""
    known, key = await directory(work), rules.folded(name)
    for each in known.living():
        if key in (rules.folded(each.email), each.user_name, each.id):
            return each
    raise NotFound(f"There is no user {name}")


async def by_email(work: Work, email: str) -> EmployeeFull:
    """Raises NotFound, also for an address that the actor may not know."""
    known, key = await directory(work), rules.folded(email)
    for each in known.living():
        if rules.folded(each.email) == key and known.viewer.knows_address_of(each):
            return known.full(each)
    raise NotFound("User not found")


async def with_status(
    work: Work, status: EmployeeStatus, paging: Paging, *, text: str = ""
) -> Listing[EmployeeFull]:
    """Users in a state, by name; `filterBy=group` with the group's id as `filterValue` limits
    it."""
    known = await directory(work)
    people = known.with_status(status)
    if "group" in paging.filter_by and paging.filter_value:
        members = _members(known, _asked_group(paging.filter_value))
        people = [each for each in people if each.id in members]
    return arrange(_by_name(map(known.full, known.matching(text, people))), paging)


async def matching(work: Work, params: PeopleParams, paging: Paging) -> Listing[EmployeeFull]:
    """A page of the users that match a filter, by name by default, with the total."""
    known = await directory(work)
    return _page([*map(known.full, _left(known, params, paging))], paging)


async def matching_brief(work: Work, params: PeopleParams, paging: Paging) -> Listing[Employee]:
    """The same in brief."""
    known = await directory(work)
    page = _page([*map(known.full, _left(known, params, paging))], paging)
    return Listing([known.brief(known.people[each.id]) for each in page.rows], total=page.total)


def _left(known: Directory, params: PeopleParams, paging: Paging) -> list[Person]:
    is_admin = known.viewer.role in (Role.OWNER, Role.ADMIN)
    status = params.employee_status or rules.shown_status(None, is_admin=is_admin)
    people = known.matching(paging.filter_value, known.with_status(status))
    if params.group_id and params.group_id != EMPTY_GUID:
        members = _members(known, params.group_id)
        people = [each for each in people if each.id in members]
    return [each for each in people if _is_wanted(each, params)]


def _is_wanted(person: Person, params: PeopleParams) -> bool:
    activated = params.activation_status is ActivationStatus.ACTIVATED
    if params.activation_status is not None and person.has_password is not activated:
        return False
    if params.employee_type:
        is_asked = (person.role is Role.GUEST) is (params.employee_type is EmployeeType.VISITOR)
        if not is_asked:
            return False
    return not params.is_administrator or shapes.administered(person) is not None


def _by_name(people: Iterable[Shown]) -> list[Shown]:
    return sorted(people, key=lambda each: (sort_key(each.display_name), each.id))


def _page(people: list[EmployeeFull], paging: Paging) -> Listing[EmployeeFull]:
    """Without a `sortBy` sorted by name, in the direction of `sortOrder`."""
    attribute = _NAMES.get(paging.sort_by)
    if attribute is not None:
        people = sorted(people, key=lambda each: (sort_key(getattr(each, attribute)), each.id))
        people = people[::-1] if paging.descending else people
        paging = structs.replace(paging, sort_by="")
    return Listing(arrange(people, paging).rows, total=len(people))


async def administrators(work: Work, product_id: str) -> list[Employee]:
    """Administrators of the CRM or, with the empty id, of everything. Other modules have none."""
    known = await directory(work)
    roles = {CRM: (Role.CRM_ADMIN,), EMPTY_GUID: (Role.OWNER, Role.ADMIN)}.get(product_id, ())
    found = [
        each for each in known.people.values() if each.role in roles and not each.is_terminated
    ]
    return _by_name(map(known.brief, found))


def _members(known: Directory, group_id: str) -> tuple[str, ...]:
    found = known.teams.get(group_id)
    return found.members if found else ()


def _asked_group(text: str) -> str:
    try:
        return str(read_guid(text))
    except ConversionError as unfit:
        raise unfit.inside("filterValue").named() from None


def _guid(text: str) -> str:
    try:
        return str(read_guid(text))
    except ConversionError:
        return ""
