"""The pictures at the addresses that contacts name."""

import asyncio

from dealwright.contacts.pages import PHOTO, photo
from dealwright.wire.exchange import Request


def test_anybody_gets_a_neutral_picture_of_a_person_or_a_company():
    pictures = set()
    for query in (
        b"action=contactphotoulr&cid=1&isc=False&ps=1",
        b"cid=1&ISC=True&ps=2",
        b"",
        b"%",
    ):
        response = asyncio.run(photo(Request("GET", PHOTO, query=query)))
        assert response.status == 200
        assert dict(response.headers)["Content-Type"] == "image/svg+xml"
        assert response.body.startswith(b"<svg ")
        pictures.add(response.body)
    assert len(pictures) == 2
