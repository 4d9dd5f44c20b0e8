"""The endpoint table of the docs: `python -m tests.endpoints` writes it anew."""

from pathlib import Path

from dealwright import app
from dealwright.wire import openapi

TABLE = Path(__file__).parents[1] / "docs" / "endpoints.md"
OPENING = """# Endpoints

Every address below `api/2.0/`, made from the declarations by `python -m tests.endpoints`.
What is not built yet answers 501 to whoever may use it.

"""


def text() -> str:
    return OPENING + openapi.table(app.routes().routes)


if __name__ == "__main__":
    TABLE.write_text(text(), encoding="utf-8")
