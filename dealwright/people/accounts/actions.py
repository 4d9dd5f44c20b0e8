"""Changes of accounts, used by HTTP and by the command line. Each action refuses first, in a fixed
order, and then saves.

Losing rights takes effect at once, in every session and for every token of the user.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dealwright.access import Role, demand_portal_admin
from dealwright.errors import Conflict, Invalid, NotNow
from dealwright.people import rules as people_rules
from dealwright.people.accounts import rules
from dealwright.people.accounts.inputs import AccountInput, changed_fields
from dealwright.people.accounts.repository import erase, find, look, save, save_many, save_new
from dealwright.people.accounts.rules import Account
from dealwright.people.actions import ENTITY, NO_NUMBER
from dealwright.people.queries import everybody
from dealwright.people.rules import EmployeeStatus, EmployeeType
from dealwright.people.sign_in import passwords, sessions
from dealwright.portal.organisation.rules import CRM
from dealwright.records.audit.actions import entry
from dealwright.storage.statements.change import Change
from dealwright.wire.context import RequestContext
from dealwright.wire.values import EMPTY_GUID
from dealwright.work import Work

MYSELF = "@self"


async def create(context: RequestContext, requested: AccountInput, *, password: str | None) -> str:
    """Creates an account and returns its id. Without a password nobody can sign in to it yet.

    Raises Forbidden, Invalid, Conflict.
    """
    demand_portal_admin(context.actor)
    account = await context.read(
        lambda work: _requested(work, requested, by_password=bool(password))
    )
    hashed = None
    if password:
        names = (account.email, account.user_name)
        hashed = await passwords.hashed(people_rules.password(password, names=names))
    made: str = await context.write(lambda work: _create(work, requested, password_hash=hashed))
    return made


async def _requested(work: Work, requested: AccountInput, *, by_password: bool = False) -> Account:
    if by_password:
        await sessions.demand_password(work)
    account = _new(requested.email or "", await _taken(work))
    return replace(account, **await changed_fields(work, requested, account))


async def _create(work: Work, requested: AccountInput, *, password_hash: str | None) -> str:
    account = await _requested(work, requested)
    await save_new(work, account, password_hash=password_hash)
    return account.id


async def add(
    work: Work, *, email: str, first_name: str, last_name: str, role: str, password: str | None
) -> str | None:
    """Adds an account of any role, for the command line. Returns the password if one was generated.
    Raises Invalid, Conflict."""
    if role not in people_rules.ROLES:
        raise Invalid("role", f"must be one of: {', '.join(people_rules.ROLES)}")
    account = replace(
        _new(email, await _taken(work)),
        first_name=rules.name("first_name", first_name),
        last_name=rules.name("last_name", last_name),
        role=role,
    )
    plain = password or people_rules.new_password()
    composed = people_rules.password(plain, names=(account.email, account.user_name))
    await save_new(work, account, password_hash=passwords.hash_here(composed))
    return None if password else plain


async def update(work: Work, name: str, requested: AccountInput) -> Account:
    """Changes the fields that the input contains. Returns the account as it is afterwards.

    Raises NotFound, Forbidden, NotNow, Invalid, Conflict.
    """
    before = await look(work, work.actor.id if name == MYSELF else name)
    is_admin = work.actor.is_portal_admin
    rules.demand_may_change(before, actor_id=work.actor.id, is_admin=is_admin)
    inputs = await changed_fields(work, requested, before)
    after = rules.revise(before, inputs, actor_id=work.actor.id, is_admin=is_admin)
    await save(work, before, after)
    return after


async def set_status(
    work: Work, ids: Sequence[str], status: EmployeeStatus
) -> list[tuple[Account, Account]]:
    """Enables or disables these accounts, all or none. Returns them before and after.

    Raises Forbidden, NotFound, NotNow, Invalid.
    """
    if status not in (EmployeeStatus.ACTIVE, EmployeeStatus.TERMINATED):
        raise Invalid("status", "must be Active or Terminated")
    gone = status is EmployeeStatus.TERMINATED

    def change(account: Account) -> Account:
        return replace(account, is_terminated=gone)

    return await _change_all(work, ids, change)


async def set_type(
    work: Work, ids: Sequence[str], kind: EmployeeType
) -> list[tuple[Account, Account]]:
    """Makes these accounts users or guests, all or none. Returns them before and after.

    Raises Forbidden, NotFound, NotNow, Invalid.
    """
    if kind is EmployeeType.ALL:
        raise Invalid("type", "must be User or Visitor")

    def change(account: Account) -> Account:
        role = rules.as_visitor(account, is_visitor=kind is EmployeeType.VISITOR)
        return replace(account, role=role)

    return await _change_all(work, ids, change)


async def administer(work: Work, person_id: str, product_id: str, *, wanted: bool) -> None:
    """Grants or revokes the right to administer the CRM, or everything (the empty id).

    Raises Forbidden, NotFound, NotNow, Invalid.
    """
    demand_portal_admin(work.actor)
    if product_id not in (CRM, EMPTY_GUID):
        raise Invalid("productid", f"must be that of the CRM, {CRM}, or empty for everything")
    if wanted:
        await sessions.demand_password(work)
    before = await look(work, person_id)
    of_everything = product_id == EMPTY_GUID
    role = rules.administering(before, of_everything=of_everything, wanted=wanted)
    after = rules.revise(before, {"role": role}, actor_id=work.actor.id, is_admin=True)
    await save(work, before, after)


async def give_role(work: Work, person_id: str, role: str) -> Account:
    """Gives an account any role but the owner's. Returns it as it was. Raises Forbidden, NotFound,
    NotNow, Invalid."""
    demand_portal_admin(work.actor)
    if role not in people_rules.ROLES:
        raise Invalid("role", f"must be one of: {', '.join(people_rules.ROLES)}")
    before = await look(work, person_id)
    rules.demand_may_change(before, actor_id=work.actor.id, is_admin=True)
    if before.role == Role.OWNER:
        raise NotNow("The owner of the portal keeps that role")
    await sessions.demand_password(work)
    after = rules.revise(before, {"role": role}, actor_id=work.actor.id, is_admin=True)
    await save(work, before, after)
    return before


async def end_sessions(work: Work, person_id: str) -> None:
    """Signs a user out of every browser and revokes their API tokens and calendar addresses.
    Raises Forbidden, NotFound."""
    demand_portal_admin(work.actor)
    found = await look(work, person_id)
    rules.demand_may_change(found, actor_id=work.actor.id, is_admin=True)
    trail = entry(work, ENTITY, "sessions_ended", [("id", found.id, found.id)], entity_id=NO_NUMBER)
    await work.save(Change(None, (*sessions.end_everything_of(work, [found.id]), trail)))


async def delete(work: Work, person_id: str) -> None:
    """Deletes a disabled account permanently. Its name stays where records mention it; the e-mail
    address and all personal data are deleted, and the address can be used again.

    Raises Forbidden, NotFound, Conflict.
    """
    demand_portal_admin(work.actor)
    before = await look(work, person_id)
    rules.demand_may_change(before, actor_id=work.actor.id, is_admin=True)
    rules.demand_deletable(before)
    await erase(work, before)


async def disable(work: Work, *, email: str) -> None:
    """Disables an account, for the command line. Raises NotFound, NotNow."""
    before = await find(work, email)
    if before.role == Role.OWNER:
        raise NotNow("The owner of the portal cannot be disabled")
    await save(work, before, replace(before, is_terminated=True))


async def enable(work: Work, *, email: str) -> None:
    """Enables a disabled account, for the command line. Raises NotFound."""
    before = await find(work, email)
    await save(work, before, replace(before, is_terminated=False))


async def set_role(work: Work, *, email: str, role: str) -> None:
    """Gives an account a role, for the command line. Raises NotFound, NotNow, Invalid."""
    if role not in people_rules.ROLES:
        raise Invalid("role", f"must be one of: {', '.join(people_rules.ROLES)}")
    before = await find(work, email)
    if before.role == Role.OWNER:
        raise NotNow("The owner of the portal keeps that role")
    await save(work, before, replace(before, role=role))


async def rename(
    work: Work, *, email: str, first_name: str | None, last_name: str | None, address: str | None
) -> Account:
    """Changes the name and the e-mail address of an account, for the command line; None keeps a
    value. Returns the account as it is afterwards. Raises NotFound, Invalid, Conflict."""
    before = await find(work, email)
    given = {"first_name": first_name, "last_name": last_name}
    named: dict[str, Any] = {
        name: rules.name(name, text) for name, text in given.items() if text is not None
    }
    new_email = before.email if address is None else people_rules.email(address)
    after = replace(before, **named, email=new_email)
    await save(work, before, after)
    return after


async def remove(work: Work, *, email: str) -> None:
    """Deletes a disabled account permanently, for the command line; see `delete`. Raises NotFound,
    Conflict."""
    before = await find(work, email)
    if not before.is_terminated:
        raise Conflict("The user is not disabled: disable them first, with `user disable`")
    await erase(work, before)


async def _change_all(
    work: Work, ids: Sequence[str], change: Callable[[Account], Account]
) -> list[tuple[Account, Account]]:
    demand_portal_admin(work.actor)
    if not ids:
        raise Invalid("userIds", "must name at least one user")
    pairs = []
    # differs: the reference silently skips users whom it cannot change.
    for person_id in dict.fromkeys(ids):
        before = await look(work, person_id)
        rules.demand_may_change(before, actor_id=work.actor.id, is_admin=True)
        requested = change(before)
        changes = {"role": requested.role, "is_terminated": requested.is_terminated}
        after = rules.revise(before, changes, actor_id=work.actor.id, is_admin=True)
        pairs.append((before, after))
    await save_many(work, pairs)
    return pairs


def _new(email: str, taken: set[str]) -> Account:
    address = people_rules.email(email)
    user_name = people_rules.user_name(address, taken)
    return Account(id=str(uuid.uuid4()), user_name=user_name, email=address)


async def _taken(work: Work) -> set[str]:
    return {each.user_name for each in (await work.cached(everybody)).values()}
