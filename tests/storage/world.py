"""Tables and statements that the storage tests share: firms and their deals."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    bindparam,
    create_mock_engine,
    func,
    insert,
    select,
)

from dealwright.storage.engines.engine import Session
from dealwright.storage.statements.change import Change, Insert
from dealwright.storage.statements.statement import Statement

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
Text = String().with_variant(String(collation="C"), "postgresql")

firm = Table(
    "firm",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("parent_id", ForeignKey("firm.id")),
    Column("is_large", Boolean, nullable=False, server_default="0"),
)
deal = Table(
    "deal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("firm_id", ForeignKey("firm.id")),
    Column("bid", BigInteger, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("code", String(8)),
    Index("ix_deal_code", "code", unique=True),
    sqlite_autoincrement=True,
)
deal_member = Table(
    "deal_member",
    metadata,
    Column("deal_id", ForeignKey("deal.id"), nullable=False),
    Column("firm_id", ForeignKey("firm.id"), nullable=False),
    Column("note", Text),
    Column("on", BigInteger),
    PrimaryKeyConstraint("deal_id", "firm_id"),
)
journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("deal_id", Integer),
    Column("text", Text, nullable=False),
    sqlite_autoincrement=True,
)
counter = Table(
    "counter",
    metadata,
    Column("name", Text, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("value", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", "slot"),
)

NEW_FIRM = Statement(lambda: insert(firm).values(name=bindparam("name")).inline())
FIRM_NAMES = Statement(lambda: select(firm.c.name).order_by(firm.c.name))
COUNTED = Statement(
    lambda: (
        select(counter.c.name, func.sum(counter.c.value))
        .group_by(counter.c.name)
        .order_by(counter.c.name)
    )
)


def everything(table: Table) -> Statement:
    return Statement(select(table).order_by(*table.primary_key))


async def add_firm(session: Session, name: str) -> int:
    row = await session.save(Change(Insert(firm, {"name": name})))
    assert row is not None
    return int(row[0])


def as_sql(dialect: str, tables: MetaData) -> str:
    """The statements that create the tables, as one text."""
    printed: list[str] = []

    def note(statement: Any, *_: object, **__: object) -> None:
        printed.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine(
        "sqlite://" if dialect == "sqlite" else "postgresql+asyncpg://", note
    )
    tables.create_all(engine, checkfirst=False)
    return ";\n".join(printed)
