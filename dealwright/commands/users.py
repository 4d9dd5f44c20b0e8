"""`dealwright user …`: accounts, passwords and API tokens."""

import sys
from typing import Annotated

import typer

from dealwright.commands.declaring import act, command, program
from dealwright.settings import Settings, WrongSetting

ROLES = "admin, crm_admin, user or guest"

people = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="""Add people, change and disable them, give passwords and API tokens.

    For people who may read the database: no sign-in is needed. The server may be running.
    """,
)
program.add_typer(people, name="user")


@people.callback()
def teach(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


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
    made = act(
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

    found = act(settings, reads.directory)
    for each in sorted(found.living(), key=lambda person: person.email):
        state = "disabled" if each.is_terminated else "active"
        print(f"{each.email:40} {each.role:10} {state:9} {each.first_name} {each.last_name}")


@command(people, "database")
def disable(settings: Settings, email: Email) -> None:
    """Let somebody sign in no more.

    Ends their sessions and tokens; their records stay.
    """
    from dealwright.people.accounts import actions

    act(settings, lambda work: actions.disable(work, email=email))
    print(f"{email} cannot sign in any more.")


@command(people, "database")
def enable(settings: Settings, email: Email) -> None:
    """Let a disabled user sign in again.

    Their password holds as before; tokens and sessions that have ended stay ended.
    """
    from dealwright.people.accounts import actions

    act(settings, lambda work: actions.enable(work, email=email))
    print(f"{email} can sign in again.")


@command(people, "database")
def role(
    settings: Settings,
    email: Email,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=ROLES)],
) -> None:
    """Give somebody another role.

    It applies at once, in all their sessions and tokens.

    \b
    Example:
      dealwright user role ann@example.com crm_admin
    """
    from dealwright.people.accounts import actions

    act(settings, lambda work: actions.set_role(work, email=email, role=role))
    print(f"{email} is {role} now.")


@command(people, "database")
def rename(
    settings: Settings,
    email: Email,
    *,
    first_name: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    last_name: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    new_email: Annotated[str | None, typer.Option(metavar="EMAIL")] = None,
) -> None:
    """Change somebody's name or e-mail address.

    \b
    Example:
      dealwright user rename ann@example.com --last-name Baker --new-email ann.baker@example.com
    """
    from dealwright.people.accounts import actions

    if (first_name, last_name, new_email) == (None, None, None):
        raise WrongSetting("user rename: give --first-name, --last-name or --new-email")
    account = act(
        settings,
        lambda work: actions.rename(
            work, email=email, first_name=first_name, last_name=last_name, address=new_email
        ),
    )
    print(f"{account.first_name} {account.last_name}, {account.email}")


@command(people, "database")
def delete(settings: Settings, email: Email) -> None:
    """Delete a disabled account for good.

    Its name stays where records mention it; address, password and personal data are removed.
    """
    from dealwright.people.accounts import actions

    act(settings, lambda work: actions.remove(work, email=email))
    print(f"{email} was deleted.")


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
    made = act(settings, lambda work: actions.reset_password(work, email=email, password=given))
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
        act(settings, lambda work: actions.make_token(work, email=email, title=title, scope=scope))
    )


def _show_password(made: str | None) -> None:
    if made is not None:
        print(f"Password, shown only now: {made}")


def _first_line() -> str:
    return sys.stdin.readline().rstrip("\r\n")
