"""Who may change which account, and what an account may become.

The owner of the portal is protected: only the owner changes that account, and it cannot be
disabled, demoted or deleted, so there is always one administrator. Knows neither passwords nor
storage.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dealwright.errors import Conflict, Forbidden, Invalid, NotNow

OWNER, ADMIN, CRM_ADMIN, USER, GUEST = "owner", "admin", "crm_admin", "user", "guest"
SEXES = ("male", "female")
CULTURES = {"en": "en", "en-us": "en", "ru": "ru", "ru-ru": "ru"}
MOST_CONTACTS = 100
# What users cannot change in their own account.
BY_ADMINISTRATORS = ("email", "job_title", "role", "is_terminated", "groups", "works_from")
# For these the trail says only that they changed, because it outlives the account.
PRIVATE = ("sex", "birthday", "location", "notes", "contacts")
HIDDEN = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user, as administrators manage it. `groups` are ids; moments are microseconds since
    1970."""

    id: str
    user_name: str
    email: str
    first_name: str = ""
    last_name: str = ""
    job_title: str = ""
    role: str = USER
    is_terminated: bool = False
    sex: str | None = None
    birthday: int | None = None
    works_from: int | None = None
    location: str = ""
    notes: str = ""
    language: str | None = None
    contacts: tuple[tuple[str, str], ...] = ()
    lead_id: str | None = None
    terminated_on: int | None = None
    groups: frozenset[str] = frozenset()


def demand_may_change(account: Account, *, actor_id: str, is_admin: bool) -> None:
    """Users may change their own account, administrators of the portal all but the owner's. Raises
    Forbidden."""
    if account.id != actor_id and (not is_admin or account.role == OWNER):
        raise Forbidden


def revise(
    before: Account, requested: Mapping[str, Any], *, actor_id: str, is_admin: bool
) -> Account:
    """The account with the changes of the input. Raises Forbidden, NotNow if this actor may not
    make them."""
    after = replace(before, **requested)
    changed = [name for name in BY_ADMINISTRATORS if getattr(after, name) != getattr(before, name)]
    if changed and not is_admin:
        raise Forbidden(
            f"Access Denied: only administrators of the portal change {', '.join(changed)}"
        )
    if before.id == actor_id:
        _demand_no_self_harm(changed)
    return after


def _demand_no_self_harm(changed: Collection[str]) -> None:
    if "role" in changed:
        raise NotNow("You cannot change your own role: ask another administrator")
    if "is_terminated" in changed:
        raise NotNow("You cannot disable your own account: ask another administrator")


def as_visitor(account: Account, *, is_visitor: bool) -> str:
    """The role of a guest or of a user. Raises NotNow for an administrator."""
    if not is_visitor:
        return USER if account.role == GUEST else account.role
    if account.role not in (USER, GUEST):
        raise NotNow(f"{account.user_name} is an administrator: revoke that first")
    return GUEST


def administering(account: Account, *, of_everything: bool, wanted: bool) -> str:
    """The role after administration is granted or revoked. Raises NotNow."""
    if not wanted:
        return _without(account, of_everything=of_everything)
    if account.role == GUEST:
        raise NotNow("Collaborator can not be an administrator: make them a user first")
    if account.is_terminated:
        raise NotNow(f"{account.user_name} is disabled")
    if of_everything:
        return OWNER if account.role == OWNER else ADMIN
    return CRM_ADMIN if account.role == USER else account.role


def _without(account: Account, *, of_everything: bool) -> str:
    if account.role == OWNER:
        raise NotNow("The owner of the portal is always an administrator")
    if of_everything:
        return USER if account.role == ADMIN else account.role
    if account.role == ADMIN:
        raise NotNow(f"{account.user_name} administers everything: revoke that first")
    return USER if account.role == CRM_ADMIN else account.role


def demand_deletable(account: Account) -> None:
    """Only a disabled account can be deleted: this makes deletion a second, deliberate step. Raises
    Conflict."""
    if not account.is_terminated:
        raise Conflict(
            "The user is not suspended: disable the user first, PUT people/status/Terminated"
        )


def name(parameter: str, text: str) -> str:
    """A first or last name as it is stored. Raises Invalid."""
    if len(text) > 255 or not text.isprintable():
        raise Invalid(parameter, "must be at most 255 printable characters")
    return text.strip()


def sex(text: str) -> str | None:
    """Male, female or not given. Raises Invalid."""
    said = text.strip().lower() or None
    if said not in (None, *SEXES):
        raise Invalid("sex", f"must be one of: {', '.join(SEXES)}")
    return said


def language(text: str) -> str | None:
    """The language of e-mails to the user; not given means the portal's. Raises Invalid."""
    if not text.strip():
        return None
    found = CULTURES.get(text.strip().lower())
    if found is None:
        raise Invalid("cultureName", "must be one of: en-US, ru-RU")
    return found


def contacts(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Ways to reach a user; those without a value are dropped. Raises Invalid."""
    kept = tuple((kind.strip(), value) for kind, value in pairs if value.strip())
    if len(kept) > MOST_CONTACTS:
        raise Invalid("contacts", f"must be at most {MOST_CONTACTS}")
    if not all(kind for kind, _ in kept):
        raise Invalid("contacts", "must each have a type such as mobphone or skype")
    return kept


def for_trail(changes: Iterable[tuple[str, Any, Any]]) -> list[tuple[str, Any, Any]]:
    """Differences as the audit trail stores them."""
    return [
        (name, HIDDEN if old else old, HIDDEN if new else new)
        if name in PRIVATE
        else (name, old, new)
        for name, old, new in changes
    ]
