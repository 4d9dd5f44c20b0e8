"""SQL about web forms."""

from sqlalchemy import Integer, String, bindparam, select

from dealwright.crm.contacts.queries import c, seen
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement, shape
from dealwright.storage.text import matches

form = schema.web_form
MOST_ALIKE = 100  # companies that are compared by their names

_forms = select(
    form.c.id,
    form.c.title,
    form.c.form_key,
    form.c.is_disabled,
    form.c.choices,
    form.c.created_by,
    form.c.created_on,
)
ALL = Statement(_forms.order_by(form.c.id))
ONE = Statement(_forms.where(form.c.id == bindparam("id", type_=Integer())))
BY_KEY = Statement(_forms.where(form.c.form_key == bindparam("form_key", type_=String())))


@shape
def company(is_admin: bool) -> Statement:
    """The first company with the sort key `key` that the actor sees."""
    return Statement(
        select(c.c.id)
        .where(
            c.c.display_key == bindparam("key", type_=String()),
            c.c.is_company,
            seen(c, is_admin=is_admin),
        )
        .order_by(c.c.id)
        .limit(constant(1))
    )


@shape
def companies(is_admin: bool, needles: int) -> Statement:
    """Rows of (id, name) of companies that the actor sees and whose texts hold all needles, see
    `storage.text.matches`."""
    return Statement(
        select(c.c.id, c.c.company_name)
        .where(
            c.c.is_company,
            matches(schema.contact, schema.contact_text, needles, indexed=True),
            seen(c, is_admin=is_admin),
        )
        .order_by(c.c.id)
        .limit(constant(MOST_ALIKE))
    )
