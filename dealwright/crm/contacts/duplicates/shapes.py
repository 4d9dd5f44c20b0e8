"""How contacts that may be the same look on the wire."""

from dealwright.crm.contacts.shapes import ContactBase
from dealwright.wire.shape import Shape


class Duplicates(Shape, kw_only=True):
    """Contacts that share something: `by` says what (email, phone or name), `value` which one it
    is, without case or in international form. Of many contacts the oldest hundred are listed;
    `contactsCount` counts all."""

    by: str
    value: str
    contacts_count: int
    contacts: list[ContactBase]
