"""The columns of the list of opportunities: which there are, which are shown, in which order."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple


def _(text: str) -> str:
    """Marks a sentence for translation; templates translate it."""
    return text


class Column(NamedTuple):
    """`sort`: the key that lists are sorted by, empty where there is none; `place`: what a cell is
    on a phone."""

    name: str
    title: str
    sort: str = ""
    is_figure: bool = False
    place: str = ""


COLUMNS = (
    Column("title", _("Title"), "title", place="m-main"),
    Column("stage", _("Stage"), "stage", place="m-sub"),
    Column("amount", _("Amount"), "bidvalue", is_figure=True, place="m-figure"),
    Column("converted", _("Converted"), is_figure=True),
    Column("weighted", _("Weighted"), is_figure=True),
    Column("expected", _("Close date"), "dateandtime", place="m-end"),
    Column("next", _("Next step")),
    Column("age", _("In stage"), is_figure=True),
    Column("responsible", _("Responsible")),
    Column("contact", _("Contact")),
    Column("probability", _("Probability"), "successprobability", is_figure=True),
    Column("tags", _("Tags")),
)
BY_NAME = {each.name: each for each in COLUMNS}
STANDARD = tuple(each.name for each in COLUMNS[:9])
SORTS = {each.name: each.sort for each in COLUMNS if each.sort}


NARROWEST, WIDEST = 60, 800  # pixels of a column


def chosen(text: str) -> list[str]:
    """The columns that a kept choice ("title:320,stage") names, in its order; the title is always
    there. Unknown names are left out, so a choice outlives a column."""
    kept = [each.partition(":")[0] for each in text.split(",")]
    names = [name for name in dict.fromkeys(kept) if name in BY_NAME] or list(STANDARD)
    return names if "title" in names else ["title", *names]


def widths(text: str) -> dict[str, int]:
    """How wide the person made columns, in pixels, by name."""
    pairs = (each.partition(":") for each in text.split(","))
    return {
        name: min(max(int(width), NARROWEST), WIDEST)
        for name, _, width in pairs
        if name in BY_NAME and width.isdecimal() and len(width) <= 4
    }


def with_widths(names: Sequence[str], widths: Mapping[str, int]) -> str:
    """A choice as it is kept."""
    return ",".join(f"{name}:{widths[name]}" if name in widths else name for name in names)


def every(shown: Sequence[str]) -> list[str]:
    """All columns: first the shown ones in their order, then the others."""
    return [*shown, *(each.name for each in COLUMNS if each.name not in shown)]


def arranged(order: Sequence[str], shown: Collection[str], *, up: str = "", down: str = "") -> str:
    """The choice after a form: `order` with one column moved by a place, cut to what is shown."""
    names = [name for name in dict.fromkeys(order) if name in BY_NAME]
    for name, step in ((up, -1), (down, 1)):
        if name in names:
            at = names.index(name)
            names.insert(min(max(at + step, 0), len(names) - 1), names.pop(at))
    return ",".join(name for name in names if name in shown or name == "title")
