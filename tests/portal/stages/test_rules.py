"""What a stage may be, and how the pipeline is put in order."""

from dataclasses import replace

import pytest

from dealwright.errors import Invalid, NotFound
from dealwright.portal.stages import rules
from dealwright.portal.stages.rules import Stage

GOOD = Stage(0, "Talks", "", "#abc", 0, 50, 0)
PIPELINE = [replace(GOOD, id=number, sort_order=place) for place, number in enumerate((7, 3, 9), 1)]


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"title": ""}, "title"),
        ({"success_probability": -1}, "successProbability"),
        ({"success_probability": 101}, "successProbability"),
    ],
)
def test_a_stage_must_have_a_title_and_a_probability_in_percent(wrong, parameter):
    with pytest.raises(Invalid) as refused:
        rules.require(replace(GOOD, **wrong))
    assert refused.value.parameter == parameter


def test_named_stages_come_first_and_the_others_stay_behind_them():
    after = rules.reordered(PIPELINE, [9])
    assert [(stage.id, stage.sort_order) for stage in after] == [(9, 1), (7, 2), (3, 3)]


def test_a_stage_named_twice_stands_where_it_is_named_first():
    assert [stage.id for stage in rules.reordered(PIPELINE, [3, 9, 3])] == [3, 9, 7]


def test_an_order_with_an_unknown_stage_is_refused():
    with pytest.raises(NotFound, match="4"):
        rules.reordered(PIPELINE, [3, 4])


def test_colliding_places_become_places_from_1():
    collided = [replace(stage, sort_order=1) for stage in PIPELINE]
    assert [stage.sort_order for stage in rules.reordered(collided, [])] == [1, 2, 3]
