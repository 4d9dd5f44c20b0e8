"""The endpoint table of the docs: `python -m tests.endpoints` writes it."""

from pathlib import Path

from dealwright import app
from dealwright.wire import openapi

TABLE = Path(__file__).parents[1] / "docs" / "endpoints.md"
OPENING = """# Endpoints

This page is for integrators: every address below `api/2.0/`. `python -m tests.endpoints` makes
it from the declared routes. An address that is not built yet says so here, and answers 501 to
users who may use it.

"""


def text() -> str:
    return OPENING + openapi.table(app.routes().routes)


if __name__ == "__main__":
    TABLE.write_text(text(), encoding="utf-8")
