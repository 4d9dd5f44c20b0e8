"""The API tokens of everybody, for administrators of the portal."""

from collections.abc import Sequence

from dealwright.access import Role, demand_portal_admin
from dealwright.errors import Forbidden, NotFound
from dealwright.people.queries import everybody
from dealwright.people.sign_in import sessions
from dealwright.people.sign_in.authenticator import found_tokens
from dealwright.people.tokens import queries
from dealwright.people.tokens.queries import IssuedToken
from dealwright.records.audit.actions import entry
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, Remove
from dealwright.work import Work


async def issued(work: Work) -> Sequence[IssuedToken]:
    """The newest first. Raises Forbidden."""
    demand_portal_admin(work.actor)
    return [IssuedToken(*row) for row in await work.fetch(queries.ISSUED)]


async def revoke(work: Work, token_id: int) -> IssuedToken:
    """Revokes a token of anybody; only the owner revokes the owner's. As it was. Raises Forbidden,
    NotFound."""
    demand_portal_admin(work.actor)
    row = await work.row(queries.ONE, id=token_id)
    if row is None:
        raise NotFound
    found = IssuedToken(*row)
    owner = (await work.cached(everybody)).get(found.person_id)
    if owner is not None and owner.role is Role.OWNER and owner.id != work.actor.id:
        raise Forbidden
    changes = [("title", found.title, None), ("person", found.person_id, None)]
    trail = entry(work, sessions.ENTITY, "revoked", changes, entity_id=token_id)
    await work.save(Change(None, (Remove(schema.token, {"id": token_id}), trail)))
    work.invalidate(found_tokens)
    return found
