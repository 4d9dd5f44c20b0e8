"""Changing how the portal was set up: who may, what is refused, what follows."""

import pytest

from tests.running import Portal

SETUP = "settings/portal"


def test_language_renames_what_still_has_the_names_it_was_founded_with(portal: Portal):
    own = portal.fresh()
    stages = own.call("GET", "crm/opportunity/stage", as_="root").response
    renamed = {"title": "Call", "color": "#e795c1", "successProbability": 1, "stageType": 0}
    own.call("PUT", f"crm/opportunity/stage/{stages[0]['id']}", json=renamed, as_="root")
    answer = own.call("PUT", SETUP, json={"language": "ru"}, as_="root")
    assert answer.response["culture"] == "ru-RU"
    after = [each["title"] for each in own.call("GET", "crm/opportunity/stage").response]
    assert after[:2] == ["Call", "Первичный отбор"]
    own.call("PUT", SETUP, json={"language": "en"}, as_="root")
    back = [each["title"] for each in own.call("GET", "crm/opportunity/stage").response]
    assert back == ["Call", *(each["title"] for each in stages[1:])]


def test_time_zone_is_that_in_which_dates_are_printed(portal: Portal):
    own = portal.fresh()
    own.call("PUT", SETUP, json={"timeZone": "Asia/Tokyo"}, as_="root")
    assert own.call("GET", "settings").response["timezone"] == "Asia/Tokyo"
    made = own.call("GET", "people/@self").response["workFrom"]
    assert made.endswith("+09:00")


def test_zone_that_the_server_was_started_with_goes_first(portal: Portal):
    own = portal.fresh(timezone="Europe/Riga")
    own.call("PUT", SETUP, json={"timeZone": "Asia/Tokyo"}, as_="root")
    assert own.call("GET", "settings").response["timezone"] == "Europe/Riga"


@pytest.mark.parametrize("wrong", [{"language": "fr"}, {"timeZone": "Mars/Base"}])
def test_unknown_value_is_refused_by_name(portal: Portal, wrong: dict[str, str]):
    answer = portal.call("PUT", SETUP, json=wrong, as_="root")
    assert answer.status == 400
    assert next(iter(wrong)).lower() in answer.json["error"]["message"].lower()


def test_only_administrators_set_up(portal: Portal):
    assert portal.call("PUT", SETUP, json={"language": "en"}).status == 403
