"""Routes of a user's preferences for the interface."""

from typing import Annotated

import msgspec

from dealwright import access
from dealwright.people.preferences import actions, shapes
from dealwright.people.preferences.shapes import PreferencesShown
from dealwright.wire.routes import Routes
from dealwright.wire.values import Length
from dealwright.work import Work

route = Routes("people/@self/", gate=access.anyone)

Word = Annotated[str, Length(50)]


class PreferencesInput(msgspec.Struct, kw_only=True, frozen=True):
    """`language`: en, ru or empty; `theme`: system, light or dark; `density`: compact, comfortable
    or detailed; `singleKeys`: whether single letters are commands; `listColumns`: the columns of
    the list of opportunities by name, such as title,stage,amount. Absent ones keep their values."""

    language: Word | None = None
    theme: Word | None = None
    density: Word | None = None
    single_keys: bool | None = None
    list_columns: Annotated[str, Length(200)] | None = None


@route.get("preferences")
async def chosen(work: Work) -> PreferencesShown:
    """Gives your preferences for the interface."""
    return shapes.preferences(await actions.chosen(work))


@route.put("preferences")
async def choose(work: Work, params: PreferencesInput) -> PreferencesShown:
    """Changes your preferences for the interface, and gives all of them."""
    return shapes.preferences(await actions.choose(work, msgspec.structs.asdict(params)))
