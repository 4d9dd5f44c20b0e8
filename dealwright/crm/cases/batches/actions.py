"""Deletes and shares many cases in one transaction; ids or a filter select them."""

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


async def matching_ids(work: Work, filter_params: FilterParams, *, means_all: bool) -> list[int]:
    """The ids of the cases that match a filter. Raises Invalid for an empty filter unless
    `means_all`."""
    return await batches.matching_ids(
        work, queries, filter_params, means_all=means_all, what="case"
    )


async def delete(work: Work, case_ids: Sequence[int]) -> list[Case]:
    """Moves the cases that the actor sees to the trash and returns them as they were. Skips the
    other ids."""
    return await batches.delete(work, CASES, case_ids, show=show)


async def share(
    work: Work, case_ids: Sequence[int], *, is_private: bool | None, access_list: Sequence[str]
) -> list[Case]:
    """Sets who sees the cases that the actor created (an administrator: any) and returns them as
    they are afterwards. Skips the other ids."""
    return await batches.share_many(
        work, CASES, case_ids, is_private=is_private, access_list=access_list, show=show
    )
