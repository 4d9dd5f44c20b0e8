"""The wire form of contacts that may be duplicates."""

from dealwright.crm.contacts.shapes import ContactBase
from dealwright.wire.shape import Shape


class Duplicates(Shape, kw_only=True):
    """Contacts that share something. `by` is the kind (email, phone or name), `value` the shared
    key: without case, in international form, or the words of the name in alphabetical order. The
    oldest hundred contacts are listed; `contactsCount` counts all."""

    by: str
    value: str
    contacts_count: int
    contacts: list[ContactBase]
