"""How notifications and users' choices about them look on the wire."""

import msgspec

from dealwright.messages.feed.queries import Row
from dealwright.messages.notifications.rules import Choice, NotificationKind
from dealwright.people.queries import everybody
from dealwright.people.shapes import Employee, staff
from dealwright.portal.organisation.queries import current
from dealwright.wire import casing
from dealwright.wire.shape import MomentText, Shape
from dealwright.work import Work


class Notification(Shape, kw_only=True):
    """`kind`: responsible, access, mentioned, taskDue or importFinished. `entityType`: opportunity,
    contact, case, task, event or import; `title` is the record's current title, for an event the
    beginning of its text. `by` caused it. `details` are numbers that belong to the kind."""

    id: int
    kind: str
    entity_type: str
    entity_id: int | None = None
    title: str
    by: Employee | None = None
    details: dict[str, int] | None = None
    created: MomentText
    is_read: bool


class Unread(Shape, kw_only=True):
    unread: int


class ChoiceOfKind(Shape, kw_only=True):
    """Whether the user is notified of a kind in the application, and by mail."""

    kind: str
    in_app: bool
    by_mail: bool


_details = msgspec.json.Decoder(dict[str, int])


async def notifications(work: Work, rows: list[Row]) -> list[Notification]:
    language = (await work.cached(current)).language
    people = staff(await work.cached(everybody), base_url=work.base_url, language=language)
    return [
        Notification(
            id=row.id,
            kind=casing.live(row.kind),
            entity_type=row.entity_type,
            entity_id=row.entity_id,
            title=row.title or "",
            by=people[row.caused_by] if row.caused_by else None,
            details=_details.decode(row.payload) or None,
            created=work.moments(row.created_on),
            is_read=row.read_on is not None,
        )
        for row in rows
    ]


def choice(kind: NotificationKind, chosen: Choice) -> ChoiceOfKind:
    return ChoiceOfKind(kind=casing.live(kind.value), in_app=chosen.in_app, by_mail=chosen.by_mail)
