"""Routes for a person's data: everything in one archive, and erasure."""

import msgspec

from dealwright import access
from dealwright.crm.contacts import reads
from dealwright.crm.contacts.shapes import Company, Person
from dealwright.operations.personal_data import actions, archives
from dealwright.wire.context import RequestContext
from dealwright.wire.envelope import Answer
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Id
from dealwright.work import Work

route = Routes("crm/", gate=access.crm)


class ContactPath(msgspec.Struct, kw_only=True, frozen=True):
    contact_id: Id


class Erasing(ContactPath, kw_only=True, frozen=True):
    """`confirm` must be true."""

    confirm: bool = False


@route.get("contact/{contactid:id}/personaldata", mode=Mode.DIRECT)
async def gather(context: RequestContext, params: ContactPath) -> Response:
    """Gives everything that is stored about a contact as a ZIP archive; for administrators.

    A JSON file for each kind of record: contact data, custom values, tags, tasks, events,
    opportunities and cases in which it takes part, e-mails, the audit trail; and the attached
    files.
    """

    async def read(work: Work) -> archives.Gathered:
        return await archives.gather(work, params.contact_id)

    stream, length = await archives.packed(context.files, await context.read(read, heavy=True))
    headers = [
        ("Content-Type", "application/zip"),
        ("Content-Disposition", f'attachment; filename="contact-{params.contact_id}.zip"'),
        ("Cache-Control", "no-store"),
    ]
    return Response(200, b"", headers, stream=stream, length=length)


@route.put("contact/{contactid:id}/erase", mode=Mode.TRANSACTION)
async def erase(work: Work, params: Erasing) -> Answer[Person | Company]:
    """Erases a person permanently and gives what remains; for administrators, with `confirm=true`.

    Names, contact data, custom values, tags, photo, external key and the texts of its tasks and
    events are removed, with their files, the old values in the trail, and contacts that were merged
    into it. Rows stay: opportunities, sums and counts do not change.
    """
    await actions.erase(work, params.contact_id, is_confirmed=params.confirm)
    return await reads.changed(work, params.contact_id)
