"""Routes that change accounts: for administrators of the portal, and for users' own data."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from dealwright import access
from dealwright.people.accounts import actions, reads
from dealwright.people.accounts.repository import look
from dealwright.people.accounts.shapes import Administrator
from dealwright.people.rules import EmployeeStatus, EmployeeType
from dealwright.people.shapes import EmployeeFull
from dealwright.wire.context import RequestContext
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import EMPTY_GUID, Guid, Length, Moment
from dealwright.work import Work

route = Routes("", gate=access.anyone)

Text = Annotated[str, Length(255)]
Long = Annotated[str, Length(65_000)]


class Contact(msgspec.Struct, kw_only=True, frozen=True):
    """A way to reach a user: `type` such as mobphone or skype. Without a value it is dropped."""

    type: Text = ""
    value: Text = ""


class AccountBody(msgspec.Struct, kw_only=True, frozen=True):
    """The data of a user. An absent member keeps its value, an empty text clears it; absent, null
    or empty lists keep what is stored. `department`: ids of groups."""

    is_visitor: bool | None = None
    email: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    department: list[Guid] = []
    title: Text | None = None
    location: Text | None = None
    sex: Text | None = None
    birthday: Moment | UnsetType | None = UNSET
    works_from: Moment | UnsetType | None = UNSET
    comment: Long | None = None
    contacts: list[Contact] = []
    lead: Guid | None = None
    culture_name: Text | None = None


class New(AccountBody, kw_only=True, frozen=True):
    """`password`: without one nobody can sign in to the account until it gets one."""

    password: str = ""

    @property
    def disable(self) -> None:
        """A new account cannot be disabled."""
        return


class Change(AccountBody, kw_only=True, frozen=True):
    """`userid`: a user name or an id. `disable`: true locks the account, false opens it again."""

    user_id: str
    disable: bool | None = None


class AccountPath(msgspec.Struct, kw_only=True, frozen=True):
    """`userid`: a user name or an id."""

    user_id: str


class InStatus(msgspec.Struct, kw_only=True, frozen=True):
    """`status`: Active or Terminated, or its number."""

    status: EmployeeStatus
    user_ids: list[Guid] = []


class OfType(msgspec.Struct, kw_only=True, frozen=True):
    """`type`: User or Visitor, or its number."""

    type: EmployeeType
    user_ids: list[Guid] = []


class Rights(msgspec.Struct, kw_only=True, frozen=True):
    """`productid`: the id of the CRM; empty for everything."""

    product_id: Guid = EMPTY_GUID
    user_id: Guid
    administrator: bool = False


# The input holds a password, which must not become part of a stored answer; and an address exists
# only once, so that a repeated request cannot make a second account.
@route.post("people", mode=Mode.DIRECT, idempotent=False)
async def create(context: RequestContext, params: New) -> EmployeeFull:
    """Makes an account. Administrators of the portal only."""
    access.demand_portal_admin(context.actor)
    # differs: a hash made by the client, `passwordHash`, would be as good as the password to
    # anybody who steals it, so it is ignored.
    made = await actions.create(context, params, password=params.password or None)
    shown: EmployeeFull = await context.read(lambda work: _one(work, made))
    return shown


@route.put("people/{userid}")
async def update(work: Work, params: Change) -> EmployeeFull:
    """Changes an account: administrators any but the owner's, users their own data."""
    changed = await actions.update(work, params.user_id, params)
    return await _one(work, changed.id)


@route.delete("people/{userid}")
async def delete(work: Work, params: AccountPath) -> EmployeeFull:
    """Deletes a disabled account and gives it as it was. Administrators of the portal only.

    Its name stays where records mention it; its e-mail address can be used again.
    """
    access.demand_portal_admin(work.actor)
    before = await _one(work, params.user_id)
    await actions.delete(work, params.user_id)
    return before


@route.put("people/status/{status}")
async def set_status(work: Work, params: InStatus) -> list[EmployeeFull]:
    """Enables or disables users; disabling ends their sessions and tokens. Administrators of the
    portal only.

    `responsibleFor` counts the open records that need another responsible user.
    """
    await actions.set_status(work, params.user_ids, params.status)
    return await reads.shown(work, params.user_ids)


@route.put("people/type/{type}")
async def set_type(work: Work, params: OfType) -> list[EmployeeFull]:
    """Makes users of guests or guests of users. Administrators of the portal only."""
    await actions.set_type(work, params.user_ids, params.type)
    return await reads.shown(work, params.user_ids)


@route.put("settings/security/administrator")
async def administer(work: Work, params: Rights) -> Administrator:
    """Makes a user an administrator of the CRM or of everything, or revokes that.

    Administrators of the portal only.
    """
    await actions.administer(work, params.user_id, params.product_id, wanted=params.administrator)
    return Administrator(
        product_id=params.product_id, user_id=params.user_id, administrator=params.administrator
    )


async def _one(work: Work, name: str) -> EmployeeFull:
    return (await reads.shown(work, [(await look(work, name)).id]))[0]
