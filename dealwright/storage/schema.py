"""Every table. Columns are whole numbers, text and booleans only, so that both databases keep and
compare the same values: money is 1/10 000 of a unit, a moment is microseconds since 1970 in UTC, a
user id is GUID text.

Foreign keys say what belongs to what; a rule about what happens to a row when its owner goes stands
beside its column."""

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
from sqlalchemy import Table as Table  # slices name it where they are handed a table

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# The two databases must sort and compare text alike: SQLite compares code units, so PostgreSQL is
# told to as well.
Text = String().with_variant(String(collation="C"), "postgresql")
Whole = Integer()
Money = BigInteger()
Moment = BigInteger()
Guid = String(36).with_variant(String(36, collation="C"), "postgresql")
Flag = Boolean(create_constraint=False)


UNSET_CLOSE = -62_135_596_800_000_000


def _key() -> Column[int]:
    """An id that is never given twice, also after its row is gone."""
    return Column("id", Whole, primary_key=True, autoincrement=True)


def _user(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Guid, ForeignKey("person.id"), nullable=nullable)


def _flag(name: str) -> Column[bool]:
    return Column(name, Flag, nullable=False, server_default=text("false"))


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
    Column(
        "hash", Text, nullable=False, unique=True
    ),  # SHA-256 of the token; the token itself is not kept
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
    Index("ix_stage_sort_order", "sort_order", "id"),
    sqlite_autoincrement=True,
)

list_item = Table(
    "list_item",
    metadata,
    _key(),
    Column(
        "kind", Whole, nullable=False
    ),  # 1 contact status, 2 task category, 3 history category, 4 contact type
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
    Column(
        "title_key", Text, nullable=False
    ),  # trimmed and in lower case: what makes two tags the same
    UniqueConstraint("entity_type", "title_key"),
    sqlite_autoincrement=True,
)

custom_field = Table(
    "custom_field",
    metadata,
    _key(),
    Column(
        "entity_type", Whole, nullable=False
    ),  # 0 contact, 1 opportunity, 4 company, 5 person, 7 case
    Column("label", Text, nullable=False),
    Column("field_type", Whole, nullable=False),
    Column("mask", Text, nullable=False, server_default=""),
    Column("position", Whole, nullable=False),
    Column("retired_on", Moment),  # gone for everybody; records are still being rid of its values
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
    Column("job_title", Text, nullable=False, server_default=""),
    Column("about", Text, nullable=False, server_default=""),
    Column("industry", Text, nullable=False, server_default=""),
    Column("company_id", Whole, ForeignKey("contact.id")),  # emptied when the company goes
    Column(
        "status_id", Whole, ForeignKey("list_item.id")
    ),  # both emptied in the trash when the item goes
    Column("type_id", Whole, ForeignKey("list_item.id")),
    Column("share_type", Whole, nullable=False),  # 0 private, 1 everyone edits, 2 everyone reads
    Column("currency", Text),
    Column("search_text", Text, nullable=False),
    _flag("is_long_text"),
    _user("created_by"),
    Column("created_on", Moment, nullable=False),
    _user("modified_by"),
    Column("modified_on", Moment, nullable=False),
    Column("version", Whole, nullable=False, server_default="1"),
    Column("deleted_on", Moment),
    _user("deleted_by", nullable=True),
    UniqueConstraint("external_id"),
    sqlite_autoincrement=True,
)

contact_access = Table(
    "contact_access",
    metadata,
    Column("contact_id", Whole, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    _user("person_id"),
    PrimaryKeyConstraint("contact_id", "person_id"),
    Index("ix_contact_access_person", "person_id", "contact_id"),
    sqlite_with_rowid=False,
)

contact_tag = Table(
    "contact_tag",
    metadata,
    Column("contact_id", Whole, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("tag_id", Whole, ForeignKey("tag.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("contact_id", "tag_id"),
    Index("ix_contact_tag_tag", "tag_id", "contact_id"),
    sqlite_with_rowid=False,
)

contact_value = Table(
    "contact_value",
    metadata,
    Column("contact_id", Whole, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("field_id", Whole, ForeignKey("custom_field.id", ondelete="CASCADE"), nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("contact_id", "field_id"),
    Index("ix_contact_value_field", "field_id", "contact_id"),
    sqlite_with_rowid=False,
)

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
    Column(
        "contact_id", Whole, ForeignKey("contact.id")
    ),  # the primary contact; emptied when the contact goes
    Column("bid_type", Whole, nullable=False),
    Column("bid_value", Money, nullable=False),
    Column("bid_currency", Text, nullable=False),
    Column("per_period_value", Whole, nullable=False),
    # Emptied in the trash when the stage goes, so that restoring asks for another one.
    Column("stage_id", Whole, ForeignKey("stage.id")),
    Column("success_probability", Whole, nullable=False),
    Column("actual_close_on", Moment),
    Column("expected_close_on", Moment),
    # Expected while the stage is open, else actual: what date filters and sorts read. Unset is the
    # first of January of year 1, which sorts before all others on both databases.
    Column("close_on", Moment, nullable=False),
    Column("is_private", Flag, nullable=False),
    Column(
        "search_text", Text, nullable=False
    ),  # all searchable words while they are few, see storage/text.py
    _flag("is_long_text"),
    _user("created_by"),
    Column("created_on", Moment, nullable=False),
    _user("modified_by"),
    Column("modified_on", Moment, nullable=False),
    Column("version", Whole, nullable=False, server_default="1"),
    Column("deleted_on", Moment),
    _user("deleted_by", nullable=True),
    UniqueConstraint("external_id"),
    CheckConstraint(
        "stage_id is not null or deleted_on is not null", name="on_a_stage_or_in_the_trash"
    ),
    sqlite_autoincrement=True,
)

opportunity_access = Table(
    "opportunity_access",
    metadata,
    Column(
        "opportunity_id", Whole, ForeignKey("opportunity.id", ondelete="CASCADE"), nullable=False
    ),
    _user("person_id"),
    PrimaryKeyConstraint("opportunity_id", "person_id"),
    Index("ix_opportunity_access_person", "person_id", "opportunity_id"),
    sqlite_with_rowid=False,
)

opportunity_member = Table(
    "opportunity_member",
    metadata,
    Column(
        "opportunity_id", Whole, ForeignKey("opportunity.id", ondelete="CASCADE"), nullable=False
    ),
    Column("contact_id", Whole, ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("opportunity_id", "contact_id"),
    Index("ix_opportunity_member_contact", "contact_id", "opportunity_id"),
    sqlite_with_rowid=False,
)

opportunity_tag = Table(
    "opportunity_tag",
    metadata,
    Column(
        "opportunity_id", Whole, ForeignKey("opportunity.id", ondelete="CASCADE"), nullable=False
    ),
    Column("tag_id", Whole, ForeignKey("tag.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("opportunity_id", "tag_id"),
    Index("ix_opportunity_tag_tag", "tag_id", "opportunity_id"),
    sqlite_with_rowid=False,
)

opportunity_value = Table(
    "opportunity_value",
    metadata,
    Column(
        "opportunity_id", Whole, ForeignKey("opportunity.id", ondelete="CASCADE"), nullable=False
    ),
    Column("field_id", Whole, ForeignKey("custom_field.id", ondelete="CASCADE"), nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("opportunity_id", "field_id"),
    Index("ix_opportunity_value_field", "field_id", "opportunity_id"),
    sqlite_with_rowid=False,
)


def _list_index(name: str, table: Table, *columns: str, unique: bool = False) -> None:
    """An index that a list walks: only what is not in the trash, and beside the keys all that the
    access rule and the text filter read, so that rows which do not match are never fetched."""
    covered = ("is_private", "is_long_text", "search_text")
    alive = table.c.deleted_on.is_(literal_column("null"))
    keys = [table.c[column] for column in columns]
    # SQLite looks again whether a row is in the trash, though no such row is in the index.
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


_list_index(
    "ix_opportunity_stage_responsible",
    opportunity,
    "stage_id",
    "responsible_id",
    "created_on",
    "id",
)
_list_index("ix_opportunity_responsible", opportunity, "responsible_id", "created_on", "id")
_plain_index("ix_opportunity_created", opportunity, "created_on", "id")
_plain_index("ix_opportunity_stage", opportunity, "stage_id", "id")
_plain_index("ix_opportunity_title", opportunity, "title_key", "id")
_plain_index("ix_opportunity_close", opportunity, "close_on", "id")
_plain_index("ix_opportunity_bid_value", opportunity, "bid_value", "id")
Index("ix_opportunity_contact", opportunity.c.contact_id)
_alive = opportunity.c.deleted_on.is_(literal_column("null"))
_responsible = (opportunity.c.responsible_id, opportunity.c.id)
# SQLite uses a partial index only for the very condition that a statement prints.
_private = (opportunity.c.is_private == literal_column("1")) & _alive
Index("ix_opportunity_private_sqlite", *_responsible, sqlite_where=_private).ddl_if("sqlite")
_private = opportunity.c.is_private & _alive
Index("ix_opportunity_private", *_responsible, postgresql_where=_private).ddl_if("postgresql")
_plain_index("ix_contact_display", contact, "display_key", "id")
_plain_index("ix_contact_created", contact, "created_on", "id")
# Partial: where hardly anybody has a company the planner of SQLite would rather scan the table.
_employed = contact.c.company_id.is_not(literal_column("null"))
Index(
    "ix_contact_company", contact.c.company_id, sqlite_where=_employed, postgresql_where=_employed
)
Index("ix_contact_status", contact.c.status_id)
Index("ix_contact_type", contact.c.type_id)
for _table in (opportunity, contact):
    Index(f"ix_{_table.name}_deleted", _table.c.deleted_on, _table.c.id,
          sqlite_where=_table.c.deleted_on.is_not(literal_column("null")),
          postgresql_where=_table.c.deleted_on.is_not(literal_column("null")))  # fmt: skip

# All words of a record, for the full-text index of the database at hand; `storage/text.py` folds
# them. A record with few words carries them in its own `search_text` too, where a list index covers
# them. They are those of the columns in `searched`, in this order, then of the custom values by
# field.
opportunity_text = Table(
    "opportunity_text",
    metadata,
    Column(
        "id",
        Whole,
        ForeignKey("opportunity.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("words", Text, nullable=False),
    info={"searched": ("title", "description")},
)
contact_text = Table(
    "contact_text",
    metadata,
    Column(
        "id",
        Whole,
        ForeignKey("contact.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("words", Text, nullable=False),
    info={"searched": ("display_name", "job_title", "about", "industry")},
)


def _full_text_index(table: Table) -> None:
    """SQLite: an FTS5 table over the words, kept by triggers. The words are folded and parted by
    single spaces before they come here, so the plainest tokenizer takes them as they are.
    PostgreSQL: a GIN index over the same words."""
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
    Column("entity_id", Whole),  # whom it is about; the kind says of what type
    Column("payload", Text, nullable=False),  # JSON
    Column("created_on", Moment, nullable=False),
    Column("due_on", Moment, nullable=False),
    Column("attempts", Whole, nullable=False, server_default="0"),
    Column("error", Text),
    Index("ix_outbox_due", "due_on", "id"),
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
