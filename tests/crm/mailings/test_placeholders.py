"""A placeholder is filled in everywhere, or refused before sending."""

import pytest

from dealwright.crm.mailings.placeholders import demand_known, filled
from dealwright.errors import Invalid

VALUES = {
    "person.first name": "Ann <b>&</b>",
    "person.address city": "Köln",
    "person.size (cm)": "172",
    "person.r&d": "yes",
}
KNOWN = frozenset({*VALUES, "company.company name"})


def test_text_is_filled_in_and_names_of_the_other_kind_become_empty():
    text = "Dear $(Person.First Name) of $(person.ADDRESS  CITY), $(Company.Company Name)!"
    as_html = filled(text, VALUES, known=KNOWN, as_html=True)
    assert as_html == "Dear Ann &lt;b&gt;&amp;&lt;/b&gt; of Köln, !"
    assert filled(text, VALUES, known=KNOWN, as_html=False) == "Dear Ann <b>&</b> of Köln, !"


def test_label_may_contain_brackets_and_html_characters():
    assert filled("$(Person.Size (cm)) cm", VALUES, as_html=False) == "172 cm"
    assert filled("<b>$(Person.R&amp;D)</b>", VALUES, as_html=True) == "<b>yes</b>"
    assert filled("$(Person.R&D)", VALUES, as_html=False) == "yes"


def test_filled_in_values_are_not_filled_in_again():
    values = {"person.a": "$(Person.B)", "person.b": "x"}
    assert filled("$(Person.A)", values, as_html=False) == "$(Person.B)"


@pytest.mark.parametrize(
    "text",
    [
        "$(Person.Shoe Size)",
        "$(Firm.Name)",
        "$(Person.First Name",
        "$(Person.)",
        "$(Person.Size (cm)",
        "$(Company.Name) $(Person.First Name)",
    ],
)
@pytest.mark.parametrize("as_html", [True, False])
def test_unknown_placeholder_is_refused_by_name(text: str, as_html: bool):
    with pytest.raises(Invalid, match=r"subject.*placeholder \$\("):
        demand_known(f"Dear {text}", KNOWN, parameter="subject", as_html=as_html)


def test_unknown_placeholder_is_never_sent():
    assert filled("a$(Person.Gone)b", VALUES, as_html=True) == "ab"


@pytest.mark.parametrize("text", ["$(1.50)", "$100 (net)", "$(document).ready", "(Person.X)", ""])
def test_other_text_stays(text: str):
    demand_known(text, KNOWN, parameter="body", as_html=True)
    assert filled(text, VALUES, as_html=False) == text
