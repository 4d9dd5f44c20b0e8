"""Every table. Columns are whole numbers, text and booleans only, so that both databases store and
compare the same values: money is 1/10 000 of a unit, a moment is microseconds since 1970 in UTC, a
user id is GUID text.

Foreign keys say what belongs to what; a rule about a row whose owner is deleted is beside its
column.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
    event,
    literal_column,
    text,
)
from sqlalchemy import Table as Table  # slices use it for a table that they are given

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# The two databases must sort and compare text alike: SQLite compares code units, so PostgreSQL must
# do the same.
Text = String().with_variant(String(collation="C"), "postgresql")
Whole = Integer()
Money = BigInteger()
Moment = BigInteger()
Guid = String(36).with_variant(String(36, collation="C"), "postgresql")
Flag = Boolean(create_constraint=False)


TRIGGERS = Path(__file__).parent / "triggers"

UNSET_CLOSE = -62_135_596_800_000_000


def _key() -> Column[int]:
    """An id that is never used twice, also after its row is deleted."""
    return Column("id", Whole, primary_key=True, autoincrement=True)


def _user(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Guid, ForeignKey("person.id"), nullable=nullable)


def _flag(name: str) -> Column[bool]:
    return Column(name, Flag, nullable=False, server_default=text("false"))


# A record that goes to the trash takes along what is useless without it: the columns marked so.
# `deleted_with` then names the record (`contact:42`), and restoring that record restores exactly
# these rows.
GOES_ALONG = {"goes_along": True}


def _belongs_to(entity: str, *, table: str | None = None) -> Column[int]:
    """The record to which a task or an event belongs: it goes to the trash with it."""
    reference = ForeignKey(f"{table or entity}.id")
    return Column(f"{entity}_id", Whole, reference, info=GOES_ALONG)


def _hangs_on(entity: str, *, table: str | None = None) -> Column[int]:
    """The record of which it is a part: purged with it."""
    reference = ForeignKey(f"{table or entity}.id", ondelete="CASCADE")
    return Column(f"{entity}_id", Whole, reference, nullable=False)


def _stamps() -> tuple[Column[Any], ...]:
    """User and time of creation and of the last change, and the version."""
    return (
        _user("created_by"),
        Column("created_on", Moment, nullable=False),
        _user("modified_by"),
        Column("modified_on", Moment, nullable=False),
        Column("version", Whole, nullable=False, server_default="1"),
    )


def _record() -> tuple[Column[Any], ...]:
    """The last columns of every record: user and time, version, trash."""
    return (
        # All searchable words while they are few, see storage/text.py.
        Column("search_text", Text, nullable=False),
        _flag("is_long_text"),
        *_stamps(),
        Column("deleted_on", Moment),
        _user("deleted_by", nullable=True),
    )


def _texts(entity: str, *searched: str, table: str | None = None) -> Table:
    """All words of a record, see `opportunity_text`."""
    reference = ForeignKey(f"{table or entity}.id", ondelete="CASCADE")
    return Table(
        f"{table or entity}_text",
        metadata,
        Column("id", Whole, reference, primary_key=True, autoincrement=False),
        Column("words", Text, nullable=False),
        info={"searched": searched},
    )


def _links(name: str, owner: Column[int], other: Column[Any], *more: Column[Any]) -> Table:
    """Pairs that link rows to a record, with an index from either side."""
    return Table(
        name,
        metadata,
        owner,
        other,
        *more,
        PrimaryKeyConstraint(owner.name, other.name),
        Index(f"ix_{name}_{other.name.removesuffix('_id')}", other.name, owner.name),
        sqlite_with_rowid=False,
    )


def _field_value() -> tuple[Column[int], Column[str]]:
    return _hangs_on("field", table="custom_field"), Column("value", Text, nullable=False)


# ---------------------------------------------------------------------------------------------- por

portal = Table(
    "portal",
    metadata,
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("language", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("is_documented", Flag, nullable=False),
    Column("secret", Text, nullable=False),  # signs cursors and keys cached passwords
    Column("created_on", Moment, nullable=False),
    Column("timezone", Text),  # null: the server's setting
    CheckConstraint("id = 1", name="one_portal"),
)

# A user of the portal. The word on the wire is "people"; `user` is reserved in SQL.
person = Table(
    "person",
    metadata,
    Column("id", Guid, primary_key=True),
    Column("user_name", Text, nullable=False, unique=True),  # folded, part of the profile address
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),  # folded: one account per address
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("job_title", Text, nullable=False, server_default=""),
    Column("role", Text, nullable=False),  # owner | admin | crm_admin | user | guest
    _flag("is_terminated"),
    Column("password_hash", Text),  # null: cannot sign in by password
    Column("created_on", Moment, nullable=False),
)
Index("ix_person_one_owner", person.c.role, unique=True, sqlite_where=person.c.role == "owner",
      postgresql_where=person.c.role == "owner")  # fmt: skip

team = Table(  # a group of people; `group` is reserved in SQL
    "team",
    metadata,
    Column("id", Guid, primary_key=True),
    Column("name", Text, nullable=False),
    _user("manager_id", nullable=True),
)

team_member = Table(
    "team_member",
    metadata,
    Column("team_id", Guid, ForeignKey("team.id", ondelete="CASCADE"), nullable=False),
    _user("person_id"),
    PrimaryKeyConstraint("team_id", "person_id"),
)

token = Table(
    "token",
    metadata,
    _key(),
    _user("person_id"),
    # SHA-256 of the token; the token itself is not stored
    Column("hash", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # session | api
    Column("title", Text, nullable=False, server_default=""),
    Column("scope", Text, nullable=False),  # read | write
    Column("created_on", Moment, nullable=False),
    Column("expires_on", Moment),
    Column("used_on", Moment),
    Index("ix_token_person_id", "person_id"),
    sqlite_autoincrement=True,
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("key", Text, primary_key=True),  # who tried from where, hashed
    Column("failures", Whole, nullable=False),
    Column("since", Moment, nullable=False),
    Column("blocked_until", Moment),
)

# ---------------------------------------------------------------------------------------------- lis

# Ways that opportunities go. A portal begins with number 1, which holds all stages that name none.
pipeline = Table(
    "pipeline",
    metadata,
    _key(),
    Column("title", Text, nullable=False),
    Column("sort_order", Whole, nullable=False),
    sqlite_autoincrement=True,
)

stage = Table(
    "stage",
    metadata,
    _key(),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("color", Text, nullable=False),
    Column("sort_order", Whole, nullable=False),
    Column("success_probability", Whole, nullable=False),
    Column("stage_type", Whole, nullable=False),  # 0 open, 1 won, 2 lost
    Column(
        "pipeline_id", Whole, ForeignKey("pipeline.id"), nullable=False, server_default=text("1")
    ),
    # Days after the last touch from which an opportunity counts as rotting, 0: never.
    Column("rotting_days", Whole, nullable=False, server_default=text("0")),
    Index("ix_stage_sort_order", "sort_order", "id"),
    sqlite_autoincrement=True,
)

# Why opportunities are lost.
loss_reason = Table(
    "loss_reason",
    metadata,
    _key(),
    Column("title", Text, nullable=False),
    Column("sort_order", Whole, nullable=False),
    sqlite_autoincrement=True,
)

list_item = Table(
    "list_item",
    metadata,
    _key(),
    # 1 contact status, 2 task category, 3 history category, 4 contact type
    Column("kind", Whole, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("color", Text, nullable=False, server_default=""),
    Column("image_name", Text, nullable=False, server_default=""),
    Column("sort_order", Whole, nullable=False),
    Index("ix_list_item_kind", "kind", "sort_order"),
    sqlite_autoincrement=True,
)

tag = Table(
    "tag",
    metadata,
    _key(),
    Column("entity_type", Whole, nullable=False),  # 0 contact, 1 opportunity, 7 case
    Column("title", Text, nullable=False),
    # trimmed and in lower case: what makes two tags the same
    Column("title_key", Text, nullable=False),
    UniqueConstraint("entity_type", "title_key"),
    sqlite_autoincrement=True,
)

custom_field = Table(
    "custom_field",
    metadata,
    _key(),
    # 0 contact, 1 opportunity, 4 company, 5 person, 7 case
    Column("entity_type", Whole, nullable=False),
    Column("label", Text, nullable=False),
    Column("field_type", Whole, nullable=False),
    Column("mask", Text, nullable=False, server_default=""),
    Column("position", Whole, nullable=False),
    # hidden from everybody; its values are still being removed from records
    Column("retired_on", Moment),
    sqlite_autoincrement=True,
)

currency_pair = Table(
    "currency_pair",
    metadata,
    _key(),
    Column("from_currency", Text, nullable=False),
    Column("to_currency", Text, nullable=False),
    UniqueConstraint("from_currency", "to_currency"),
    sqlite_autoincrement=True,
)

currency_rate = Table(
    "currency_rate",
    metadata,
    Column("pair_id", Whole, ForeignKey("currency_pair.id", ondelete="CASCADE"), nullable=False),
    Column("day", Whole, nullable=False),  # days since 1970 in the portal's zone
    Column("rate", BigInteger, nullable=False),  # 1/10^9; 0 ends the pair from this day
    PrimaryKeyConstraint("pair_id", "day"),
)

# ---------------------------------------------------------------------------------------------- con

contact = Table(
    "contact",
    metadata,
    _key(),
    Column("external_id", Text),
    Column("is_company", Flag, nullable=False),
    Column("first_name", Text, nullable=False, server_default=""),
    Column("last_name", Text, nullable=False, server_default=""),
    Column("company_name", Text, nullable=False, server_default=""),
    Column("display_name", Text, nullable=False),
    Column("display_key", Text, nullable=False),  # folded, for sorting
    Column("name_key", Text, nullable=False, server_default=""),  # the same in all spellings
    Column("job_title", Text, nullable=False, server_default=""),
    Column("about", Text, nullable=False, server_default=""),
    Column("industry", Text, nullable=False, server_default=""),
    Column("company_id", Whole, ForeignKey("contact.id")),  # cleared when the company is deleted
    # both cleared in the trash when the item is deleted
    Column("status_id", Whole, ForeignKey("list_item.id")),
    Column("type_id", Whole, ForeignKey("list_item.id")),
    Column("share_type", Whole, nullable=False),  # 0 private, 1 everyone edits, 2 everyone reads
    Column("currency", Text),
    *_record(),
    UniqueConstraint("external_id"),
    sqlite_autoincrement=True,
)

contact_access = _links("contact_access", _hangs_on("contact"), _user("person_id"))

contact_tag = _links("contact_tag", _hangs_on("contact"), _hangs_on("tag"))

contact_value = _links("contact_value", _hangs_on("contact"), *_field_value())

# ---------------------------------------------------------------------------------------------- opp

opportunity = Table(
    "opportunity",
    metadata,
    _key(),
    Column("external_id", Text),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),  # folded, for sorting
    Column("description", Text, nullable=False, server_default=""),
    _user("responsible_id"),
    # the primary contact; cleared when the contact is deleted
    Column("contact_id", Whole, ForeignKey("contact.id")),
    Column("bid_type", Whole, nullable=False),
    Column("bid_value", Money, nullable=False),
    Column("bid_currency", Text, nullable=False),
    Column("per_period_value", Whole, nullable=False),
    # Cleared in the trash when the stage is deleted, so that restoring asks for another one.
    Column("stage_id", Whole, ForeignKey("stage.id")),
    Column("success_probability", Whole, nullable=False),
    Column("actual_close_on", Moment),
    Column("expected_close_on", Moment),
    # Expected while the stage is open, else actual: used by date filters and sorts. Unset is the
    # first of January of year 1, which sorts before all others on both databases.
    Column("close_on", Moment, nullable=False),
    Column("is_private", Flag, nullable=False),
    # Its place in the column of its stage, see `opportunities/ranks.py`.
    Column("rank", Text, nullable=False, server_default=""),
    Column("stage_since", Moment, nullable=False, server_default=text("0")),
    # The last change by a person, event, or task done: what rotting counts from.
    Column("touched_on", Moment, nullable=False, server_default=text("0")),
    Column("loss_reason_id", Whole, ForeignKey("loss_reason.id")),
    Column("loss_comment", Text),
    # What one unit of its currency was worth on the day it closed, in 1/10^9 of the portal's
    # currency of then; null: it is open, or no rate was known.
    Column("closing_rate", BigInteger),
    Column("closing_currency", Text),
    *_record(),
    UniqueConstraint("external_id"),
    CheckConstraint(
        "stage_id is not null or deleted_on is not null", name="on_a_stage_or_in_the_trash"
    ),
    sqlite_autoincrement=True,
)

opportunity_access = _links("opportunity_access", _hangs_on("opportunity"), _user("person_id"))

opportunity_member = _links("opportunity_member", _hangs_on("opportunity"), _hangs_on("contact"))

opportunity_tag = _links("opportunity_tag", _hangs_on("opportunity"), _hangs_on("tag"))

opportunity_value = _links("opportunity_value", _hangs_on("opportunity"), *_field_value())

# How long an opportunity stood on which stages. A stage that is gone keeps its title here.
stage_stay = Table(
    "stage_stay",
    metadata,
    _key(),
    _hangs_on("opportunity"),
    Column("stage_id", Whole, nullable=False),
    Column("stage_title", Text, nullable=False),
    Column("entered_on", Moment, nullable=False),
    Column("left_on", Moment),  # null: it stands there
    _user("entered_by", nullable=True),
    Index("ix_stage_stay_opportunity", "opportunity_id", "id"),
    sqlite_autoincrement=True,
)


def _list_index(name: str, table: Table, *columns: str, unique: bool = False) -> None:
    """An index for a list: only rows outside the trash, and beside the keys everything that the
    access rule and the text filter read, so that rows that do not match are never fetched."""
    covered = ("is_private", "is_long_text", "search_text")
    alive = table.c.deleted_on.is_(literal_column("null"))
    keys = [table.c[column] for column in columns]
    # SQLite checks again whether a row is in the trash, though no such row is in the index.
    read = [table.c[column] for column in (*covered, "deleted_on")]
    Index(f"{name}_sqlite", *keys, *read, sqlite_where=alive).ddl_if(dialect="sqlite")
    Index(name, *keys, postgresql_include=covered, postgresql_where=alive).ddl_if(
        dialect="postgresql"
    )


def _plain_index(name: str, table: Table, *columns: str) -> None:
    alive = table.c.deleted_on.is_(literal_column("null"))
    Index(
        name, *(table.c[column] for column in columns), sqlite_where=alive, postgresql_where=alive
    )


def _page_index(name: str, table: Table, column: str) -> None:
    """An order of a list, with what the access rule reads, so skipping to a page reads no rows."""
    _plain_index(name, table, column, "id", "is_private", "responsible_id", "deleted_on")


def _trash_index(table: Table) -> None:
    gone = table.c.deleted_on.is_not(literal_column("null"))
    Index(
        f"ix_{table.name}_deleted",
        table.c.deleted_on,
        table.c.id,
        sqlite_where=gone,
        postgresql_where=gone,
    )


def _with_index(table: Table) -> None:
    """By the record with which a row went to the trash."""
    is_set = table.c.deleted_with.is_not(literal_column("null"))
    Index(
        f"ix_{table.name}_deleted_with",
        table.c.deleted_with,
        sqlite_where=is_set,
        postgresql_where=is_set,
    )


def _link_index(table: Table, *names: str) -> None:
    """By the row that a column points to; partial, because most rows point to few of them."""
    for name in names:
        is_set = table.c[name].is_not(literal_column("null"))
        Index(
            f"ix_{table.name}_{name.removesuffix('_id')}",
            table.c[name],
            table.c.id,
            sqlite_where=is_set,
            postgresql_where=is_set,
        )


_list_index(
    "ix_opportunity_stage_responsible",
    opportunity,
    "stage_id",
    "responsible_id",
    "created_on",
    "id",
)
_list_index("ix_opportunity_responsible", opportunity, "responsible_id", "created_on", "id")
_page_index("ix_opportunity_created", opportunity, "created_on")
_plain_index("ix_opportunity_stage", opportunity, "stage_id", "id")
_page_index("ix_opportunity_title", opportunity, "title_key")
_page_index("ix_opportunity_close", opportunity, "close_on")
_page_index("ix_opportunity_bid_value", opportunity, "bid_value")
_plain_index("ix_opportunity_rank", opportunity, "stage_id", "rank", "id")
_plain_index("ix_opportunity_touched", opportunity, "stage_id", "touched_on")
Index(
    "ix_opportunity_loss_reason",
    opportunity.c.loss_reason_id,
    sqlite_where=opportunity.c.loss_reason_id.is_not(literal_column("null")),
    postgresql_where=opportunity.c.loss_reason_id.is_not(literal_column("null")),
)
Index("ix_opportunity_contact", opportunity.c.contact_id)
_alive = opportunity.c.deleted_on.is_(literal_column("null"))
_responsible = (opportunity.c.responsible_id, opportunity.c.id)
# SQLite uses a partial index only if a statement prints exactly its condition.
_private = (opportunity.c.is_private == literal_column("1")) & _alive
Index("ix_opportunity_private_sqlite", *_responsible, sqlite_where=_private).ddl_if("sqlite")
_private = opportunity.c.is_private & _alive
Index("ix_opportunity_private", *_responsible, postgresql_where=_private).ddl_if("postgresql")
_plain_index("ix_contact_display", contact, "display_key", "id")
# SQLite checks again whether a row is in the trash, though no such row is in the index. With this
# one it needs no row for that: names are searched and compared in the index alone.
_named = (contact.c.display_key, contact.c.id, contact.c.deleted_on)
_alive = contact.c.deleted_on.is_(literal_column("null"))
Index("ix_contact_display_sqlite", *_named, sqlite_where=_alive).ddl_if(dialect="sqlite")
# With `display_key`, because SQLite may also scan this index for a part of a name.
_spelled = (contact.c.name_key, contact.c.id, contact.c.deleted_on, contact.c.display_key)
Index("ix_contact_name", *_spelled, sqlite_where=_alive, postgresql_where=_alive)
_plain_index("ix_contact_created", contact, "created_on", "id")
# Partial: if few rows have a company, the planner of SQLite would rather scan the table.
_employed = contact.c.company_id.is_not(literal_column("null"))
Index(
    "ix_contact_company", contact.c.company_id, sqlite_where=_employed, postgresql_where=_employed
)
Index("ix_contact_status", contact.c.status_id)
Index("ix_contact_type", contact.c.type_id)
_trash_index(opportunity)
_trash_index(contact)

# All words of a record, for the full-text index of the database; `storage/text.py` folds them. A
# record with few words also has them in its own `search_text`, which list indexes cover. They are
# those of the columns in `searched`, in this order, then of the custom values by field, then of
# contact data.
opportunity_text = _texts("opportunity", "title", "description")
contact_text = _texts("contact", "display_name", "job_title", "about", "industry")


def _full_text_index(table: Table) -> None:
    """SQLite: an FTS5 table over the words, kept by triggers. The words are already folded and
    separated by single spaces, so the plainest tokenizer is right. PostgreSQL: a GIN index over the
    same words."""
    name = table.name
    gone = f"insert into {name}_fts({name}_fts, rowid, words) values ('delete', old.id, old.words);"
    come = f"insert into {name}_fts(rowid, words) values (new.id, new.words);"
    options = f"content='{name}', content_rowid='id', tokenize='ascii', prefix='2 3'"
    for statement in (
        f"create virtual table {name}_fts using fts5(words, {options})",
        f"create trigger {name}_insert after insert on {name} begin {come} end",
        f"create trigger {name}_delete after delete on {name} begin {gone} end",
        f"create trigger {name}_update after update of words on {name} begin {gone} {come} end",
    ):
        _after_create(table, statement, "sqlite")
    words = "array_to_tsvector(string_to_array(btrim(words), ' '))"
    _after_create(
        table, f"create index ix_{name}_words on {name} using gin ({words})", "postgresql"
    )


def _after_create(table: Table, statement: str, dialect: str) -> None:
    made = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", made.execute_if(dialect=dialect))


_full_text_index(opportunity_text)
_full_text_index(contact_text)
_after_create(pipeline, "alter sequence pipeline_id_seq restart with 2", "postgresql")

# ------------------------------------------------------------------------ what hangs on a contact

contact_info = Table(
    "contact_info",
    metadata,
    _key(),
    _hangs_on("contact"),
    Column("info_type", Whole, nullable=False),  # 0 phone, 1 e-mail … 7 address, see contact_info
    Column("category", Whole, nullable=False),
    Column("data", Text, nullable=False),  # an address: JSON with street, city, state, zip, country
    # The key that equal data share: a folded e-mail address, a phone number in international form.
    Column("data_key", Text, nullable=False),
    _flag("is_primary"),
    Index("ix_contact_info_contact", "contact_id", "id"),
    Index("ix_contact_info_data", "info_type", "data_key", "contact_id"),
    sqlite_autoincrement=True,
)

contact_photo = Table(
    "contact_photo",
    metadata,
    Column(
        "contact_id", Whole, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True,
        autoincrement=False,
    ),
    Column("small", Text, nullable=False, unique=True),  # names in the file store
    Column("medium", Text, nullable=False, unique=True),
    Column("big", Text, nullable=False, unique=True),
    Column("content_type", Text, nullable=False),
    Column("made_on", Moment, nullable=False),
)  # fmt: skip

# Two contacts merged into one: what moved, so that it can be undone.
contact_merge = Table(
    "contact_merge",
    metadata,
    _key(),
    _hangs_on("contact"),  # the one that stays
    Column("source_id", Whole, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("moved", Text, nullable=False),  # JSON
    _user("created_by"),
    Column("created_on", Moment, nullable=False),
    Column("undone_on", Moment),
    Index("ix_contact_merge_contact", "contact_id", "id"),
    Index("ix_contact_merge_source", "source_id"),
    sqlite_autoincrement=True,
)

# ---------------------------------------------------------------------------------------------- cas

# `case` is reserved in SQL.
crm_case = Table(
    "crm_case",
    metadata,
    _key(),
    Column("external_id", Text),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),  # folded, for sorting
    _flag("is_closed"),
    Column("is_private", Flag, nullable=False),
    *_record(),
    UniqueConstraint("external_id"),
    sqlite_autoincrement=True,
)
crm_case_text = _texts("case", "title", table="crm_case")

case_access = _links("case_access", _hangs_on("case", table="crm_case"), _user("person_id"))

case_member = _links("case_member", _hangs_on("case", table="crm_case"), _hangs_on("contact"))

case_tag = _links("case_tag", _hangs_on("case", table="crm_case"), _hangs_on("tag"))

case_value = _links("case_value", _hangs_on("case", table="crm_case"), *_field_value())

_plain_index("ix_crm_case_title", crm_case, "is_closed", "title_key", "id")
_plain_index("ix_crm_case_created", crm_case, "is_closed", "created_on", "id")
_plain_index("ix_crm_case_private", crm_case, "is_private", "created_by", "id")
_trash_index(crm_case)

# ---------------------------------------------------------------------------------------------- tas

task = Table(
    "task",
    metadata,
    _key(),
    Column("external_id", Text),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("deadline", Moment, nullable=False),
    _user("responsible_id"),
    Column("category_id", Whole, ForeignKey("list_item.id")),  # emptied in the trash with the item
    _belongs_to("contact"),
    _belongs_to("opportunity"),
    _belongs_to("case", table="crm_case"),
    _flag("is_closed"),
    Column("alert_value", Whole, nullable=False, server_default="0"),  # minutes before, 0: none
    Column("alert_on", Moment),  # when to notify; null: never, or done
    *_record(),
    Column("deleted_with", Text),
    UniqueConstraint("external_id"),
    CheckConstraint("opportunity_id is null or case_id is null", name="one_entity"),
    sqlite_autoincrement=True,
)
task_text = _texts("task", "title", "description")

_plain_index("ix_task_deadline", task, "is_closed", "deadline", "id")
_plain_index("ix_task_responsible", task, "responsible_id", "is_closed", "deadline", "id")
_plain_index("ix_task_title", task, "is_closed", "title_key", "id")
_link_index(task, "contact_id", "opportunity_id", "case_id", "category_id")
_trash_index(task)
_with_index(task)

task_template_container = Table(
    "task_template_container",
    metadata,
    _key(),
    Column("title", Text, nullable=False),
    Column("entity_type", Whole, nullable=False),  # 0 contact, 1 opportunity, 4 company, 5 person,
    _user("created_by"),  # 7 case
    Column("created_on", Moment, nullable=False),
    _user("modified_by"),
    Column("modified_on", Moment, nullable=False),
    Index("ix_task_template_container_entity_type", "entity_type", "id"),
    sqlite_autoincrement=True,
)

task_template = Table(
    "task_template",
    metadata,
    _key(),
    Column("container_id", Whole, ForeignKey("task_template_container.id", ondelete="CASCADE"),
           nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    _user("responsible_id", nullable=True),  # null: the user who applies it
    Column("category_id", Whole, ForeignKey("list_item.id")),
    _flag("is_notify"),
    Column("offset_ticks", BigInteger, nullable=False, server_default="0"),  # of 100 ns
    _flag("deadline_is_fixed"),
    Column("sort_order", Whole, nullable=False, server_default="0"),
    _user("created_by"),
    Column("created_on", Moment, nullable=False),
    _user("modified_by"),
    Column("modified_on", Moment, nullable=False),
    Index("ix_task_template_container", "container_id", "sort_order", "id"),
    Index("ix_task_template_category", "category_id"),
    sqlite_autoincrement=True,
)  # fmt: skip

# ------------------------------------------------------------------------------------------ history

# An entry in the history of a contact, an opportunity or a case.
history_event = Table(
    "history_event",
    metadata,
    _key(),
    _belongs_to("contact"),
    _belongs_to("opportunity"),
    _belongs_to("case", table="crm_case"),
    # null: one of the system's, see below
    Column("category_id", Whole, ForeignKey("list_item.id")),
    Column("system_category", Whole),  # -1 task closed, -2 files uploaded, -3 mail message
    Column("content", Text, nullable=False),
    *_record(),
    Column("deleted_with", Text),
    CheckConstraint("opportunity_id is null or case_id is null", name="one_entity"),
    sqlite_autoincrement=True,
)
history_event_text = _texts("event", "content", table="history_event")

_plain_index("ix_history_event_created", history_event, "created_on", "id")
for _name in ("contact_id", "opportunity_id", "case_id"):
    Index(f"ix_history_event_{_name.removesuffix('_id')}", history_event.c[_name],
          history_event.c.created_on, history_event.c.id,
          sqlite_where=history_event.c[_name].is_not(literal_column("null")),
          postgresql_where=history_event.c[_name].is_not(literal_column("null")))  # fmt: skip
_link_index(history_event, "category_id")
_trash_index(history_event)
_with_index(history_event)

# A file in the store, under a random name. It belongs to the events that show it; before there is
# one, only its uploader sees it.
file = Table(
    "file",
    metadata,
    _key(),
    Column("title", Text, nullable=False),  # the uploaded name
    Column("stored_as", Text, nullable=False, unique=True),
    Column("content_type", Text, nullable=False),  # found from its content
    Column("size", BigInteger, nullable=False),  # bytes
    Column("sha256", Text, nullable=False),
    _user("created_by"),
    Column("created_on", Moment, nullable=False),
    _user("modified_by"),
    Column("modified_on", Moment, nullable=False),
    Column("version", Whole, nullable=False, server_default="1"),
    Column("deleted_on", Moment),
    _user("deleted_by", nullable=True),
    Column("deleted_with", Text),
    Index("ix_file_created_by", "created_by", "id"),
    sqlite_autoincrement=True,
)
_trash_index(file)
_with_index(file)

event_file = _links("event_file", _hangs_on("event", table="history_event"), _hangs_on("file"))
event_file.info["goes_along"] = "file_id"  # with the last event that shows it

# -------------------------------------------------------------------------------------------- money

# A tax that products and the lines of invoices carry. The rate is 1/10 000 of a percent.
tax = Table(
    "tax",
    metadata,
    _key(),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),  # folded: no two names differ in case
    Column("description", Text, nullable=False),
    Column("rate", Money, nullable=False),
    *_stamps(),
    sqlite_autoincrement=True,
)

# What is sold: the reference calls it an invoice item. Quantities are 1/10 000 of a piece.
product = Table(
    "product",
    metadata,
    _key(),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),  # folded, for sorting
    Column("sku", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("price", Money, nullable=False),
    Column("currency", Text, nullable=False),
    Column("stock_quantity", Money, nullable=False),
    _flag("track_inventory"),
    Column("tax1_id", Whole, ForeignKey("tax.id")),
    Column("tax2_id", Whole, ForeignKey("tax.id")),
    Column("search_text", Text, nullable=False),
    _flag("is_long_text"),
    *_stamps(),
    Index("ix_product_title", "title_key", "id"),
    sqlite_autoincrement=True,
)
product_text = _texts("product", "title", "description", "sku")
_full_text_index(product_text)
_link_index(product, "tax1_id", "tax2_id")

invoice = Table(
    "invoice",
    metadata,
    _key(),
    Column("external_id", Text),
    Column("status", Whole, nullable=False),  # 1 draft, 2 billed, 3 rejected, 4 paid, 5 archived
    Column("number", Text, nullable=False),
    Column("issue_date", Moment, nullable=False),
    Column("due_date", Moment, nullable=False),
    Column("template_type", Whole, nullable=False),
    Column("contact_id", Whole, ForeignKey("contact.id")),
    Column("consignee_id", Whole, ForeignKey("contact.id")),
    Column("opportunity_id", Whole, ForeignKey("opportunity.id")),
    Column("billing_address_id", Whole, nullable=False),  # 0: none
    Column("delivery_address_id", Whole, nullable=False),  # 0: none
    Column("language", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("exchange_rate", BigInteger, nullable=False),  # 1/10⁹
    Column("purchase_order_number", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("total", Money, nullable=False),  # of the lines, with taxes
    Column("document", Text, nullable=False),  # the printed texts, as JSON
    Column("file_id", Whole, ForeignKey("file.id")),  # the PDF of the newest edit
    *_record(),
    UniqueConstraint("external_id"),
    sqlite_autoincrement=True,
)
invoice_text = _texts("invoice", "number", "description", "terms", "purchase_order_number")
_full_text_index(invoice_text)
# A number can be used again when its invoice is in the trash.
Index("uq_invoice_number", invoice.c.number, unique=True,
      sqlite_where=invoice.c.deleted_on.is_(literal_column("null")),
      postgresql_where=invoice.c.deleted_on.is_(literal_column("null")))  # fmt: skip
_plain_index("ix_invoice_issue", invoice, "issue_date", "id")
_plain_index("ix_invoice_due", invoice, "due_date", "id")
_plain_index("ix_invoice_status", invoice, "status", "id")
_link_index(invoice, "contact_id", "consignee_id", "opportunity_id", "file_id")
_trash_index(invoice)

# Rates are those of the taxes when the line was saved: a billed invoice never changes.
invoice_line = Table(
    "invoice_line",
    metadata,
    _key(),
    _hangs_on("invoice"),
    Column("product_id", Whole, ForeignKey("product.id"), nullable=False),
    Column("tax1_id", Whole, ForeignKey("tax.id")),
    Column("tax2_id", Whole, ForeignKey("tax.id")),
    Column("tax1_rate", Money, nullable=False),
    Column("tax2_rate", Money, nullable=False),
    Column("sort_order", Whole, nullable=False),
    Column("description", Text, nullable=False),
    Column("quantity", Money, nullable=False),
    Column("price", Money, nullable=False),
    Column("discount", Money, nullable=False),  # percent
    Index("ix_invoice_line_invoice", "invoice_id", "sort_order", "id"),
    Index("ix_invoice_line_product", "product_id"),
    sqlite_autoincrement=True,
)
_link_index(invoice_line, "tax1_id", "tax2_id")

# ---------------------------------------------------------------------------------------------- not

notification = Table(
    "notification",
    metadata,
    _key(),
    _user("person_id"),  # the recipient
    Column("kind", Text, nullable=False),  # responsible | access | mentioned | task_due | …
    Column("entity_type", Text, nullable=False),  # opportunity | contact | case | task | event | …
    Column("entity_id", Whole),
    _user("caused_by", nullable=True),
    Column("payload", Text, nullable=False, server_default="{}"),  # JSON: what the kind adds
    Column("created_on", Moment, nullable=False),
    Column("read_on", Moment),
    Index("ix_notification_person", "person_id", "id"),
    Index("ix_notification_created_on", "created_on"),
    sqlite_autoincrement=True,
)
Index("ix_notification_entity", notification.c.entity_type, notification.c.entity_id)

# A user's preferences for the interface that differ from the defaults.
preference = Table(
    "preference",
    metadata,
    _user("person_id"),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),  # JSON
    PrimaryKeyConstraint("person_id", "name"),
)

# A link by which a person sets a password once: after an invitation or a forgotten password.
password_link = Table(
    "password_link",
    metadata,
    Column("hash", Text, primary_key=True),
    _user("person_id"),
    Column("purpose", Text, nullable=False),  # invitation | forgotten
    Column("created_on", Moment, nullable=False),
    Column("expires_on", Moment, nullable=False),
    Index("ix_password_link_person_id", "person_id"),
)

# A user's choices of notifications that differ from the defaults.
notification_choice = Table(
    "notification_choice",
    metadata,
    _user("person_id"),
    Column("kind", Text, nullable=False),
    Column("in_app", Flag, nullable=False),
    Column("by_mail", Flag, nullable=False),
    PrimaryKeyConstraint("person_id", "kind"),
)

# ---------------------------------------------------------------------------------------------- mai

# One e-mail to many contacts.
mailing = Table(
    "mailing",
    metadata,
    _key(),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    _flag("store_in_history"),
    _user("created_by"),
    Column("created_on", Moment, nullable=False),
    Column("finished_on", Moment),
    Column("cancelled_on", Moment),
    Column("file_ids", Text, nullable=False, server_default="[]"),  # JSON
    # the address to which e-mails link
    Column("base_url", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),  # the last error of the mail server
    Index("ix_mailing_created_by", "created_by", "id"),
    sqlite_autoincrement=True,
)

mailing_recipient = Table(
    "mailing_recipient",
    metadata,
    _hangs_on("mailing"),
    _hangs_on("contact"),
    Column("email", Text, nullable=False),
    # waiting | sending | sent | refused | failed | skipped
    Column("state", Text, nullable=False),
    Column("attempts", Whole, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("sent_on", Moment),
    PrimaryKeyConstraint("mailing_id", "contact_id"),
    Index("ix_mailing_recipient_contact", "contact_id"),
)

# Addresses whose owners have unsubscribed from mailings.
mail_refusal = Table(
    "mail_refusal",
    metadata,
    Column("email_key", Text, primary_key=True),
    Column("created_on", Moment, nullable=False),
)

# ---------------------------------------------------------------------------------------------- set

# What administrators have set for the portal, by name; absent means its default.
portal_setting = Table(
    "portal_setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),  # JSON
)

# A public form by which a visitor becomes a contact with an opportunity.
web_form = Table(
    "web_form",
    metadata,
    _key(),
    Column("title", Text, nullable=False),
    Column("form_key", Guid, nullable=False, unique=True),  # public
    Column("choices", Text, nullable=False),  # JSON: stage, responsible, tags, where to go next …
    _flag("is_disabled"),
    _user("created_by"),
    Column("created_on", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# A filter with a name: of one person, or shared with everybody.
saved_view = Table(
    "saved_view",
    metadata,
    _key(),
    Column("entity", Text, nullable=False),  # opportunity | contact | task | case
    _user("person_id"),
    Column("title", Text, nullable=False),
    Column("icon", Text, nullable=False, server_default=""),
    Column("sort_order", Whole, nullable=False),
    _flag("is_shared"),
    Column("filter", Text, nullable=False),  # JSON: parameters of the list by name
    Column("columns", Text, nullable=False),  # JSON: names in order
    Column("sort_by", Text, nullable=False, server_default=""),
    _flag("is_descending"),
    Column("created_on", Moment, nullable=False),
    Column("version", Whole, nullable=False, server_default="1"),
    Index("ix_saved_view_person", "person_id", "entity"),
    sqlite_autoincrement=True,
)

# What somebody, or a group, is to win in a month, in the portal's currency of then.
sales_target = Table(
    "sales_target",
    metadata,
    _key(),
    Column("person_id", Guid, ForeignKey("person.id", ondelete="CASCADE")),
    Column("team_id", Guid, ForeignKey("team.id", ondelete="CASCADE")),
    Column("month", Whole, nullable=False),  # 202611
    Column("amount", Money, nullable=False),
    Column("currency", Text, nullable=False),
    UniqueConstraint("person_id", "month"),
    UniqueConstraint("team_id", "month"),
    CheckConstraint("(person_id is null) <> (team_id is null)", name="of_a_person_or_a_team"),
    sqlite_autoincrement=True,
)

calendar_feed = Table(
    "calendar_feed",
    metadata,
    Column("person_id", Guid, ForeignKey("person.id"), primary_key=True),
    Column("hash", Text, nullable=False, unique=True),  # SHA-256 of the secret in its address
    Column("created_on", Moment, nullable=False),
    Column("used_on", Moment),
)

# Other data of a user: shown, never decided by.
person_profile = Table(
    "person_profile",
    metadata,
    Column("person_id", Guid, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("sex", Text),  # male | female
    Column("birthday", Moment),
    Column("works_from", Moment),
    Column("location", Text, nullable=False, server_default=""),
    Column("notes", Text, nullable=False, server_default=""),
    Column("language", Text),  # null: the portal's
    Column("contacts", Text, nullable=False, server_default="[]"),  # JSON: [{type, value}, …]
    _user("lead_id", nullable=True),
    Column("terminated_on", Moment),
    # The account is deleted; only its name is left, where records mention it.
    Column("deleted_on", Moment),
)

for _texts_of in (crm_case_text, task_text, history_event_text):
    _full_text_index(_texts_of)

# ---------------------------------------------------------------------------------------------- acr

audit = Table(
    "audit",
    metadata,
    _key(),
    Column("entity_type", Text, nullable=False),
    Column("entity_id", Whole, nullable=False),
    Column("action", Text, nullable=False),
    _user("person_id", nullable=True),  # null: the portal itself, by the command line
    Column("on", Moment, nullable=False),
    Column("changes", Text, nullable=False),  # JSON: [[field, old, new], …]
    Index("ix_audit_entity", "entity_type", "entity_id", "id"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    _key(),
    Column("kind", Text, nullable=False),
    Column("entity_id", Whole),  # the subject; the kind gives its type
    Column("payload", Text, nullable=False),  # JSON
    Column("created_on", Moment, nullable=False),
    Column("due_on", Moment, nullable=False),
    Column("attempts", Whole, nullable=False, server_default="0"),
    Column("error", Text),
    Index("ix_outbox_due", "due_on", "id"),
    Index("ix_outbox_kind", "kind", "due_on", "id"),  # skips kinds without a handler
    sqlite_autoincrement=True,
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("person_id", Guid, nullable=False),
    Column("route", Text, nullable=False),  # method and path
    Column("key", Text, nullable=False),
    Column("input_hash", Text, nullable=False),
    Column("status", Whole),
    Column("answer", Text),
    Column("content_type", Text),
    Column("etag", Text),
    Column("created_on", Moment, nullable=False),
    PrimaryKeyConstraint("person_id", "route", "key"),
    Index("ix_idempotency_created_on", "created_on"),
)

counter = Table(
    "counter",
    metadata,
    Column("name", Text, nullable=False),
    Column("slot", Whole, nullable=False),
    Column("value", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", "slot"),
)

# How many opportunities there are and what they are worth, for each `audience`: '' the public ones,
# '*' the private ones, a user's id the private ones that this user sees. So what an ordinary user
# sees is '' and their own id, what an administrator sees is '' and '*'. `periods`: how often the
# amount is paid. The amounts of a group, in 1/10 000 of a unit, are billions * 10^9 + rest. A group
# is the sum of its slots: on PostgreSQL each connection has its own, so that no writer waits.
# Triggers keep it, so that no change can forget it.
opportunity_sum = Table(
    "opportunity_sum",
    metadata,
    Column("audience", Text, nullable=False),
    Column("stage_id", Whole, nullable=False),
    Column("responsible_id", Guid, nullable=False),
    Column("bid_currency", Text, nullable=False),
    Column("periods", Whole, nullable=False),
    Column("success_probability", Whole, nullable=False),
    Column("slot", Whole, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("billions", BigInteger, nullable=False),
    Column("rest", BigInteger, nullable=False),
    PrimaryKeyConstraint(
        "audience", "stage_id", "responsible_id", "bid_currency", "periods",
        "success_probability", "slot",
    ),
    sqlite_with_rowid=False,
)  # fmt: skip

# Who sees which private opportunity, with what `opportunity_sum` adds up of it.
opportunity_viewer = Table(
    "opportunity_viewer",
    metadata,
    Column("opportunity_id", Whole, nullable=False),
    Column("person_id", Guid, nullable=False),
    Column("stage_id", Whole, nullable=False),
    Column("responsible_id", Guid, nullable=False),
    Column("bid_currency", Text, nullable=False),
    Column("periods", Whole, nullable=False),
    Column("success_probability", Whole, nullable=False),
    Column("bid_value", Money, nullable=False),
    PrimaryKeyConstraint("opportunity_id", "person_id"),
    sqlite_with_rowid=False,
)


def _triggers() -> None:
    for dialect in ("sqlite", "postgresql"):
        text = (TRIGGERS / f"{dialect}.sql").read_text(encoding="utf-8")
        for statement in text.replace("%", "%%").split("\n;;\n"):
            made = DDL(statement.strip())  # type: ignore[no-untyped-call]
            event.listen(metadata, "after_create", made.execute_if(dialect=dialect))


_triggers()
