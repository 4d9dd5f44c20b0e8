"""A restored portal is the one that was backed up, on both databases; broken archives are refused
before anything is written."""

import asyncio
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import itemgetter
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from dealwright import app
from dealwright.operations.backups import actions, rules
from dealwright.operations.backups.manifest import MANIFEST, ArchiveRefused
from dealwright.people.actions import make_token
from dealwright.settings import read
from dealwright.storage.migrations.migrate import found_step, upgrade
from dealwright.storage.migrations.plan import NEWEST
from tests import postgres
from tests.running import Portal

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ROUTES = (
    "crm/opportunity/filter?sortBy=title",
    "crm/contact/filter?sortBy=displayName",
    "crm/task/filter",
    "crm/case/filter",
    "crm/history/filter",
    "crm/opportunity/stage",
    "crm/opportunity/filter?filterValue=an",
    "people",
    "crm/trash",
    "crm/pipeline",
    "crm/settings",
    "crm/invoice/filter",
    "crm/invoiceitem/filter",
    "crm/opportunity/1/files",
    "people/@self/preferences",
)

CHANGES = (
    ("PUT", "people/@self/preferences", {"theme": "dark"}),
    ("POST", "crm/invoiceitem", {"title": "Hour", "price": 80, "currency": "EUR"}),
)
DOWNLOAD = "/Products/Files/HttpHandlers/filehandler.ashx?action=download&fileid=1"


def answers(portal: Portal, token: str) -> list[Any]:
    signed = {"Authorization": token}
    return [portal.call("GET", route, as_=None, headers=signed).response for route in ROUTES]


def copy(portal: Portal, database: str, target: str, archive: Path) -> list[str]:
    """Backs up one database, restores it into another, and returns what `check` finds there."""
    files = portal.ground.files_of
    asyncio.run(actions.back_up(database, files(database), archive, now=NOW))
    asyncio.run(actions.restore(archive, target, files(target)))
    settings = read({"database": target, "files": str(files(target))}, {})
    return asyncio.run(app.check(settings, mend=False))


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_portal_answers_the_same_from_sqlite_to_postgresql_and_back(
    portal: Portal, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ground = portal.ground
    first, last = ground.databases.empty(), f"sqlite:///{tmp_path}/last.db"
    middle = postgres.fresh_database(postgres.start(tmp_path_factory.mktemp("postgres")))
    flags = {"database": first, "files": str(ground.files_of(first)), "demo": "true"}
    settings = read(flags, {})
    owner = asyncio.run(app.prepare(settings)).owner_email
    asking = partial(make_token, email=owner, title="test", scope="write")
    token = asyncio.run(app.offline(settings, asking))
    signed = {"Authorization": token}
    begun = Portal(ground, first, {"public_url": "https://crm.example.com"})
    for method, path, inputs in CHANGES:
        answer = begun.call(method, path, json=inputs, as_=None, headers=signed)
        assert answer.status in (200, 201), answer.text
    begun._server.stop()
    assert copy(portal, first, middle, tmp_path / "1.zip") == []
    assert copy(portal, middle, last, tmp_path / "2.zip") == []
    found = []
    for database in (first, middle, last):
        server = Portal(ground, database, {"public_url": "https://crm.example.com"})
        found.append(answers(server, token))
        made = server.call("POST", "crm/case", json={"title": "A"}, as_=None, headers=signed)
        found[-1].append([made.response["id"]])  # ids go on where they were
        content = server.call("GET", DOWNLOAD, as_=None, headers=signed)
        found[-1].append(content.body)
        assert b"Thank you for your inquiry" in content.body
        found[-1][ROUTES.index("people")].sort(key=itemgetter("email"))  # in no order
        server._server.stop()
    for route, *shown in zip((*ROUTES, "the next id", "a file"), *found, strict=True):
        assert shown[0] == shown[1] == shown[2], route
    assert len(found[0][0]) > 5
    postgres.drop_database(middle)


def test_backup_beside_running_writes_is_one_moment(portal: Portal, tmp_path: Path) -> None:
    server = portal.fresh()
    deal = {"stageid": 1, "bidCurrencyAbbr": "EUR", "responsibleid": server.id_of("ann")}
    answered: list[int] = []
    is_enough, has_begun = Event(), Event()

    def write() -> None:
        while not is_enough.is_set():
            sent = {**deal, "title": f"Deal {len(answered)}", "isPrivate": False}
            answered.append(server.call("POST", "crm/opportunity", json=sent).response["id"])
            has_begun.set()

    writer = Thread(target=write)
    writer.start()
    try:
        assert has_begun.wait(60)
        before = list(answered)
        target = f"sqlite:///{tmp_path}/copy.db"
        assert copy(server, server.database, target, tmp_path / "one.zip") == []
    finally:
        is_enough.set()
        writer.join()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as file:
        ids = [row[0] for row in file.execute("select id from opportunity order by id")]
    assert set(before) <= set(ids) <= set(answered)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("source")
    settings = read({"database": str(directory / "crm.db")}, {})
    asyncio.run(app.prepare(settings))
    path = directory / "whole.zip"
    asyncio.run(actions.back_up(settings.database, settings.files, path, now=NOW))
    return path


def rewritten(source: Path, path: Path, change: Callable[[zipfile.ZipInfo, bytes], bytes]) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = change(member, old.read(member))
            new.writestr(member, content)


def truncated(source: Path, path: Path) -> None:
    path.write_bytes(source.read_bytes()[:-2000])


def foreign(source: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")


def no_zip(source: Path, path: Path) -> None:
    path.write_text("hello" * 1000)


def escaping(source: Path, path: Path) -> None:
    shutil.copyfile(source, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../evil", "x")


def symlink(source: Path, path: Path) -> None:
    def change(member: zipfile.ZipInfo, content: bytes) -> bytes:
        if member.filename == "tables/person.jsonl":
            member.external_attr = 0o120777 << 16
        return content

    rewritten(source, path, change)


def swollen(source: Path, path: Path) -> None:
    def change(member: zipfile.ZipInfo, content: bytes) -> bytes:
        return b" " * 50_000_000 if member.filename == "tables/person.jsonl" else content

    rewritten(source, path, change)


def altered(source: Path, path: Path) -> None:
    def change(member: zipfile.ZipInfo, content: bytes) -> bytes:
        is_meant = member.filename == "tables/person.jsonl"
        return content.replace(b"owner@", b"thief@") if is_meant else content

    rewritten(source, path, change)


def newer(source: Path, path: Path) -> None:
    def change(member: zipfile.ZipInfo, content: bytes) -> bytes:
        is_meant = member.filename == MANIFEST
        return content.replace(f'"{NEWEST}"'.encode(), b'"9999"') if is_meant else content

    rewritten(source, path, change)


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (truncated, "is damaged or incomplete"),
        (foreign, "is not a backup of Dealwright"),
        (no_zip, "is not a backup of Dealwright"),
        (escaping, "is damaged or incomplete"),
        (symlink, "is damaged or incomplete"),
        (swollen, "is damaged or incomplete"),
        (altered, "is damaged or incomplete"),
        (newer, "was made by a newer version"),
    ],
)
def test_spoiled_archive_is_refused_before_anything_is_written(
    archive: Path, tmp_path: Path, spoil: Callable[[Path, Path], None], line: str
) -> None:
    path, database = tmp_path / "spoiled.zip", tmp_path / "crm.db"
    spoil(archive, path)
    with pytest.raises(ArchiveRefused, match=line) as refused:
        asyncio.run(actions.restore(path, str(database), tmp_path / "files"))
    assert "\n" not in refused.value.text
    assert [each.name for each in tmp_path.iterdir()] == ["spoiled.zip"]


def test_database_that_holds_a_portal_is_not_restored_over(archive: Path, tmp_path: Path) -> None:
    database = str(tmp_path / "crm.db")
    asyncio.run(actions.restore(archive, database, tmp_path / "files"))
    with pytest.raises(ArchiveRefused, match="this one holds a portal"):
        asyncio.run(actions.restore(archive, database, tmp_path / "files"))


def test_archive_is_for_its_owner_alone_and_never_replaces_a_file(archive: Path) -> None:
    assert os.stat(archive).st_mode & 0o777 == 0o600
    database = str(archive.parent / "crm.db")
    with pytest.raises(ArchiveRefused, match="exists already"):
        asyncio.run(actions.back_up(database, archive.parent / "files", archive, now=NOW))


def test_backup_before_an_upgrade_restores_and_is_upgraded(tmp_path: Path) -> None:
    database, restored = str(tmp_path / "old.db"), str(tmp_path / "new.db")
    asyncio.run(upgrade(database, to="0001"))
    with closing(sqlite3.connect(database)) as file:
        columns = "id, language, currency, is_documented, secret, created_on"
        file.execute(f"insert into portal ({columns}) values (1, 'en', 'EUR', 0, 'secret', 5)")
        file.commit()
    files = tmp_path / "files"
    made = asyncio.run(
        actions.back_up_before_upgrade(database, files, tmp_path / "backups", now=NOW)
    )
    assert made is not None
    assert made.manifest.step == asyncio.run(found_step(database)) == "0001"
    asyncio.run(actions.restore(made.path, restored, files))
    assert asyncio.run(found_step(restored)) == NEWEST
    with closing(sqlite3.connect(restored)) as file:
        assert file.execute("select title from pipeline").fetchall() == [("Sales",)]
    again = actions.back_up_before_upgrade(restored, files, tmp_path / "backups", now=NOW)
    assert asyncio.run(again) is None


def test_rotation_keeps_seven_days_four_weeks_and_three_months() -> None:
    made = [NOW - timedelta(hours=12 * number) for number in range(400)]
    kept = sorted(set(made) - rules.surplus(made), reverse=True)
    assert [each.date() for each in kept[:7]] == [
        (NOW - timedelta(days=n)).date() for n in range(7)
    ]
    assert {f"{each:%G-%V}" for each in kept} >= {"2026-49", "2026-48", "2026-47", "2026-46"}
    assert {f"{each:%Y-%m}" for each in kept} == {"2026-11", "2026-10", "2026-09"}
    assert len(kept) <= 7 + 4 + 3


def test_rotation_knows_its_own_archives_alone() -> None:
    assert rules.moment(rules.name(NOW)) == NOW
    assert rules.moment(rules.name_before_upgrade(NOW, "0001")) is None
    assert rules.moment("dealwright-20261399T000000Z.zip") is None
    assert rules.moment("holiday.zip") is None
