"""Routes of the portal: what clients request first, and what they request about its settings."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from dealwright import access
from dealwright.access import Role
from dealwright.portal.organisation import rules, setup, shapes
from dealwright.portal.organisation.queries import HEADCOUNT, USED_SPACE, Portal, current, owner
from dealwright.portal.organisation.shapes import (
    Build,
    Capabilities,
    Module,
    ModuleSecurity,
    PortalSettings,
    Quota,
    Tariff,
    Tenant,
    TenantExtra,
    Versions,
)
from dealwright.wire.context import RequestContext
from dealwright.wire.paging import Listing, Paging, arrange
from dealwright.wire.routes import Mode, Routes
from dealwright.wire.values import Guid, Length
from dealwright.work import Work

SPOKEN_VERSION = "12.7.1"  # of the reference

# Clients request these before anybody has signed in.
before_sign_in = Routes("")
route = Routes("", gate=access.anyone)


class SetupInput(msgspec.Struct, kw_only=True, frozen=True):
    """`language`: en or ru; `timeZone`: a name such as Europe/Berlin. What is absent stays."""

    language: Annotated[str, Length(10)] | None = None
    time_zone: Annotated[str, Length(100)] | None = None


class OneModule(msgspec.Struct, kw_only=True, frozen=True):
    id: Guid


class SomeModules(msgspec.Struct, kw_only=True, frozen=True):
    """`ids`: of modules; without any, all of them."""

    ids: list[Guid] = []


@before_sign_in.get("capabilities")
async def capabilities(work: Work) -> Capabilities:
    """Says which sign-ins there are besides name and password: none."""
    return Capabilities(
        ldap_enabled=False, oauth_enabled=False, providers=[], sso_label="", sso_url=""
    )


@before_sign_in.get("settings/version/build")
async def build(work: Work) -> Build:
    """Gives the version of the reference whose interface this server speaks."""
    return Build(community_server=SPOKEN_VERSION)


@before_sign_in.get("warmup/progress")
async def warm_up(work: Work) -> str:
    """Says that the server is ready."""
    return '{"Completed":true,"Percentage":100}'


@route.get("settings")
async def settings(work: Work) -> PortalSettings:
    """Gives the portal's time zone and language."""
    portal = await work.cached(current)
    return shapes.portal_settings(work.settings.timezone, portal.language, now=work.now)


@route.put("settings/portal", mode=Mode.DIRECT)
async def set_up(context: RequestContext, params: SetupInput) -> PortalSettings:
    """Changes the portal's language and time zone. Administrators only.

    Stages, categories and tags that still have their first names are renamed with the language.
    """
    portal: Portal = await context.write(
        lambda work: setup.change(work, language=params.language, timezone=params.time_zone)
    )
    context.site.adopt_zone(portal.timezone)
    return shapes.portal_settings(context.site.zone, portal.language, now=context.now)


@route.get("settings/version")
async def versions(work: Work) -> Versions:
    """Gives the portal's version: there is only one."""
    return Versions(current=1, versions=[])


@route.get("settings/security/modules")
async def modules(work: Work, paging: Paging) -> Listing[Module]:
    """Lists the modules that the caller may use."""
    enabled = rules.enabled_modules(is_guest=work.actor.role is Role.GUEST)
    shown = (rules.MODULES[each] for each in enabled)
    return arrange([Module(id=name, title=title) for name, title in shown], paging)


@route.get("settings/security/{id}")
async def is_enabled(work: Work, params: OneModule) -> bool:
    """Says whether the caller may use a module."""
    return params.id in rules.enabled_modules(is_guest=work.actor.role is Role.GUEST)


@route.get("settings/security")
async def security(work: Work, params: SomeModules, paging: Paging) -> Listing[ModuleSecurity]:
    """Lists the users of each module, for administrators of the portal."""
    access.demand_portal_admin(work.actor)
    enabled = rules.enabled_modules(is_guest=False)
    return arrange(shapes.security(params.ids or enabled, enabled=enabled), paging)


@route.get("portal")
async def portal(work: Work) -> Tenant:
    """Gives the portal."""
    found, whose = await work.cached(current), await owner(work.session)
    created = datetime.fromtimestamp(found.created_on // 1_000_000, UTC).replace(tzinfo=None)
    return shapes.tenant(
        language=found.language,
        zone=work.settings.timezone,
        owner_id=whose.id if whose else "",
        created=created.isoformat(),
        host=urlsplit(work.base_url).hostname or "",
    )


@route.get("portal/tariff")
async def tariff(work: Work) -> Tariff:
    """Gives the tariff: it never ends."""
    return shapes.tariff()


@route.get("portal/quota")
async def quota(work: Work) -> Quota:
    """Gives the limits of the portal: only uploads have one."""
    return shapes.quota(upload_limit=work.settings.upload_limit)


@route.get("portal/tenantextra")
async def tenant_extra(work: Work) -> TenantExtra:
    """Gives tariff and limits together."""
    return shapes.tenant_extra(upload_limit=work.settings.upload_limit)


@route.get("portal/userscount")
async def users_count(work: Work) -> int:
    """Counts the active users."""
    (count,) = await work.row(HEADCOUNT)
    return int(count)


@route.get("portal/usedspace")
async def used_space(work: Work) -> float:
    """Gives the size of uploaded files in gigabytes, to two places, for administrators."""
    access.demand_portal_admin(work.actor)
    (size,) = await work.row(USED_SPACE)
    return round(int(size) / 1024**3, 2)


route.list += before_sign_in.list
