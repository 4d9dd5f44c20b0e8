"""The file store: contents are complete or absent, readable only for the server, and unreferenced
ones are deleted."""

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import insert

from dealwright.storage import schema
from dealwright.storage.engines.engine import Database
from dealwright.storage.engines.opening import open_database
from dealwright.storage.files import file_store
from dealwright.storage.files.file_store import (
    PIECE,
    Directory,
    FilesUnavailable,
    Lost,
    prepare_directory,
)
from dealwright.storage.files.file_sweep import DAY, NAMED, sweep
from tests.making import stored
from tests.running import Portal

CONTENT = os.urandom(PIECE) * 2 + b"the end"
NOW = time.time_ns() // 1000


@pytest.fixture
def store(tmp_path: Path) -> Directory:
    return Directory(tmp_path / "files", "of these tests")


async def whole(store: Directory, name: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in store.read(name, start, end)])


async def names(store: Directory, than: int = NOW + DAY) -> list[str]:
    return [name async for some in store.older(than) for name in some]


def lying(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


async def in_pieces() -> AsyncIterator[bytes]:
    for start in range(0, len(CONTENT), 100_000):
        yield CONTENT[start : start + 100_000]


def test_what_is_put_comes_back_with_its_size_and_hash(store: Directory):
    async def scene() -> None:
        for put in (CONTENT, in_pieces(), b""):
            kept = await store.put(put)
            expected = b"" if put == b"" else CONTENT
            assert await whole(store, kept.name) == expected
            assert (kept.size, kept.sha256) == (len(expected), sha256(expected).hexdigest())
            assert await store.size(kept.name) == len(expected)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (5, 9), (PIECE - 1, PIECE + 1), (PIECE, None), (10**9, None)]
)
def test_a_part_is_read_as_a_slice(store: Directory, start: int, end: int | None):
    kept = store.put_now(CONTENT)
    assert asyncio.run(whole(store, kept.name, start, end)) == CONTENT[start:end]


def test_names_are_random_and_the_same_content_lies_twice(store: Directory):
    first, second = store.put_now(b"x"), store.put_now(b"x")
    assert first.name != second.name
    assert first.sha256 == second.sha256


def test_only_the_server_reads_what_lies_there(store: Directory, tmp_path: Path):
    prepare_directory(tmp_path / "files")
    store.put_now(CONTENT)
    for path in [tmp_path / "files", *(tmp_path / "files").rglob("*")]:
        expected = 0o600 if path.is_file() else 0o700
        assert stat.S_IMODE(path.stat().st_mode) == expected


@pytest.mark.parametrize(
    "name", ["", ".", "../../etc/passwd", "ab/" + "c" * 30, "A" * 32, "a" * 32]
)
def test_a_name_that_is_none_of_ours_is_lost(store: Directory, name: str):
    with pytest.raises(Lost):
        asyncio.run(whole(store, name))
    with pytest.raises(Lost):
        asyncio.run(store.size(name))


def test_what_breaks_off_leaves_nothing(store: Directory, tmp_path: Path):
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        asyncio.run(store.put(broken()))
    assert lying(tmp_path) == []


def test_what_is_not_whole_has_no_name_and_goes_when_it_is_old(store: Directory, tmp_path: Path):
    async def scene() -> None:
        incoming = store.receive()
        await incoming.write(b"half")
        assert len(lying(tmp_path)) == 1
        assert await names(store, than=0) == []
        assert len(lying(tmp_path)) == 1
        assert await names(store) == []
        assert lying(tmp_path) == []

    asyncio.run(scene())


def test_what_is_dropped_is_gone_also_when_it_was_kept(store: Directory, tmp_path: Path):
    async def scene() -> None:
        incoming = store.receive()
        await incoming.write(b"whole")
        kept = await incoming.keep()
        assert await names(store) == [kept.name]
        await incoming.drop()

    asyncio.run(scene())
    assert lying(tmp_path) == []


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store: Directory):
    kept, other = store.put_now(b"x"), store.put_now(b"y")
    for _ in range(2):
        asyncio.run(store.delete([kept.name]))
    with pytest.raises(Lost):
        asyncio.run(whole(store, kept.name))
    assert asyncio.run(names(store)) == [other.name]


def test_portals_in_one_directory_do_not_see_each_other(tmp_path: Path):
    one, another = (Directory(tmp_path / "files", portal) for portal in ("one", "another"))
    kept = one.put_now(b"x")
    assert asyncio.run(names(another)) == []
    with pytest.raises(Lost):
        asyncio.run(whole(another, kept.name))


def test_full_disk_is_reported_and_leaves_nothing(
    store: Directory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file_store.os, "write", full)
    with pytest.raises(FilesUnavailable, match="no space left on device"):
        asyncio.run(store.put(in_pieces()))
    assert lying(tmp_path) == []


def test_directory_that_cannot_be_made_is_reported(tmp_path: Path):
    (tmp_path / "files").write_bytes(b"")
    with pytest.raises(FilesUnavailable, match=r"files: "):
        prepare_directory(tmp_path / "files")


def test_contents_that_no_row_names_are_swept_after_a_day_and_no_others(portal: Portal):
    own = portal.fresh()
    store = own.files
    used = [store.put_now(b"used").name for _ in range(6)]
    store.put_now(b"of nobody")
    for number, column in enumerate(NAMED[:1]):
        row = dict.fromkeys(("title", "content_type", "sha256"), "x") | {
            column.name: used[number],
            "size": 4,
            "version": 1,
            **{f"{what}_by": own.id_of("ann") for what in ("created", "modified")},
            **{f"{what}_on": NOW for what in ("created", "modified")},
        }
        stored(own, insert(schema.file).values(row).returning(schema.file.c.id))
    contact = own.call("POST", "crm/contact/company", json={"companyName": "Acme"}).response["id"]
    sizes = dict(zip(("small", "medium", "big"), used[1:4], strict=True))
    photo = {"contact_id": contact, "content_type": "image/png", "made_on": NOW, **sizes}
    stored(
        own,
        insert(schema.contact_photo).values(photo).returning(schema.contact_photo.c.contact_id),
    )
    setting = {"name": "logo", "value": f'{{"stored": "{used[4]}"}}'}
    stored(
        own,
        insert(schema.portal_setting).values(setting).returning(schema.portal_setting.c.name),
    )
    job = {"kind": "x", "payload": f'["{used[5]}"]', "created_on": NOW, "due_on": NOW + DAY}
    stored(own, insert(schema.outbox).values(job).returning(schema.outbox.c.id))
    assert swept(own, NOW) == 0
    assert len(asyncio.run(names(store))) == 7
    assert swept(own, NOW + 2 * DAY) == 1
    assert sorted(asyncio.run(names(store))) == sorted(used)


def swept(portal: Portal, now: int) -> int:
    files = portal.files

    async def scene() -> int:
        database: Database = await open_database(portal.database)
        try:
            return await sweep(files, database, now=now)
        finally:
            await database.close()

    return asyncio.run(scene())
