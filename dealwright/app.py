"""`running(settings)` is the application; the only file that knows every slice."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from dealwright import access
from dealwright.access import SYSTEM
from dealwright.background.job import Handler
from dealwright.background.maintenance import (
    FileMaintenance,
    MaintenanceTask,
    maintenance_tasks,
    run_maintenance,
)
from dealwright.crm.contacts.pages import PHOTO, photo
from dealwright.crm.files.pages import DOWNLOAD, download
from dealwright.crm.live.hub import Hub
from dealwright.crm.live.reads import announce, seen_by
from dealwright.crm.mailings.pages import pages as mailing_pages
from dealwright.crm.pending import PENDING
from dealwright.crm.tasks.calendars.pages import CALENDAR, calendar
from dealwright.crm.trash.actions import purge_expired
from dealwright.crm.web_forms.pages import pages as web_forms
from dealwright.messages.mail.actions import smtp
from dealwright.messages.notifications.actions import forget_old
from dealwright.messages.password_links.actions import first_link, forget_expired
from dealwright.operations.backups.actions import Written, back_up_before_upgrade
from dealwright.operations.checking import actions as checking
from dealwright.operations.explaining import actions as explaining
from dealwright.operations.metrics.exposition import metrics
from dealwright.people.actions import Opening, open_portal
from dealwright.portal.organisation.queries import current
from dealwright.settings import Settings
from dealwright.site import Site
from dealwright.storage.cache import Cache
from dealwright.storage.engines.engine import Announced, Database, Session
from dealwright.storage.engines.opening import open_database, sqlite_path
from dealwright.storage.engines.server_lock import only_server
from dealwright.storage.files.file_store import Directory, prepare_directory
from dealwright.storage.files.file_sweep import sweep
from dealwright.storage.migrations.migrate import demand_current, demand_ours, upgrade
from dealwright.ui.pages import pages
from dealwright.ui.viewer import viewer
from dealwright.ui.website import Website
from dealwright.wire import batch
from dealwright.wire.dispatcher import Dispatcher, Page
from dealwright.wire.exchange import Request
from dealwright.wire.router import Router
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.sending import Sender
from dealwright.work import Work

T = TypeVar("T")

# Every slice that declares routes (`api.py`), pages (`pages.py`) or jobs (`jobs.py`), lowest first.
SLICES = (
    "portal.organisation",
    "portal.settings",
    "people",
    "people.sign_in",
    "people.preferences",
    "people.accounts",
    "people.groups",
    "people.tokens",
    "messages.mail",
    "messages.password_links",
    "portal.categories",
    "portal.stages",
    "portal.pipelines",
    "portal.loss_reasons",
    "portal.tags",
    "portal.custom_fields",
    "portal.rates",
    "portal.published_rates",
    "crm.audit_trail",
    "crm.contacts",
    "crm.contacts.info",
    "crm.contacts.photos",
    "crm.contacts.search",
    "crm.contacts.batches",
    "crm.contacts.company_persons",
    "crm.contacts.tags",
    "crm.contacts.projects",
    "crm.contacts.duplicates",
    "crm.contacts.merges",
    "crm.contacts.table",
    "crm.opportunities",
    "crm.opportunities.board",
    "crm.opportunities.cards",
    "crm.opportunities.table",
    "crm.opportunities.views",
    "crm.opportunities.targets",
    "crm.opportunities.forecast",
    "crm.opportunities.calendar",
    "crm.opportunities.selection",
    "crm.opportunities.panel",
    "crm.opportunities.activity",
    "crm.opportunities.creation",
    "crm.opportunities.members",
    "crm.opportunities.batches",
    "crm.opportunities.undo",
    "crm.opportunities.moves",
    "crm.opportunities.stage_settings",
    "crm.opportunities.stays",
    "crm.opportunities.summary",
    "crm.insight",
    "crm.live",
    "crm.cases",
    "crm.cases.members",
    "crm.cases.batches",
    "crm.custom_values",
    "crm.web_forms",
    "crm.web_forms.settings",
    "crm.taxes",
    "crm.products",
    "crm.invoices",
    "crm.invoices.numbering",
    "crm.invoices.lines",
    "crm.invoices.printouts",
    "crm.tasks",
    "crm.tasks.task_templates",
    "crm.history",
    "crm.files",
    "crm.tasks.calendars",
    "crm.trash",
    "crm.trash.retention",
    "crm.contact_pages",
    "messages.feed",
    "crm.mailings",
    "crm.people_settings",
    "operations.personal_data",
    "operations.backups",
    "operations.checking",
    "operations.welcome",
)

SECONDS_TO_FINISH = 20.0  # for running jobs when the server ends

batch_routes = Routes("", gate=access.anyone, tag="batch")
batch_routes.post("batch", mode=Mode.DIRECT, idempotent=False)(batch.run)


def _now() -> int:
    return time.time_ns() // 1000


@lru_cache
def routes() -> Router:
    """Every route there is."""
    slices = [api.route for api in _files("api")]
    return Router([route for each in (*slices, batch_routes, *PENDING) for route in each.list])


@lru_cache
def page_routes() -> Router:
    """Every page there is."""
    declared = [each.page for each in _files("pages") if hasattr(each, "page")]
    return Router([route for each in declared for route in each.list])


def handlers() -> dict[str, Handler]:
    """The handler of each kind of job."""
    return {kind: handler for jobs in _files("jobs") for kind, handler in jobs.HANDLERS.items()}


def _files(name: str) -> list[Any]:
    """The modules of this name, of every slice that has one."""
    modules = [f"dealwright.{each}.{name}" for each in SLICES]
    return [import_module(each) for each in modules if find_spec(each)]


async def prepare(settings: Settings) -> Opening:
    """Makes or upgrades the tables and, at the first start, the portal with its owner.

    With `settings.demo` an empty portal is filled with an invented sales team.
    """
    await upgrade_portal(settings)
    prepare_directory(settings.files)
    async with _database(settings) as database:
        opening = await open_portal(database, settings, now=_now())
        if opening.password is not None:
            link = await _by_itself(settings, database, first_link)
            opening = opening._replace(link=link)
        if settings.demo:
            from dealwright.operations.demo import actions as demo

            fill = partial(demo.fill, settings=settings, now=_now())
            opening = opening._replace(notice=await database.write(fill, transaction=True))
        post = await _by_itself(settings, database, smtp)
        return opening._replace(sends_mail=post.is_set)


async def upgrade_portal(settings: Settings) -> Written | None:
    """Makes or upgrades the tables. Returns the backup that is made before an upgrade."""
    place, now = settings.backups, datetime.now(UTC)
    backup = await back_up_before_upgrade(settings.database, settings.files, place, now=now)
    await upgrade(settings.database)
    return backup


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Surrounds everything that a server does: no other server serves the same SQLite file
    meanwhile.

    Raises `Unavailable` if another one does, or if the file is not a Dealwright database.
    """
    if not settings.is_sqlite:
        yield
        return
    path = sqlite_path(settings.database)
    demand_ours(path)
    with only_server(path):
        yield


async def explain(
    settings: Settings, entity: str, entity_id: int, *, person: str
) -> list[explaining.Clause]:
    """Every clause of the rule for a record and a user, and whether it holds."""
    params = partial(explaining.explain, entity=entity, entity_id=entity_id, person=person)
    async with _database(settings) as database:
        return await database.read(params)


async def check(settings: Settings, *, mend: bool) -> list[str]:
    """The faults in the database and among its files, one line each. With `mend`, derived data are
    computed again."""
    async with _database(settings) as database:
        if mend:
            await database.write(checking.mend, transaction=True)
        found = await database.read(checking.check, heavy=True)
        secret = (await database.read(current)).secret
        return found + await checking.lost(Directory(settings.files, secret), database)


async def offline(settings: Settings, action: Callable[[Work], Awaitable[T]]) -> T:
    """Runs one action as the portal itself, without a server, in one transaction."""
    async with _database(settings) as database:
        return await _by_itself(settings, database, action)


async def _by_itself(
    settings: Settings, database: Database, action: Callable[[Work], Awaitable[T]]
) -> T:
    site = Site(settings, database, Cache(), await database.read(current))
    here = Request("POST", "/")

    async def job(session: Session) -> T:
        return await action(site.work(session, SYSTEM, here, _now()))

    return await database.write(job, transaction=True)


@contextlib.asynccontextmanager
async def _database(settings: Settings, hear: Announced | None = None) -> AsyncIterator[Database]:
    await demand_current(settings.database)
    database = await open_database(
        settings.database,
        connections=settings.connections,
        on_announcement=hear,
    )
    try:
        yield database
    finally:
        await database.close()


def _own_maintenance(site: Site, settings: Settings) -> list[MaintenanceTask | FileMaintenance]:
    """The recurring work of the slices."""
    return [
        MaintenanceTask("trash", partial(purge_expired, settings=settings)),
        MaintenanceTask("deleted custom fields", site.finish_fields),
        MaintenanceTask("old notifications", forget_old),
        MaintenanceTask("expired password links", forget_expired),
        FileMaintenance("unreferenced files", partial(sweep, site.files)),
    ]


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Callable[[], int] = _now,
    does_jobs: bool = True,
) -> AsyncIterator[Dispatcher]:
    """The dispatcher over an open database that holds a portal, with the tasks beside requests."""
    cache, hub = Cache(), Hub(clock)

    def hear(name: str) -> None:
        if not hub.hear(name):
            cache.hear(name)
            hub.check()

    async with _database(settings, hear) as database:
        the_portal = await database.read(partial(cache.cached, current))
        site = Site(settings, database, cache, the_portal, hub)
        site.authenticator.start()
        own = _own_maintenance(site, settings)
        kinds = handlers()
        kept = run_maintenance(database, [*maintenance_tasks([*kinds]), *own], clock=clock)
        worker = site.start_worker(kinds if does_jobs else {}, clock)
        announced = hub.run(partial(seen_by, database), partial(announce, database))
        tasks = [asyncio.create_task(each) for each in (kept, worker.run(), announced)]
        try:
            yield _dispatcher(site, settings, clock)
        finally:
            worker.stop()
            tasks[0].cancel()
            tasks[2].cancel()
            await asyncio.wait(tasks, timeout=SECONDS_TO_FINISH)
            tasks[1].cancel()  # other processes take its jobs once their lease is over
            await asyncio.gather(*tasks, return_exceptions=True)
            await site.authenticator.close()


def _dispatcher(site: Site, settings: Settings, clock: Callable[[], int]) -> Dispatcher:
    """Every route and every page."""
    router = routes()
    forms, letters = web_forms(site, clock), mailing_pages(site, clock)
    meter, measures = metrics(settings.metrics_token, site.database, clock)
    own_pages: dict[str, Page] = {
        **pages(router, site.database),
        **measures,
        PHOTO: partial(photo, site),
        DOWNLOAD: partial(download, site),
        CALENDAR: partial(calendar, site),
        **forms.shown,
        **letters.shown,
    }
    return Dispatcher(
        router,
        site,
        pages=own_pages,
        posted={**forms.posted, **letters.posted},
        sender=Sender(settings.cors_origins),
        website=Website(site, page_routes(), read_viewer=viewer, clock=clock),
        meter=meter,
    )
