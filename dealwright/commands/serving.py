"""`dealwright serve` and `dealwright init`."""

from typing import TYPE_CHECKING

from dealwright.commands.declaring import command, explained, program, wait
from dealwright.errors import CrmError
from dealwright.settings import DECLARED, Settings, WrongSetting

if TYPE_CHECKING:
    from dealwright.people.actions import Opening

FIRST_START = (
    "database",
    "files",
    "owner_email",
    "owner_password",
    "timezone",
    "language",
    "currency",
    "wire_profile",
    "demo",
)


@command(program, *DECLARED)
def serve(settings: Settings) -> int:
    """Serve the portal; on the first start make it.

    Opens the database, creating and upgrading it as needed, prints the address, how to sign in
    and a call to try, then serves until SIGTERM or Ctrl-C and finishes what is running.

    \b
    Examples:
      dealwright serve
      dealwright serve --port 8000 --demo
      dealwright serve --host 0.0.0.0 --database postgresql://crm:secret@db/crm --workers 4
    """
    from dealwright import app
    from dealwright.commands.greeting import greeting
    from dealwright.server import process

    with process.listen(settings) as listener, explained(settings), app.serving(settings):
        opening = _open(settings)
        print(greeting(settings, opening, port=listener.getsockname()[1]), flush=True)
        return process.serve(settings, listener, app.running)


@command(program, *FIRST_START)
def init(settings: Settings) -> None:
    """Make or upgrade the database without serving it.

    What the first `dealwright serve` does before it listens: tables, portal, owner.

    \b
    Example:
      dealwright init --owner-email ann@example.com --language ru --timezone Europe/Moscow
    """
    from dealwright.commands.greeting import sign_in

    opening = _open(settings)
    print("\n".join([*sign_in(settings, opening), *filter(None, [opening.notice])]))


def _open(settings: Settings) -> "Opening":
    from dealwright import app
    from dealwright.storage.engines import probe

    if settings.is_sqlite and (lacking := probe.lacking()):
        raise WrongSetting(lacking)
    try:
        return wait(settings, app.prepare(settings))
    except CrmError as refused:  # by what the first start was told: a password too short, say
        raise WrongSetting(refused.text) from None
