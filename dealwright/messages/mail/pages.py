"""The mail server as a page of the settings."""

from dealwright import access
from dealwright.errors import CrmError, Invalid
from dealwright.messages.mail import actions
from dealwright.messages.mail.rules import Security, Smtp
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_admin)
MAIL = "/settings/mail"
LINES = ("host", "user", "sender_name", "sender_address")


@page.get("settings/mail")
async def show(page: PageRequest) -> Response:
    """The mail server, with a letter to try it."""
    return await _shown(page)


@page.post("settings/mail")
async def change(page: PageRequest) -> Response:
    """Sets the mail server; an empty password keeps the one that is stored."""
    password = page.secret("password") or None

    async def save(work: Work) -> str:
        typed = {name: forms.brief(page.text(name), name, most=255) for name in LINES}
        before = await actions.view(work)
        wanted = Smtp(
            **typed,
            port=forms.whole(page.text("port") or "587", "port", most=65535),
            security=_security(page.text("security")),
            check_certificate=page.text("check_certificate") == "on",
        )
        no_sign_in = "" if not typed["user"] and before.password else password
        after = await actions.change(work, wanted, password=no_sign_in)
        is_same = (before.host, before.port, before.password) == (
            after.host,
            after.port,
            after.password,
        )
        # A password is never put into an address: with another one nothing can be taken back.
        return forms.undo_by(MAIL, _values(before)) if is_same and before.is_set else ""

    said = page.say("Saved. Send yourself a letter to be sure.")
    if not page.text("host"):
        said = page.say("No letters are sent any more")
    return await forms.saved(
        page, save, said=said, back=MAIL, show=lambda problem: _shown(page, problem)
    )


@page.post("settings/mail/test")
async def try_out(page: PageRequest) -> Response:
    """Sends a letter to who presses the button."""
    try:
        address = await actions.try_out(page.context)
    except CrmError as error:
        return await _shown(page, forms.refusal(error))
    page.toast(page.say("A letter is on its way to %(address)s", address=address))
    return page.redirect(MAIL)


def _security(text: str) -> Security:
    try:
        return Security(text or "starttls")
    except ValueError:
        raise Invalid("security", "must be starttls, tls or none") from None


def _values(server: Smtp) -> dict[str, object]:
    return {
        **{name: getattr(server, name) for name in LINES},
        "port": server.port,
        "security": server.security.value,
        "check_certificate": "on" if server.check_certificate else "",
    }


async def _shown(page: PageRequest, problem: str = "") -> Response:
    async def look(work: Work) -> tuple[Smtp, list[int]]:
        return await actions.view(work), sorted(work.settings.smtp_ports)

    server, ports = await page.read(look)
    values = _values(server)
    if problem and page.request.path == MAIL:  # what was typed stays, but for the password
        values |= {name: page.text(name) for name in (*LINES, "port", "security")}
    template, status = "messages/mail/settings.html", 400 if problem else 200
    return page.page(
        template,
        status=status,
        problem=problem,
        server=values,
        is_set=server.is_set,
        has_password=bool(server.password),
        port_pairs=[(str(each), str(each)) for each in ports],
    )
