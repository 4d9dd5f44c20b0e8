"""The sentence that is shown once after a change, with its undo; it travels in a cookie to the page
after a redirect, in a header to a page that stays."""

import json
from typing import NamedTuple
from urllib.parse import quote, unquote

import msgspec

COOKIE = "dw_toast"
_LONGEST = 3800  # characters of a cookie
GONE = f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


class Toast(NamedTuple):
    """`undo`: the address to which its button posts, empty where there is none."""

    sentence: str
    undo: str = ""

    @property
    def cookie(self) -> str:
        """As a Set-Cookie header."""
        value = quote(json.dumps(self), safe="")
        if len(value) > _LONGEST:  # a browser would drop it: what was done is still said
            value = quote(json.dumps((self.sentence, "")), safe="")[:_LONGEST]
        return f"{COOKIE}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"


def read(cookie: str) -> Toast | None:
    """The toast of a cookie; nothing where it is not one of ours."""
    try:
        toast = msgspec.json.decode(unquote(cookie), type=Toast)
    except msgspec.DecodeError:
        return None
    is_local = toast.undo.startswith("/") and not toast.undo.startswith(("//", "/\\"))
    return toast if is_local or not toast.undo else None
