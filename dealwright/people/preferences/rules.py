"""A user's preferences for the interface: their names, values and defaults.

To add one, add a field with a default here and a member in `shapes.py`.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

from dealwright.errors import Invalid

LANGUAGES = ("en", "ru")
THEMES = ("system", "light", "dark")
DENSITIES = ("compact", "comfortable", "detailed")
_CHOICES = {"language": ("", *LANGUAGES), "theme": THEMES, "density": DENSITIES}


@dataclass(frozen=True, slots=True)
class Preferences:
    """`language`: empty for the portal's. `single_keys`: whether single letters are commands; WCAG
    2.1.4 requires that people who control the computer by speech can turn them off."""

    language: str = ""
    theme: str = "system"
    density: str = "comfortable"
    single_keys: bool = True


DEFAULTS = Preferences()
NAMES = tuple(field.name for field in fields(Preferences))


def changed(before: Preferences, requested: dict[str, Any]) -> Preferences:
    """The preferences with these changes; None keeps a value. Raises Invalid."""
    given = {name: value for name, value in requested.items() if value is not None}
    for name, allowed in _CHOICES.items():
        if name in given and given[name] not in allowed:
            shown = ", ".join(each or "empty" for each in allowed)
            raise Invalid(name, f"must be one of: {shown}")
    return replace(before, **given)
