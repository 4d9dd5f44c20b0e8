"""Prints the steps between two revisions as SQL, by Alembic. Runs nothing.

Separate from `migrate` because importing Alembic takes longer than most starts of the server.
"""

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from dealwright.storage.migrations.plan import MIGRATIONS, Step
from dealwright.storage.statements.printing import DIALECTS


def steps(dialect: str, found: str | None, to: str = "head") -> list[Step]:
    """The remaining steps after revision `found` (None: an empty database), in order."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    ahead = reversed([*scripts.iterate_revisions(to, found or "base")])
    return [
        Step(each.revision, _statements(dialect, each), getattr(each.module, "FILLS", ()))
        for each in ahead
    ]


def _statements(dialect: str, script: Script) -> list[str]:
    printed = _Printed()
    context = MigrationContext.configure(
        dialect=DIALECTS[dialect], opts={"as_sql": True, "output_buffer": printed}
    )
    with Operations.context(context):
        script.module.upgrade()
    return printed.statements


class _Printed:
    """What Alembic prints into: one statement each time."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def write(self, text: str) -> None:
        self.statements.append(text.strip().removesuffix(";"))

    def flush(self) -> None:
        pass
