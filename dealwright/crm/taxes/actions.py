"""Creates, changes and deletes taxes. For administrators; every change needs a transaction."""

from dataclasses import replace

from dealwright.access import demand_admin
from dealwright.crm.taxes import queries, rules
from dealwright.crm.taxes.queries import taxes
from dealwright.crm.taxes.rules import Tax, TaxInput
from dealwright.errors import ConcurrentUpdate, Forbidden, Invalid, NotFound
from dealwright.records.audit.actions import entry
from dealwright.records.audit.rules import difference
from dealwright.storage import schema
from dealwright.storage.engines.engine import ForeignKeyViolation, UniqueViolation
from dealwright.storage.statements.change import Change, Insert, Remove, Update
from dealwright.storage.text import sort_key
from dealwright.work import Work

ENTITY = "tax"
MOST = 500  # taxes are kept in the process and listed at once
_NOT_AUDITED = ("id", "version", "created_by", "created_on")


async def create(work: Work, inputs: TaxInput) -> int:
    """A new tax; its id. Raises Forbidden, Invalid, also for a name that is in use."""
    demand_admin(work.actor)
    rules.require(inputs)
    if len(await work.cached(taxes)) >= MOST:
        raise Invalid("name", f"is one too many: there may be {MOST} taxes")
    tax = Tax(
        name=inputs.name,
        description=inputs.description,
        rate=inputs.rate,
        created_by=work.actor.id,
        created_on=work.now,
    )
    stamps = {"created_by": work.actor.id, "created_on": work.now}
    head = Insert(schema.tax, _row(work, tax) | stamps)
    return await _save(work, head, None, tax, "created")


async def update(work: Work, tax_id: int, inputs: TaxInput) -> None:
    """Replaces a tax. The lines of invoices keep the rate with which they were saved.

    # differs: the reference lets two taxes have one name. Raises Forbidden, Invalid, NotFound,
    Stale.
    """
    demand_admin(work.actor)
    before = await _load(work, tax_id)
    rules.require(inputs)
    after = replace(
        before,
        name=inputs.name,
        description=inputs.description,
        rate=inputs.rate,
        version=before.version + 1,
    )
    head = Update(schema.tax, tax_id, _row(work, after), {"version": before.version})
    await _save(work, head, before, after, "updated")


async def delete(work: Work, tax_id: int) -> None:
    """Deletes a tax that neither a product nor an invoice has. Raises Forbidden, Invalid, NotFound,
    Stale."""
    demand_admin(work.actor)
    before = await _load(work, tax_id)
    if (await work.row(queries.is_used(), id=tax_id))[0]:
        raise Forbidden(USED)
    changes = difference(before, None, without=_NOT_AUDITED)
    audited = entry(work, ENTITY, "deleted", changes, entity_id=tax_id)
    try:
        await work.save(Change(None, (Remove(schema.tax, {"id": tax_id}), audited)))
    except ForeignKeyViolation as used:
        raise Forbidden(USED) from used
    work.invalidate(taxes)


USED = "Access Denied: products or invoices have this tax. Remove it from them first"


async def _load(work: Work, tax_id: int) -> Tax:
    if tax_id <= 0:
        raise Invalid("id", "must be the id of a tax")
    before = (await taxes(work.session)).get(tax_id)
    if before is None:
        raise NotFound
    work.demand_version(tax_id, before.version)
    return before


async def _save(
    work: Work, head: Insert | Update, before: Tax | None, after: Tax, action: str
) -> int:
    audited = entry(work, ENTITY, action, difference(before, after, without=_NOT_AUDITED))
    try:
        row = await work.save(Change(head, (audited,)))
    except UniqueViolation as taken:
        text = "The tax name already exists"
        raise Invalid("name", "must differ from the names of the other taxes", text) from taken
    if row is None:
        raise ConcurrentUpdate
    work.invalidate(taxes)
    return int(row[0])


def _row(work: Work, tax: Tax) -> dict[str, object]:
    return {
        "name": tax.name,
        "name_key": sort_key(tax.name),
        "description": tax.description,
        "rate": tax.rate,
        "modified_by": work.actor.id,
        "modified_on": work.now,
        "version": tax.version,
    }
