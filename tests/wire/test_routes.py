"""Declarations, and which of them a method and a path mean."""

import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dealwright.errors import CrmError, NoSuchRoute, Pending
from dealwright.wire.paging import Paging
from dealwright.wire.router import MethodNotAllowed, Router, clean
from dealwright.wire.routes import Mode, Routes


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    opportunityid: int


async def view(work: Any, asked: Asked) -> str:
    """Show one opportunity.

    Only to those who may see it.
    """
    return ""


async def page(work: Any, asked: Asked, page: Paging) -> list[str]:
    return []


async def bare(work: Any) -> None:
    return None


def router(*declared: str) -> Router:
    routes = Routes("crm/")
    for line in declared:
        method, template = line.split()
        routes.declare(method, template)(bare)
    return Router(routes.list)


def template(found: Router, method: str, path: str) -> str:
    return found.find(method, path).route.template.removeprefix("crm/")


def test_a_declaration_reads_everything_from_its_handler() -> None:
    routes = Routes("crm/", gate=print)
    routes.get("opportunity/{opportunityid:id}")(view)
    (route,) = Router(routes.list).routes
    assert (route.method, route.template) == ("GET", "crm/opportunity/{opportunityid:id}")
    assert (route.mode, route.status, route.gate) == (Mode.READ, 200, print)
    assert (route.input, route.output, route.paged) == (Asked, str, False)
    assert (route.summary, route.description) == (
        "Show one opportunity.",
        "Only to those who may see it.",
    )
    assert route.parameters == ("opportunityid",)
    assert route.path_names == {"opportunityid"}
    assert route.binder is not None and route.binder.names == {"opportunityid"}
    assert route.tag == "crm"


def test_a_third_parameter_asks_for_the_page() -> None:
    routes = Routes()
    routes.get("opportunity/filter", mode=Mode.HEAVY)(page)
    (route,) = Router(routes.list).routes
    assert route.paged and route.input is Asked and route.mode is Mode.HEAVY


def test_a_summary_is_the_first_sentence_however_long() -> None:
    async def told(work: object) -> None:
        """Tells what `a.b` is, in
        two lines. `Rest` follows.

        And more.
        """

    routes = Routes()
    routes.get("told")(told)
    (route,) = Router(routes.list).routes
    assert route.summary == "Tells what `a.b` is, in two lines."
    assert route.description == "`Rest` follows.\n\nAnd more."


def test_a_handler_without_parameters_has_no_input() -> None:
    (route,) = router("POST task").routes
    assert route.input is None and route.binder is None and not route.paged
    assert (route.mode, route.status) == (Mode.WRITE, 201)


def test_a_pending_route_says_so() -> None:
    routes = Routes("crm/")
    routes.pending("PUT", "voip/{x}", "no telephone")
    found = Router(routes.list).find("PUT", "crm/voip/1")
    assert found.route.is_pending
    with pytest.raises(Pending):
        asyncio.run(found.route.handler(None))  # type: ignore[arg-type]


def test_the_special_goes_before_the_general() -> None:
    routes = router(
        "GET contact/{any}",
        "GET contact/{word:word}",
        "GET contact/{contactid:id}",
        "GET contact/filter",
        "GET contact/{contactid:id}/{any}",
        "GET contact/filter/{contactid:id}",
    )
    assert template(routes, "GET", "crm/contact/filter") == "contact/filter"
    assert template(routes, "GET", "crm/contact/12") == "contact/{contactid:id}"
    assert template(routes, "GET", "crm/contact/ab_1") == "contact/{word:word}"
    assert template(routes, "GET", "crm/contact/a-b") == "contact/{any}"
    assert template(routes, "GET", "crm/contact/filter/1") == "contact/filter/{contactid:id}"
    assert template(routes, "GET", "crm/contact/1/filter") == "contact/{contactid:id}/{any}"


def test_a_dead_end_goes_back_to_the_general() -> None:
    routes = router("GET contact/filter/access", "GET contact/{any}/managers")
    assert template(routes, "GET", "crm/contact/filter/managers") == "contact/{any}/managers"


def test_a_general_route_serves_methods_that_the_special_one_has_not() -> None:
    routes = router("GET people/filter", "DELETE people/{userid}")
    assert template(routes, "DELETE", "crm/people/filter") == "people/{userid}"
    with pytest.raises(MethodNotAllowed) as refused:
        routes.find("PUT", "crm/people/filter")
    assert refused.value.allowed == ("DELETE", "GET", "HEAD")


def test_literals_match_in_any_case_and_values_keep_their_spelling() -> None:
    routes = router("GET contact/tag/{tagName}")
    found = routes.find("GET", "CRM/Contact/TAG/VIP Kunde")
    assert found.path_values == {"tagname": "VIP Kunde"}


def test_alternatives_bind_in_the_spelling_of_the_template() -> None:
    routes = router("GET {entityType:(contact|case)}/tag/{id:id}", "GET {entityType}/tag/{id:id}")
    assert routes.find("GET", "crm/CASE/tag/7").path_values == {"entitytype": "case", "id": "7"}
    assert routes.find("GET", "crm/Task/tag/7").path_values == {"entitytype": "Task", "id": "7"}


@pytest.mark.parametrize("segment", ["-7", "+7", "1_0", "٣", "²", "", "7.0", "0x7", " 7"])
def test_only_ascii_digits_are_an_id(segment: str) -> None:
    with pytest.raises(NoSuchRoute):
        router("GET case/{id:id}").find("GET", f"crm/case/{segment}")


def test_head_is_found_as_get() -> None:
    assert template(router("GET case/{id:id}"), "HEAD", "crm/case/1") == "case/{id:id}"


def test_unknown_paths_and_methods_differ() -> None:
    routes = router("PUT case/{id:id}")
    with pytest.raises(NoSuchRoute):
        routes.find("PUT", "crm/case")
    with pytest.raises(MethodNotAllowed) as refused:
        routes.find("GET", "crm/case/1")
    assert refused.value.allowed == ("PUT",)


def test_the_same_route_twice_is_refused_at_build() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        router("GET case/{id:id}", "GET Case/{caseid:id}")
    with pytest.raises(ValueError, match="declared twice"):
        router("GET {kind:(case|task)}", "GET task")
    with pytest.raises(ValueError, match="unknown kind"):
        router("GET case/{id:int}")


@pytest.mark.parametrize(
    ("path", "cleaned"),
    [
        ("/api/2.0/crm/opportunity/1", ("crm/opportunity/1", "")),
        ("//api/2.0//crm/opportunity/1//", ("crm/opportunity/1", "")),
        ("/API/2.0/crm/opportunity.json", ("crm/opportunity", "json")),
        ("/api/2.0/crm/opportunity/1.XML/", ("crm/opportunity/1", "xml")),
        ("/api/2.0/people/john.doe", ("people/john.doe", "")),
        ("/api/2.0/people/john.doe.json", ("people/john.doe", "json")),
        ("/api/2.0/people/.json", ("people/.json", "")),
        ("/api/2.0/.json", (".json", "")),
        ("/api/2.0/crm/1.tml", ("crm/1.tml", "")),
        ("/api/2.0", None),
        ("/api/2.0x/crm", None),
        ("/static/app.css", None),
        ("", None),
    ],
)
def test_a_path_is_cleaned(path: str, cleaned: tuple[str, str] | None) -> None:
    assert clean(path) == cleaned


CONTACTS = router(
    "GET contact/{contactid:id}/{entityType:(case|task)}/{word:word}",
    "GET contact/{contactid:id}/{any}",
    "PUT {any}/{word:word}",
)
segments = some.text() | some.sampled_from(
    ["Contact", "CASE", "12", "case", "crm", "a.json", "api/2.0"]
)


@given(some.sampled_from(["GET", "PUT", "HEAD", "", "X"]), some.lists(segments))
def test_no_path_raises_anything_unforeseen(method: str, parts: list[str]) -> None:
    cleaned = clean("/api/2.0/crm/" + "/".join(parts))
    assert cleaned is not None
    try:
        found = CONTACTS.find(method, cleaned[0])
    except CrmError:
        return
    for name, value in found.path_values.items():
        assert value == "case" or value == "task" or value in cleaned[0], name
    assert set(found.path_values) == found.route.path_names


@given(some.text())
def test_any_path_is_cleaned_or_elsewhere(path: str) -> None:
    cleaned = clean(path)
    assert cleaned is None or path.strip("/").lower().startswith("api/")
