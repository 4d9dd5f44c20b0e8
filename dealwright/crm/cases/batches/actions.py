"""Deleting and sharing many cases at once, chosen by ids or by a filter, in one transaction."""

from collections.abc import Sequence

from dealwright.crm import batches
from dealwright.crm.cases import queries, repository
from dealwright.crm.cases.filters import FilterParams
from dealwright.crm.cases.reads import show
from dealwright.crm.cases.shapes import Case
from dealwright.storage import schema
from dealwright.work import Work

CASES = batches.Entity(
    repository.KIND,
    schema.case_access,
    repository.load_many,
    repository.changes_of,
    queries.remove,
    queries.SHARE,
)


async def found(work: Work, wanted: FilterParams, *, means_all: bool) -> list[int]:
    """The ids that a filter leaves. Raises Invalid for an empty filter that does not say that it
    means all."""
    return await batches.found(work, queries, wanted, means_all=means_all, what="case")


async def delete(work: Work, case_ids: Sequence[int]) -> list[Case]:
    """Puts those that the actor sees into the trash; they as they were. The others are skipped."""
    return await batches.delete(work, CASES, case_ids, show=show)


async def share(
    work: Work, case_ids: Sequence[int], *, is_private: bool | None, access_list: Sequence[str]
) -> list[Case]:
    """Decides who sees those cases that the actor created, or all as an administrator; these as
    they are then. The others are skipped."""
    return await batches.share_many(
        work, CASES, case_ids, is_private=is_private, access_list=access_list, show=show
    )
