"""What pages of settings share: how a sent form is saved, said and led back from, and what a form
with a list in an order holds."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dealwright.errors import CrmError, Forbidden, Invalid, NotFound, NotNow
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response


def _(text: str) -> str:
    """Marks a sentence for translation; `ui/settings.html` translates it."""
    return text


# What actions refuse in these words is said in the language of the reader.
REFUSALS = (
    _("Can't be deleted. Some opportunities were lost for this reason: rename it instead."),
    _("Can't be deleted. It has stages: delete them first."),
    _("Tag with this name already exists: tagName must be a new name"),
    _("A backup is being made already"),
    _("The data is being checked already"),
    _("You cannot change your own role: ask another administrator"),
    _("You cannot disable your own account: ask another administrator"),
    _(
        "Value does not fall within the expected range.: title must be a name that no other item"
        " of the list has"
    ),
    _("Value does not fall within the expected range.: title must not be empty"),
    _("Value does not fall within the expected range.: file must be chosen"),
)
UNDONE = "undone"  # says that a form takes a change back
Show = Callable[[str], Awaitable[Response]]


async def saved(
    page: PageRequest,
    change: Callable[[Any], Awaitable[str]],
    *,
    said: str,
    back: str,
    show: Show,
) -> Response:
    """Runs a change in a transaction, says so and leads `back`. What is refused is shown by `show`,
    which gets the reason.

    `change` gets a `Work` and returns the address that takes it back, empty if none does.
    """
    try:
        undo = await page.write(change, transaction=True)
    except CrmError as error:
        return await show(refusal(error))
    if page.text(UNDONE):
        page.toast(page.say("Undone"))
    else:
        page.toast(said, undo=undo)
    return page.redirect(back)


def refusal(error: CrmError) -> str:
    """Why a form is shown again. Raises the error anew if its page says so instead: what does not
    exist, or is not for this person."""
    is_closed = isinstance(error, Forbidden) and not isinstance(error, NotNow)
    if is_closed or isinstance(error, NotFound):
        raise error
    return error.text


def undo_by(path: str, values: Mapping[str, object]) -> str:
    """The address that posts old values to a form."""
    return f"{path}?{urlencode({**values, UNDONE: 1}, doseq=True)}" if values else ""


def whole(text: str, name: str = "", *, most: int = 2**31 - 1) -> int:
    """A number of a form. Raises Invalid that names the field; without a name, 0 stands for
    anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= most
    if not is_number and name:
        raise Invalid(name, f"must be a whole number up to {most}")
    return int(text) if is_number else 0


def line(text: str, name: str, *, most: int = 250) -> str:
    """A text of a form that must be there. Raises Invalid that names the field."""
    if not text:
        raise Invalid(name, "must not be empty")
    return brief(text, name, most=most)


def brief(text: str, name: str, *, most: int) -> str:
    """A text of a form. Raises Invalid that names the field."""
    if len(text) > most:
        raise Invalid(name, f"must have at most {most} characters, not {len(text)}")
    return text


def order(page: PageRequest) -> list[int]:
    """The ids of the rows as they stand in the form; the button `up` or `down` of a row moves it
    by one place."""
    ids = [id for text in page.texts("ids") if (id := whole(text))]
    for name, step in (("up", -1), ("down", 1)):
        id = whole(page.text(name))
        if id in ids:
            place = ids.index(id)
            ids.insert(max(place + step, 0), ids.pop(place))
    return ids


def typed(page: PageRequest, names: Sequence[str], row: int) -> dict[str, str]:
    """What the form holds of a row, by the names of its fields: those that it has."""
    return {name: page.text(field) for name in names if (field := f"{name}-{row}") in page.tree}
