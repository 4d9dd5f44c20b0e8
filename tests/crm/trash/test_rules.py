import pytest

from dealwright.crm.trash.rules import Item, Record, demand_items, demand_restorable
from dealwright.errors import Conflict, CrmError, Forbidden, Invalid, NotFound

DEAL, OTHER = Item("opportunity", 1), Item("opportunity", 2)


def record(**changed: object) -> Record:
    return Record(1, "A deal", "someone", 5, True, False, False)._replace(**changed)  # type: ignore[arg-type]


def refusal(*, has_stage: bool = False, **seen: Record) -> CrmError:
    found = {Item("opportunity", int(name[1:])): each for name, each in seen.items()}
    with pytest.raises(CrmError) as raised:
        demand_restorable([DEAL, OTHER], found, has_stage=has_stage)
    return raised.value


def test_hidden_record_is_not_found():
    assert isinstance(told := refusal(_1=record()), NotFound)
    assert "opportunity 2" in told.text


def test_user_without_a_right_may_not_restore():
    shown = refusal(_1=record(), _2=record(can_restore=False))
    assert isinstance(shown, Forbidden)
    assert "opportunity 2" in shown.text


def test_record_outside_of_the_trash_cannot_be_restored():
    shown = refusal(_1=record(deleted_on=None), _2=record())
    assert isinstance(shown, Conflict)
    assert "opportunity 1" in shown.text


def test_deleted_stage_must_be_replaced():
    shown = refusal(_1=record(), _2=record(lacks_stage=True))
    assert isinstance(shown, Invalid)
    assert shown.parameter == "stageid"
    assert "opportunity 2" in shown.text
    seen = {DEAL: record(), OTHER: record(lacks_stage=True)}
    demand_restorable([DEAL, OTHER], seen, has_stage=True)


def test_errors_come_in_order_hidden_forbidden_then_the_rest():
    assert isinstance(refusal(_1=record(can_restore=False)), NotFound)
    forbidden = refusal(_1=record(deleted_on=None), _2=record(can_restore=False))
    assert isinstance(forbidden, Forbidden)
    alive = record(deleted_on=None, can_restore=False)
    assert isinstance(refusal(_1=record(), _2=alive), Conflict)


def test_items_are_of_kinds_that_have_a_trash():
    with pytest.raises(Invalid, match="items must hold at least one"):
        demand_items([], kinds=["opportunity"])
    with pytest.raises(Invalid, match=r"items\[1\].entityType must be one of opportunity"):
        demand_items([DEAL, Item("stage", 1)], kinds=["opportunity"])
