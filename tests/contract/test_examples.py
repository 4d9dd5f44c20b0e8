"""Every example gets the promised answer: in both profiles, as JSON and XML, on both databases."""

from importlib import import_module
from pathlib import Path

import pytest

from dealwright import app
from tests.contract.examples import ACCEPTS, Example
from tests.contract.reading import outline_of_xml, xml_of
from tests.running import Portal

ROUTES = app.routes()
# What nobody is let do here; and the last three, which succeed only with a mail server or another
# host: tests/mail, tests/mailings and tests/contact_photos have what they answer then.
ONLY_REFUSED = {
    ("POST", "authentication/{code}"),
    ("POST", "authentication/sendsms"),
    ("POST", "authentication/setphone"),
    ("POST", "authentication/login"),
    ("POST", "authentication/register"),
    ("POST", "crm/contact/{contactid:id}/project/{projectid:id}"),
    ("POST", "crm/contact/project/{projectid:id}"),
    ("DELETE", "crm/contact/{contactid:id}/project/{projectid:id}"),
    ("POST", "crm/settings/smtp/test"),
    ("POST", "crm/contact/mailsmtp/send"),
    ("PUT", "crm/contact/{contactid:id}/changephotobyurl"),
}
EXAMPLES = {
    f"{part.stem} {number}: {each.method} {each.path}": each
    for part in sorted(Path(__file__).parent.glob("of_*.py"))
    for number, each in enumerate(import_module(f"{__package__}.{part.stem}").EXAMPLES, 1)
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
def test_xml_says_what_json_says(portal: Portal, name: str, profile: str) -> None:
    example: Example = EXAMPLES[name]
    as_json, as_xml = (example.asked(portal, profile, form) for form in ("json", "xml"))
    assert as_xml.status == as_json.status
    assert as_xml.headers["Content-Type"].startswith("text/xml")
    printed = xml_of(as_json.json, documented=profile == "documented")
    assert outline_of_xml(as_xml.text) == outline_of_xml(printed)


def test_every_route_that_writes_has_an_example_of_what_it_answers() -> None:
    writing = {
        (route.method, route.template)
        for route in ROUTES.routes
        if route.method != "GET" and not route.is_pending
    }
    answered, refused = set(), set()
    for each in EXAMPLES.values():
        route = ROUTES.find(each.method, each.address).route
        is_refused = each.expected_status >= 400
        (refused if is_refused else answered).add((route.method, route.template))
    assert writing - answered == ONLY_REFUSED
    assert refused >= ONLY_REFUSED
