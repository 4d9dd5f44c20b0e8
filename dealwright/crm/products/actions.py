"""Creates, changes and deletes products. For administrators."""

from collections.abc import Sequence

from dealwright.access import demand_admin
from dealwright.crm.products import queries, repository, rules
from dealwright.crm.products.rules import Product, ProductInput
from dealwright.crm.taxes.queries import taxes
from dealwright.errors import Invalid, NotFound
from dealwright.work import Work


async def create(work: Work, inputs: ProductInput) -> int:
    """Creates a product and returns its id. Raises Forbidden, Invalid."""
    demand_admin(work.actor)
    rules.require(inputs)
    product = rules.create(inputs, actor=work.actor.id, now=work.now)
    await _demand_taxes(work, product, None)
    return await repository.add(work, product)


async def update(work: Work, product_id: int, inputs: ProductInput) -> None:
    """Replaces a product. Raises Forbidden, Invalid, NotFound, Stale."""
    demand_admin(work.actor)
    before = await _load(work, product_id)
    rules.require(inputs)
    after = rules.revise(before, inputs)
    await _demand_taxes(work, after, before)
    await repository.save(work, before, after)


async def delete(work: Work, product_id: int) -> None:
    """Deletes a product for good. Raises Forbidden for one that an invoice has, NotFound, Stale."""
    demand_admin(work.actor)
    await repository.remove(work, await _load(work, product_id))


async def delete_many(work: Work, product_ids: Sequence[int]) -> list[int]:
    """Deletes the products that no invoice has and returns their ids. Needs a transaction. Raises
    Forbidden, Invalid for an empty list."""
    demand_admin(work.actor)
    if not product_ids:
        raise Invalid("ids", "must hold at least one id")
    rows = await work.fetch(queries.ROWS, ids=product_ids)
    unused = {row[0] for row in rows if not row[-1]}
    for product in await repository.load_many(work, sorted(unused)):
        await repository.remove(work, product)
    return [each for each in dict.fromkeys(product_ids) if each in unused]


async def _load(work: Work, product_id: int) -> Product:
    if product_id <= 0:
        raise Invalid("id", "must be the id of an invoice item")
    found = await repository.load_many(work, [product_id])
    if not found:
        raise NotFound
    work.demand_version(product_id, found[0].version)
    return found[0]


async def _demand_taxes(work: Work, after: Product, before: Product | None) -> None:
    """# differs: the reference stores an id that no tax has, and then fails."""
    known = await work.cached(taxes)
    for name, parameter in (("tax1_id", "invoiceTax1id"), ("tax2_id", "invoiceTax2id")):
        tax_id = getattr(after, name)
        if tax_id is None or (before and tax_id == getattr(before, name)) or tax_id in known:
            continue
        raise Invalid(parameter, "must be the id of a tax; GET crm/invoice/tax lists them")


async def restock(work: Work, changes: dict[int, int]) -> list[int]:
    """Adds to the stock of products (1/10 000 of a piece by id) and returns the ids of those whose
    stock is tracked. Every user whose invoice is billed does this; the stock may fall below 0."""
    given = sorted(changes.items())
    rows = await work.fetch(queries.restock(), given=given, actor=work.actor.id, now=work.now)
    return sorted(row[0] for row in rows)
