"""Routes of the portal's settings."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.portal.organisation.queries import current
from dealwright.portal.settings import logos, rules, shapes
from dealwright.portal.settings.actions import change_form_key, put, setting_of
from dealwright.portal.settings.rules import Logo
from dealwright.portal.settings.shapes import AllSettings, CrmSettings
from dealwright.wire.context import RequestContext
from dealwright.wire.multipart import Upload
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import EMPTY_GUID, Guid, Length
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)

Line = Annotated[str, Length(255)]


class Setup(msgspec.Struct, kw_only=True, frozen=True):
    """`configured`: whether setting up is done; absent means true. `webFormKey`: a new key for the
    first web form; absent keeps it."""

    configured: bool | None = None
    web_form_key: Guid | None = None


class Company(msgspec.Struct, kw_only=True, frozen=True):
    company_name: Line = ""


class CompanyAddress(msgspec.Struct, kw_only=True, frozen=True):
    """Replaces the whole address. A `country` of two letters, such as DE, is also the country of
    phone numbers without a country code."""

    street: Line = ""
    city: Line = ""
    state: Line = ""
    zip: Line = ""
    country: Line = ""


class LogoSent(msgspec.Struct, kw_only=True, frozen=True):
    """`logo` is a picture in a multipart body, under any name; `reset`: remove the logo."""

    reset: bool = False
    logo: tuple[Upload, ...] = ()


class StatusOfGroup(msgspec.Struct, kw_only=True, frozen=True):
    """Null: ask each time."""

    change_contact_status_group_auto: bool | None = None


class TagOfGroup(msgspec.Struct, kw_only=True, frozen=True):
    """Null: ask each time."""

    add_tag_to_contact_group_auto: bool | None = None


class MailToHistory(msgspec.Struct, kw_only=True, frozen=True):
    write_mail_to_history_auto: bool = False


@route.get("settings")
async def view(work: Work) -> CrmSettings:
    """Gives the settings of the portal, to every user of the CRM."""
    stored = AllSettings(
        introduction=await setting_of(work, rules.INTRODUCTION),
        organisation=await setting_of(work, rules.ORGANISATION),
        address=await setting_of(work, rules.ADDRESS),
        status_of_group=await setting_of(work, rules.STATUS_OF_GROUP),
        tag_of_group=await setting_of(work, rules.TAG_OF_GROUP),
        mail_to_history=await setting_of(work, rules.MAIL_TO_HISTORY),
    )
    return shapes.crm_settings(stored, currency=(await work.cached(current)).currency)


@route.put("settings", mode=Mode.TRANSACTION)
async def set_up(work: Work, params: Setup) -> bool:
    """Says whether setting up is done, and can change the key of the first web form.

    Administrators only.
    """
    done = rules.Introduction(params.configured is not False)
    await put(work, rules.INTRODUCTION, done)
    # differs: the reference makes a new key when none is sent, which disables every published form.
    if params.web_form_key and params.web_form_key != EMPTY_GUID:
        await change_form_key(work, params.web_form_key)
    return done.is_configured


@route.put("settings/webformkey/change")
async def another_form_key(work: Work) -> str:
    """Changes the key of the first web form; the old key stops working. Administrators only."""
    return await change_form_key(work)


@route.put("settings/organisation/base")
async def name_organisation(work: Work, params: Company) -> str:
    """Sets the organisation's name. Administrators only."""
    requested = rules.Organisation(params.company_name)
    return (await put(work, rules.ORGANISATION, requested)).company_name


@route.put("settings/organisation/address")
async def move_organisation(work: Work, params: CompanyAddress) -> str:
    """Replaces the organisation's address, and gives it as JSON text. Administrators only."""
    requested = rules.Address(
        street=params.street,
        city=params.city,
        state=params.state,
        zip=params.zip,
        country=params.country,
    )
    return shapes.address_text(await put(work, rules.ADDRESS, requested))


async def _kept(context: RequestContext, params: LogoSent) -> Logo:
    return Logo() if params.reset else await logos.kept(context, params.logo)


@route.put("settings/organisation/logo", prepare=_kept)
async def draw_logo(work: Work, params: LogoSent, logo: Logo) -> int:
    """Sets or removes the organisation's logo, and answers its id. Administrators only.

    PNG, JPEG, WebP or GIF; it is scaled down if it is larger than 400 x 200 pixels.
    """
    return await logos.change(work, logo)


@route.get("settings/organisation/logo", mode=Mode.DIRECT)
async def logo(context: RequestContext) -> str:
    """Gives the organisation's logo in Base64, or an empty text if there is none."""
    stored: Logo = await context.read(lambda work: setting_of(work, rules.LOGO))
    return await logos.as_text(context.files, stored)


# differs: the reference lets every user change these for the whole portal.
@route.put("contact/status/settings")
async def switch_status_of_group(work: Work, params: StatusOfGroup) -> bool | None:
    """Says whether clients copy a contact's status to its group without asking. Administrators
    only."""
    requested = rules.Switch(params.change_contact_status_group_auto)
    return (await put(work, rules.STATUS_OF_GROUP, requested)).is_on


@route.put("contact/tag/settings")
async def switch_tag_of_group(work: Work, params: TagOfGroup) -> bool | None:
    """Says whether clients copy a contact's tag to its group without asking. Administrators
    only."""
    requested = rules.Switch(params.add_tag_to_contact_group_auto)
    return (await put(work, rules.TAG_OF_GROUP, requested)).is_on


@route.put("contact/mailtohistory/settings")
async def switch_mail_to_history(work: Work, params: MailToHistory) -> bool | None:
    """Says whether clients write mail into the history without asking. Administrators only."""
    requested = rules.Switch(params.write_mail_to_history_auto)
    return (await put(work, rules.MAIL_TO_HISTORY, requested)).is_on
