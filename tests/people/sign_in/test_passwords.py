"""Argon2 beside the event loop."""

import asyncio
import threading
from typing import Any

import pytest

from dealwright.people.sign_in import passwords


def test_the_right_password_is_right_and_no_other():
    made = passwords.hash_here("correct horse")
    assert made.startswith("$argon2id$")
    assert asyncio.run(passwords.checked("correct horse", made)) == (True, None)
    assert asyncio.run(passwords.checked("correct horsf", made)) == (False, None)


def test_two_hashes_of_one_password_differ():
    assert passwords.hash_here("correct horse") != passwords.hash_here("correct horse")


def test_an_accent_typed_on_another_keyboard_is_the_same():
    made = passwords.hash_here("p\u00e4ssword")
    assert asyncio.run(passwords.checked("pa\u0308ssword", made)).is_right


def test_too_long_password_matches_no_account():
    made = passwords.hash_here("x" * 256)
    assert not asyncio.run(passwords.checked("x" * 257, made)).is_right
    assert asyncio.run(passwords.checked("x" * 256, made)).is_right


def test_hash_with_older_parameters_is_renewed():
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024),)).hash("correct horse")
    found = asyncio.run(passwords.checked("correct horse", old))
    assert found.is_right
    assert found.better is not None
    assert asyncio.run(passwords.checked("correct horse", found.better)) == (True, None)


@pytest.mark.parametrize("stored", [None, "", "not a hash at all", "$argon2id$broken"])
def test_without_a_readable_hash_nothing_is_right(
    stored: str | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(passwords, "_nobodys_hash", lambda: passwords.hash_here("guessed"))
    assert not asyncio.run(passwords.checked("guessed", stored)).is_right


def test_hashing_never_runs_on_the_event_loop(monkeypatch: pytest.MonkeyPatch):
    threads: list[str] = []

    class Noted:
        def hash(self, password: str) -> str:
            threads.append(threading.current_thread().name)
            return "hash"

        def verify_and_update(self, password: str, stored: str) -> Any:
            threads.append(threading.current_thread().name)
            return True, None

    passwords._nobodys_hash()
    monkeypatch.setattr(passwords, "_argon2", Noted())

    async def scenario() -> None:
        await passwords.hashed("x")
        await passwords.checked("x", "hash")

    asyncio.run(scenario())
    assert len(threads) == 2
    assert all(name.startswith("passwords") for name in threads)
