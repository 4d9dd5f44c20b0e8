"""What a group of people may become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.errors import Invalid
from dealwright.people.groups.rules import Group, holding, managed, named

SALES = Group("1", "Sales", "ann", frozenset({"ann", "bob"}))
people = st.frozensets(st.sampled_from(["ann", "bob", "cid", "dan"]))


@given(people, people, st.sampled_from(["ann", "bob"]))
def test_manager_of_a_group_is_a_member(before, after, leader):
    led = managed(Group("1", "Sales", None, before), leader)
    assert led.manager_id in led.members
    changed = holding(led, after)
    assert changed.members == after
    assert changed.manager_id == (leader if leader in after else None)


def test_without_a_manager_its_people_stay():
    assert managed(SALES, None) == Group("1", "Sales", None, SALES.members)


def test_a_name_has_something_to_read():
    assert named(SALES, " North ").name == "North"
    for text in ("", "  ", "a\nb"):
        with pytest.raises(Invalid, match="groupName"):
            named(SALES, text)
