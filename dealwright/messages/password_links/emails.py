"""The letter to somebody who forgot their password."""

from dealwright.errors import Invalid
from dealwright.messages.mail.actions import smtp
from dealwright.messages.mail.emails import Content, Email, printed, words
from dealwright.messages.mail.rules import Smtp, address
from dealwright.messages.password_links.actions import PAGE, link_for_letter
from dealwright.people.queries import everybody, profiles
from dealwright.portal.organisation.queries import current
from dealwright.storage.queue.worker import Due
from dealwright.work import Work

PACKAGE = "dealwright.messages.password_links"
LANGUAGES = ("en", "ru")


async def letter(work: Work, due: Due) -> tuple[Smtp, Email] | None:
    """The mail server and the letter with a new link; None when nothing is to be sent."""
    server = await smtp(work)
    person = (await work.cached(everybody)).get(due.payload["person"])
    if not server.is_set or person is None or person.is_terminated:
        return None
    try:
        to_address = address(person.email)
    except Invalid:
        return None  # an account without a mailbox, as owner@localhost may be
    profile = (await work.cached(profiles)).get(person.id)
    own = (profile and profile.language) or ""
    language = own if own in LANGUAGES else (await work.cached(current)).language
    texts = words(PACKAGE, language)
    content = Content(
        heading=texts["letter.subject"],
        sentences=(texts["letter.sentence"], texts["letter.ignore"]),
        link=f"{due.payload['base_url']}{PAGE}{await link_for_letter(work, person.id)}",
        link_title=texts["letter.open"],
        language=language,
    )
    text, html = printed(content)
    email = Email(
        to_name=f"{person.first_name} {person.last_name}",
        to_address=to_address,
        subject=texts["letter.subject"],
        text=text,
        html=html,
        key=f"password.{due.id}.{due.created_on}",
    )
    return server, email
