"""Cursors: a place in a sorted list, as an opaque signed text. Knows no list."""

import base64
import hmac
from hashlib import sha256
from typing import Any

import msgspec

from dealwright.errors import Invalid

_SIGNED = 16


def seal(secret: str, query: object, place: list[Any]) -> str:
    """The text for a place in the list that `query` (any encodable value) describes."""
    body = msgspec.json.encode([fingerprint(query), place])
    return base64.urlsafe_b64encode(_signature(secret, body) + body).decode().rstrip("=")


def opened(secret: str, query: object, text: str) -> list[Any]:
    """The place again. Raises Invalid for a text that this portal did not make, or for another
    filter or sort."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Invalid("cursor", "must be a nextCursor from an earlier answer") from None
    signature, body = raw[:_SIGNED], raw[_SIGNED:]
    if not hmac.compare_digest(signature, _signature(secret, body)):
        raise Invalid("cursor", "must be a nextCursor from an earlier answer")
    belongs_to, place = msgspec.json.decode(body, type=tuple[str, list[Any]])
    if belongs_to != fingerprint(query):
        raise Invalid(
            "cursor", "belongs to another filter or sort; start again with an empty cursor"
        )
    return place


def fingerprint(value: object) -> str:
    """The same short text for the same value, in every process."""
    encoded = msgspec.json.encode(value, order="deterministic", enc_hook=_by_content)
    return sha256(encoded).hexdigest()[:16]


def _by_content(value: Any) -> Any:
    """A file counts by its content."""
    return value.key


def _signature(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, sha256).digest()[:_SIGNED]
