"""An anonymous submission, read and checked: names, contact data, values, and mistakes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dealwright.crm.contacts import infos
from dealwright.crm.contacts.infos import InfoType
from dealwright.errors import Invalid
from dealwright.portal.custom_fields.rules import Field, FieldOwner, FieldType
from dealwright.wire.conversion import ILLEGAL

Pairs = Sequence[tuple[str, str]]

NAMES = {"firstname": 255, "lastname": 255, "companyname": 255, "jobtitle": 255, "about": 65_000}
LONGEST_VALUE = 65_000
MOST_INFOS, MOST_TAGS, MOST_PEOPLE = 50, 20, 100
# People never see this field; bots that fill in every field do.
TRAP = "contact_me_by_fax_only"
_TYPES = {kind.label.lower(): kind for kind in InfoType}
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_TRUE = ("true", "1", "on", "yes")


@dataclass(frozen=True)
class InfoInput:
    """One requested item of contact data."""

    info_type: InfoType
    category: str
    data: str
    is_primary: bool
    id: int = 0


@dataclass(frozen=True)
class Submission:
    """The submitted fields by their names in lower case, in their order.

    `mistakes`: the mistake by field; `sheets` has the texts for them.
    """

    fields: Mapping[str, Sequence[str]]
    mistakes: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return next(iter(self.fields.get(name, ())), "").strip()

    @property
    def is_trapped(self) -> bool:
        return self.text(TRAP) != ""

    @property
    def is_company(self) -> bool:
        return self.text("is_company").lower() in _TRUE

    @property
    def tags(self) -> list[str]:
        return [each for each in self.fields.get("tag", ()) if each.strip()][:MOST_TAGS]

    def guids(self, name: str) -> list[str]:
        """The first user ids, in repeated fields or in one field with commas."""
        said = (*self.fields.get(name, ()), *self.fields.get(f"{name}[]", ()))
        some = [each for text in said[:MOST_PEOPLE] for each in text.split(",", MOST_PEOPLE)]
        return [each.strip().lower() for each in some if each.strip()][:MOST_PEOPLE]

    @cached_property
    def inputs(self) -> list[InfoInput]:
        """The contact data; the first item of each kind is primary."""
        found: dict[tuple[InfoType, str], dict[str, str]] = {}
        for name in self.fields:
            if (named := _info(name)) and (text := self.text(name)):
                kind, category, part = named
                found.setdefault((kind, category), {})[part] = text
        seen: set[InfoType] = set()
        inputs = []
        for (kind, category), parts in [*found.items()][:MOST_INFOS]:
            data = infos.address(parts) if kind is InfoType.ADDRESS else parts[""]
            inputs.append(InfoInput(kind, category, data, kind not in seen))
            seen.add(kind)
        return inputs

    def values(self, owner: FieldOwner, known: Mapping[int, Field]) -> list[tuple[int, str]]:
        """The values of the fields that such a contact has."""
        return [
            (number, text)
            for number, each in known.items()
            if each.entity_type in owner.has and (text := self.text(f"customfield_{number}"))
        ]


def read(sent: Pairs, known: Mapping[int, Field]) -> Submission:
    """Reads a submission, with its mistakes."""
    fields: dict[str, list[str]] = {}
    for name, value in sent:
        fields.setdefault(name.lower(), []).append(value)
    submission = Submission(fields)
    wrong = submission.mistakes
    for name, values in fields.items():
        longest = NAMES.get(name, LONGEST_VALUE)
        if any(len(value) > longest for value in values):
            wrong[name] = "too_long"
        if any(ILLEGAL.search(value) for value in values):
            wrong[name] = "illegal"
    _demand_name(submission)
    _demand_infos(submission)
    _demand_choices(submission, known)
    return submission


def _demand_name(submission: Submission) -> None:
    needed = "companyname" if submission.is_company else "firstname"
    if submission.text(needed):
        return
    others = ("companyname", "firstname")
    if submission.is_company or not any(map(submission.text, others)):
        submission.mistakes.setdefault(needed, "missing")


def _demand_infos(submission: Submission) -> None:
    wrong = submission.mistakes
    for name in submission.fields:
        named, text = _info(name), submission.text(name)
        if named is None or not text or name in wrong:
            continue
        kind, category, part = named
        try:
            infos.category_of(kind, category)
        except Invalid:
            wrong[name] = "unknown"
        if kind is InfoType.ADDRESS and part not in infos.PARTS:
            wrong[name] = "unknown"
        if kind is InfoType.EMAIL and (len(text) > 254 or not _EMAIL.fullmatch(text)):
            wrong[name] = "email"


def _demand_choices(submission: Submission, known: Mapping[int, Field]) -> None:
    for number, each in known.items():
        text = submission.text(f"customfield_{number}")
        if each.field_type == FieldType.SELECT_BOX and text and text not in each.options:
            submission.mistakes[f"customfield_{number}"] = "choice"


def _info(name: str) -> tuple[InfoType, str, str] | None:
    """The kind, category and part of an address that a field name stands for, if it is one of
    those."""
    prefix, *steps = name.split("_")
    if prefix != "contactinfo" or not 2 <= len(steps) <= 3 or steps[0] not in _TYPES:
        return None
    kind, part = _TYPES[steps[0]], steps[2] if len(steps) == 3 else ""
    return (kind, steps[1], part) if (part != "") == (kind is InfoType.ADDRESS) else None
