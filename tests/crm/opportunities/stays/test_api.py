"""How long an opportunity stood on which stages, on both databases."""

from dealwright.crm.opportunities.stays.rules import DAY, Stay, days_by_stage
from tests.making import make_opportunity
from tests.running import Portal


def test_every_move_is_a_stay_and_the_last_one_goes_on(portal: Portal) -> None:
    made = make_opportunity(portal)
    for stage in (3, 1):
        portal.call("PUT", f"crm/opportunity/{made}/move", json={"stageId": stage}, as_="bob")
    answer = portal.call("GET", f"crm/opportunity/{made}/stages")
    assert [each["stageId"] for each in answer.response] == [1, 3, 1]
    newest, middle, first = answer.response
    assert newest["leftOn"] is None
    assert (first["leftOn"], middle["leftOn"]) == (middle["enteredOn"], newest["enteredOn"])
    assert (first["enteredBy"]["displayName"], newest["enteredBy"]["displayName"]) == (
        "Ann Archer",
        "Bob Baker",
    )
    assert all(each["days"] == 0 for each in answer.response)
    page = portal.call("GET", f"crm/opportunity/{made}/stages?count=1&startIndex=1")
    assert [each["stageId"] for each in page.response] == [3]
    assert page.json["total"] == 3


def test_stays_of_an_unseen_opportunity_are_not_found(portal: Portal) -> None:
    made = make_opportunity(portal, isPrivate=True)
    assert portal.call("GET", f"crm/opportunity/{made}/stages", as_="bob").status == 404
    assert portal.call("GET", "crm/opportunity/99999999/stages").status == 404
    assert portal.call("GET", f"crm/opportunity/{made}/stages", as_="gus").status == 403


def test_several_stays_on_a_stage_add_up() -> None:
    def stay(id: int, stage: int, entered: float, left: float | None) -> Stay:
        end = None if left is None else int(left * DAY)
        return Stay(id, stage, "", int(entered * DAY), end, None)

    stays = [stay(1, 7, 0, 1.5), stay(2, 8, 1.5, 2), stay(3, 7, 2, None)]
    assert days_by_stage(stays, 4 * DAY) == {7: 3, 8: 0}
