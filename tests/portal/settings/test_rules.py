"""What the trail tells of a changed setting."""

from dataclasses import dataclass

from dealwright.portal.settings.rules import HIDDEN, Setting, differences


@dataclass(frozen=True)
class Door:
    colour: str = ""
    code: str = ""


DOOR = Setting("door", Door, secrets=frozenset({"code"}))


def test_only_what_differs_is_told():
    assert differences(DOOR, Door("red"), Door("blue")) == [("door.colour", "red", "blue")]
    assert differences(DOOR, Door("red", "1"), Door("red", "1")) == []


def test_of_a_secret_is_told_that_it_changed_and_never_what_it_is():
    assert differences(DOOR, Door(code="12"), Door(code="34")) == [("door.code", HIDDEN, HIDDEN)]
    assert differences(DOOR, Door(), Door(code="34")) == [("door.code", "", HIDDEN)]
