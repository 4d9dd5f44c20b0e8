"""Who may see, edit, delete and share a record: every rule once, as an SQL expression or as a check
of the actor.

Lists filter by these expressions, totals count by them, the look-up of one record is the same
statement with an id, and `canEdit` is a column of them. A record that an actor may not see does not
exist for them: NotFound, never counted. A rule reads the actor's id from the bind `actor`; an
administrator's statements are built without the clauses.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    String,
    and_,
    bindparam,
    exists,
    or_,
    select,
)

from dealwright.errors import Forbidden, NoCrm
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant

Rule = ColumnElement[Any]
EVERYTHING: Rule = constant(True)
NOTHING: Rule = constant(False)


class Role(StrEnum):
    """The role of an account. The owner is also an administrator; a guest has no access to the
    CRM."""

    OWNER = "owner"
    ADMIN = "admin"
    CRM_ADMIN = "crm_admin"
    USER = "user"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Actor:
    """The user of a request, and the token in use (None: password)."""

    id: str
    role: Role
    token_id: int | None = None
    can_write: bool = True

    @property
    def is_admin(self) -> bool:
        """May do everything inside the CRM."""
        return self.role in (Role.OWNER, Role.ADMIN, Role.CRM_ADMIN)

    @property
    def is_portal_admin(self) -> bool:
        return self.role in (Role.OWNER, Role.ADMIN)


SYSTEM = Actor("00000000-0000-0000-0000-000000000000", Role.OWNER)
ANONYMOUS = Actor("00000000-0000-0000-0000-000000000000", Role.GUEST, can_write=False)


def crm(actor: Actor) -> None:
    """Gate of every CRM route: refuses guests."""
    if actor.role is Role.GUEST:
        raise NoCrm


def anyone(actor: Actor) -> None:
    """Gate of routes for every account that can sign in."""


def demand_admin(actor: Actor) -> None:
    if not actor.is_admin:
        raise Forbidden


def demand_portal_admin(actor: Actor) -> None:
    if not actor.is_portal_admin:
        raise Forbidden


@dataclass(frozen=True, slots=True)
class Rights:
    """The rules of one entity for one kind of actor. `delete` equals `edit` for all entities so
    far."""

    see: Rule
    edit: Rule
    share: Rule


ACTOR = bindparam("actor", type_=String())


def opportunity(row: FromClause, *, is_admin: bool) -> Rights:
    """Seen and edited if public, by the responsible user and by users on its access list; shared by
    its creator.

    # differs: the responsible user sees a private opportunity also without being on its list.
    """
    if is_admin:
        return Rights(EVERYTHING, EVERYTHING, EVERYTHING)
    see = or_(*opportunity_clauses(row).values())
    return Rights(see, see, row.c.created_by == ACTOR)


def opportunity_clauses(row: FromClause) -> Mapping[str, Rule]:
    """Why a user sees an opportunity: one of these is enough."""
    return {
        "it is public": ~row.c.is_private,
        "the user is responsible": row.c.responsible_id == ACTOR,
        "the user is on its access list": _listed(schema.opportunity_access, "opportunity_id", row),
    }


def saved_view(row: FromClause, *, is_admin: bool) -> Rights:
    """Seen by its owner and, if it is shared, by every user; edited by its owner and, if it is
    shared, by administrators. A private view is nobody else's, also not an administrator's."""
    own = row.c.person_id == ACTOR
    see = or_(own, row.c.is_shared)
    edit = see if is_admin else own
    return Rights(see, edit, edit)


def opportunity_audience(sums: FromClause, *, is_admin: bool) -> Rule:
    """Which of the sums over opportunities (`schema.opportunity_sum`) make up what the actor
    sees: the public ones, and all private ones or those that the actor sees."""
    private = constant("*") if is_admin else ACTOR
    return sums.c.audience.in_([constant(""), private])


def sales_target(row: FromClause, *, is_admin: bool) -> Rights:
    """Seen by the user that it is for and by the members of the group that it is for; set by
    administrators."""
    if is_admin:
        return Rights(EVERYTHING, EVERYTHING, NOTHING)
    member = schema.team_member
    is_member = exists(
        select(constant(1))
        .select_from(member)
        .where(member.c.team_id == row.c.team_id, member.c.person_id == ACTOR)
        .correlate(row)
    )
    return Rights(or_(row.c.person_id == ACTOR, is_member), NOTHING, NOTHING)


def contact(row: FromClause, *, is_admin: bool) -> Rights:
    """Seen if shared for reading or editing, and by its managers; edited if shared for editing, and
    by its managers."""
    if is_admin:
        return Rights(EVERYTHING, EVERYTHING, EVERYTHING)
    clauses = contact_clauses(row)
    edit = or_(clauses["everyone may edit it"], clauses["the user is one of its managers"])
    return Rights(or_(*clauses.values()), edit, edit)


def contact_clauses(row: FromClause) -> Mapping[str, Rule]:
    """Why a user sees a contact: one of these is enough."""
    return {
        "everyone may edit it": row.c.share_type == constant(1),
        "everyone may read it": row.c.share_type == constant(2),
        "the user is one of its managers": _listed(schema.contact_access, "contact_id", row),
    }


def crm_case(row: FromClause, *, is_admin: bool) -> Rights:
    """Seen and edited if public, by its creator and by users on its access list; shared by its
    creator."""
    if is_admin:
        return Rights(EVERYTHING, EVERYTHING, EVERYTHING)
    see = or_(*case_clauses(row).values())
    return Rights(see, see, row.c.created_by == ACTOR)


def case_clauses(row: FromClause) -> Mapping[str, Rule]:
    """Why a user sees a case: one of these is enough."""
    return {
        "it is public": ~row.c.is_private,
        "the user created it": row.c.created_by == ACTOR,
        "the user is on its access list": _listed(schema.case_access, "case_id", row),
    }


def task(row: FromClause, *, is_admin: bool) -> Rights:
    """Seen by its responsible user, its creator, and users who see everything that it belongs to
    (every user, if it belongs to nothing); edited by its responsible user and its creator."""
    if is_admin:
        return Rights(EVERYTHING, EVERYTHING, EVERYTHING)
    clauses = task_clauses(row)
    edit = or_(clauses["the user is responsible"], clauses["the user created it"])
    return Rights(or_(*clauses.values()), edit, edit)


def task_clauses(row: FromClause) -> Mapping[str, Rule]:
    """Why a user sees a task: one of these is enough."""
    return {
        "the user is responsible": row.c.responsible_id == ACTOR,
        "the user created it": row.c.created_by == ACTOR,
        "the user sees all that it belongs to": and_(*_parents_seen(row)),
    }


def history_event(row: FromClause, *, is_admin: bool) -> Rights:
    """Seen by users who see everything that it belongs to; edited, of those, by its author and by
    users who may edit the contact, opportunity or case.

    # differs: the reference checks only the contact if there is one, and so shows the title of an
    opportunity that the reader may not see.
    """
    if is_admin:
        return Rights(EVERYTHING, EVERYTHING, EVERYTHING)
    see = and_(*_parents_seen(row))
    own = row.c.created_by == ACTOR
    edit = and_(see, or_(own, *(_linked(row, name, "edit") for name in _PARENTS)))
    return Rights(see, edit, edit)


def file(row: FromClause, *, is_admin: bool) -> Rights:
    """Seen by users who see an event that it is attached to, and before that by its uploader;
    deleted, of those, by its uploader."""
    if is_admin:
        return Rights(EVERYTHING, EVERYTHING, EVERYTHING)
    own = row.c.created_by == ACTOR
    attached, shown = schema.event_file, schema.history_event.alias()
    on_this = attached.c.file_id == row.c.id
    is_attached = exists(select(constant(1)).select_from(attached).where(on_this).correlate(row))
    seen = exists(
        select(constant(1))
        .select_from(attached.join(shown, shown.c.id == attached.c.event_id))
        .where(on_this, shown.c.deleted_on.is_(constant(None)))
        .where(history_event(shown, is_admin=False).see)
        .correlate(row)
    )
    see = or_(and_(own, ~is_attached), seen)
    return Rights(see, and_(own, see), NOTHING)


def invoice(row: FromClause, *, is_admin: bool) -> Rights:
    """Seen by its creator, by users who see its contact and, if it has none, by users who see its
    opportunity; edited as a draft, and deleted (`share`) in any state, by its creator.

    # differs: the reference leaves the creator's own invoices out of lists.
    """
    is_draft = row.c.status == constant(1)
    if is_admin:
        return Rights(EVERYTHING, is_draft, EVERYTHING)
    clauses = invoice_clauses(row)
    own = clauses["the user created it"]
    return Rights(or_(*clauses.values()), and_(own, is_draft), own)


def invoice_clauses(row: FromClause) -> Mapping[str, Rule]:
    """Why a user sees an invoice: one of these is enough."""
    has_contact = row.c.contact_id.is_not(constant(None))
    of_opportunity = row.c.opportunity_id.is_not(constant(None))
    return {
        "the user created it": row.c.created_by == ACTOR,
        "the user sees its contact": and_(has_contact, _linked(row, "contact_id", "see")),
        "the user sees its opportunity": and_(
            ~has_contact, of_opportunity, _linked(row, "opportunity_id", "see")
        ),
    }


_PARENTS: Mapping[str, tuple[Any, Callable[..., Rights]]] = {
    "contact_id": (schema.contact, contact),
    "opportunity_id": (schema.opportunity, opportunity),
    "case_id": (schema.crm_case, crm_case),
}


def _parents_seen(row: FromClause) -> Iterator[Rule]:
    for name in _PARENTS:
        seen = _linked(row, name, "see")
        yield or_(row.c[name].is_(constant(None)), seen)


def _linked(row: FromClause, column: str, right: str) -> Rule:
    """Whether the actor has a right to the row that a column points to: looked up row by row. A
    list of all rows with that right would not fit the memory of PostgreSQL's statements from some
    size on, and would then be read once for each task."""
    table, rights = _PARENTS[column]
    parent = table.alias()
    has_right = getattr(rights(parent, is_admin=False), right)
    # No `exists`: PostgreSQL may then read all rows that could be linked.
    found = select(has_right).where(parent.c.id == row.c[column])
    return found.correlate(row).scalar_subquery()


def _listed(table: Any, owner: str, row: FromClause) -> Rule:
    return exists(
        select(constant(1))
        .select_from(table)
        .where(table.c[owner] == row.c.id, table.c.person_id == ACTOR)
        .correlate(row)
    )


# The rule that guards each table: its own, that of the row it depends on, or none because nothing
# in it is personal. A test compares this list with the schema, so that a new table cannot be
# forgotten.
OPEN = "nothing personal in it"
ADMIN = "administrators"
OWN = "only the person it belongs to"
UNSERVED = "never served to anybody"
GUARDS: Mapping[str, str] = {
    "portal": OPEN,
    "person": OPEN,
    "team": OPEN,
    "team_member": OPEN,
    "token": OWN,
    "preference": OWN,
    "password_link": UNSERVED,
    "login_attempt": UNSERVED,
    "pipeline": OPEN,
    "stage": OPEN,
    "loss_reason": OPEN,
    "list_item": OPEN,
    "tag": OPEN,
    "custom_field": OPEN,
    "currency_pair": OPEN,
    "currency_rate": OPEN,
    "contact": "contact",
    "contact_access": "contact",
    "contact_tag": "contact",
    "contact_value": "contact",
    "contact_text": "contact",
    "opportunity": "opportunity",
    "opportunity_access": "opportunity",
    "opportunity_member": "opportunity",
    "opportunity_tag": "opportunity",
    "opportunity_value": "opportunity",
    "opportunity_text": "opportunity",
    "stage_stay": "opportunity",
    "saved_view": "saved_view",
    "sales_target": "sales_target",
    "contact_info": "contact",
    "contact_photo": "contact",
    "contact_merge": "contact",
    "crm_case": "crm_case",
    "case_access": "crm_case",
    "case_member": "crm_case",
    "case_tag": "crm_case",
    "case_value": "crm_case",
    "crm_case_text": "crm_case",
    "task": "task",
    "task_text": "task",
    "task_template_container": OPEN,
    "task_template": OPEN,
    "history_event": "history_event",
    "history_event_text": "history_event",
    "event_file": "history_event",
    "file": "file",
    "tax": OPEN,
    "product": OPEN,
    "product_text": OPEN,
    "invoice": "invoice",
    "invoice_text": "invoice",
    "invoice_line": "invoice",
    "notification": OWN,
    "notification_choice": OWN,
    "mailing": OWN,
    "mailing_recipient": OWN,
    "mail_refusal": UNSERVED,
    "portal_setting": ADMIN,
    "web_form": ADMIN,
    "calendar_feed": OWN,
    "person_profile": OPEN,
    "audit": "the entity it tells of",
    "outbox": UNSERVED,
    "idempotency": OWN,
    "counter": UNSERVED,
    "opportunity_sum": "opportunity_audience",
    "opportunity_viewer": UNSERVED,
}
