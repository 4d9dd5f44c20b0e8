"""SQL about web forms."""

from sqlalchemy import Integer, String, bindparam, case, select

from dealwright.crm.contacts.queries import c, seen
from dealwright.storage import schema
from dealwright.storage.statements.dialect import constant
from dealwright.storage.statements.statement import Statement, shape

form = schema.web_form

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
    """The first company with the name key `key` that the actor sees, one whose sort key is `exact`
    before others."""
    is_other = case(
        (c.c.display_key == bindparam("exact", type_=String()), constant(0)), else_=constant(1)
    )
    return Statement(
        select(c.c.id)
        .where(
            c.c.name_key == bindparam("key", type_=String()),
            c.c.is_company,
            seen(c, is_admin=is_admin),
        )
        .order_by(is_other, c.c.id)
        .limit(constant(1))
    )
