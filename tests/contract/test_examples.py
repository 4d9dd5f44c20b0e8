"""Every example gets the promised answer: in both profiles, as JSON and XML, on both databases."""

from importlib import import_module
from itertools import chain
from pathlib import Path

from dealwright import app
from tests.contract.examples import ACCEPTS, Example
from tests.contract.reading import outline_of_xml, xml_of
from tests.each import for_each
from tests.running import Answer, Portal

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
EXAMPLES: dict[str, list[Example]] = {
    part.stem: import_module(f"{__package__}.{part.stem}").EXAMPLES
    for part in sorted(Path(__file__).parent.glob("of_*.py"))
}


@for_each("example", EXAMPLES, name=lambda example: f"{example.method} {example.path}")
def test_an_example_gets_the_promised_answer(portal: Portal, example: Example) -> None:
    """In all four forms on SQLite; on PostgreSQL in one, since no form asks the database."""
    if not portal.settings.is_sqlite:
        demand_promised(example, portal, "live")
        return
    for profile in ACCEPTS:
        as_json = demand_promised(example, portal, profile)
        as_xml = example.asked(portal, profile, "xml")
        assert as_xml.status == as_json.status
        assert as_xml.headers["Content-Type"].startswith("text/xml")
        printed = xml_of(as_json.json, documented=profile == "documented")
        assert outline_of_xml(as_xml.text) == outline_of_xml(printed), profile


def demand_promised(example: Example, portal: Portal, profile: str) -> Answer:
    answer = example.asked(portal, profile, "json")
    assert answer.status == example.expected_status, answer.text
    assert example.given(answer) == example.promised(profile), profile
    return answer


def test_every_route_that_writes_has_an_example_of_what_it_answers() -> None:
    writing = {
        (route.method, route.template)
        for route in ROUTES.routes
        if route.method != "GET" and not route.is_pending
    }
    answered, refused = set(), set()
    for each in chain.from_iterable(EXAMPLES.values()):
        route = ROUTES.find(each.method, each.address).route
        is_refused = each.expected_status >= 400
        (refused if is_refused else answered).add((route.method, route.template))
    assert writing - answered == ONLY_REFUSED
    assert refused >= ONLY_REFUSED
