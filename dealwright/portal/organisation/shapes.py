"""How the portal and its settings look on the wire."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dealwright.wire.shape import GuidText, Shape

CULTURES = {"en": "en-US", "ru": "ru-RU"}
# Anything without an end or a limit has these numbers in the reference.
NEVER = "9999-12-31T23:59:59.9999999"
UNLIMITED_SPACE = 2**63 - 1
UNLIMITED_USERS = 2**31 - 1


class Capabilities(Shape, kw_only=True):
    """How people can sign in besides by name and password."""

    ldap_enabled: bool
    oauth_enabled: bool
    providers: list[str]
    sso_label: str
    sso_url: str


class PortalSettings(Shape, kw_only=True):
    """The portal's zone and language. `utcOffset` is today's, as hh:mm:ss."""

    timezone: str
    trusted_domains: list[str]
    trusted_domains_type: int
    culture: str
    utc_offset: str
    utc_hours_offset: float


class Versions(Shape, kw_only=True):
    current: int
    versions: list[str]


class Build(Shape, kw_only=True):
    """The version of the reference whose interface this server speaks."""

    community_server: str


class Module(Shape, kw_only=True):
    id: str
    title: str


class ModuleSecurity(Shape, kw_only=True):
    """The users of a module; empty if every user may use it."""

    web_item_id: GuidText
    users: list[str]
    groups: list[str]
    enabled: bool
    is_sub_item: bool


class Tenant(Shape, kw_only=True):
    """The portal. Its moments are UTC without an offset."""

    tenant_id: int
    tenant_alias: str
    mapped_domain: str
    version: int
    tenant_domain: str
    name: str
    language: str
    time_zone: str
    trusted_domains: list[str]
    trusted_domains_type: int
    owner_id: GuidText
    created_date_time: str
    last_modified: str
    status: int
    status_change_date: str
    industry: int


class Tariff(Shape, kw_only=True):
    """A self-hosted portal is paid for and never ends: `state` 1."""

    quota_id: int
    state: int
    due_date: str
    delay_due_date: str
    license_date: str
    autorenewal: bool
    prolongable: bool


class Quota(Shape, kw_only=True):
    """The limits of a portal: sizes in bytes."""

    id: int
    name: str
    max_file_size: int
    max_total_size: int
    active_users: int
    features: str
    price: float
    visible: bool


class TenantExtra(Shape, kw_only=True):
    custom_mode: bool
    opensource: bool
    enterprise: bool
    tariff: Tariff
    quota: Quota
    not_paid: bool
    license_accept: bool
    enable_tariff_page: bool


def portal_settings(zone: ZoneInfo, language: str, *, now: int) -> PortalSettings:
    offset = datetime.fromtimestamp(now / 1_000_000, zone).utcoffset() or timedelta()
    return PortalSettings(
        timezone=zone.key,
        trusted_domains=[],
        trusted_domains_type=0,
        culture=CULTURES[language],
        utc_offset=_span(offset),
        utc_hours_offset=offset / timedelta(hours=1),
    )


def _span(offset: timedelta) -> str:
    seconds = int(abs(offset).total_seconds())
    sign = "-" if offset < timedelta() else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def tenant(*, language: str, zone: ZoneInfo, owner_id: str, created: str, host: str) -> Tenant:
    return Tenant(
        tenant_id=1,
        tenant_alias="localhost",
        mapped_domain="",
        version=1,
        tenant_domain=host,
        name="Dealwright",
        language=CULTURES[language],
        time_zone=zone.key,
        trusted_domains=[],
        trusted_domains_type=0,
        owner_id=owner_id,
        created_date_time=created,
        last_modified=created,
        status=0,
        status_change_date=created,
        industry=0,
    )


def tariff() -> Tariff:
    return Tariff(
        quota_id=-1,
        state=1,
        due_date=NEVER,
        delay_due_date=NEVER,
        license_date=NEVER,
        autorenewal=False,
        prolongable=False,
    )


def quota(*, upload_limit: int) -> Quota:
    return Quota(
        id=-1,
        name="Dealwright",
        max_file_size=upload_limit,
        max_total_size=UNLIMITED_SPACE,
        active_users=UNLIMITED_USERS,
        features="",
        price=0.0,
        visible=False,
    )


def tenant_extra(*, upload_limit: int) -> TenantExtra:
    return TenantExtra(
        custom_mode=False,
        opensource=True,
        enterprise=False,
        tariff=tariff(),
        quota=quota(upload_limit=upload_limit),
        not_paid=False,
        license_accept=True,
        enable_tariff_page=False,
    )


def security(module_ids: Sequence[str], *, enabled: Sequence[str]) -> list[ModuleSecurity]:
    return [
        ModuleSecurity(
            web_item_id=each, users=[], groups=[], enabled=each in enabled, is_sub_item=False
        )
        for each in module_ids
    ]
