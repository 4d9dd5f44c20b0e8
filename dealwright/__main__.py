"""The command line: serve, init, user, explain, check. Reads the flags and says what came of it.

What a command does is done elsewhere and imported when it runs, so that `--help` and a wrong
setting answer at once.
"""

import asyncio
import inspect
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from dealwright.errors import CrmError
from dealwright.settings import DECLARED, Settings, WrongSetting, flag, read, typed, variable

if TYPE_CHECKING:
    from dealwright.people.actions import Opening
    from dealwright.work import Work

T = TypeVar("T")
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
ROLES = "admin, crm_admin, user or guest"

program = typer.Typer(
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="""A CRM server that speaks the ONLYOFFICE Workspace and R7-Office CRM API.

    Start with `dealwright serve`: it makes its database, shows how to sign in, and serves.
    Every flag can also be given as a variable, --port as DEALWRIGHT_PORT; the flag wins.
    """,
)
people = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="""Add people, disable them, give passwords and API tokens.

    For people who may read the database: no sign-in is needed. The server may be running.
    """,
)
program.add_typer(people, name="user")


@program.callback()
@people.callback()
def teach(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


def run() -> NoReturn:
    """Run the command line: exit code 0 done, 1 refused, 2 wrong setting or usage."""
    try:
        code = program(prog_name="dealwright", standalone_mode=False)
    except WrongSetting as wrong:
        code = _complain(str(wrong), 2)
    except CrmError as refused:
        code = _complain(refused.text, 1)
    except typer.TyperException as wrong:
        code = _complain(getattr(wrong, "format_message", wrong.__str__)(), 2)
    except KeyboardInterrupt:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def _complain(text: str, code: int) -> int:
    print(f"dealwright: {text}", file=sys.stderr)
    return code


def command(group: typer.Typer, *names: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Adds a command whose flags are these settings besides its own parameters.

    Its function gets them, checked, as the first argument `settings`.
    """

    def register(body: Callable[..., T]) -> Callable[..., T]:
        _, *own = inspect.signature(body).parameters.values()

        def run_it(**told: Any) -> T:
            flags = {name: _text(told.pop(name)) for name in names}
            return body(read(flags, os.environ), **told)

        parameters = [*own, *(_option(name) for name in names)]
        run_it.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        group.command(body.__name__.rstrip("_"), help=body.__doc__)(run_it)
        return body

    return register


def _option(name: str) -> inspect.Parameter:
    declared = DECLARED[name]
    is_switch = declared.default == "false"
    absent = f"Absent: {declared.absent}." if declared.absent else f"Default: {declared.default}."
    option = typer.Option(
        flag(name),
        help=f"{declared.text} {'' if is_switch else absent} Variable: {variable(name)}.",
        show_default=False,
        metavar=None if is_switch else name.rpartition("_")[2].upper(),
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[bool | None if is_switch else str | None, option],
    )


def _text(told: str | bool | None) -> str | None:
    return str(told).lower() if isinstance(told, bool) else told


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

    with process.listen(settings) as listener, _explained(settings), app.serving(settings):
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
        return _wait(settings, app.prepare(settings))
    except CrmError as refused:  # by what the first start was told: a password too short, say
        raise WrongSetting(refused.text) from None


def _wait(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    with _explained(settings):
        return asyncio.run(work)


@contextmanager
def _explained(settings: Settings) -> Iterator[None]:
    """A database or files that cannot be used are a wrong setting: one line."""
    from dealwright.storage.engines.engine import NoPortal, Outdated, Unavailable
    from dealwright.storage.files.file_store import FilesUnavailable

    where = f"--database {settings.place}"
    try:
        yield
    except FilesUnavailable as closed:
        raise WrongSetting(f"--files: {closed}") from None
    except NoPortal as lacking:
        raise WrongSetting(f"{where}: {lacking}; to make one: {typed(settings, 'init')}") from None
    except Outdated as old:
        way_out = f"stop its server, then upgrade it: {typed(settings, 'init')}"
        raise WrongSetting(f"{where}: {old}; {way_out}") from None
    except Unavailable as closed:
        raise WrongSetting(f"{where}: {closed}") from None


@command(program, "database")
def explain(
    settings: Settings,
    entity: Annotated[str, typer.Argument(help="opportunity, contact, case or task")],
    id_: Annotated[int, typer.Argument(metavar="ID", help="its number")],
    person: Annotated[str, typer.Argument(help="e-mail, user name or id of the user")],
) -> None:
    """Why somebody may see a record, or may not.

    Prints every clause of the rule for seeing, editing and deleting it, and whether it holds.

    \b
    Example:
      dealwright explain opportunity 42 ann@example.com
    """
    from dealwright import app

    for clause, holds in _wait(settings, app.explain(settings, entity, id_, person=person)):
        print(f"{'yes' if holds else 'no ':3}  {clause}")


@command(program, "database", "files")
def check(
    settings: Settings,
    *,
    mend: Annotated[bool, typer.Option("--mend", help="First compute derived data again.")] = False,
) -> int:
    """Look for faults in the database.

    Broken references, wrong totals, lost search words, files without content. Changes nothing
    without --mend, and never what people have entered; exit code 1 when something was found.
    """
    from dealwright import app

    found = _wait(settings, app.check(settings, mend=mend))
    print("\n".join(found) or "Nothing wrong was found.")
    if any("--mend" in line for line in found):
        print(f"To compute derived data again: {typed(settings, 'check', '--mend')}")
    return 1 if found else 0


@command(program, "database")
def rates(
    settings: Settings,
    file: Annotated[Path, typer.Argument(help="as a central bank publishes them: CSV or XML")],
) -> None:
    """Load published currency rates, each for its own day.

    Reads what the European Central Bank (CSV, XML) and the Bank of Russia (XML) publish.

    \b
    Example:
      dealwright rates eurofxref-hist.csv
    """
    from dealwright.portal.published_rates import actions

    try:
        content = file.read_bytes()
    except OSError as missing:
        raise WrongSetting(f"{file}: {missing.strerror}") from None
    loaded = _act(settings, lambda work: actions.load(work, content))
    print(f"{loaded.rates} rates of {loaded.days} days are in the table now.")


Email = Annotated[str, typer.Argument(help="their e-mail address")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of input.")
]


@command(people, "database")
def add(
    settings: Settings,
    email: Email,
    *,
    first_name: Annotated[str, typer.Option(metavar="NAME")],
    last_name: Annotated[str, typer.Option(metavar="NAME")],
    role: Annotated[str, typer.Option(metavar="ROLE", help=ROLES)] = "user",
    password_stdin: FromInput = False,
) -> None:
    """Add somebody. A password is made and shown once, unless you give one.

    \b
    Example:
      dealwright user add ann@example.com --first-name Ann --last-name Archer --role admin
    """
    from dealwright.people.accounts import actions

    given = _first_line() if password_stdin else None
    made = _act(
        settings,
        lambda work: actions.add(
            work,
            email=email,
            first_name=first_name,
            last_name=last_name,
            role=role,
            password=given,
        ),
    )
    print(f"{email} was added as {role}.")
    _show_password(made)


@command(people, "database")
def list_(settings: Settings) -> None:
    """Everybody with role and state."""
    from dealwright.people import reads

    found = _act(settings, reads.directory)
    for each in sorted(found.living(), key=lambda person: person.email):
        state = "disabled" if each.is_terminated else "active"
        print(f"{each.email:40} {each.role:10} {state:9} {each.first_name} {each.last_name}")


@command(people, "database")
def disable(settings: Settings, email: Email) -> None:
    """Let somebody sign in no more.

    Ends their sessions and tokens; their records stay.
    """
    from dealwright.people.accounts import actions

    _act(settings, lambda work: actions.disable(work, email=email))
    print(f"{email} cannot sign in any more.")


@command(people, "database")
def password(settings: Settings, email: Email, *, password_stdin: FromInput = False) -> None:
    """Give somebody a new password.

    It is made up and shown once, unless you give one. Their sessions end.

    \b
    Example:
      dealwright user password ann@example.com
    """
    from dealwright.people import actions

    given = _first_line() if password_stdin else None
    made = _act(settings, lambda work: actions.reset_password(work, email=email, password=given))
    print(f"{email} has a new password.")
    _show_password(made)


@command(people, "database")
def token(
    settings: Settings,
    email: Email,
    *,
    title: Annotated[str, typer.Option(metavar="TITLE", help="What it is for.")],
    scope: Annotated[str, typer.Option(metavar="SCOPE", help="read or write")] = "read",
) -> None:
    """Make an API token that acts as somebody.

    It is printed only this once.

    \b
    Example:
      TOKEN=$(dealwright user token ann@example.com --title "nightly export")
      curl -s -H "Authorization: $TOKEN" http://localhost:8080/api/2.0/people/@self.json
    """
    from dealwright.people import actions

    print(
        _act(settings, lambda work: actions.make_token(work, email=email, title=title, scope=scope))
    )


def _act(settings: Settings, action: "Callable[[Work], Coroutine[Any, Any, T]]") -> T:
    from dealwright import app

    return _wait(settings, app.offline(settings, action))


def _show_password(made: str | None) -> None:
    if made is not None:
        print(f"Password, shown only now: {made}")


def _first_line() -> str:
    return sys.stdin.readline().rstrip("\r\n")


if __name__ == "__main__":
    run()
