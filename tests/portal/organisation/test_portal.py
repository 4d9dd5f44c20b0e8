"""What clients request first, and what the portal shows of itself."""

import pytest
from sqlalchemy import update

from dealwright.storage import schema
from tests.crm.files.making import upload
from tests.making import make_person, stored
from tests.running import Portal

CRM = "6743007C-6F95-4d20-8C88-A8601CE5E76D"
PROJECTS = "1e044602-43b5-4d79-82f3-fd6208a11960"


def test_before_anybody_has_signed_in(portal: Portal):
    assert portal.call("GET", "capabilities.json", as_=None).response == {
        "ldapEnabled": False,
        "oauthEnabled": False,
        "providers": [],
        "ssoLabel": "",
        "ssoUrl": "",
    }
    build = portal.call("GET", "settings/version/build.json", as_=None)
    assert build.response == {"communityServer": "12.7.1"}
    assert isinstance(portal.call("GET", "warmup/progress", as_=None).response, str)


@pytest.mark.parametrize(
    "path",
    [
        "settings",
        "settings/version",
        "settings/security",
        "settings/security/modules",
        f"settings/security/{CRM}",
        "portal",
        "portal/tariff",
        "portal/quota",
        "portal/tenantextra",
        "portal/userscount",
        "portal/usedspace",
    ],
)
def test_the_rest_is_for_who_has_signed_in(portal: Portal, path: str):
    assert portal.call("GET", path, as_=None).status == 401
    assert portal.call("GET", path, as_="root").status == 200


@pytest.mark.parametrize(
    ("zone", "offset", "hours"),
    [
        ("UTC", "00:00:00", 0.0),
        ("Europe/Moscow", "03:00:00", 3.0),
        ("Asia/Kolkata", "05:30:00", 5.5),
        ("America/Caracas", "-04:00:00", -4.0),
    ],
)
def test_settings_show_the_time_zone(portal: Portal, zone: str, offset: str, hours: float):
    own = portal.fresh(timezone=zone)
    assert own.call("GET", "settings").response == {
        "timezone": zone,
        "trustedDomains": [],
        "trustedDomainsType": 0,
        "culture": "en-US",
        "utcOffset": offset,
        "utcHoursOffset": hours,
    }


def test_the_portal_names_its_owner(portal: Portal):
    shown = portal.call("GET", "portal").response
    assert shown["ownerId"] == portal.id_of("root")
    assert (shown["tenantId"], shown["tenantDomain"], shown["status"]) == (1, "127.0.0.1", 0)
    assert portal.settings.timezone.key == shown["timeZone"]


def test_modules_are_those_of_the_caller(portal: Portal):
    def modules(who: str) -> list[str]:
        return [
            each["id"] for each in portal.call("GET", "settings/security/modules", as_=who).response
        ]

    assert modules("ann") == ["crm", "people"]
    assert modules("gus") == []
    for who, enabled in (("ann", True), ("gus", False)):
        path = f"settings/security/{CRM}"
        assert portal.call("GET", path, as_=who).response is enabled
    assert portal.call("GET", f"settings/security/{PROJECTS}").response is False
    assert portal.call("GET", "settings/security/x").status == 400


def test_the_security_of_modules_is_for_administrators(portal: Portal):
    assert portal.call("GET", "settings/security").status == 403
    [crm] = portal.call("GET", f"settings/security?ids={CRM}", as_="root").response
    assert crm == {
        "webItemId": CRM.lower(),
        "users": [],
        "groups": [],
        "enabled": True,
        "isSubItem": False,
    }
    assert len(portal.call("GET", "settings/security", as_="root").response) == 2


def test_the_tariff_has_no_end_and_the_quota_no_limit(portal: Portal):
    extra = portal.call("GET", "portal/tenantextra").response
    assert extra["tariff"] == portal.call("GET", "portal/tariff").response
    assert extra["quota"] == portal.call("GET", "portal/quota").response
    assert (extra["tariff"]["state"], extra["notPaid"], extra["opensource"]) == (1, False, True)


def test_active_users_are_counted(portal: Portal):
    assert portal.fresh().call("GET", "portal/userscount").response == 5


def test_used_space_is_for_administrators(portal: Portal):
    assert portal.call("GET", "portal/usedspace").status == 403
    own = portal.fresh()
    assert own.call("GET", "portal/usedspace", as_="root").response == 0.0
    file = upload(own, f"contact/{make_person(own)}")["id"]
    query = update(schema.file).where(schema.file.c.id == file).values(size=3 * 1024**3 // 2)
    stored(own, query.returning(schema.file.c.id))
    assert own.call("GET", "portal/usedspace", as_="root").response == 1.5
