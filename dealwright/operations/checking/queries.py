"""SQL that looks for contradictions, and that mends what can be computed from other data."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.sql.visitors import replacement_traverse

from dealwright import access
from dealwright.operations.checking.rules import MEND
from dealwright.portal.categories.queries import USERS
from dealwright.portal.custom_fields.queries import spoken
from dealwright.portal.custom_fields.rules import FieldOwner, FieldType
from dealwright.portal.tags.queries import LINKS
from dealwright.records.kinds import KINDS
from dealwright.storage import dependents, schema
from dealwright.storage.statements.dialect import AnyOf, constant, rows_of
from dealwright.storage.statements.statement import Statement, shape

ONE, ZERO, NULL = constant(1), constant(0), constant(None)
o, c, stage = schema.opportunity, schema.contact, schema.stage
d = schema.contact_info
KNOWN = "known"  # the currencies that there are


# --------------------------------------------------------------------------- counters and words


COUNTED = {name: kind for name, kind in KINDS.items() if kind.is_private is not None}


class Searched(NamedTuple):
    """Records with folded words: the table of the words, the tables of custom values and contact
    data with their columns that name the record, and the title with its folded key."""

    record: Table
    words: Table
    owner: Column[Any] | None
    infos: Column[Any] | None
    title: Column[Any] | None
    title_key: Column[Any] | None


def _searched(record: Table) -> Searched:
    owner = next((each for each in _OWNERS if each.references(record.c.id)), None)
    infos = schema.contact_info.c.contact_id if record is schema.contact else None
    titles = {"display_key": "display_name", "title_key": "title"}
    key = next((name for name in titles if name in record.c), "")
    named = (record.c[titles[key]], record.c[key]) if key else (None, None)
    texts = schema.metadata.tables[f"{record.name}_text"]
    return Searched(record, texts, owner, infos, *named)


_OWNERS = (
    schema.contact_value.c.contact_id,
    schema.opportunity_value.c.opportunity_id,
    schema.case_value.c.case_id,
)
SEARCHED = {
    name: _searched(kind.table) for name, kind in KINDS.items() if "search_text" in kind.table.c
}


@shape
def counters(kind: str) -> Statement:
    """The counters of public and private records and the right values, all at one moment: public
    stored, public right, private stored, private right."""
    table, is_private = COUNTED[kind].table, COUNTED[kind].is_private
    assert is_private is not None
    count = schema.counter
    params = []
    for private in (False, True):
        name = constant(COUNTED[kind].counter(is_private=private))
        stored = select(func.coalesce(func.sum(count.c.value), ZERO)).where(count.c.name == name)
        found = select(func.count()).select_from(table).where(_alive(table))
        found = found.where(is_private if private else ~is_private)
        params += [stored.scalar_subquery(), found.scalar_subquery()]
    return Statement(select(*params))


@shape
def words(kind: str) -> Statement:
    """The next `limit` records after the id `after`: id, version, their stored words (short, is
    long, all or NULL), their sort key, the key of a contact's name, the title of both, then
    `spoken`."""
    searched = SEARCHED[kind]
    record, texts = searched.record, searched.words
    title, key = (NULL if each is None else each for each in (searched.title, searched.title_key))
    return Statement(
        select(
            record.c.id,
            record.c.version,
            record.c.search_text,
            record.c.is_long_text,
            texts.c.words,
            key,
            record.c.get("name_key", NULL),
            title,
            *spoken(record, texts, values_of=searched.owner, infos=searched.infos),
        )
        .select_from(record.outerjoin(texts, texts.c.id == record.c.id))
        .where(record.c.id > bindparam("after", type_=Integer()))
        .order_by(record.c.id)
        .limit(bindparam("limit", type_=Integer()))
    )


# The next `limit` contact data after the id `after`: id, contact, kind, data, key.
DATA = Statement(
    select(d.c.id, d.c.contact_id, d.c.info_type, d.c.data, d.c.data_key)
    .where(d.c.id > bindparam("after", type_=Integer()))
    .order_by(d.c.id)
    .limit(bindparam("limit", type_=Integer()))
)
_keys = rows_of("keys", id=Integer(), key=String())
MEND_KEYS = Statement(update(d).where(d.c.id == _keys.c.id).values(data_key=_keys.c.key))


# --------------------------------------------------------------------------- what no key holds


class Fault(NamedTuple):
    """What may be wrong with some records. `find` gives their ids; it gets `known`."""

    kind: str
    wrong: str
    way_out: str
    find: Statement


@cache
def faults() -> tuple[Fault, ...]:
    return (
        *_currencies(),
        *_tags(),
        *_values(),
        *_list_items(),
        *_companies(),
        *_jobs(),
        _access_list("opportunity", schema.opportunity_access.c.opportunity_id),
        _access_list("case", schema.case_access.c.case_id),
        CLOSE_DATES,
        *(_unseen(kind) for kind in ("contact", "opportunity", "case")),
        *_dependents(),
    )


def _fault(kind: str, wrong: str, way_out: str, table: Table, *conditions: Any) -> Fault:
    found = select(table.c.id).where(*conditions).order_by(table.c.id)
    return Fault(kind, wrong, way_out, Statement(found))


def _currencies() -> Iterator[Fault]:
    put = "PUT api/2.0/crm/"
    for column, way_out in (
        (o.c.bid_currency, f"{put}opportunity/{{id}} with another"),
        (c.c.currency, "empty its currency"),
        (schema.portal.c.currency, f"{put}settings/currency"),
        (schema.currency_pair.c.from_currency, "delete that pair"),
        (schema.currency_pair.c.to_currency, "delete that pair"),
    ):
        strange = and_(column.is_not(NULL), ~AnyOf(column, KNOWN, String()))
        kind = column.table.name.replace("_", " ")
        yield _fault(kind, "in a currency that does not exist", way_out, column.table, strange)


def _tags() -> Iterator[Fault]:
    for entity, (link, owner) in LINKS.items():
        strange = schema.tag.c.entity_type != constant(int(entity))
        found = select(owner).join_from(link, schema.tag, schema.tag.c.id == link.c.tag_id)
        way_out = f"delete those rows of {link.name}"
        yield Fault(
            entity.name.lower(),
            "carries a tag of another kind of record",
            way_out,
            Statement(found.where(strange).distinct().order_by(owner)),
        )


def _values() -> Iterator[Fault]:
    field = schema.custom_field
    is_heading = field.c.field_type == constant(int(FieldType.HEADING))
    for kind, searched in SEARCHED.items():
        record, owner = searched.record, searched.owner
        if owner is None:
            continue
        values = owner.table
        held = exists(
            select(ONE)
            .join_from(values, field, field.c.id == values.c.field_id)
            .where(owner == record.c.id, or_(is_heading, ~_has_field(kind, field)))
            .correlate(record)
        )
        wrong = "holds a value of a field that is not its own"
        yield _fault(kind, wrong, f"delete those rows of {values.name}", record, held)


def _has_field(kind: str, field: FromClause) -> ColumnElement[Any]:
    owner = field.c.entity_type
    if kind != "contact":
        return owner == constant(int(FieldOwner[kind.upper()]))
    of_contact, of_company, of_person = (
        constant(int(each)) for each in (FieldOwner.CONTACT, FieldOwner.COMPANY, FieldOwner.PERSON)
    )
    return or_(owner == of_contact, owner == case((c.c.is_company, of_company), else_=of_person))


def _list_items() -> Iterator[Fault]:
    item = schema.list_item
    for list_kind, column in USERS.items():
        record = column.table
        other = exists(
            select(ONE)
            .where(item.c.id == column, item.c.kind != constant(int(list_kind)))
            .correlate(record)
        )
        wrong = f"its {list_kind.words} is an item of another list"
        yield _fault(record.name, wrong, f"empty its {column.name}", record, other)


def _companies() -> Iterator[Fault]:
    company = c.alias("company")
    not_one = exists(
        select(ONE).where(company.c.id == c.c.company_id, ~company.c.is_company).correlate(c)
    )
    way_out = "empty its company_id"
    yield _fault("contact", "belongs to a contact that is no company", way_out, c, not_one)
    is_one = and_(c.c.is_company, c.c.company_id.is_not(NULL))
    yield _fault("contact", "a company that belongs to another", way_out, c, is_one)


def _jobs() -> Iterator[Fault]:
    job = schema.outbox
    for kind, of in KINDS.items():
        prefix = constant(f"{kind}.")
        of_kind = func.substr(job.c.kind, ONE, constant(len(kind) + 1)) == prefix
        there = exists(select(ONE).where(of.table.c.id == job.c.entity_id).correlate(job))
        gone = and_(of_kind, job.c.entity_id.is_not(NULL), ~there)
        yield _fault("job", f"about a missing {kind}", "delete those rows of outbox", job, gone)


def _access_list(kind: str, owner: Column[Any]) -> Fault:
    record = KINDS[kind].table
    has_list = exists(select(ONE).where(owner == record.c.id).correlate(record))
    way_out = f"PUT api/2.0/crm/{kind}/{{id}}/access says which"
    wrong = "public, yet it has an access list"
    return _fault(kind, wrong, way_out, record, ~record.c.is_private, has_list)


def _closes() -> ColumnElement[Any]:
    """The right close date of an opportunity, by `opportunities.rules`."""
    is_open = stage.c.stage_type == ZERO
    date = case((is_open, o.c.expected_close_on), else_=o.c.actual_close_on)
    closes = select(func.coalesce(date, constant(schema.UNSET_CLOSE)))
    return closes.where(stage.c.id == o.c.stage_id).correlate(o).scalar_subquery()


CLOSE_DATES = _fault("opportunity", "its close date is not that of its stage",
                     f"{MEND} sets it anew", o, o.c.close_on != _closes())  # fmt: skip
MEND_CLOSE_DATES = Statement(
    update(o).where(AnyOf(o.c.id, "ids", Integer())).values(close_on=_closes())
)


def _unseen(kind: str) -> Fault:
    """Records outside the trash that no active account sees by the rule itself."""
    table, rights = KINDS[kind].table, KINDS[kind].rights
    person = schema.person.alias("viewer")
    person_id = literal_column("viewer.id", String())

    def by_row(element: Any, **_: Any) -> Any:
        is_actor = isinstance(element, BindParameter) and element.key == access.ACTOR.key
        return person_id if is_actor else None

    sees = replacement_traverse(rights(table, is_admin=False).see, {}, by_row)
    seen = exists(
        select(ONE)
        .select_from(person)
        .where(
            ~person.c.is_terminated,
            person.c.role != constant(access.Role.GUEST.value),
            sees,
        )
        .correlate(table)
    )
    way_out = f"an administrator can share it: PUT api/2.0/crm/{kind}/{{id}}/access"
    return _fault(kind, "nobody but administrators sees it", way_out, table, _alive(table), ~seen)


def _dependents() -> Iterator[Fault]:
    """A record's dependents are in the trash if it is, and have been deleted with it."""
    for kind, row in dependents.RECORDS.items():
        for column, parent in dependents.parents(kind).items():
            record = KINDS[parent].table.alias("held_by")
            gone = record.c.deleted_on.is_not(NULL)
            held = exists(select(ONE).where(record.c.id == row.c[column], gone).correlate(row))
            wrong = f"in front of the trash, yet its {parent} is in it"
            way_out = f"restore that {parent}: PUT api/2.0/crm/trash/restore"
            yield _fault(kind, wrong, way_out, row, _alive(row), held)
        if "deleted_with" in row.c:
            yield _lost(kind, row)


def _lost(kind: str, row: Table) -> Fault:
    lies = row.c.deleted_with.is_not(NULL)
    with_one = or_(*(_lies_with(row, entity) for entity in dependents.RECORDS))
    wrong = "said to have gone into the trash with what is not in it"
    return _fault(kind, wrong, "empty its deleted_with", row,
                  lies, or_(_alive(row), ~with_one))  # fmt: skip


def _lies_with(row: Table, entity: str) -> ColumnElement[Any]:
    record, prefix = KINDS[entity].table.alias("holder"), f"{entity}:"
    size = len(prefix)
    is_one = func.substr(row.c.deleted_with, ONE, constant(size)) == constant(prefix)
    number = cast(func.substr(row.c.deleted_with, constant(size + 1)), Integer())
    found = select(ONE).where(record.c.id == case((is_one, number)))
    return exists(found.where(record.c.deleted_on.is_not(NULL)).correlate(row))


def _alive(table: FromClause) -> ColumnElement[Any]:
    return table.c.deleted_on.is_(NULL)


# A page of files with what the store should hold of them: rows of (id, name, size).
CONTENTS = Statement(
    select(schema.file.c.id, schema.file.c.stored_as, schema.file.c.size)
    .where(schema.file.c.id > bindparam("after", type_=Integer()))
    .order_by(schema.file.c.id)
    .limit(bindparam("limit", type_=Integer()))
)
