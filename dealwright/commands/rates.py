"""`dealwright rates`."""

from pathlib import Path
from typing import Annotated

import typer

from dealwright.commands.declaring import act, command, program
from dealwright.settings import Settings, WrongSetting


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
    loaded = act(settings, lambda work: actions.load(work, content))
    print(f"{loaded.rates} rates of {loaded.days} days are in the table now.")
