"""When two tags are the same, and how a new one is stored."""

import pytest

from dealwright.errors import Invalid
from dealwright.portal.tags.rules import clean, demand_key, key_of


@pytest.mark.parametrize("title", ["Hot lead", "  hot LEAD ", "Hot\r\n lead", "\thot lead"])
def test_case_and_surroundings_make_no_other_tag(title):
    assert key_of(title) == "hot lead"


def test_a_tag_is_stored_trimmed_and_without_line_breaks():
    assert clean("  Big\r\nfish ") == "Bigfish"


@pytest.mark.parametrize("title", ["", "   ", "\r\n"])
def test_an_empty_tag_is_refused(title):
    with pytest.raises(Invalid, match="tagName"):
        demand_key(title)
