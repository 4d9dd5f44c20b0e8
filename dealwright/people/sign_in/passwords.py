"""Argon2, on a thread beside the event loop: a hash takes a tenth of a second and 64 MiB, so only a
few run at once.

Knows no user.
"""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher

from dealwright.people.rules import LONGEST_PASSWORD, composed_password

AT_ONCE = 2
_argon2 = PasswordHash((Argon2Hasher(),))
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")


class Checked(NamedTuple):
    """`better`: a hash with today's parameters, if the stored one was made with older ones."""

    is_right: bool
    better: str | None = None


async def hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_threads, hash_here, password)


async def checked(password: str, password_hash: str | None) -> Checked:
    """Takes as long for an account without a password, and for no account at all."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _check, password, password_hash)


def hash_here(password: str) -> str:
    """The hash, computed on the calling thread: for the command line."""
    return _argon2.hash(password)


def _check(password: str, password_hash: str | None) -> Checked:
    nobody = _nobodys_hash()
    # No account has a longer password, and hashing one would let an attacker cause work.
    composed = composed_password(password[:LONGEST_PASSWORD])
    try:
        found = _argon2.verify_and_update(composed, password_hash or nobody)
    except PwdlibError:
        return Checked(False)
    is_right = found[0] and bool(password_hash) and len(password) <= LONGEST_PASSWORD
    return Checked(is_right, found[1] if is_right else None)


@cache
def _nobodys_hash() -> str:
    return _argon2.hash(secrets.token_urlsafe())
