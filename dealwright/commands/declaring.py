"""How commands are declared: their flags are settings, and what stops them is one line.

What a command does is done elsewhere and imported when it runs, so that `--help` and a wrong
setting answer at once.
"""

import asyncio
import inspect
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from dealwright.settings import DECLARED, Settings, WrongSetting, flag, read, typed, variable

if TYPE_CHECKING:
    from dealwright.work import Work

T = TypeVar("T")

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


def command(group: typer.Typer, *names: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Adds a command whose flags are these settings besides its own parameters.

    Its function gets them, checked, as the first argument `settings`.
    """

    def register(body: Callable[..., T]) -> Callable[..., T]:
        _, *own = inspect.signature(body).parameters.values()

        def run_it(**inputs: Any) -> T:
            flags = {name: _text(inputs.pop(name)) for name in names}
            return body(read(flags, os.environ), **inputs)

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


def _text(inputs: str | bool | None) -> str | None:
    return str(inputs).lower() if isinstance(inputs, bool) else inputs


def wait(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    with explained(settings):
        return asyncio.run(work)


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
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
        way_out = f"stop its server, then upgrade it: {typed(settings, 'upgrade')}"
        raise WrongSetting(f"{where}: {old}; {way_out}") from None
    except Unavailable as closed:
        raise WrongSetting(f"{where}: {closed}") from None


def act(settings: Settings, action: "Callable[[Work], Coroutine[Any, Any, T]]") -> T:
    from dealwright import app

    return wait(settings, app.offline(settings, action))
