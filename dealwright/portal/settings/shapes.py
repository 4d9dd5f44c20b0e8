"""How the portal's settings look on the wire."""

import msgspec

from dealwright.portal.settings.rules import Address, Introduction, Organisation, Switch
from dealwright.wire.shape import Shape

BILLING = "Billing"


class OrganisationAddress(Shape, kw_only=True):
    """The billing address of the organisation: `type` is always Billing."""

    type: str
    street: str
    city: str
    state: str
    zip: str
    country: str


class CrmSettings(Shape, kw_only=True):
    """The settings of the portal. A switch that is null means that clients ask."""

    configured: bool
    currency: str
    company_name: str
    address: OrganisationAddress
    change_contact_status_group_auto: bool | None
    add_tag_to_contact_group_auto: bool | None
    write_mail_to_history_auto: bool | None


class AllSettings(msgspec.Struct, kw_only=True, frozen=True):
    """All settings, as they are stored."""

    introduction: Introduction
    organisation: Organisation
    address: Address
    status_of_group: Switch
    tag_of_group: Switch
    mail_to_history: Switch


def address(stored: Address) -> OrganisationAddress:
    return OrganisationAddress(
        type=BILLING,
        street=stored.street,
        city=stored.city,
        state=stored.state,
        zip=stored.zip,
        country=stored.country,
    )


def address_text(stored: Address) -> str:
    """The same as clients of the reference get it: JSON inside a text."""
    return msgspec.json.encode(address(stored)).decode()


def crm_settings(stored: AllSettings, *, currency: str) -> CrmSettings:
    return CrmSettings(
        configured=stored.introduction.is_configured,
        currency=currency,
        company_name=stored.organisation.company_name,
        address=address(stored.address),
        change_contact_status_group_auto=stored.status_of_group.is_on,
        add_tag_to_contact_group_auto=stored.tag_of_group.is_on,
        write_mail_to_history_auto=stored.mail_to_history.is_on,
    )
