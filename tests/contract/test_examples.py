"""Every example gets the promised answer: in both profiles, as JSON and XML, on both databases."""

import pytest

from tests.contract import (
    of_cases,
    of_contact_data,
    of_contacts,
    of_custom_fields,
    of_lists,
    of_mail,
    of_opportunities,
    of_people,
    of_tags,
    of_tasks,
    of_whole_records,
)
from tests.contract.examples import ACCEPTS, Example, tags_of_json, tags_of_xml
from tests.running import Portal

MODULES = (
    of_cases,
    of_contact_data,
    of_contacts,
    of_custom_fields,
    of_lists,
    of_mail,
    of_opportunities,
    of_people,
    of_tags,
    of_tasks,
    of_whole_records,
)
EXAMPLES = {
    f"{part.__name__.rpartition('.')[2]} {number}: {each.method} {each.path}": each
    for part in MODULES
    for number, each in enumerate(part.EXAMPLES, 1)
}


@pytest.mark.parametrize("profile", ACCEPTS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gets_the_promised_answer(portal: Portal, name: str, profile: str) -> None:
    example: Example = EXAMPLES[name]
    answer = example.asked(portal, profile, "json")
    assert answer.status == example.expected_status, answer.text
    assert example.given(answer) == example.promised(profile)


@pytest.mark.parametrize("profile", ACCEPTS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_xml_has_the_same_members_as_json(portal: Portal, name: str, profile: str) -> None:
    example: Example = EXAMPLES[name]
    as_json, as_xml = (example.asked(portal, profile, form) for form in ("json", "xml"))
    assert as_xml.status == as_json.status
    assert as_xml.headers["Content-Type"].startswith("text/xml")
    documented = profile == "documented"
    assert tags_of_xml(as_xml.body) == tags_of_json(as_json.json, documented=documented)
