"""Backups as a page of the settings: when the last was made, when the next is, and how one is put
back."""

import msgspec

from dealwright import access
from dealwright.errors import CrmError
from dealwright.operations.backups import schedule
from dealwright.operations.backups.rules import DAYS, MONTHS, WEEKS
from dealwright.ui import forms
from dealwright.ui.page import PageRequest
from dealwright.wire.exchange import Response
from dealwright.wire.routes import Routes
from dealwright.work import Work

page = Routes("", gate=access.demand_portal_admin)
BACKUP = "/settings/backup"


class ArchivePath(msgspec.Struct, kw_only=True, frozen=True):
    name: str


@page.get("settings/backup")
async def show(page: PageRequest) -> Response:
    """The backups that are there."""
    return await _shown(page)


@page.post("settings/backup")
async def make(page: PageRequest) -> Response:
    """Makes a backup now, beside what others do."""
    try:
        await page.write(schedule.ask, transaction=True)
    except CrmError as error:
        return await _shown(page, forms.refusal(error))
    page.toast(page.say("A backup is being made. Reload the page to see it."))
    return page.redirect(BACKUP)


@page.post("settings/backup/daily")
async def switch(page: PageRequest) -> Response:
    """Makes one each day, or no longer."""
    is_on = page.text("daily") == "on"

    async def change(work: Work) -> str:
        before = await schedule.switch(work, is_on=is_on)
        return forms.undo_by(f"{BACKUP}/daily", {"daily": "on" if before else "off"})

    said = page.say("There is a backup each day now")
    if not is_on:
        said = page.say("No backup is made by itself any more")
    return await forms.saved(
        page, change, said=said, back=BACKUP, show=lambda problem: _shown(page, problem)
    )


@page.get("settings/backup/archive/{name}")
async def download(page: PageRequest, params: ArchivePath) -> Response:
    """One backup as a file, for the owner of the portal."""

    async def look(work: Work) -> object:
        return schedule.content(work, params.name)

    stream, size = await page.read(look)
    headers = [
        ("Content-Type", "application/zip"),
        ("Content-Disposition", f'attachment; filename="{params.name}"'),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ]
    return Response(200, b"", headers, stream=stream, length=size)


async def _shown(page: PageRequest, problem: str = "") -> Response:
    state = await page.read(schedule.state)
    listed = [(each, schedule.moment_of(each.made_on)) for each in state.archives]
    regular = next((moment for each, moment in listed if not each.is_before_upgrade), None)
    template, status = "operations/backups/backups.html", 400 if problem else 200
    return page.page(
        template,
        status=status,
        problem=problem,
        state=state,
        archives=listed,
        last=regular,
        is_old=regular is not None and page.now - regular > 2 * schedule.DAY,
        is_owner=page.actor.role is access.Role.OWNER,
        kept=(DAYS, WEEKS, MONTHS),
    )
