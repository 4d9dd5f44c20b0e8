"""SQL about mailings, their recipients, and unsubscribed addresses."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Integer, String, bindparam, exists, func, select, update

from dealwright.crm.mailings.rules import State
from dealwright.storage import schema
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.statement import Statement

mailing, recipient, refusal = schema.mailing, schema.mailing_recipient, schema.mail_refusal
NULL = constant(None)
ID = bindparam("mailing", type_=Integer())
_waiting, _sending = (constant(each.value) for each in (State.WAITING, State.SENDING))


class Mailing(NamedTuple):
    """`files` is JSON, `error` the last error of the mail server."""

    id: int
    subject: str
    body: str
    store_in_history: bool | int
    created_by: str
    finished_on: int | None
    files: str
    error: str
    base_url: str


_columns = (
    mailing.c.id,
    mailing.c.subject,
    mailing.c.body,
    mailing.c.store_in_history,
    mailing.c.created_by,
    mailing.c.finished_on,
    mailing.c.file_ids,
    mailing.c.error,
    mailing.c.base_url,
)
ONE = Statement(select(*_columns).where(mailing.c.id == ID))
NEWEST = Statement(
    select(*_columns)
    .where(mailing.c.created_by == bindparam("person", type_=String()))
    .order_by(mailing.c.id.desc())
    .limit(constant(1))
)
# Locks the user who starts a mailing, so that they cannot start two at once.
LOCK = Statement(
    select(schema.person.c.id)
    .where(schema.person.c.id == bindparam("person", type_=String()))
    .with_for_update()
)
COUNTS = Statement(
    select(recipient.c.state, func.count())
    .where(recipient.c.mailing_id == ID)
    .group_by(recipient.c.state)
)
ERRORS = Statement(
    select(recipient.c.email, recipient.c.error)
    .where(
        recipient.c.mailing_id == ID,
        AnyOf(recipient.c.state, "states"),
        recipient.c.error != constant(""),
    )
    .order_by(recipient.c.contact_id)
    .limit(bindparam("limit", type_=Integer()))
)
NEXT = Statement(
    select(recipient.c.contact_id, recipient.c.email, recipient.c.attempts)
    .where(recipient.c.mailing_id == ID, recipient.c.state == _waiting)
    .order_by(recipient.c.attempts, recipient.c.contact_id)
    .limit(bindparam("limit", type_=Integer()))
)
REFUSED = Statement(select(refusal.c.email_key).where(AnyOf(refusal.c.email_key, "keys", String())))
FILES = Statement(
    select(
        schema.file.c.id,
        schema.file.c.title,
        schema.file.c.content_type,
        schema.file.c.stored_as,
        schema.file.c.size,
    )
    .where(AnyOf(schema.file.c.id, "ids"), schema.file.c.deleted_on.is_(NULL))
    .order_by(schema.file.c.id)
)

_one_waiting = (
    recipient.c.mailing_id == ID,
    recipient.c.contact_id == bindparam("contact", type_=Integer()),
    recipient.c.state == _waiting,
)
_has_refused = exists(
    select(constant(1))
    .select_from(refusal)
    .where(refusal.c.email_key == bindparam("key", type_=String()))
    .correlate(recipient)
)
# Claims a recipient that is waiting, of a mailing that still runs, and who has not unsubscribed
# meanwhile. After that the email is never sent again.
TAKE = Statement(
    update(recipient)
    .values(state=_sending, attempts=recipient.c.attempts + constant(1))
    .where(
        *_one_waiting,
        exists(
            select(constant(1))
            .select_from(mailing)
            .where(mailing.c.id == ID, mailing.c.finished_on.is_(NULL))
            .correlate(recipient)
        ),
        ~_has_refused,
    )
    .returning(recipient.c.contact_id)
)
REFUSE = Statement(
    update(recipient)
    .values(state=constant(State.REFUSED.value), error=bindparam("new_error", type_=String()))
    .where(*_one_waiting, _has_refused)
)
SETTLE = Statement(
    update(recipient)
    .values(
        state=bindparam("new_state", type_=String()),
        error=bindparam("new_error", type_=String()),
        sent_on=bindparam("new_sent_on", type_=BigInteger()),
    )
    .where(
        recipient.c.mailing_id == ID,
        recipient.c.contact_id == bindparam("contact", type_=Integer()),
    )
)
# Gives all recipients in one state another state, with a reason.
MOVE = Statement(
    update(recipient)
    .values(
        state=bindparam("new_state", type_=String()),
        error=bindparam("new_error", type_=String()),
    )
    .where(
        recipient.c.mailing_id == ID, recipient.c.state == bindparam("old_state", type_=String())
    )
)
TROUBLE = Statement(
    update(mailing).values(error=bindparam("new_error", type_=String())).where(mailing.c.id == ID)
)
FINISH = Statement(
    update(mailing)
    .values(
        finished_on=bindparam("now", type_=BigInteger()),
        cancelled_on=bindparam("cancelled", type_=BigInteger()),
    )
    .where(mailing.c.id == ID, mailing.c.finished_on.is_(NULL))
)
