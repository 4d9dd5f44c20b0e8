"""What a contact may be and how a change makes a new one of it: pure decisions on frozen values.

Moments are microseconds in UTC, users are GUIDs. A person and a company are both contacts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Protocol

from dealwright.crm.contacts.infos import Infos
from dealwright.errors import Invalid


class ShareType(IntEnum):
    """Who sees a contact besides its managers and administrators: nobody, or all, who may also edit
    it, or may only read it."""

    NONE = 0
    READ_WRITE = 1
    READ = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact as it is or will be stored. `company_id` is only a person's."""

    id: int = 0
    external_id: str | None = None
    is_company: bool
    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    job_title: str = ""
    about: str = ""
    industry: str = ""
    company_id: int | None = None
    status_id: int | None = None
    type_id: int | None = None
    share_type: int = ShareType.NONE
    currency: str | None = None
    created_by: str
    created_on: int
    managers: tuple[str, ...] = ()
    values: tuple[tuple[int, str], ...] = ()
    infos: Infos = ()
    version: int = 1

    @property
    def display_name(self) -> str:
        # quirk: the space stands there also when the last name is empty.
        return self.company_name if self.is_company else f"{self.first_name} {self.last_name}"

    @property
    def is_private(self) -> bool:
        return self.share_type == ShareType.NONE


class PersonWishes(Protocol):
    """What a caller sends to create or replace a person. `last_name` None: it was not sent."""

    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str | None: ...
    @property
    def job_title(self) -> str: ...
    @property
    def company_id(self) -> int: ...
    @property
    def about(self) -> str: ...
    @property
    def external_id(self) -> str | None: ...


class CompanyWishes(Protocol):
    """What a caller sends to create or replace a company."""

    @property
    def company_name(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def external_id(self) -> str | None: ...


def require_person(inputs: PersonWishes, before: Contact | None) -> None:
    """A person's names, as the reference asks for them. Raises Invalid.

    A new person may have an empty last name; a person who has one keeps one.
    """
    if not inputs.first_name.strip():
        raise Invalid("firstName", "must not be empty")
    if before is None and inputs.last_name is None:
        raise Invalid("lastName", "must be given; it may be empty")
    if before is not None and before.last_name and not inputs.last_name:
        raise Invalid("lastName", "must not be empty")


def require_company(inputs: CompanyWishes) -> None:
    if not inputs.company_name.strip():
        raise Invalid("companyName", "must not be empty")


def create_person(inputs: PersonWishes, *, actor: str, now: int) -> Contact:
    """A new person, not yet shared with anybody. `require_person` has passed."""
    return Contact(
        is_company=False,
        external_id=inputs.external_id or None,
        first_name=inputs.first_name,
        last_name=inputs.last_name or "",
        job_title=inputs.job_title,
        about=inputs.about,
        company_id=inputs.company_id if inputs.company_id > 0 else None,
        created_by=actor,
        created_on=now,
    )


def create_company(inputs: CompanyWishes, *, actor: str, now: int) -> Contact:
    """A new company, not yet shared with anybody. `require_company` has passed."""
    return Contact(
        is_company=True,
        external_id=inputs.external_id or None,
        company_name=inputs.company_name,
        about=inputs.about,
        created_by=actor,
        created_on=now,
    )


def revise_person(before: Contact, inputs: PersonWishes, *, company_is_hidden: bool) -> Contact:
    """The person with everything replaced that a PUT has a parameter for.

    # differs: the reference resets status, type, industry and currency too. A company that the
    # caller may not see stays unless he names another one.
    """
    company_id = inputs.company_id if inputs.company_id > 0 else None
    return replace(
        before,
        version=before.version + 1,
        external_id=_external_id(before, inputs.external_id),
        first_name=inputs.first_name,
        last_name=inputs.last_name or "",
        job_title=inputs.job_title,
        about=inputs.about,
        company_id=before.company_id if company_is_hidden and company_id is None else company_id,
    )


def revise_company(before: Contact, inputs: CompanyWishes) -> Contact:
    """The company with everything replaced that a PUT has a parameter for."""
    return replace(
        before,
        version=before.version + 1,
        external_id=_external_id(before, inputs.external_id),
        company_name=inputs.company_name,
        about=inputs.about,
    )


def _external_id(before: Contact, wished: str | None) -> str | None:
    """Absent is the stored one, empty is none."""
    return before.external_id if wished is None else wished or None


def share(
    contact: Contact,
    *,
    share_type: int | None,
    managers: Sequence[str],
    actor: str,
    is_admin: bool,
) -> Contact:
    """The contact shared anew. An absent share type and an empty list leave what is stored.

    Nobody shuts himself out: whoever makes or keeps a contact private stays on its list, unless he
    is an administrator. Only administrators and its creator take the creator off it.
    # differs: in the reference a contact's creator can lose it at once, and an empty list clears.
    """
    kind = contact.share_type if share_type is None else int(share_type)
    is_new = contact.id == 0
    becomes_private = kind == ShareType.NONE and not contact.is_private
    may_drop_creator = is_admin or actor == contact.created_by
    listed = list(managers or contact.managers)
    if (
        is_new
        or (becomes_private and not managers)
        or (contact.created_by in contact.managers and not may_drop_creator)
    ):
        listed.append(contact.created_by)
    if kind == ShareType.NONE and not is_admin:
        listed.append(actor)
    return replace(contact, share_type=kind, managers=tuple(dict.fromkeys(listed)))


def next_version(after: Contact, before: Contact) -> Contact:
    return replace(after, version=before.version + 1)
