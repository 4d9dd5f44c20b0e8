"""How people look on the wire: in brief, as every record embeds them, and in full; groups,
tokens."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import ClassVar

from dealwright.access import Role
from dealwright.people import rules
from dealwright.people.queries import NO_PROFILE, ApiToken, OpenSession, Person, Profile, Team
from dealwright.people.rules import ActivationStatus, EmployeeStatus
from dealwright.portal.organisation.shapes import CULTURES
from dealwright.storage.cache import Held
from dealwright.wire.shape import GuidText, MomentText, Shape
from dealwright.wire.values import Moments

UNKNOWN_ID = "4a515a15-d4d6-4b8e-828e-e0586f18f3a3"
AVATARS = "/skins/default/images/default_user_photo_size_"


class Employee(Shape, kw_only=True):
    """A user as records embed it. `profileUrl` is an absolute address."""

    documented_names: ClassVar[dict[str, str]] = {"id": "Id"}

    id: str
    display_name: str
    title: str = ""
    avatar_small: str
    profile_url: str


class GroupSummary(Shape, kw_only=True):
    """A group of people; `manager` is a user name."""

    documented_names: ClassVar[dict[str, str]] = {"id": "Id"}

    id: GuidText
    name: str
    manager: str


class EmployeeContact(Shape, kw_only=True):
    """A way to reach a user: `type` such as mobphone or skype."""

    type: str
    value: str


class ResponsibleFor(Shape, kw_only=True):
    """The open records that need another responsible user."""

    opportunities: int
    tasks: int


class EmployeeFull(Shape, kw_only=True):
    """A user. `status` is 1 active or 2 terminated, `activationStatus` 1 if they have a password;
    `email` is null if the viewer may not know it. `responsibleFor` is present after a change that
    removes the user from work."""

    documented_names: ClassVar[dict[str, str]] = {"id": "Id"}
    documented_optional: ClassVar[tuple[str, ...]] = ("responsible_for",)

    id: GuidText
    user_name: str
    is_visitor: bool
    first_name: str
    last_name: str
    email: str | None
    birthday: MomentText | None = None
    sex: str | None = None
    status: int
    activation_status: int
    terminated: MomentText | None
    department: str
    work_from: MomentText | None = None
    location: str | None = None
    notes: str | None = None
    lead: GuidText | None = None
    display_name: str
    mobile_phone: str | None = None
    mobile_phone_activation_status: int = 0
    title: str = ""
    contacts: list[EmployeeContact] | None = None
    groups: list[GroupSummary] | None = None
    avatar_medium: str
    avatar: str
    is_admin: bool
    is_ldap: bool
    list_admin_modules: list[str] | None = None
    is_owner: bool
    culture_name: str | None = None
    is_sso: bool
    avatar_small: str
    quota_limit: int
    used_space: int
    docs_space: int
    mail_space: int
    talk_space: int
    profile_url: str
    responsible_for: ResponsibleFor | None = None


class Photo(Shape, kw_only=True):
    """Addresses of a user's photo in all sizes."""

    original: str
    retina: str
    max: str
    big: str
    medium: str
    small: str


class TokenData(Shape, kw_only=True):
    """The answer to a sign-in. `token` goes into the Authorization header; there is no second
    factor."""

    token: str | None
    expires: str | None = None
    sms: bool = False
    phone_noise: str | None = None
    tfa: bool = False
    tfa_key: str | None = None


class AccessToken(Shape, kw_only=True):
    """An API token. `token` is present only in the answer that makes it; `lastUsed` is exact to a
    minute."""

    id: int
    title: str
    scope: str
    created: MomentText
    last_used: MomentText | None
    token: str | None = None


class SessionShown(Shape, kw_only=True):
    """A sign-in that has not ended. `title`: browser and system; `lastUsed` is exact to a
    minute."""

    id: int
    title: str
    created: MomentText
    last_used: MomentText | None
    expires: MomentText
    is_current: bool


class Staff:
    """All users of the portal, ready to be embedded, for one public address."""

    def __init__(self, people: Iterable[Person], *, base_url: str, language: str) -> None:
        self._brief = {
            person.id: brief(person, base_url=base_url, language=language) for person in people
        }

    def __getitem__(self, person_id: str) -> Employee:
        found = self._brief.get(person_id)
        return found if found is not None else unknown()

    def listed(self, person_ids: Iterable[str]) -> list[Employee]:
        return [self[person_id] for person_id in person_ids]


@lru_cache(maxsize=16)
def staff(people: Held[str, Person], *, base_url: str, language: str) -> Staff:
    """Built once for each loading of the table and each address under which the portal is
    called."""
    return Staff(people.values(), base_url=base_url, language=language)


def brief(person: Person, *, base_url: str, language: str) -> Employee:
    return Employee(
        id=person.id,
        display_name=display_name(person, language=language),
        title=person.job_title,
        avatar_small=avatar(32),
        profile_url=f"{base_url}/Products/People/Profile.aspx?user={person.user_name}",
    )


def display_name(person: Person, *, language: str) -> str:
    """First name first, in Russian the last name first; the login name if there is neither."""
    names = [person.first_name, person.last_name]
    ordered = reversed(names) if language == "ru" else names
    return " ".join(name for name in ordered if name) or person.user_name


def unknown() -> Employee:
    """Stands for a user who no longer exists."""
    return Employee(id=UNKNOWN_ID, display_name="Unknown", avatar_small=avatar(32), profile_url="")


class Viewer:
    """The viewer of people: what they may know, and the address they use."""

    def __init__(
        self, actor_id: str, role: Role, *, base_url: str, language: str, moments: Moments
    ) -> None:
        self.actor_id = actor_id
        self.role = role
        self.base_url = base_url
        self.language = language
        self.moments = moments

    def knows_address_of(self, person: Person) -> bool:
        is_guest = self.role is Role.GUEST
        return rules.sees_contact_data(is_guest=is_guest, is_self=person.id == self.actor_id)


def full(
    person: Person, profile: Profile, teams: Sequence[GroupSummary], viewer: Viewer
) -> EmployeeFull:
    """Leaves out what guests may not know of others."""
    is_known = viewer.knows_address_of(person)
    private = profile if is_known else NO_PROFILE
    seen = brief(person, base_url=viewer.base_url, language=viewer.language)
    status = EmployeeStatus.TERMINATED if person.is_terminated else EmployeeStatus.ACTIVE
    activation = (
        ActivationStatus.ACTIVATED if person.has_password else ActivationStatus.NOT_ACTIVATED
    )
    return EmployeeFull(
        id=person.id,
        user_name=person.user_name,
        is_visitor=person.role is Role.GUEST,
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email if is_known else None,
        birthday=_moment(private.birthday, viewer),
        sex=private.sex,
        status=int(status),
        activation_status=int(activation),
        terminated=_moment(profile.terminated_on if person.is_terminated else None, viewer),
        department=", ".join(team.name for team in teams),
        work_from=viewer.moments(profile.works_from or person.created_on),
        location=profile.location or None,
        notes=private.notes or None,
        lead=profile.lead_id,
        display_name=seen.display_name,
        title=person.job_title,
        contacts=[EmployeeContact(type=kind, value=text) for kind, text in private.contacts]
        or None,
        groups=list(teams) or None,
        avatar_medium=avatar(48),
        avatar=avatar(82),
        is_admin=is_full_admin(person),
        is_ldap=False,
        list_admin_modules=administered(person),
        is_owner=person.role is Role.OWNER,
        culture_name=CULTURES.get(profile.language or ""),
        is_sso=False,
        avatar_small=seen.avatar_small,
        quota_limit=0,
        used_space=0,
        docs_space=0,
        mail_space=0,
        talk_space=0,
        profile_url=seen.profile_url,
    )


def _moment(stored: int | None, viewer: Viewer) -> str | None:
    return None if stored is None else viewer.moments(stored)


def is_full_admin(person: Person) -> bool:
    return person.role in (Role.OWNER, Role.ADMIN)


def administered(person: Person) -> list[str] | None:
    """Names of the modules that the user administers; empty if there are none."""
    if is_full_admin(person):
        return ["crm", "people"]
    return ["crm"] if person.role is Role.CRM_ADMIN else None


def photo() -> Photo:
    """Users cannot have photos of their own yet."""
    return Photo(
        original=avatar(200),
        retina=avatar(200),
        max=avatar(200),
        big=avatar(82),
        medium=avatar(48),
        small=avatar(32),
    )


def avatar(size: int) -> str:
    return f"{AVATARS}{size}-{size}.png"


def summary(team: Team, people: Held[str, Person]) -> GroupSummary:
    manager = people.get(team.manager_id or "")
    return GroupSummary(id=team.id, name=team.name, manager=manager.user_name if manager else "")


def session(found: OpenSession, moments: Moments, *, current: int | None) -> SessionShown:
    """`current`: the id of the session that asks."""
    return SessionShown(
        id=found.id,
        title=found.device,
        created=moments(found.created_on),
        last_used=None if found.used_on is None else moments(found.used_on),
        expires=moments(found.expires_on),
        is_current=found.id == current,
    )


def access_token(token: ApiToken, moments: Moments, text: str | None = None) -> AccessToken:
    return AccessToken(
        id=token.id,
        title=token.title,
        scope=token.scope,
        created=moments(token.created_on),
        last_used=None if token.used_on is None else moments(token.used_on),
        token=text,
    )
