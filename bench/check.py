"""Compares the floor with the product: the same answers, and the same rows written for a new
opportunity. A floor that did less would make every ratio meaningless."""

import re
from collections.abc import Sequence

from bench.databases import Database
from bench.requests import Asked
from bench.rows import USER, token_of
from bench.servers import Server

TOKEN = token_of(USER)
COMPARED = 200
CREATED = 20
# The rows written for one new opportunity, without ids and times.
WRITTEN = (
    """select title, title_key, description, responsible_id, contact_id, bid_type, bid_value,
        bid_currency, per_period_value, stage_id, success_probability, actual_close_on,
        expected_close_on, close_on, is_private, search_text, is_long_text, created_by,
        modified_by, version, deleted_on, length(rank) > 15, stage_since = created_on,
        touched_on = created_on, loss_reason_id, loss_comment, closing_rate, closing_currency
        from opportunity where id > {made} order by id""",
    """select opportunity_id - {made}, contact_id from opportunity_member
        where opportunity_id > {made} order by 1, 2""",
    """select opportunity_id - {made}, field_id, value from opportunity_value
        where opportunity_id > {made} order by 1, 2""",
    """select opportunity_id - {made}, stage_id, stage_title, left_on, entered_by,
        entered_on > 0 from stage_stay where opportunity_id > {made} order by id""",
    "select opportunity_id from opportunity_access where opportunity_id > {made}",
    "select words from opportunity_text where id > {made} order by id",
    "select name, cast(sum(value) as integer) from counter group by name order by name",
    "select entity_type, action, person_id, changes from audit order by id",
    "select kind, payload, attempts, error from outbox order by id",
    """select person_id, kind, entity_type, entity_id - {made}, caused_by, payload
        from notification where entity_id > {made} order by id""",
)
_ID = re.compile(rb'"(id|entityId)":\d+')
_CREATED = re.compile(rb'"created":"[^"]+"')


class Different(Exception):
    """The floor and the product do not do the same."""


def answers(server: Server, asked: Sequence[Asked], token: str) -> list[bytes]:
    return [server.answer(each, token) for each in asked[:COMPARED]]


def created(server: Server, asked: Sequence[Asked], token: str) -> list[bytes]:
    """Answers about new opportunities, without what differs from one to the next."""
    made = (server.answer(each, token) for each in asked[:CREATED])
    return [_CREATED.sub(b"", _ID.sub(b"", answer)) for answer in made]


def written(database: Database, side: str, made: int) -> list[object]:
    """The rows of the opportunities above the id `made`."""
    return [row for text in WRITTEN for row in database.rows(side, text.format(made=made))]


def demand_same(what: str, floor: Sequence[object], product: Sequence[object]) -> None:
    """Raises Different, showing the first pair that differs."""
    for one, other in zip(floor, product, strict=True):
        if one != other:
            raise Different(f"{what}\nfloor:   {one!r}\nproduct: {other!r}")
