"""Pipelines: their stages, their order, who may change them, and what stays."""

import pytest

from tests.making import make_opportunity
from tests.running import Portal

STAGE = {"title": "Signed up", "color": "#abcdef", "successProbability": 40}


def make_pipeline(portal: Portal, title: str = "Partners") -> int:
    answer = portal.call("POST", "crm/pipeline", json={"title": title}, as_="root")
    assert answer.status == 201, answer.text
    made: int = answer.response["id"]
    return made


def make_stage(portal: Portal, pipeline_id: int, **inputs: object) -> int:
    payload = {**STAGE, "pipelineId": pipeline_id, **inputs}
    answer = portal.call("POST", "crm/opportunity/stage", json=payload, as_="root")
    assert answer.status == 201, answer.text
    made: int = answer.response["id"]
    return made


def pipelines(portal: Portal, as_: str = "ann"):
    return portal.call("GET", "crm/pipeline", as_=as_).response


def test_a_new_portal_has_one_pipeline_with_every_stage(portal: Portal) -> None:
    own = portal.fresh()
    [only] = pipelines(own)
    assert (only["id"], only["title"], only["isDefault"]) == (1, "Sales", True)
    assert only["stages"] == own.call("GET", "crm/opportunity/stage").response


def test_a_stage_belongs_to_its_pipeline_and_the_reference_lists_all(portal: Portal) -> None:
    own = portal.fresh()
    partners = make_pipeline(own)
    stage = make_stage(own, partners)
    first, second = pipelines(own)
    assert [each["id"] for each in second["stages"]] == [stage]
    assert stage not in [each["id"] for each in first["stages"]]
    listed = own.call("GET", "crm/opportunity/stage").response
    assert [each["id"] for each in listed] == [each["id"] for each in first["stages"]] + [stage]
    assert listed[-1]["pipelineId"] == partners
    assert "pipelineId" not in listed[0]


def test_an_opportunity_moves_between_pipelines(portal: Portal) -> None:
    own = portal.fresh()
    stage = make_stage(own, make_pipeline(own))
    made = make_opportunity(own)
    own.call("PUT", f"crm/opportunity/{made}/stage/{stage}")
    assert own.call("GET", f"crm/opportunity/{made}").response["stage"]["id"] == stage


def test_reordering_names_the_first_ones(portal: Portal) -> None:
    own = portal.fresh()
    partners = make_pipeline(own)
    payload = {"ids": [partners]}
    answer = own.call("PUT", "crm/pipeline/reorder", json=payload, as_="root")
    assert [each["id"] for each in answer.response] == [partners]
    assert [each["id"] for each in pipelines(own)] == [partners, 1]
    refused = own.call("PUT", "crm/pipeline/reorder", json={"ids": [99999]}, as_="root")
    assert refused.status == 404


def test_a_pipeline_with_stages_stays_and_so_does_the_first(portal: Portal) -> None:
    own = portal.fresh()
    partners = make_pipeline(own)
    stage = make_stage(own, partners)
    refused = own.call("DELETE", f"crm/pipeline/{partners}", as_="root")
    assert (refused.status, "stages" in refused.text) == (400, True)
    assert own.call("DELETE", "crm/pipeline/1", as_="root").status == 400
    own.call("DELETE", f"crm/opportunity/stage/{stage}", as_="root")
    assert own.call("DELETE", f"crm/pipeline/{partners}", as_="root").status == 200
    assert own.call("GET", f"crm/pipeline/{partners}").status == 404
    assert [each["id"] for each in pipelines(own)] == [1]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "crm/pipeline"),
        ("PUT", "crm/pipeline/1"),
        ("PUT", "crm/pipeline/reorder"),
        ("DELETE", "crm/pipeline/1"),
        ("POST", "crm/lossreason"),
        ("PUT", "crm/lossreason/1"),
        ("PUT", "crm/lossreason/reorder"),
        ("DELETE", "crm/lossreason/1"),
        ("PUT", "crm/settings/lossreason"),
        ("PUT", "crm/opportunity/stage/1/rotting"),
    ],
)
def test_only_administrators_change_them(portal: Portal, method: str, path: str) -> None:
    assert portal.call(method, path, json={"title": "x", "ids": [1]}).status == 403


@pytest.mark.parametrize("title", ["", "   ", "x" * 251])
def test_a_bad_title_is_refused_by_name(portal: Portal, title: str) -> None:
    answer = portal.call("POST", "crm/pipeline", json={"title": title}, as_="root")
    assert (answer.status, "title" in answer.json["error"]["message"]) == (400, True)


def test_a_stage_of_an_unknown_pipeline_is_refused_by_name(portal: Portal) -> None:
    payload = {**STAGE, "pipelineId": 99999}
    answer = portal.call("POST", "crm/opportunity/stage", json=payload, as_="root")
    assert (answer.status, "pipelineId" in answer.json["error"]["message"]) == (400, True)


def test_a_rotting_limit_is_set_while_the_stage_is_used(portal: Portal) -> None:
    own = portal.fresh()
    make_opportunity(own)
    path = "crm/opportunity/stage/1"
    limited = own.call("PUT", f"{path}/rotting", json={"rottingDays": 14}, as_="root")
    assert limited.response["rottingDays"] == 14
    assert own.call("GET", path).response == limited.response
    refused = own.call("PUT", f"{path}/rotting", json={"rottingDays": -1}, as_="root")
    assert (refused.status, "rottingDays" in refused.json["error"]["message"]) == (400, True)
    never = own.call("PUT", f"{path}/rotting", json={"rottingDays": 0}, as_="root")
    assert "rottingDays" not in never.response
