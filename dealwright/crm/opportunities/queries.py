"""SQL about opportunities: one, a page, totals, and the state that a change starts from."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)

from dealwright import access
from dealwright.crm.contacts import queries as contacts
from dealwright.crm.opportunities.marks import queries as marks
from dealwright.crm.opportunities.rules import Criteria
from dealwright.crm.opportunities.sums import queries as sums
from dealwright.storage import schema
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.dialect import (
    AnyOf,
    constant,
    ids_of,
    rows_as_json,
    rows_of,
)
from dealwright.storage.statements.record_statements import LIMIT, OFFSET, ONE, ZERO, alive
from dealwright.storage.statements.statement import Statement, shape
from dealwright.storage.text import best_first, in_title, matches

o = schema.opportunity
member = schema.opportunity_member
access_row = schema.opportunity_access
value = schema.opportunity_value

UNSET = constant(schema.UNSET_CLOSE)


def seen(*, is_admin: bool) -> ColumnElement[Any]:
    return alive(o) & access.opportunity(o, is_admin=is_admin).see


# ---------------------------------------------------------------------- one, and the rows of a list


@shape
def view(is_admin: bool, is_trusted: bool) -> Statement:
    """One opportunity (`id`) with everything that belongs to it, as `shapes.Row` and two JSON
    lists: members, values.

    `is_trusted`: the actor has just changed it, so they see the result even if they may no longer
    see the opportunity.
    """
    members = contacts.participants(member, member.c.opportunity_id, o, is_admin=is_admin)
    return Statement(
        _rows(is_admin, is_seen=not is_trusted)
        .add_columns(rows_as_json(members), rows_as_json(_values()))
        .where(
            o.c.id == bindparam("id", type_=Integer()),
            alive(o) if is_trusted else seen(is_admin=is_admin),
        )
    )


@shape
def rows(is_admin: bool) -> Statement:
    """The opportunities `ids` that the actor sees, in no order, as `shapes.Row`."""
    return Statement(
        _rows(is_admin, is_seen=True).where(
            AnyOf(o.c.id, "ids", Integer()), seen(is_admin=is_admin)
        )
    )


@shape
def members_of(is_admin: bool) -> Statement:
    """The members of the opportunities `ids` that the actor sees: the opportunity's id, then
    `contacts.shapes.Brief`."""
    return Statement(contacts.participants_of(member, member.c.opportunity_id, is_admin=is_admin))


VALUES_OF = record_statements.values_of(value, value.c.opportunity_id)


def _people() -> Select[Any]:
    people = select(access_row.c.person_id).where(access_row.c.opportunity_id == o.c.id)
    return people.order_by(access_row.c.person_id).correlate(o)


def _values() -> Select[Any]:
    return (
        select(value.c.field_id, value.c.value).where(value.c.opportunity_id == o.c.id).correlate(o)
    )


def _rows(is_admin: bool, *, is_seen: bool) -> Select[Any]:
    """`is_seen`: the statement selects only rows that the actor sees, so a right that equals "may
    see" needs no second check."""
    primary = contacts.alias("primary_contact")
    rights = access.opportunity(o, is_admin=is_admin)
    can_edit = constant(True) if is_seen and rights.edit is rights.see else rights.edit
    people = rows_as_json(_people())
    return select(
        o.c.id,
        o.c.external_id,
        o.c.title,
        o.c.description,
        o.c.responsible_id,
        o.c.bid_type,
        o.c.bid_value,
        o.c.bid_currency,
        o.c.per_period_value,
        o.c.stage_id,
        o.c.success_probability,
        o.c.actual_close_on,
        o.c.expected_close_on,
        o.c.is_private,
        case((o.c.is_private, people)),
        can_edit,
        o.c.created_by,
        o.c.created_on,
        o.c.version,
        *contacts.brief(primary, is_admin=is_admin),
    ).select_from(
        o.outerjoin(
            primary, and_(primary.c.id == o.c.contact_id, contacts.seen(primary, is_admin=is_admin))
        )
    )


# -------------------------------------------------------------------------------------------- lists


SORTS: dict[str, tuple[ColumnElement[Any], Any]] = {
    "stage": (schema.stage.c.sort_order, Integer()),
    "title": (o.c.title_key, String()),
    "responsible": (o.c.responsible_id, String()),
    "bidvalue": (o.c.bid_value, BigInteger()),
    "dateandtime": (o.c.close_on, BigInteger()),
    "created": (o.c.created_on, BigInteger()),
    "createby": (o.c.created_by, String()),
    # Cut to the length of a title, because a cursor carries the sort key.
    "description": (func.substr(o.c.description, ONE, constant(255)), String()),
    "bidtype": (o.c.bid_type, Integer()),
    "bidcurrency": (o.c.bid_currency, String()),
    "perperiodvalue": (o.c.per_period_value, Integer()),
    "successprobability": (o.c.success_probability, Integer()),
    "actualclosedate": (func.coalesce(o.c.actual_close_on, UNSET), BigInteger()),
    "expectedclosedate": (func.coalesce(o.c.expected_close_on, UNSET), BigInteger()),
    "isprivate": (case((o.c.is_private, ONE), else_=ZERO), Integer()),
    "externalid": (func.coalesce(o.c.external_id, constant("")), String()),
    "id": (o.c.id, Integer()),
}


@shape
def page(
    is_admin: bool, filters: Criteria, sort: str, descending: bool, total: bool, after: bool
) -> Statement:
    """The ids of one page, with the total (0 without `total`) and the sort key of each row.

    Binds: `limit`, `offset`, those of the filters, and with `after` the `after_key` and `after_id`
    of the last row of the page before.
    """
    if sort == "stage" and filters.is_empty:
        return Statement(_by_stage(is_admin, descending, after))
    return Statement(
        record_statements.page(
            o,
            conditions(is_admin, filters),
            _key(sort, filters),
            descending=descending,
            total=total,
            after=after,
            source=_joined(sort),
            ordered=sort == "created" and filters.is_of_one,
        )
    )


def _key(sort: str, filters: Criteria) -> record_statements.Key:
    if sort == "title" and filters.title_parts:
        return best_first(o.c.title_key, filters.title_parts), String()
    return SORTS[sort]


@shape
def count(is_admin: bool, filters: Criteria) -> Statement:
    """The number of opportunities that match the filters."""
    if filters.is_counted:
        return Statement(sums.number(is_admin, filters))
    return Statement(select(func.count()).select_from(o).where(*conditions(is_admin, filters)))


@shape
def ids(is_admin: bool, filters: Criteria) -> Statement:
    """The ids of all opportunities that match the filters."""
    return Statement(select(o.c.id).where(*conditions(is_admin, filters)).order_by(o.c.id))


def _by_stage(is_admin: bool, descending: bool, after: bool) -> Select[Any]:
    """A page of all opportunities by stage. Each stage contributes its first rows; a join would
    sort every row there is."""
    stage = schema.stage
    of_stage = [o.c.stage_id == stage.c.id, *conditions(is_admin, Criteria())]
    place: list[ColumnElement[Any]] = []
    if after:
        key, id = (bindparam(name, type_=Integer()) for name in ("after_key", "after_id"))
        end = constant(2**31) if descending else ZERO
        last = case((stage.c.sort_order == key, id), else_=end)
        of_stage.append(o.c.id < last if descending else o.c.id > last)
        place.append(stage.c.sort_order <= key if descending else stage.c.sort_order >= key)
    first = select(o.c.id).where(*of_stage).order_by(o.c.id.desc() if descending else o.c.id)
    found, found_id = ids_of(first.limit(LIMIT + OFFSET).correlate(stage), name="found")
    order = (stage.c.sort_order, found_id)
    return (
        select(found_id, ZERO, stage.c.sort_order)
        .select_from(stage, found)
        .where(*place)
        .order_by(*(each.desc() if descending else each for each in order))
        .limit(LIMIT)
        .offset(OFFSET)
    )


def _joined(sort: str) -> FromClause:
    return o.join(schema.stage, schema.stage.c.id == o.c.stage_id) if sort == "stage" else o


def conditions(is_admin: bool, filters: Criteria) -> list[ColumnElement[Any]]:
    """The conditions on a row: not in the trash, visible to the actor, and every filter."""
    met = [alive(o)]
    if filters.responsible:
        met.append(o.c.responsible_id == bindparam("responsible", type_=String()))
    if filters.stages == "one":  # alone, so that the index gives the order
        met.append(o.c.stage_id == bindparam("stage", type_=Integer()))
    elif filters.stages:
        met.append(AnyOf(o.c.stage_id, "stages", Integer()))
    if filters.tags:
        link, several = schema.opportunity_tag, filters.tags == "several"
        owner = link.c.opportunity_id
        met.append(record_statements.tagged(o, link, owner, entity_type=1, several=several))
    if filters.contact:
        met.append(_of_contact(filters.contact, is_admin=is_admin))
    if filters.since:
        met.append(o.c.close_on >= bindparam("since", type_=BigInteger()))
    if filters.until:
        met += [o.c.close_on <= bindparam("until", type_=BigInteger()), o.c.close_on > UNSET]
    if filters.team:
        met.append(AnyOf(o.c.responsible_id, "team", String()))
    if filters.amount:
        met.append(_of_amount(filters.amount))
    met += in_title(o.c.title_key, filters.title_parts)
    met += marks.conditions(filters, is_admin=is_admin)
    if filters.needles:
        met.append(
            matches(
                o,
                schema.opportunity_text,
                filters.needles,
                indexed=not (filters.leaves_few or filters.is_common),
            )
        )
    if not is_admin:  # last: SQLite checks in this order, and this reads another table
        met.append(access.opportunity(o, is_admin=False).see)
    return met


def _of_amount(ends: str) -> ColumnElement[Any]:
    """What is paid in all lies between the limits of its currency, in `amounts` (currency, least,
    most). Divided, not multiplied: a product may be larger than a column holds."""
    limits = rows_of("amounts", currency=String(), least=BigInteger(), most=BigInteger())
    is_paid_once = or_(o.c.bid_type == ZERO, o.c.per_period_value == ZERO)
    periods = case((is_paid_once, ONE), else_=o.c.per_period_value)
    within = [limits.c.currency == o.c.bid_currency]
    if ends in ("since", "both"):
        within.append(o.c.bid_value >= (limits.c.least + periods - ONE) // periods)
    if ends in ("until", "both"):
        within.append(o.c.bid_value <= limits.c.most // periods)
    return exists(select(ONE).select_from(limits).where(*within).correlate(o))


def _of_contact(how: str, *, is_admin: bool) -> ColumnElement[Any]:
    """The contact `contact` is the primary one (`primary`), the primary one or a member
    (`participant`), or neither. A contact that the actor may not see matches nothing."""
    contact_id = bindparam("contact", type_=Integer())
    c = contacts.alias("wanted_contact")
    visible = exists(
        select(ONE).select_from(c).where(c.c.id == contact_id, contacts.seen(c, is_admin=is_admin))
    )
    if how == "primary":
        return and_(o.c.contact_id == contact_id, visible)
    # Not one condition with "or": PostgreSQL would check it for every opportunity.
    p = o.alias("of_contact")
    of_members = select(member.c.opportunity_id).where(member.c.contact_id == contact_id)
    either = select(p.c.id).where(p.c.contact_id == contact_id).union(of_members)
    takes_part = and_(o.c.id.in_(either), visible)
    return takes_part if how == "participant" else ~takes_part


# Exact totals without a filter: a counter holds the number of public ones, the sums that of the
# private ones that the actor sees.
_counted = select(func.coalesce(func.sum(schema.counter.c.value), ZERO))


@shape
def total(is_admin: bool) -> Statement:
    """The number of opportunities that the actor sees: two numbers to add up."""
    public, private = (
        _counted.where(schema.counter.c.name == constant(name)).scalar_subquery()
        for name in (COUNT_PUBLIC, COUNT_PRIVATE)
    )
    mine = sums.number_of_private().scalar_subquery()
    return Statement(
        select(cast(public, BigInteger()), cast(private if is_admin else mine, BigInteger()))
    )


COUNT_PUBLIC = "opportunity.public"
COUNT_PRIVATE = "opportunity.private"


def counter(is_private: bool) -> str:
    """The name of the total that counts an opportunity."""
    return COUNT_PRIVATE if is_private else COUNT_PUBLIC


# ------------------------------------------------------------------------------------------ changes


# The columns that `rules.Opportunity` has under the same names.
LOADED = (
    "id", "external_id", "title", "description", "responsible_id", "contact_id", "bid_type",
    "bid_value", "bid_currency", "per_period_value", "stage_id", "success_probability",
    "actual_close_on", "expected_close_on", "is_private", "created_by", "created_on",
    "rank", "stage_since", "loss_reason_id", "loss_comment", "closing_rate", "closing_currency",
)  # fmt: skip


@shape
def load(is_admin: bool) -> Statement:
    """The state that a change starts from, for the opportunities `ids` that the actor sees, ordered
    by id: the columns LOADED, version, whether the actor sees the primary contact, then three JSON
    lists: members, people with access, values.

    Members are pairs of (contact, whether the actor sees it), so that a change cannot drop a member
    that the actor may not see.
    """
    primary = contacts.alias("primary_contact")
    everyone = contacts.linked(member, member.c.opportunity_id, o, is_admin=is_admin)
    return Statement(
        select(
            *(o.c[name] for name in LOADED),
            o.c.version,
            case((contacts.seen(primary, is_admin=is_admin), ONE), else_=ZERO),
            *(rows_as_json(part) for part in (everyone, _people(), _values())),
        )
        .select_from(o.outerjoin(primary, primary.c.id == o.c.contact_id))
        .where(AnyOf(o.c.id, "ids", Integer()), seen(is_admin=is_admin))
        .order_by(o.c.id)
    )


@shape
def by_external_id(is_admin: bool) -> Statement:
    """The id of the opportunity with an externalId, whether it is in the trash, and whether the
    actor sees it or could see it before."""
    is_gone = o.c.deleted_on.is_not(constant(None))
    is_seen = access.opportunity(o, is_admin=is_admin).see
    named = o.c.external_id == bindparam("external_id", type_=String())
    return Statement(select(o.c.id, is_gone, is_seen).where(named))
