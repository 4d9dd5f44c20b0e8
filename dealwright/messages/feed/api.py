"""Routes of the feed of notifications."""

import msgspec

from dealwright import access
from dealwright.messages.feed import actions
from dealwright.messages.feed.rules import ChoiceInput
from dealwright.messages.feed.shapes import ChoiceOfKind, Notification, Unread, choice
from dealwright.messages.notifications.rules import NotificationKind
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Mode, Routes
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class Asked(msgspec.Struct, kw_only=True, frozen=True):
    """`isRead`: only those that are read, or only unread ones; absent means all."""

    is_read: bool | None = None


class Marked(msgspec.Struct, kw_only=True, frozen=True):
    """`ids` of notifications, or `all`."""

    ids: list[int] = []
    all: bool = False


class Chosen(msgspec.Struct, kw_only=True, frozen=True):
    """`kind`: responsible, access, mentioned, taskDue or importFinished. Absent values stay."""

    kind: NotificationKind
    in_app: bool | None = None
    by_mail: bool | None = None


class Choices(msgspec.Struct, kw_only=True, frozen=True):
    choices: list[Chosen] = []


@route.get("notifications")
async def feed(work: Work, params: Asked, paging: Paging) -> Listing[Notification]:
    """Lists your notifications, the newest first.

    Records that you may no longer see, or that are in the trash, are neither listed nor counted.
    Notifications are kept for 90 days. The total of `isRead=false&count=0` is the number of unread
    ones.
    """
    return await actions.feed(work, is_read=params.is_read, paging=paging)


@route.put("notifications/read", mode=Mode.TRANSACTION)
async def mark(work: Work, params: Marked) -> Unread:
    """Marks notifications as read, and gives the number of unread ones."""
    return Unread(unread=await actions.mark(work, params.ids, everything=params.all))


@route.get("notifications/settings")
async def chosen(work: Work) -> list[ChoiceOfKind]:
    """Gives which notifications you get, and how."""
    return [choice(*each) for each in (await actions.chosen(work)).items()]


@route.put("notifications/settings")
async def choose(work: Work, params: Choices) -> list[ChoiceOfKind]:
    """Changes which notifications you get, and how; gives all choices."""
    inputs = [(each.kind.value, ChoiceInput(each.in_app, each.by_mail)) for each in params.choices]
    return [choice(*each) for each in (await actions.choose(work, inputs)).items()]
