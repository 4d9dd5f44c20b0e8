"""SQL about lists of contacts: filters, sort keys, a page of ids, totals."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    String,
    Table,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy import cast as as_type

from dealwright import access
from dealwright.crm.contacts.info.queries import Reach, parts_of_name, reached
from dealwright.crm.contacts.queries import (
    COUNT_PRIVATE,
    COUNT_PUBLIC,
    PRIVATE,
    access_row,
    alias,
    c,
    seen,
)
from dealwright.storage import schema
from dealwright.storage.statements import record_statements
from dealwright.storage.statements.dialect import AnyOf, constant
from dealwright.storage.statements.record_statements import ONE, ZERO, alive
from dealwright.storage.statements.statement import Statement, shape
from dealwright.storage.text import best_first, matches


class Criteria(NamedTuple):
    """Which filters are present: the shape of a list statement. Their values are binds."""

    tags: bool = False
    stage: str = ""  # one | none
    type: str = ""  # one | none
    kind: str = ""  # companies | persons | with opportunity | single | company or single
    responsible: str = ""  # one | none
    shared: str = ""  # shared | private
    since: bool = False
    until: bool = False
    group: str = ""  # of company | of opportunity | of case
    needles: int = 0
    name_parts: int = 0
    reach: Reach | None = None  # over contact data of the kind `info_type`

    @property
    def is_empty(self) -> bool:
        return self == Criteria()

    @property
    def as_common(self) -> "Criteria":
        """The same: its pages are read in one way."""
        return self

    @property
    def is_counted(self) -> bool:
        """Whether counters tell the number of what matches."""
        return self.is_empty

    @property
    def leaves_few(self) -> bool:
        """Whether a filter other than the text narrows the rows through an index."""
        chosen = (self.stage, self.type, self.responsible)
        return self.tags or "one" in chosen or self.group != ""


_TEXT, _WHOLE, _LONG = String(), Integer(), BigInteger()
# quirk: the sort key named after the contact type sorts by the status.
_STATUS = func.coalesce(c.c.status_id, ZERO)
SORTS: dict[str, tuple[ColumnElement[Any], Any]] = {
    "displayname": (c.c.display_key, _TEXT),
    "firstname": (func.lower(c.c.first_name), _TEXT),
    "lastname": (func.lower(c.c.last_name), _TEXT),
    "companyname": (func.lower(c.c.company_name), _TEXT),
    "title": (func.lower(c.c.job_title), _TEXT),
    "created": (c.c.created_on, _LONG),
    "history": (ZERO, _LONG),  # see `_key`
    "contacttype": (_STATUS, _WHOLE),
    "contactstatus": (_STATUS, _WHOLE),
    "createby": (c.c.created_by, _TEXT),
    # Cut to the length of a name, because a cursor carries the sort key.
    "about": (func.substr(c.c.about, ONE, constant(255)), _TEXT),
    "industry": (c.c.industry, _TEXT),
    "iscompany": (case((c.c.is_company, ONE), else_=ZERO), _WHOLE),
    "isprivate": (case((PRIVATE, ONE), else_=ZERO), _WHOLE),
    "isshared": (case((PRIVATE, ZERO), else_=ONE), _WHOLE),
    "sharetype": (c.c.share_type, _WHOLE),
    "currency": (func.coalesce(c.c.currency, constant("")), _TEXT),
    "externalid": (func.coalesce(c.c.external_id, constant("")), _TEXT),
    "id": (c.c.id, _WHOLE),
}


@shape
def page(
    is_admin: bool, filters: Criteria, sort: str, descending: bool, total: bool, after: bool
) -> Statement:
    """The ids of one page, with the total (0 without `total`) and the sort key of each row.

    Binds: `limit`, `offset`, those of the filters, and with `after` the `after_key` and `after_id`
    of the last row of the page before.
    """
    return Statement(
        record_statements.page(
            c,
            _conditions(is_admin, filters),
            _key(is_admin, sort, filters),
            descending=descending,
            total=total,
            after=after,
        )
    )


def _key(is_admin: bool, sort: str, filters: Criteria) -> record_statements.Key:
    """For `history`: the time of the last event that the actor sees; contacts without events come
    first."""
    if sort == "displayname" and filters.name_parts:
        return best_first(c.c.display_key, filters.name_parts), _TEXT
    if sort != "history":
        return SORTS[sort]
    e = schema.history_event.alias("last_event")
    is_seen = alive(e) & access.history_event(e, is_admin=is_admin).see
    last = select(func.max(e.c.created_on)).where(e.c.contact_id == c.c.id, is_seen)
    return func.coalesce(last.correlate(c).scalar_subquery(), ZERO), _LONG


@shape
def nearest(is_admin: bool) -> Statement:
    """For each of the contacts `ids` the open task with the nearest deadline, among those that the
    actor sees: (contact, id, title, description, deadline, alert value, responsible, category).

    # differs: the reference returns the task with the lowest id.
    """
    t = schema.task
    place = func.row_number().over(partition_by=t.c.contact_id, order_by=(t.c.deadline, t.c.id))
    open_ones = (
        select(
            t.c.contact_id,
            t.c.id,
            t.c.title,
            t.c.description,
            t.c.deadline,
            t.c.alert_value,
            t.c.responsible_id,
            t.c.category_id,
            place.label("place"),
        )
        .where(AnyOf(t.c.contact_id, "ids", _WHOLE), alive(t), ~t.c.is_closed)
        .where(access.task(t, is_admin=is_admin).see)
        .subquery()
    )
    *columns, first = open_ones.c
    return Statement(select(*columns).where(first == ONE))


@shape
def count(is_admin: bool, filters: Criteria) -> Statement:
    """The number of contacts that match the filters."""
    return Statement(select(func.count()).select_from(c).where(*_conditions(is_admin, filters)))


@shape
def ids(is_admin: bool, filters: Criteria) -> Statement:
    """The ids of all contacts that match the filters."""
    return Statement(select(c.c.id).where(*_conditions(is_admin, filters)).order_by(c.c.id))


def _conditions(is_admin: bool, filters: Criteria) -> list[ColumnElement[Any]]:
    conditions = [alive(c)]
    if not is_admin:
        conditions.append(access.contact(c, is_admin=False).see)
    if filters.tags:
        conditions.append(_tagged())
    for column, present in (("status_id", filters.stage), ("type_id", filters.type)):
        if present:
            conditions.append(_chosen(column, present))
    if filters.kind:
        conditions.append(_of_kind(filters.kind, is_admin=is_admin))
    if filters.responsible:
        conditions.append(_managed(filters.responsible))
    if filters.shared:
        conditions.append(PRIVATE if filters.shared == "private" else ~PRIVATE)
    if filters.since:
        conditions.append(c.c.created_on >= bindparam("since", type_=_LONG))
    if filters.until:
        conditions.append(c.c.created_on <= bindparam("until", type_=_LONG))
    if filters.group:
        conditions.append(_within(filters.group, is_admin=is_admin))
    conditions += parts_of_name(c, filters.name_parts)
    if filters.reach:
        conditions.append(reached(filters.reach))
    if filters.needles:
        conditions.append(_named(filters, is_admin=is_admin))
    return conditions


def _chosen(column: str, present: str) -> ColumnElement[Any]:
    if present == "none":
        return c.c[column].is_(constant(None))
    return c.c[column] == bindparam(column, type_=_WHOLE)


def _tagged() -> ColumnElement[Any]:
    """Has all tags whose keys are in `tags` (`tag_count` of them)."""
    link, tag = schema.contact_tag, schema.tag
    carried = (
        select(link.c.contact_id)
        .join(tag, tag.c.id == link.c.tag_id)
        .where(tag.c.entity_type == ZERO, AnyOf(tag.c.title_key, "tags", _TEXT))
        .group_by(link.c.contact_id)
        .having(func.count() == bindparam("tag_count", type_=_WHOLE))
    )
    return c.c.id.in_(carried)


def _of_kind(kind: str, *, is_admin: bool) -> ColumnElement[Any]:
    match kind:
        case "companies":
            return c.c.is_company
        case "persons":
            return ~c.c.is_company
        case "with opportunity":
            return _takes_part(is_admin=is_admin)
    company = alias("own_company")
    has_company = exists(
        select(ONE)
        .select_from(company)
        .where(company.c.id == c.c.company_id, seen(company, is_admin=is_admin))
    )
    return ~has_company & ~c.c.is_company if kind == "single" else ~has_company


def _takes_part(*, is_admin: bool) -> ColumnElement[Any]:
    """Is the primary contact or a member of an opportunity that the actor sees."""
    o, member = schema.opportunity, schema.opportunity_member
    is_seen = alive(o) & access.opportunity(o, is_admin=is_admin).see
    primary = select(ONE).select_from(o).where(o.c.contact_id == c.c.id, is_seen)
    members = (
        select(ONE)
        .select_from(member.join(o, o.c.id == member.c.opportunity_id))
        .where(member.c.contact_id == c.c.id, is_seen)
    )
    return or_(exists(primary.correlate(c)), exists(members.correlate(c)))


def _managed(how: str) -> ColumnElement[Any]:
    managers = (
        select(ONE).select_from(access_row).where(access_row.c.contact_id == c.c.id).correlate(c)
    )
    if how == "none":
        return ~exists(managers)
    theirs = select(access_row.c.contact_id).where(
        access_row.c.person_id == bindparam("responsible", type_=_TEXT)
    )
    return c.c.id.in_(theirs)


def _within(group: str, *, is_admin: bool) -> ColumnElement[Any]:
    """Belongs to the company `group_id`, or is a member of that opportunity or case and the actor
    sees it."""
    group_id = bindparam("group_id", type_=_WHOLE)
    if group == "of company":
        return c.c.company_id == group_id
    record, member, owner, rule = _MEMBERS[group]
    see = rule(record, is_admin=is_admin).see
    return c.c.id.in_(
        select(member.c.contact_id)
        .join(record, record.c.id == owner)
        .where(record.c.id == group_id, alive(record), see)
    )


_MEMBERS: Mapping[str, tuple[Table, Table, Column[Any], Callable[..., access.Rights]]] = {
    "of opportunity": (
        schema.opportunity,
        schema.opportunity_member,
        schema.opportunity_member.c.opportunity_id,
        access.opportunity,
    ),
    "of case": (
        schema.crm_case,
        schema.case_member,
        schema.case_member.c.case_id,
        access.crm_case,
    ),
}


# SQLite refuses a statement with deeper nesting.
MOST_FOR_COMPANIES = 50


def _named(filters: Criteria, *, is_admin: bool) -> ColumnElement[Any]:
    """The name contains the text. For persons the name of the company counts too."""
    indexed = not filters.leaves_few
    if filters.kind not in ("", "persons") or filters.needles > MOST_FOR_COMPANIES:
        return _holds(c, filters.needles, indexed=indexed)
    company = alias("named_company")
    named = seen(company, is_admin=is_admin) & _holds(company, filters.needles, indexed=indexed)
    if not indexed:
        theirs = select(ONE).select_from(company).where(company.c.id == c.c.company_id, named)
        return or_(_holds(c, filters.needles, indexed=False), exists(theirs))
    # Two look-ups combined, because no index answers an OR.
    itself, person = alias("named_contact"), alias("named_person")
    found = select(itself.c.id).where(_holds(itself, filters.needles, indexed=True))
    return c.c.id.in_(
        found.union(
            select(person.c.id).join(company, company.c.id == person.c.company_id).where(named)
        )
    )


def _holds(row: FromClause, needles: int, *, indexed: bool) -> ColumnElement[Any]:
    return matches(cast(Table, row), schema.contact_text, needles, indexed=indexed)


# Exact totals without a filter: a counter holds the number of shared ones; the private ones that
# the actor manages are few, and an index finds them.
_counted = select(func.coalesce(func.sum(schema.counter.c.value), ZERO))
_mine = (
    select(func.count())
    .select_from(access_row.join(c, c.c.id == access_row.c.contact_id))
    .where(access_row.c.person_id == access.ACTOR, PRIVATE, alive(c))
)


@shape
def total(is_admin: bool) -> Statement:
    """The number of contacts that the actor sees: two numbers to add up."""
    public, private = (
        _counted.where(schema.counter.c.name == constant(name)).scalar_subquery()
        for name in (COUNT_PUBLIC, COUNT_PRIVATE)
    )
    hidden = private if is_admin else _mine.scalar_subquery()
    return Statement(select(as_type(public, _LONG), as_type(hidden, _LONG)))
