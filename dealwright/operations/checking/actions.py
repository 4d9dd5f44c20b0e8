"""Looks for contradictions in the database, and mends what can be computed from other data.

Checking changes nothing, and a server may run meanwhile.
"""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec

from dealwright.crm.contacts.info.actions import key_of, region_of
from dealwright.crm.opportunities.sums import queries as sums
from dealwright.operations.checking import queries, rules
from dealwright.portal.currencies.rules import CURRENCIES
from dealwright.portal.organisation.queries import current
from dealwright.portal.settings.queries import settings
from dealwright.portal.settings.rules import ADDRESS, Address
from dealwright.records.search_words import Reached, words_of
from dealwright.storage import soundness
from dealwright.storage.engines.engine import Database, Session
from dealwright.storage.files.file_store import FileStore, Lost
from dealwright.storage.names import name_key
from dealwright.storage.statements.change import Bump, Change, Put, Update
from dealwright.storage.text import Folded, sort_key

AT_ONCE = 500


async def check(session: Session) -> list[str]:
    """One line for each finding, with its cure; empty if everything is right."""
    found = await soundness.flaws(session)
    for kind in queries.COUNTED:
        found += [rules.miscounted(*each) async for each in _miscounted(session, kind)]
    if count := await _missummed(session):
        found.append(rules.missummed(count))
    if misread := [each.contact_id async for each in _misread(session)]:
        wrong, way_out = "the key of its data is not theirs", f"{rules.MEND} sets it anew"
        found.append(rules.finding("contact", list(dict.fromkeys(misread)), wrong, way_out))
    for kind in queries.SEARCHED:
        if outdated := [each.id async for each in _outdated(session, kind)]:
            wrong, way_out = "its search words are not its own", f"{rules.MEND} folds them anew"
            found.append(rules.finding(kind, outdated, wrong, way_out))
    for name, count in await soundness.unindexed(session):
        found.append(
            f"the full-text index of {name} differs in {count} rows; {rules.MEND} makes it anew"
        )
    for fault in queries.faults():
        if ids := await _ids(session, fault):
            found.append(rules.finding(fault.kind, ids, fault.wrong, fault.way_out))
    return found


async def lost(files: FileStore, database: Database) -> list[str]:
    """The files whose content is missing or incomplete in the store."""
    found: list[int] = []
    params = {"after": 0, "limit": AT_ONCE}
    while rows := await database.read(partial(_contents, params=params)):
        for file_id, stored_as, size in rows:
            if await _size(files, stored_as) != size:
                found.append(file_id)
        params = params | {"after": rows[-1][0]}
    wrong, way_out = "its content is not in the directory of files", "bring it from a backup"
    return [rules.finding("file", found, wrong, way_out)] if found else []


async def _contents(session: Session, params: dict[str, int]) -> list[Any]:
    return await session.fetch(queries.CONTENTS, params)


async def _size(files: FileStore, name: str) -> int | None:
    try:
        return await files.size(name)
    except Lost:
        return None


async def mend(session: Session) -> None:
    """Computes derived data again: counters, keys of contact data, search words, sort keys, close
    dates.

    What people have entered stays. Needs a transaction; rows that others change meanwhile are
    skipped.
    """
    bumps = [
        Bump(name, found - stored)
        for kind in queries.COUNTED
        async for name, stored, found in _miscounted(session, kind)
    ]
    await session.save(Change(None, tuple(bumps)))
    if await _missummed(session):
        for statement in (sums.MEND_SURPLUS, sums.MEND_MISSING, sums.MEND_SUMS):
            await session.execute(statement)
    keys = [(each.id, each.key) async for each in _misread(session)]
    # before the words, which are made of them too
    await session.execute(queries.MEND_KEYS, {"keys": keys})
    for kind in queries.SEARCHED:
        async for outdated in _outdated(session, kind):
            await session.save(_refolded(kind, outdated))
    ids = await _ids(session, queries.CLOSE_DATES)
    await session.execute(queries.MEND_CLOSE_DATES, {"ids": ids})
    if await soundness.unindexed(session):
        await soundness.reindex(session)


async def _missummed(session: Session) -> int:
    rows = [await session.row(each) for each in (sums.MISCOUNTED, sums.MISVIEWED)]
    return sum(int(row[0]) for row in rows if row is not None)


class _Outdated(NamedTuple):
    """A record whose stored words do not match its texts, with the right ones."""

    id: int
    version: int
    words: Folded
    sort_key: str | None  # None: it has none
    name_key: str | None


async def _miscounted(session: Session, kind: str) -> AsyncIterator[tuple[str, int, int]]:
    """Wrong counters: name, stored value, right value."""
    row = await session.row(queries.counters(kind)) or (0, 0, 0, 0)
    for private, (stored, found) in ((False, row[:2]), (True, row[2:])):
        if stored != found:
            yield queries.COUNTED[kind].counter(is_private=private), int(stored), int(found)


class _Misread(NamedTuple):
    """Contact data with a wrong key, with the right one."""

    id: int
    contact_id: int
    key: str


async def _misread(session: Session) -> AsyncIterator[_Misread]:
    """Also numbers without a country code whose key was made for another country of the portal."""
    address = (await settings(session)).get(ADDRESS.name)
    own = Address() if address is None else msgspec.json.decode(address, type=Address)
    region, after = region_of(await current(session), own), 0
    while rows := await session.fetch(queries.DATA, {"after": after, "limit": AT_ONCE}):
        for info_id, contact_id, info_type, data, key in rows:
            if (right := key_of(info_type, data, region)) != key:
                yield _Misread(info_id, contact_id, right)
        after = rows[-1][0]


async def _outdated(session: Session, kind: str) -> AsyncIterator[_Outdated]:
    after, statement = 0, queries.words(kind)
    while rows := await session.fetch(statement, {"after": after, "limit": AT_ONCE}):
        for row in rows:
            if (outdated := _compared(row)) is not None:
                yield outdated
        after = rows[-1][0]


_values = msgspec.json.Decoder(list[tuple[int, str]])
_reached = msgspec.json.Decoder(list[Reached])


def _compared(row: Sequence[Any]) -> _Outdated | None:
    record_id, version, short, is_long, words, key, name, title, values, reached, *texts = row
    right = words_of(texts, _values.decode(values), _reached.decode(reached))
    right_key = None if title is None else sort_key(title)
    right_name = None if name is None else name_key(title)
    if (short, bool(is_long), words, key, name) == (*right, right_key, right_name):
        return None
    return _Outdated(record_id, version, right, right_key, right_name)


def _refolded(kind: str, outdated: _Outdated) -> Change:
    searched = queries.SEARCHED[kind]
    columns: dict[str, Any] = {
        "search_text": outdated.words.short,
        "is_long_text": outdated.words.is_long,
    }
    if searched.title_key is not None:
        columns[searched.title_key.name] = outdated.sort_key
    if outdated.name_key is not None:
        columns["name_key"] = outdated.name_key
    head = Update(searched.record, outdated.id, columns, {"version": outdated.version})
    return Change(
        head, (Put(searched.words, {"id": outdated.id, "words": outdated.words.words}, "update"),)
    )


async def _ids(session: Session, fault: queries.Fault) -> list[int]:
    rows = await session.fetch(fault.find, {queries.KNOWN: [*CURRENCIES]})
    return [row[0] for row in rows]
