"""Sets the mail server, and tests it."""

from uuid import uuid4

from dealwright.access import demand_admin
from dealwright.errors import Conflict, Invalid, NotFound
from dealwright.messages.mail import rules
from dealwright.messages.mail.delivery import SignInRefused, Undelivered, Unreachable, smtp_session
from dealwright.messages.mail.emails import Content, Email, printed, words
from dealwright.messages.mail.rules import Smtp
from dealwright.people.queries import everybody
from dealwright.portal.organisation.queries import current
from dealwright.portal.settings.actions import put, setting_of
from dealwright.portal.settings.rules import Setting
from dealwright.wire.context import RequestContext
from dealwright.work import Work

SMTP = Setting("smtp", Smtp, secrets=frozenset(("password",)))
PACKAGE = "dealwright.messages.mail"


async def smtp(work: Work) -> Smtp:
    """The mail server; one without a host if none is set."""
    return await setting_of(work, SMTP)


async def view(work: Work) -> Smtp:
    """The same, for actors who may see it. Raises Forbidden."""
    demand_admin(work.actor)
    return await smtp(work)


async def change(work: Work, requested: Smtp, *, password: str | None) -> Smtp:
    """Sets the mail server; without `password` the stored one stays. Raises Forbidden, Invalid."""
    demand_admin(work.actor)
    ports = work.settings.smtp_ports
    return await put(
        work, SMTP, rules.revised(await smtp(work), requested, password=password, ports=ports)
    )


async def try_out(context: RequestContext) -> str:
    """Sends an e-mail to the caller and returns the address. Raises Forbidden, Conflict, and
    Invalid naming the setting at fault."""
    server, letter = await context.read(_test_letter)
    try:
        async with smtp_session(server) as post:
            await post.send(letter, now=context.now)
    except SignInRefused as refused:
        raise Invalid(
            "user", f"and password must be those of the mail server: {refused.text}"
        ) from None
    except Unreachable as silent:
        raise Invalid("host", f"and port must be those of a mail server: {silent.text}") from None
    except Undelivered as refused:
        raise Invalid(
            "senderAddress", f"must be one that the mail server takes: {refused.text}"
        ) from None
    return str(letter.to_address)


async def _test_letter(work: Work) -> tuple[Smtp, Email]:
    server = await view(work)
    if not server.is_set:
        raise Conflict("No mail server is set: PUT crm/settings/smtp first")
    person = (await work.cached(everybody)).get(work.actor.id)
    if person is None:
        raise NotFound
    language = (await work.cached(current)).language
    texts = words(PACKAGE, language)
    content = Content(
        heading=texts["test.subject"], sentences=(texts["test.sentence"],), language=language
    )
    text, html = printed(content)
    letter = Email(
        to_name=f"{person.first_name} {person.last_name}",
        to_address=rules.address(person.email, parameter="email"),
        subject=texts["test.subject"],
        text=text,
        html=html,
        key=f"test.{uuid4().hex}",
    )
    return server, letter
