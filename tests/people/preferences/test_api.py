"""Users' preferences for the interface: stored for each user, checked, used by pages."""

import pytest

from tests.running import Portal

OWN = "people/@self/preferences"
AS_FIRST = {
    "language": "",
    "theme": "system",
    "density": "comfortable",
    "singleKeys": True,
    "listColumns": "",
}


def test_preferences_begin_with_defaults_and_keep_what_is_not_named(portal: Portal):
    own = portal.fresh()
    assert own.call("GET", OWN).response == AS_FIRST
    own.call("PUT", OWN, json={"theme": "dark", "singleKeys": False})
    after = own.call("PUT", OWN, json={"density": "compact"}).response
    assert after == {**AS_FIRST, "theme": "dark", "density": "compact", "singleKeys": False}
    assert own.call("GET", OWN).response == after
    own.call("PUT", OWN, json={"theme": "system"})
    assert own.call("GET", OWN).response["theme"] == "system"


def test_preferences_are_those_of_the_caller_alone(portal: Portal):
    own = portal.fresh()
    own.call("PUT", OWN, json={"theme": "dark"}, as_="ann")
    assert own.call("GET", OWN, as_="bob").response == AS_FIRST
    assert own.call("GET", OWN, as_="gus").status == 200
    assert own.call("GET", OWN, as_=None).status == 401


@pytest.mark.parametrize(
    "wrong", [{"theme": "pink"}, {"density": ""}, {"language": "fr"}, {"listColumns": "A b"}]
)
def test_unknown_value_is_refused_by_name(portal: Portal, wrong: dict[str, str]):
    answer = portal.call("PUT", OWN, json=wrong)
    assert answer.status == 400
    assert next(iter(wrong)) in answer.json["error"]["message"]


def test_language_is_that_of_the_profile(portal: Portal):
    own = portal.fresh()
    own.call("PUT", OWN, json={"language": "ru"})
    assert own.call("GET", "people/@self").response["cultureName"] == "ru-RU"
    own.call("PUT", OWN, json={"language": ""})
    assert "cultureName" not in own.call("GET", "people/@self").response


def test_pages_follow_preferences(portal: Portal):
    own = portal.fresh()
    own.call("PUT", OWN, json={"language": "ru", "theme": "dark", "density": "compact"})
    cookie = {"Cookie": f"asc_auth_key={own.ground.tokens['ann']}"}
    page = own.call("GET", "/more", as_=None, accept="text/html", headers=cookie).text
    assert '<html lang="ru" data-theme="dark" data-density="compact">' in page
