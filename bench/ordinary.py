"""An ordinary server: FastAPI, pydantic and the ORM of SQLAlchemy, as its documentation shows.

It lists, gets and creates opportunities of the same tables, without sign-in, rights, search words,
audit or totals by counters. Relations are loaded by `selectinload`, as the documentation advises.

    python -m bench.ordinary DATABASE PORT"""

import argparse
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, ClassVar

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import AliasGenerator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import BigInteger, Column, ForeignKey, Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

from bench.rows import USER, person_id

MICROSECOND = 1_000_000


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {int: BigInteger}  # moments and money


class Person(Base):
    __tablename__ = "person"
    id: Mapped[str] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str | None]


class Stage(Base):
    __tablename__ = "stage"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    color: Mapped[str]
    success_probability: Mapped[int]
    stage_type: Mapped[int]


class Contact(Base):
    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    display_name: Mapped[str]
    is_company: Mapped[bool]
    share_type: Mapped[int]
    currency: Mapped[str | None]


class Value(Base):
    __tablename__ = "opportunity_value"
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str]


members = Table(
    "opportunity_member",
    Base.metadata,
    Column("opportunity_id", ForeignKey("opportunity.id"), primary_key=True),
    Column("contact_id", ForeignKey("contact.id"), primary_key=True),
)


class Opportunity(Base):
    __tablename__ = "opportunity"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    title_key: Mapped[str]
    description: Mapped[str]
    responsible_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    bid_type: Mapped[int]
    bid_value: Mapped[int]
    bid_currency: Mapped[str]
    per_period_value: Mapped[int]
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    success_probability: Mapped[int]
    actual_close_on: Mapped[int | None]
    expected_close_on: Mapped[int | None]
    close_on: Mapped[int]
    is_private: Mapped[bool]
    search_text: Mapped[str]
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_on: Mapped[int]
    modified_by: Mapped[str]
    modified_on: Mapped[int]
    deleted_on: Mapped[int | None]
    responsible: Mapped[Person] = relationship(foreign_keys=responsible_id)
    author: Mapped[Person] = relationship(foreign_keys=created_by)
    contact: Mapped[Contact | None] = relationship()
    stage: Mapped[Stage] = relationship()
    members: Mapped[list[Contact]] = relationship(secondary=members)
    values: Mapped[list[Value]] = relationship()


WHOLE = tuple(
    selectinload(each)
    for each in (
        Opportunity.responsible,
        Opportunity.author,
        Opportunity.contact,
        Opportunity.stage,
        Opportunity.members,
        Opportunity.values,
    )
)


class Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PersonShown(Shown):
    id: str
    first_name: str
    last_name: str
    email: str | None


class StageShown(Shown):
    id: int
    title: str
    color: str
    success_probability: int
    stage_type: int


class ContactShown(Shown):
    id: int
    display_name: str
    is_company: bool
    share_type: int
    currency: str | None


class ValueShown(Shown):
    field_id: int
    value: str


class OpportunityShown(Shown):
    id: int
    title: str
    description: str
    responsible: PersonShown
    author: PersonShown
    contact: ContactShown | None
    stage: StageShown
    members: list[ContactShown]
    values: list[ValueShown]
    bid_type: int
    bid_value: int
    bid_currency: str
    per_period_value: int
    success_probability: int
    actual_close_on: int | None
    expected_close_on: int | None
    is_private: bool
    created_on: int


class PageShown(BaseModel):
    total: int
    response: list[OpportunityShown]


def _sent_name(name: str) -> str:
    """As the requests of the load spell it: ids in small letters, the rest in camel case."""
    return name.replace("_", "") if name.endswith("_id") else to_camel(name)


class ValueSent(BaseModel):
    key: int
    value: str


class OpportunitySent(BaseModel):
    model_config = ConfigDict(alias_generator=AliasGenerator(validation_alias=_sent_name))

    title: str = Field(max_length=255)
    description: str = ""
    responsible_id: str
    contact_id: int
    members: list[int]
    stage_id: int
    bid_value: float
    bid_currency_abbr: str
    success_probability: int
    expected_close_date: datetime
    custom_field_list: list[ValueSent]


app = FastAPI()
sessions: async_sessionmaker[AsyncSession] = async_sessionmaker(expire_on_commit=False)


async def opened() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(opened)]


@app.get("/api/2.0/crm/opportunity/filter", response_model=PageShown)
async def page(
    session: Session,
    stage: Annotated[int, Query(alias="opportunityStagesid")],
    person: Annotated[str, Query(alias="responsibleid")],
    word: Annotated[str, Query(alias="filterValue")],
    count: int = 25,
    start: Annotated[int, Query(alias="startIndex")] = 0,
) -> Any:
    found = (
        Opportunity.deleted_on.is_(None),
        Opportunity.stage_id == stage,
        Opportunity.responsible_id == person,
        Opportunity.search_text.contains(f" {word}"),
    )
    total = await session.scalar(select(func.count()).select_from(Opportunity).where(*found))
    rows = await session.scalars(
        select(Opportunity)
        .where(*found)
        .order_by(Opportunity.created_on.desc(), Opportunity.id.desc())
        .limit(count)
        .offset(start)
        .options(*WHOLE)
    )
    return {"total": total, "response": rows.all()}


@app.get("/api/2.0/crm/opportunity/{opportunity_id}", response_model=OpportunityShown)
async def one(session: Session, opportunity_id: int) -> Any:
    found = await session.get(Opportunity, opportunity_id, options=WHOLE)
    if found is None:
        raise HTTPException(404)
    return found


@app.post("/api/2.0/crm/opportunity", response_model=OpportunityShown, status_code=201)
async def create(session: Session, sent: OpportunitySent) -> Any:
    now, actor = time.time_ns() // 1000, person_id(USER)
    expected = int(sent.expected_close_date.timestamp()) * MICROSECOND
    contacts = select(Contact).where(Contact.id.in_([*sent.members, sent.contact_id]))
    new = Opportunity(
        title=sent.title, title_key=sent.title.lower(), description=sent.description,
        responsible_id=sent.responsible_id, contact_id=sent.contact_id, bid_type=0,
        bid_value=round(sent.bid_value * 10_000), bid_currency=sent.bid_currency_abbr,
        per_period_value=0, stage_id=sent.stage_id, success_probability=sent.success_probability,
        expected_close_on=expected, close_on=expected, is_private=False,
        search_text=f" {sent.title} {sent.description} ".lower(), created_by=actor,
        created_on=now, modified_by=actor, modified_on=now,
        members=[*await session.scalars(contacts)],
        values=[Value(field_id=each.key, value=each.value) for each in sent.custom_field_list],
    )  # fmt: skip
    session.add(new)
    await session.commit()
    return await session.get(Opportunity, new.id, options=WHOLE, populate_existing=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("port", type=int)
    told = parser.parse_args()
    is_postgresql = told.database.startswith("postgresql")
    address = (
        told.database.replace("postgresql://", "postgresql+asyncpg://", 1)
        if is_postgresql
        else f"sqlite+aiosqlite:///{told.database}"
    )
    options = {"pool_size": 10} if is_postgresql else {}
    sessions.configure(bind=create_async_engine(address, **options))
    uvicorn.run(app, host="127.0.0.1", port=told.port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
