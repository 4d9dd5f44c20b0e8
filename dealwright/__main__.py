"""The command line: finds the command, and turns what stops it into one line and an exit code."""

import sys
from typing import Annotated, NoReturn

import typer

from dealwright.commands.declaring import program
from dealwright.errors import CrmError
from dealwright.settings import VERSION, WrongSetting

# Each of these adds its commands, in the order in which the help lists them.
# isort: off
from dealwright.commands import serving, users, inspection, rates, backups  # noqa: F401
# isort: on


@program.callback()
def teach(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(f"dealwright {VERSION}")
        raise typer.Exit
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


if __name__ == "__main__":
    run()
