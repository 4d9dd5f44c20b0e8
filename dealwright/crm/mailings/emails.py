"""The email of a mailing to one contact: the body, filled in and cleaned, with an unsubscribe
link."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

import nh3

from dealwright.crm.contacts.infos import PARTS, InfoType
from dealwright.crm.contacts.repository import load_many
from dealwright.crm.contacts.rules import Contact
from dealwright.crm.mailings import rules
from dealwright.crm.mailings.markup import demand_cheap
from dealwright.crm.mailings.placeholders import KINDS, filled
from dealwright.crm.mailings.queries import Mailing
from dealwright.messages.mail.emails import Attachment, Email, words
from dealwright.portal.custom_fields.queries import definitions
from dealwright.portal.custom_fields.rules import FieldType
from dealwright.portal.organisation.queries import current
from dealwright.work import Work

PACKAGE = "dealwright.crm.mailings"
REFUSE = "/unsubscribe"
_STYLES = {
    *("background", "background-color", "border", "border-collapse", "border-radius", "color"),
    *("display", "font", "font-family", "font-size", "font-style", "font-weight", "height"),
    *("line-height", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top"),
    *("max-width", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top"),
    *("text-align", "text-decoration", "vertical-align", "white-space", "width"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": {"style", "align", "valign", "width", "height", "bgcolor", "dir", "lang", "title"},
}
_ATTRIBUTES["a"] = _ATTRIBUTES.get("a", set()) - {"rel"}
_OF_PERSONS = ("First Name", "Last Name", "Job Title", "Company Name")
_OF_COMPANIES = ("Company Name",)
_REACHED = tuple(kind.label for kind in InfoType if kind != InfoType.ADDRESS)
_ADDRESSES = tuple(f"Address {part}" for part in PARTS)
_NO_VALUES = (FieldType.HEADING, FieldType.CHECK_BOX)


class Mail(NamedTuple):
    """What all emails of a mailing share."""

    mailing: Mailing
    secret: str
    language: str
    files: Sequence[Attachment]
    known: frozenset[str]


def clean(body: str) -> str:
    """HTML without anything that runs code, loads a program or imitates the mail client.

    Raises Invalid for one that would take long.

    # differs: the reference sends a body as it came.
    """
    demand_cheap(body, parameter="body")
    return nh3.clean(
        body,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        filter_style_properties=_STYLES,
    )


def compose(mail: Mail, contact: Contact, values: Mapping[str, str], address: str) -> Email:
    """The email to one contact at this address."""
    texts = words(PACKAGE, mail.language)
    token = rules.refusal_token(address, secret=mail.secret)
    link = f"{mail.mailing.base_url}{REFUSE}?token={quote(token)}"
    body = clean(filled(mail.mailing.body, values, known=mail.known, as_html=True))
    refuse = f'<a href="{link}">{texts["letter.refuse"]}</a>'
    why = texts["letter.why"]
    footer = f'<p style="font-size:13px;color:#5a6878">{why} {refuse}</p>'
    head = f'<!doctype html><html lang="{mail.language}"><head><meta charset="utf-8"></head>'
    return Email(
        to_name=contact.display_name,
        to_address=address,
        subject=subject(mail, values),
        text=f"{rules.plain(body)}\n\n-- \n{why} {texts['letter.refuse']}:\n{link}\n",
        html=f"{head}<body>\n{body}\n<hr>\n{footer}\n</body></html>\n",
        key=f"mailing.{mail.mailing.id}.{contact.id}",
        unsubscribe=link,
        files=mail.files,
    )


def subject(mail: Mail, values: Mapping[str, str]) -> str:
    """The subject of the email to one contact."""
    return filled(mail.mailing.subject, values, known=mail.known, as_html=False)


async def known(work: Work) -> frozenset[str]:
    """The names of all known placeholders, see `placeholders`."""
    names = {*_OF_COMPANIES, *_OF_PERSONS, *_ADDRESSES, *_REACHED, *(await _labels(work)).values()}
    return frozenset(_key(kind, name) for kind in KINDS for name in names)


async def contacts(work: Work, ids: Sequence[int]) -> dict[int, tuple[Contact, dict[str, str]]]:
    """The contacts that the actor sees, each with the values of its tokens."""
    loaded = await load_many(work, ids)
    company_ids = [each.before.company_id for each in loaded if not each.company_is_hidden]
    firms = await load_many(work, [each for each in company_ids if each is not None])
    names = {each.before.id: each.before.company_name for each in firms}
    labels = await _labels(work)
    return {each.before.id: (each.before, _values(each.before, names, labels)) for each in loaded}


def _values(
    contact: Contact, firms: Mapping[int, str], labels: Mapping[int, str]
) -> dict[str, str]:
    values = dict.fromkeys((*_REACHED, *labels.values()), "")
    for info in sorted(contact.infos, key=lambda info: (info.is_primary, -info.id)):
        if info.info_type == InfoType.ADDRESS:
            values |= {f"Address {name}": text for name, text in info.parts.items()}
        else:
            values[InfoType(info.info_type).label] = info.data  # the primary item comes last
    for part in _ADDRESSES:
        values.setdefault(part, "")
    values |= {labels[id]: value for id, value in contact.values if id in labels}
    if contact.is_company:
        values["Company Name"] = contact.company_name
    else:
        values |= {
            "First Name": contact.first_name,
            "Last Name": contact.last_name,
            "Job Title": contact.job_title,
            "Company Name": firms.get(contact.company_id or 0, ""),
        }
    kind = "company" if contact.is_company else "person"
    return {_key(kind, name): text for name, text in values.items()}


async def _labels(work: Work) -> dict[int, str]:
    fields = (await work.cached(definitions)).values()
    return {field.id: field.label for field in fields if field.field_type not in _NO_VALUES}


def _key(kind: str, name: str) -> str:
    return " ".join(f"{kind}.{name}".split()).lower()


async def mail(work: Work, mailing: Mailing, files: Sequence[Attachment]) -> Mail:
    portal = await work.cached(current)
    return Mail(mailing, portal.secret, portal.language, files, await known(work))


def file_ids(mailing: Mailing) -> list[int]:
    file_ids: list[int] = json.loads(mailing.files)
    return file_ids
