"""What the invented team leaves in a portal, on both databases."""

import asyncio
import json
from typing import Any

from sqlalchemy import Table, func, select

from dealwright import app
from dealwright.crm.opportunities import queries as opportunities
from dealwright.operations.demo.actions import NO_STAGES, NOT_EMPTY
from dealwright.storage import schema
from dealwright.storage.files.file_store import Directory
from dealwright.storage.statements.change import Change, Put, Remove
from dealwright.storage.statements.dialect import constant
from tests.operations.demo.portals import (
    HOUR,
    NOW,
    Ground,
    found,
    play,
    rows,
    run,
    settings_of,
)

o, c = schema.opportunity, schema.contact
SAME = (
    *(o, c, schema.opportunity_value, schema.opportunity_access, schema.currency_rate),
    *(schema.task, schema.crm_case, schema.case_member, schema.history_event, schema.event_file),
    schema.contact_info,
)
DAY = 24 * HOUR


def count(address: str, table: Table, *conditions: Any) -> int:
    return int(rows(address, select(func.count()).select_from(table).where(*conditions))[0][0])


def column(address: str, value: Any) -> set[Any]:
    return {row[0] for row in rows(address, select(value).distinct())}


def test_it_says_what_it_has_done_in_one_line(ground: Ground):
    assert "11 people, 150 contacts, 300 opportunities" in ground.told
    assert "\n" not in ground.told


def test_there_are_people_in_all_roles_and_none_of_them_can_sign_in(ground: Ground):
    person = schema.person
    assert column(ground.filled, person.c.role) == {"owner", "admin", "crm_admin", "user", "guest"}
    assert count(ground.filled, person) == 12
    with_password = rows(
        ground.filled, select(person.c.role).where(person.c.password_hash.is_not(None))
    )
    assert with_password == [("owner",)]
    assert count(ground.filled, schema.team) == 3
    assert count(ground.filled, schema.team_member) > 8


def test_there_are_companies_with_people_and_private_contacts_with_managers(ground: Ground):
    assert count(ground.filled, c) == 150
    assert count(ground.filled, c, c.c.company_id.is_not(None)) > 80
    assert column(ground.filled, c.c.share_type) == {0, 1, 2}
    private = {
        row[0] for row in rows(ground.filled, select(c.c.id).where(c.c.share_type == constant(0)))
    }
    managed = column(ground.filled, schema.contact_access.c.contact_id)
    assert private <= managed
    assert len(column(ground.filled, c.c.status_id) - {None}) == 3
    assert len(column(ground.filled, c.c.type_id) - {None}) == 4


def test_there_are_opportunities_on_all_stages_in_all_their_kinds(ground: Ground):
    assert count(ground.filled, o) == 300
    assert column(ground.filled, o.c.stage_id) == column(ground.filled, schema.stage.c.id)
    assert column(ground.filled, o.c.bid_type) == {0, 1, 2, 3, 4, 5}
    assert len(column(ground.filled, o.c.bid_currency)) == 5
    private = {row[0] for row in rows(ground.filled, select(o.c.id).where(o.c.is_private))}
    assert private == column(ground.filled, schema.opportunity_access.c.opportunity_id)
    assert len(private) > 20
    for table in (schema.opportunity_member, schema.opportunity_tag, schema.contact_tag):
        assert count(ground.filled, table) > 50
    assert count(ground.filled, o, o.c.external_id.is_not(None)) > 10


def test_there_are_two_pipelines_with_limits_and_reasons_of_losses(ground: Ground):
    stage = schema.stage
    assert count(ground.filled, schema.pipeline) == 2
    limits = rows(ground.filled, select(stage.c.rotting_days, stage.c.stage_type))
    assert all((days > 0) is (kind == 0) for days, kind in limits)
    lost = select(o.c.loss_reason_id).join_from(o, stage, stage.c.id == o.c.stage_id)
    why = rows(ground.filled, lost.where(stage.c.stage_type == constant(2)))
    assert len(set(why)) == count(ground.filled, schema.loss_reason) == 5
    assert (None,) not in why


def test_won_and_lost_ones_were_closed_in_their_time_and_open_ones_are_not(ground: Ground):
    stage = schema.stage
    found = rows(
        ground.filled,
        select(stage.c.stage_type, o.c.created_on, o.c.actual_close_on, o.c.modified_on).join_from(
            o, stage, stage.c.id == o.c.stage_id
        ),
    )
    assert {kind for kind, *_ in found} == {0, 1, 2}
    for kind, created_on, closed_on, modified_on in found:
        assert NOW - 733 * DAY < created_on <= modified_on < NOW
        assert (closed_on is None) is (kind == 0)
        assert closed_on is None or created_on < closed_on == modified_on
    assert sum(kind == 1 for kind, *_ in found) > 60
    assert sum(kind == 0 for kind, *_ in found) > 60


def test_there_are_fields_of_all_six_types_with_values(ground: Ground):
    field, value = schema.custom_field, schema.opportunity_value
    of_opportunities = field.c.entity_type == constant(1)
    kinds = rows(ground.filled, select(field.c.field_type).where(of_opportunities))
    assert sorted(kinds) == [(0,), (1,), (2,), (3,), (4,), (5,)]
    used = select(field.c.field_type).join(value, value.c.field_id == field.c.id).distinct()
    assert sorted(rows(ground.filled, used)) == [(0,), (1,), (2,), (3,), (5,)]  # no heading
    assert count(ground.filled, schema.contact_value) > 50


def test_every_currency_has_a_rate_for_every_month(ground: Ground):
    rate = schema.currency_rate
    per_pair = select(rate.c.pair_id, func.count(), func.max(rate.c.day)).group_by(rate.c.pair_id)
    found = rows(ground.filled, per_pair)
    assert len(found) == 4
    for _, days, newest in found:
        assert days >= 24
        assert NOW // DAY - 40 < newest <= NOW // DAY


def test_the_audit_tells_who_did_it_and_when(ground: Ground):
    audit = schema.audit
    made = rows(
        ground.filled,
        select(o.c.created_by, o.c.created_on, audit.c.person_id, audit.c.on)
        .join_from(o, audit, audit.c.entity_id == o.c.id)
        .where(
            audit.c.entity_type == constant("opportunity"),
            audit.c.action == constant("created"),
        ),
    )
    assert len(made) == 300
    assert all((by, on) == (person, then) for by, on, person, then in made)
    assert len({by for by, *_ in made}) > 8
    moments = [row[0] for row in rows(ground.filled, select(audit.c.on).order_by(audit.c.id))]
    assert moments == sorted(moments)
    moved = rows(ground.filled, select(audit.c.changes).where(audit.c.action == constant("moved")))
    assert len(moved) > 500
    assert any(change[0] == "stage_id" for change in json.loads(moved[0][0]))


def test_totals_and_search_work_as_for_any_record(ground: Ground):
    public, private = run(
        ground.filled, lambda session: session.row(opportunities.total(True), {"actor": ""})
    ) or (0, 0)
    assert public + private == 300
    assert count(ground.filled, schema.opportunity_text) == 300
    assert count(ground.filled, schema.contact_text) == 150


def test_demo_notifies_no_user(ground: Ground):
    assert count(ground.filled, schema.outbox) == 0
    assert count(ground.filled, schema.notification) == 0


def test_there_are_tasks_that_are_done_due_and_overdue(ground: Ground):
    task = schema.task
    done = count(ground.filled, task, task.c.is_closed)
    overdue = count(ground.filled, task, ~task.c.is_closed, task.c.deadline < constant(NOW))
    ahead = count(ground.filled, task, ~task.c.is_closed, task.c.deadline > constant(NOW))
    assert (done > 400, overdue > 3, ahead > 20) == (True, True, True)
    first = rows(ground.filled, select(func.min(task.c.created_on)))[0][0]
    assert first < NOW - 650 * DAY
    assert len(column(ground.filled, task.c.category_id)) > 5
    assert count(ground.filled, task, task.c.case_id.is_not(None)) > 20
    assert count(ground.filled, task, task.c.opportunity_id.is_not(None)) > 400


def test_there_are_cases_that_are_open_closed_and_private(ground: Ground):
    case = schema.crm_case
    assert count(ground.filled, case) == 36
    assert column(ground.filled, case.c.is_closed) == {True, False}
    private = {row[0] for row in rows(ground.filled, select(case.c.id).where(case.c.is_private))}
    assert private == column(ground.filled, schema.case_access.c.case_id)
    assert private
    assert column(ground.filled, schema.case_member.c.case_id) == column(ground.filled, case.c.id)


def test_there_are_events_of_every_category_and_their_papers_lie_in_the_store(ground: Ground):
    event, attached, file = schema.history_event, schema.event_file, schema.file
    assert count(ground.filled, event) > 600
    assert len(column(ground.filled, event.c.category_id)) == 4
    for owner in (event.c.contact_id, event.c.opportunity_id, event.c.case_id):
        assert count(ground.filled, event, owner.is_not(None)) > 40
    assert column(ground.filled, attached.c.file_id) == column(ground.filled, file.c.id)
    papers = rows(ground.filled, select(file.c.stored_as, file.c.size, file.c.title))
    assert len(papers) > 20
    secret = rows(ground.filled, select(schema.portal.c.secret))[0][0]
    store = Directory(settings_of(ground.filled).files, secret)
    for name, size, title in papers:
        assert asyncio.run(store.size(name)) == size
        assert title.endswith(".txt")


def test_contacts_can_be_reached(ground: Ground):
    info = schema.contact_info
    assert {0, 1, 2, 7} <= column(ground.filled, info.c.info_type)
    assert len(column(ground.filled, info.c.contact_id)) > 140


def test_the_check_finds_no_fault_in_it(ground: Ground):
    settings = settings_of(ground.filled)
    assert asyncio.run(app.check(settings, mend=False)) == []


def test_the_same_day_gives_the_same_portal(ground: Ground, founded: str):
    play(founded, NOW + 5 * HOUR)
    for table in SAME:
        order = list(table.primary_key.columns)
        first, second = (
            rows(each, select(table).order_by(*order)) for each in (ground.filled, founded)
        )
        assert first == second


def test_a_portal_in_russian_has_a_team_that_speaks_it(ground: Ground):
    address = found(ground.databases, language="ru", timezone="Asia/Novosibirsk")
    play(address, NOW, timezone="Asia/Novosibirsk")
    titles = column(address, schema.person.c.job_title) - {""}
    assert all("а" <= title[-1] <= "я" or title[-1] == "»" for title in titles)
    assert "RUB" in column(address, o.c.bid_currency)
    ground.databases.drop(address)


def test_a_portal_that_is_not_empty_stays_as_it_is(filled: str):
    assert play(filled, NOW + 400 * DAY) == NOT_EMPTY
    assert count(filled, o) == 300


def test_one_more_person_is_enough_to_leave_a_portal_alone(founded: str):
    row = {"id": "1" * 36, "user_name": "ann", "email": "a@b", "email_key": "a@b"}
    names = {"first_name": "Ann", "last_name": "Archer", "role": "user", "created_on": NOW}
    change(founded, Put(schema.person, row | names))
    assert play(founded, NOW) == NOT_EMPTY
    assert count(founded, schema.person) == 2


def test_demo_needs_stages(founded: str):
    change(founded, Remove(schema.stage, {"stage_type": [0, 1, 2]}))
    assert play(founded, NOW) == NO_STAGES
    assert count(founded, schema.person) == 1


def change(address: str, step: Put | Remove) -> None:
    run(address, lambda session: session.save(Change(None, (step,))), writes=True)
