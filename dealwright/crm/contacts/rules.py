"""What a contact may be, and how a change makes a new value of it: pure decisions on frozen values.

Moments are microseconds in UTC, users are GUIDs. A person and a company are both contacts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Protocol

from dealwright.crm.contacts.infos import Infos
from dealwright.errors import Invalid, demand_given


class ShareType(IntEnum):
    """Who sees a contact besides its managers and administrators: no one, everyone with the right
    to edit, or everyone with the right to read."""

    NONE = 0
    READ_WRITE = 1
    READ = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact as it is or will be stored. Only a person has a `company_id`."""

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
        # quirk: the space stays even when the last name is empty.
        return self.company_name if self.is_company else f"{self.first_name} {self.last_name}"

    @property
    def is_private(self) -> bool:
        return self.share_type == ShareType.NONE


class PersonInput(Protocol):
    """What a caller sends to create or replace a person. `last_name` None means that it was not
    sent."""

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


class CompanyInput(Protocol):
    """What a caller sends to create or replace a company."""

    @property
    def company_name(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def external_id(self) -> str | None: ...


def require_person(inputs: PersonInput, before: Contact | None) -> None:
    """Checks a person's names as the reference does. Raises Invalid.

    A new person may have an empty last name; a person with a last name keeps one.
    """
    has_last_name = before is not None or inputs.last_name is not None
    demand_given(
        (bool(inputs.first_name.strip()), "firstName", "must not be empty"),
        (has_last_name, "lastName", "must be given; it may be empty"),
    )
    if before is not None and before.last_name and not inputs.last_name:
        raise Invalid("lastName", "must not be empty")


def require_company(inputs: CompanyInput) -> None:
    if not inputs.company_name.strip():
        raise Invalid("companyName", "must not be empty")


def create_person(inputs: PersonInput, *, actor: str, now: int) -> Contact:
    """A new person that is not shared yet. Call `require_person` first."""
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


def create_company(inputs: CompanyInput, *, actor: str, now: int) -> Contact:
    """A new company that is not shared yet. Call `require_company` first."""
    return Contact(
        is_company=True,
        external_id=inputs.external_id or None,
        company_name=inputs.company_name,
        about=inputs.about,
        created_by=actor,
        created_on=now,
    )


def revise_person(before: Contact, inputs: PersonInput, *, company_is_hidden: bool) -> Contact:
    """The person with every value replaced that a PUT has a parameter for.

    # differs: the reference resets status, type, industry and currency too. A company that the
    caller may not see stays unless they name another one.
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


def revise_company(before: Contact, inputs: CompanyInput) -> Contact:
    """The company with every value replaced that a PUT has a parameter for."""
    return replace(
        before,
        version=before.version + 1,
        external_id=_external_id(before, inputs.external_id),
        company_name=inputs.company_name,
        about=inputs.about,
    )


def _external_id(before: Contact, requested: str | None) -> str | None:
    """Absent keeps the stored one, empty removes it."""
    return before.external_id if requested is None else requested or None


def share(
    contact: Contact,
    *,
    share_type: int | None,
    managers: Sequence[str],
    actor: str,
    is_admin: bool,
) -> Contact:
    """The contact with new sharing. An absent share type and an empty list keep the stored values.

    Users cannot lock themselves out: a user who makes or keeps a contact private stays on its list,
    unless they are an administrator. Only administrators and its creator remove the creator from
    it.

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
