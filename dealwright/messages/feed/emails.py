"""The e-mail for a notification: what its reader may see now, in the reader's language."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from dealwright.access import Actor
from dealwright.errors import Invalid
from dealwright.messages.feed import queries
from dealwright.messages.feed.rules import short
from dealwright.messages.mail.actions import smtp
from dealwright.messages.mail.emails import Content, Email, printed, words
from dealwright.messages.mail.rules import Smtp, address
from dealwright.messages.notifications.queries import choices
from dealwright.messages.notifications.rules import DEFAULTS, About, NotificationKind
from dealwright.people.queries import Person, everybody
from dealwright.portal.organisation.queries import current
from dealwright.storage.queue.worker import Due
from dealwright.work import Work

PACKAGE = "dealwright.messages.feed"
LANGUAGES = ("en", "ru")
# The addresses of the pages of records, in the reference and here.
PAGES = {
    About.OPPORTUNITY: "Deals",
    About.CONTACT: "Default",
    About.CASE: "Cases",
    About.TASK: "Tasks",
}


class Subject(NamedTuple):
    """What an e-mail is about: the record's title, further facts, and whose page to open."""

    title: str
    text: str = ""
    deadline: int | None = None
    page: tuple[About, int] | None = None


async def reader(work: Work, due: Due) -> tuple[Smtp, Actor] | None:
    """The mail server and the recipient; None if nothing is to be sent."""
    server = await smtp(work)
    person = (await work.cached(everybody)).get(due.payload["person"])
    if not server.is_set or person is None or not person.may_be_responsible:
        return None
    kind = NotificationKind(due.payload["kind"])
    chosen = (await work.cached(choices)).get(person.id, {}).get(kind, DEFAULTS[kind])
    return (server, Actor(person.id, person.role)) if chosen.by_mail else None


async def letter(work: Work, due: Due) -> Email | None:
    """The e-mail to the actor; None if the actor may not see its record."""
    about = About(due.payload["about"])
    subject = await _subject(work, about, due.entity_id)
    person = (await work.cached(everybody)).get(work.actor.id)
    if subject is None or person is None:
        return None
    try:
        to_address = address(person.email)
    except Invalid:
        return None  # an account without a mailbox, such as owner@localhost
    language = await _language(work)
    texts = words(PACKAGE, language)
    content, title = await _content(work, due, about, subject, texts, language)
    text, html = printed(content)
    return Email(
        to_name=f"{person.first_name} {person.last_name}",
        to_address=to_address,
        subject=title,
        text=text,
        html=html,
        key=f"notification.{due.id}.{due.created_on}",
    )


async def _subject(work: Work, about: About, entity_id: int | None) -> Subject | None:
    if about is About.IMPORT:
        return Subject("")
    statement = queries.one(work.actor.is_admin, about)
    row = await work.row(statement, id=entity_id, actor=work.actor.id)
    if row is None or entity_id is None:
        return None
    title, *details = row
    found: dict[str, Any] = dict(zip(queries.DETAILS.get(about, ()), details, strict=True))
    page: tuple[About, int] | None = (about, entity_id)
    if about is About.EVENT:
        parents = ((each, found[f"{each}_id"]) for each in PAGES if f"{each}_id" in found)
        page = next(((each, id) for each, id in parents if id), None)
    return Subject(title, found.get("content", ""), found.get("deadline"), page)


async def _content(
    work: Work, due: Due, about: About, subject: Subject, texts: Any, language: str
) -> tuple[Content, str]:
    by = (await work.cached(everybody)).get(due.payload["by"] or "")
    kind = due.payload["kind"]
    named = {"title": short(subject.title), "by": _name(by) or texts["letter.nobody"]}
    facts = [(texts[f"about.{about}"], subject.title)] if subject.title else []
    if subject.deadline is not None:
        local = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=subject.deadline)
        shown = local.astimezone(work.settings.timezone)
        facts.append((texts["letter.due"], shown.strftime(texts["letter.moment"])))
    for name, number in due.payload["payload"].items():
        if f"detail.{name}" in texts:
            facts.append((texts[f"detail.{name}"], str(number)))
    sentences = [texts[f"{kind}.sentence"].format_map(named)]
    if subject.text:
        facts, sentences = facts[1:], [*sentences, subject.text]
    title = texts[f"{kind}.subject"].format_map(named)
    link = ""
    if subject.page is not None:
        record, record_id = subject.page
        link = f"{work.base_url}/Products/CRM/{PAGES[record]}.aspx?id={record_id}"
    content = Content(
        heading=title,
        sentences=sentences,
        facts=facts,
        link=link,
        link_title=texts["letter.open"],
        footer=texts["letter.footer"],
        language=language,
    )
    return content, title


async def _language(work: Work) -> str:
    row = await work.row(queries.LANGUAGE_OF, person=work.actor.id)
    own = (row[0] or "")[:2].lower() if row else ""
    return own if own in LANGUAGES else (await work.cached(current)).language


def _name(person: Person | None) -> str:
    return f"{person.first_name} {person.last_name}".strip() if person else ""
