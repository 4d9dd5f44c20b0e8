"""A user's preferences for the interface: their names, values and defaults.

To add one, add a field with a default here and a member in `shapes.py`.
"""

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from dealwright.errors import Invalid

LANGUAGES = ("en", "ru")
THEMES = ("system", "light", "dark")
DENSITIES = ("compact", "comfortable", "detailed")
_COLUMNS = re.compile(r"[a-z_,:0-9]{0,200}")
_CHOICES = {"language": ("", *LANGUAGES), "theme": THEMES, "density": DENSITIES}


@dataclass(frozen=True, slots=True)
class Preferences:
    """`language`: empty for the portal's. `single_keys`: whether single letters are commands; WCAG
    2.1.4 requires that people who control the computer by speech can turn them off;
    `list_columns`: the columns of the list of opportunities in their order, by name, with commas
    between them; empty for the standard ones."""

    language: str = ""
    theme: str = "system"
    density: str = "comfortable"
    single_keys: bool = True
    list_columns: str = ""


DEFAULTS = Preferences()
NAMES = tuple(field.name for field in fields(Preferences))


def changed(before: Preferences, requested: dict[str, Any]) -> Preferences:
    """The preferences with these changes; None keeps a value. Raises Invalid."""
    given = {name: value for name, value in requested.items() if value is not None}
    for name, allowed in _CHOICES.items():
        if name in given and given[name] not in allowed:
            shown = ", ".join(each or "empty" for each in allowed)
            raise Invalid(name, f"must be one of: {shown}")
    if not _COLUMNS.fullmatch(given.get("list_columns", "")):
        raise Invalid("listColumns", "must hold names of columns with commas between them")
    return replace(before, **given)
