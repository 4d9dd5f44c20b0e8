"""`dealwright explain` and `dealwright check`: looking into a portal."""

from typing import Annotated

import typer

from dealwright.commands.declaring import command, program, wait
from dealwright.settings import Settings, typed


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

    for clause, holds in wait(settings, app.explain(settings, entity, id_, person=person)):
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

    found = wait(settings, app.check(settings, mend=mend))
    print("\n".join(found) or "Nothing wrong was found.")
    if any("--mend" in line for line in found):
        print(f"To compute derived data again: {typed(settings, 'check', '--mend')}")
    return 1 if found else 0
