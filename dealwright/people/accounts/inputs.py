"""The input of account routes, converted to the account's own values and checked.

Absent keeps a value, an empty text clears it.
"""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from msgspec import UNSET, UnsetType

from dealwright.errors import Invalid
from dealwright.people import reads
from dealwright.people import rules as people_rules
from dealwright.people.accounts import rules
from dealwright.people.accounts.rules import Account
from dealwright.wire.values import EMPTY_GUID
from dealwright.work import Work


class Way(Protocol):
    """A way to reach a user."""

    @property
    def type(self) -> str: ...
    @property
    def value(self) -> str: ...


class AccountInput(Protocol):
    """None and UNSET mean absent."""

    @property
    def is_visitor(self) -> bool | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def first_name(self) -> str | None: ...
    @property
    def last_name(self) -> str | None: ...
    @property
    def department(self) -> Sequence[str]: ...
    @property
    def title(self) -> str | None: ...
    @property
    def location(self) -> str | None: ...
    @property
    def sex(self) -> str | None: ...
    @property
    def birthday(self) -> int | UnsetType | None: ...
    @property
    def works_from(self) -> int | UnsetType | None: ...
    @property
    def comment(self) -> str | None: ...
    @property
    def contacts(self) -> Sequence[Way]: ...
    @property
    def lead(self) -> str | None: ...
    @property
    def culture_name(self) -> str | None: ...
    @property
    def disable(self) -> bool | None: ...


async def changed_fields(work: Work, requested: AccountInput, before: Account) -> dict[str, Any]:
    """The fields of an account that the input contains. Raises Invalid, NotNow."""
    found = {
        "job_title": requested.title,
        "location": requested.location,
        "notes": requested.comment,
        "is_terminated": requested.disable,
    }
    inputs = {name: value for name, value in found.items() if value is not None}
    if requested.email:
        inputs["email"] = people_rules.email(requested.email)
    for name, parameter, text in (
        ("first_name", "firstname", requested.first_name),
        ("last_name", "lastname", requested.last_name),
    ):
        if text is not None:
            inputs[name] = rules.name(parameter, text)
    # differs: in the reference a PUT without `isVisitor` makes a guest a user.
    if requested.is_visitor is not None:
        inputs["role"] = rules.as_visitor(before, is_visitor=requested.is_visitor)
    return inputs | _profile(requested) | await _related(work, requested, before)


def _profile(requested: AccountInput) -> dict[str, Any]:
    inputs: dict[str, Any] = {}
    if requested.sex is not None:
        inputs["sex"] = rules.sex(requested.sex)
    if requested.birthday is not UNSET:
        inputs["birthday"] = requested.birthday
    if requested.works_from is not UNSET:
        inputs["works_from"] = requested.works_from
    if requested.contacts:
        inputs["contacts"] = rules.contacts(
            [(each.type, each.value) for each in requested.contacts]
        )
    if requested.culture_name is not None:
        inputs["language"] = rules.language(requested.culture_name)
    return inputs


async def _related(work: Work, requested: AccountInput, before: Account) -> dict[str, Any]:
    """Groups and the superior. They must exist, unless the account has them already."""
    known = await reads.directory(work)
    inputs: dict[str, Any] = {}
    if requested.department:
        groups = frozenset(requested.department)
        _demand("department", "groups", groups - before.groups, known.teams)
        inputs["groups"] = groups
    if requested.lead is not None:
        lead = None if requested.lead == EMPTY_GUID else requested.lead
        if lead == before.id:
            raise Invalid("lead", "must be somebody else")
        living = {each.id for each in known.living()}
        _demand("lead", "users", {lead} - {None, before.lead_id}, living)
        inputs["lead_id"] = lead
    return inputs


def _demand(parameter: str, what: str, named: Collection[Any], known: Collection[str]) -> None:
    missing = sorted(each for each in named if each not in known)
    if missing:
        raise Invalid(parameter, f"must name {what} that exist, not {missing[0]}")
