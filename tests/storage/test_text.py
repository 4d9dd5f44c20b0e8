"""Letters with strokes are found without them."""

import pytest

from dealwright.storage.text import words


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Łódź", "lodz"), ("Ørsted", "orsted"), ("Đorđe", "dorde"), ("Diyarbakır", "diyarbakir")],
)
def test_a_letter_with_a_stroke_is_the_letter_without(written: str, typed: str):
    assert words(written) == [typed]
