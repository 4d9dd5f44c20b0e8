"""The command line inside the process of the tests: a process of its own costs a second each."""

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple
from unittest.mock import patch

from dealwright import __main__ as command_line


class Done(NamedTuple):
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, told: str = "", **environment: str) -> Done:
    """Runs a command that ends by itself; `told` is its input.

    The environment has no setting but those of `environment`.
    """
    clean = {name: text for name, text in os.environ.items() if not name.startswith("DEALWRIGHT_")}
    output, errors = io.StringIO(), io.StringIO()
    with (
        patch.object(sys, "argv", ["dealwright", *arguments]),
        patch.object(sys, "stdin", io.StringIO(told)),
        patch.dict(os.environ, {**clean, **environment}, clear=True),
        redirect_stdout(output),
        redirect_stderr(errors),
    ):
        try:
            command_line.run()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return Done(code, output.getvalue(), errors.getvalue())
