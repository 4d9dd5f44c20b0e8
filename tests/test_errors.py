"""What errors say."""

import pytest

from dealwright.errors import Invalid, demand_given


def test_everything_that_is_missing_is_named_at_once():
    demand_given((True, "title", "must not be empty"))
    with pytest.raises(Invalid) as refused:
        demand_given(
            (True, "id", "must be an id"),
            (False, "title", "must not be empty"),
            (False, "stageid", "must be the id of a stage"),
        )
    assert refused.value.parameter == "title"
    named = "title must not be empty; stageid must be the id of a stage"
    assert refused.value.text.endswith(named)
