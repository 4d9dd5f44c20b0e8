"""What the audit trail shows of a changed setting."""

from dataclasses import dataclass

from dealwright.portal.settings.rules import HIDDEN, Setting, differences


@dataclass(frozen=True)
class Door:
    colour: str = ""
    code: str = ""


DOOR = Setting("door", Door, secrets=frozenset({"code"}))


def test_only_differences_are_in_the_trail():
    assert differences(DOOR, Door("red"), Door("blue")) == [("door.colour", "red", "blue")]
    assert differences(DOOR, Door("red", "1"), Door("red", "1")) == []


def test_trail_says_that_a_secret_changed_and_hides_it():
    assert differences(DOOR, Door(code="12"), Door(code="34")) == [("door.code", HIDDEN, HIDDEN)]
    assert differences(DOOR, Door(), Door(code="34")) == [("door.code", "", HIDDEN)]
