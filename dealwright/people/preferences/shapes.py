"""How preferences look on the wire."""

from dealwright.people.preferences.rules import Preferences
from dealwright.wire.shape import Shape


class PreferencesShown(Shape, kw_only=True):
    """The preferences of a user. `language`: empty for the portal's; `list_columns`: the
    columns of the list of opportunities, empty for the standard ones."""

    language: str
    theme: str
    density: str
    single_keys: bool
    list_columns: str


def preferences(chosen: Preferences) -> PreferencesShown:
    return PreferencesShown(
        language=chosen.language,
        theme=chosen.theme,
        density=chosen.density,
        single_keys=chosen.single_keys,
        list_columns=chosen.list_columns,
    )
