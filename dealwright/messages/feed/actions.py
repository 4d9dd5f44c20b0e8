"""Reads the feed of notifications, and chooses what it contains."""

from collections.abc import Iterable, Mapping, Sequence

from dealwright.errors import Invalid
from dealwright.messages.feed import queries, rules
from dealwright.messages.feed.queries import Row
from dealwright.messages.feed.rules import ChoiceInput
from dealwright.messages.feed.shapes import Notification, notifications
from dealwright.messages.notifications.queries import choices
from dealwright.messages.notifications.rules import DEFAULTS, Choice, NotificationKind
from dealwright.storage import schema
from dealwright.storage.statements.change import Change, PutMany
from dealwright.wire.paging import Listing, Paging
from dealwright.work import Work


async def feed(work: Work, *, is_read: bool | None, paging: Paging) -> Listing[Notification]:
    """The newest first. Raises Invalid for any sort."""
    if paging.sort_by not in ("", "id", "created") or paging.descending < paging.sort_order_given:
        raise Invalid("sortBy", "must be absent: the newest notifications come first")
    place = {"limit": paging.count, "offset": paging.start_index, "actor": work.actor.id}
    rows: list[Row] = []
    if paging.count:
        page = queries.page(work.actor.is_admin, is_read)
        rows = [Row(*row) for row in await work.fetch_with(page, place)]
    if rows:
        total = rows[0].total
    elif paging.count and paging.start_index == 0:
        total = 0
    else:
        total = await _counted(work, is_read=is_read)
    return Listing(await notifications(work, rows), total=total)


async def mark(work: Work, ids: Sequence[int], *, everything: bool) -> int:
    """Marks notifications as read, `ids` or all of your own; returns how many are still unread.
    Raises Invalid."""
    if not ids and not everything:
        raise Invalid("ids", "must name notifications; or all=true for all")
    values = {"actor": work.actor.id, "now": work.now}
    await work.execute(queries.read(everything), **values, **({} if everything else {"ids": ids}))
    return await _counted(work, is_read=False)


async def _counted(work: Work, *, is_read: bool | None) -> int:
    counted = queries.count(work.actor.is_admin, is_read)
    return int((await work.fetch(counted, actor=work.actor.id))[0][0])


async def chosen(work: Work) -> Mapping[NotificationKind, Choice]:
    """How the actor is notified of each kind."""
    return {**DEFAULTS, **(await work.cached(choices)).get(work.actor.id, {})}


async def choose(
    work: Work, inputs: Iterable[tuple[str, ChoiceInput]]
) -> Mapping[NotificationKind, Choice]:
    """Changes how the actor is notified, and returns all choices. Raises Invalid."""
    before = await chosen(work)
    after = dict(before)
    for name, given in rules.once(inputs).items():
        kind = NotificationKind(name)
        old = before[kind]
        after[kind] = Choice(
            in_app=old.in_app if given.in_app is None else given.in_app,
            by_mail=old.by_mail if given.by_mail is None else given.by_mail,
        )
    changed = [
        {"kind": kind.value, **choice._asdict()}
        for kind, choice in after.items()
        if choice != before[kind]
    ]
    if changed:
        same = {"person_id": work.actor.id}
        rows = PutMany(schema.notification_choice, same, changed, "update")
        await work.save(Change(None, (rows,)))
        work.invalidate(choices)
    return after
