"""What stands around answers, for both profiles and both formats."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree

from dealwright import errors
from dealwright.storage.engines.engine import Unavailable
from dealwright.wire.envelope import Representation, failure, negotiate, success
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.router import MethodNotAllowed
from dealwright.wire.shape import Shape

LIVE = Representation()
DOCUMENTED = Representation(documented=True)
XML = Representation(xml=True)
DOCUMENTED_XML = Representation(xml=True, documented=True)


class Row(Shape, kw_only=True):
    title: str | None = None
    bid_value: float | None = None
    id: int


ROWS = [Row(id=1, title="a"), Row(id=2, bid_value=1.5)]


def answer(value: object, representation: Representation = LIVE, **more: Any) -> str:
    return success(value, representation=representation, **more).decode()


def test_a_single_object_counts_one() -> None:
    assert answer(ROWS[0]) == (
        '{"count":1,"status":0,"statusCode":200,"response":{"title":"a","id":1}}'
    )


def test_a_page_tells_its_place_in_the_order_of_the_reference() -> None:
    page = Paging(count=2, start_index=4)
    assert answer(Listing(ROWS, 9, "next"), paging=page, status=201) == (
        '{"count":2,"startIndex":4,"nextIndex":6,"nextCursor":"next","total":9,"status":0,'
        '"statusCode":201,"response":[{"title":"a","id":1},{"bidValue":1.5,"id":2}]}'
    )


def test_an_empty_page_still_tells_a_total_of_zero() -> None:
    assert answer(Listing([], 0)) == '{"total":0,"status":0,"statusCode":200,"response":[]}'


def test_an_empty_list_has_no_count() -> None:
    assert answer([]) == '{"status":0,"statusCode":200,"response":[]}'


def test_nothing_is_an_empty_object_and_never_null() -> None:
    assert answer(None) == '{"status":0,"statusCode":200,"response":{}}'
    assert answer(None, XML) == (
        "<result><status>0</status><statusCode>200</statusCode><response /></result>"
    )


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (True, 1),
        (0, 1),
        (1.5, 1),
        ("abc", 3),
        ("", None),
        ("a\U0001f600", 3),
        ({"a": 1, "b": 2}, 2),
        ({}, None),
    ],
)
def test_scalars_count_one_texts_their_characters_and_maps_their_keys(
    value: object, count: int | None
) -> None:
    tree = json.loads(answer(value))
    assert tree.get("count") == count
    assert tree["response"] == value


@pytest.mark.parametrize(
    ("rows", "count", "total", "following"),
    [
        (ROWS, 2, 3, 2),
        (ROWS, 2, 2, None),
        (ROWS, 3, 9, None),
        (ROWS, 2, None, None),
        ([], 0, 9, None),
    ],
)
def test_the_next_page_is_named_only_after_a_full_page_with_more_to_come(
    rows: list[Row], count: int, total: int | None, following: int | None
) -> None:
    tree = json.loads(answer(Listing(rows, total), paging=Paging(count=count)))
    assert tree.get("nextIndex") == following


def test_fields_keep_members_of_the_rows() -> None:
    page = Paging(fields=("id",))
    assert json.loads(answer(ROWS, paging=page))["response"] == [{"id": 1}, {"id": 2}]
    assert json.loads(answer(ROWS[0], paging=page)) == {
        "count": 1,
        "status": 0,
        "statusCode": 200,
        "response": {"id": 1},
    }


def test_the_documented_envelope_of_an_object_has_two_keys() -> None:
    assert answer(ROWS[0], DOCUMENTED) == (
        '{"status":0,"response":{"Title":"a","BidValue":0.0,"id":1}}'
    )


def test_a_documented_list_tells_its_place_only_when_it_was_read() -> None:
    page = Paging(count=2, start_index=4)
    listing = Listing(ROWS, 9)
    read = json.loads(answer(listing, DOCUMENTED, paging=page))
    assert list(read) == ["status", "response", "count", "startIndex", "nextIndex", "total"]
    assert [read[key] for key in list(read)[2:]] == [2, 4, 6, 9]
    assert list(json.loads(answer(listing, DOCUMENTED, method="PUT"))) == ["status", "response"]


def test_documented_list_without_total_ends_with_its_rows() -> None:
    read = json.loads(answer(ROWS, DOCUMENTED, paging=Paging(start_index=3)))
    assert (read["count"], read["nextIndex"], read["total"]) == (2, 0, 5)


def test_a_cursor_is_documented_only_when_it_was_sent() -> None:
    read = json.loads(answer(Listing(ROWS, 2), DOCUMENTED, paging=Paging(cursor="")))
    assert list(read)[4:] == ["nextIndex", "nextCursor", "total"]
    assert read["nextCursor"] is None


def test_a_list_in_xml_repeats_the_response() -> None:
    assert answer(Listing(ROWS, 2), XML) == (
        "<result><count>2</count><total>2</total><status>0</status><statusCode>200</statusCode>"
        "<response><title>a</title><id>1</id></response>"
        "<response><bidValue>1.5</bidValue><id>2</id></response></result>"
    )
    assert answer([ROWS[1]], DOCUMENTED_XML, method="PUT") == (
        "<result><status>0</status>"
        "<response><Title /><BidValue>1.5</BidValue><id>2</id></response></result>"
    )


def test_a_failure_has_no_response_and_echoes_the_start() -> None:
    found = failure(errors.NotFound("Opportunity not found"), start_index=5)
    assert found.status == 404
    assert found.headers == {"Content-Type": "application/json; charset=utf-8", "Vary": "Accept"}
    assert found.body.decode() == (
        '{"startIndex":5,"status":1,"statusCode":404,"error":'
        '{"message":"Opportunity not found","hresult":-2147467259,"data":{}}}'
    )


def test_a_documented_failure_has_exactly_three_keys() -> None:
    found = failure(errors.Forbidden(), start_index=5, representation=DOCUMENTED)
    assert found.body.decode() == (
        '{"status":1,"statusCode":403,"error":'
        '{"message":"Access Denied","hresult":-2146233078,"data":{}}}'
    )


@pytest.mark.parametrize("representation", [XML, DOCUMENTED_XML])
def test_a_failure_in_xml_has_the_same_shape(representation: Representation) -> None:
    found = failure(errors.Forbidden(), representation=representation)
    assert found.body.decode() == (
        "<result><status>1</status><statusCode>403</statusCode><error>"
        "<message>Access Denied</message><hresult>-2146233078</hresult><data /></error></result>"
    )


@pytest.mark.parametrize(
    ("error", "status", "hresult"),
    [
        (errors.Invalid("title", "must not be empty"), 400, -2147024809),
        (errors.Malformed("id", "must be a number"), 400, -2146233033),
        (errors.Unauthenticated(), 401, -2146233087),
        (errors.WrongPassword(), 401, -2146233087),
        (errors.Forbidden(), 403, -2146233078),
        (errors.NoCrm(), 403, -2147467259),
        (errors.NotNow("Can't unlink base contact"), 403, -2146233079),
        (errors.NotFound(), 404, -2147467259),
        (errors.NoSuchRoute(), 404, -2146233069),
        (MethodNotAllowed(("GET",)), 405, -2146233069),
        (errors.Conflict(), 409, -2146233079),
        (errors.Stale(), 412, -2146233079),
        (errors.TooLarge(), 413, -2146233088),
        (errors.KeyReused(), 422, -2146233079),
        (errors.TooMany(60), 429, -2146233088),
        (errors.Pending(), 501, -2147467263),
        (KeyError("secret"), 500, -2146233088),
        (Unavailable("disk full"), 503, -2146233088),
        (errors.ConcurrentUpdate(), 500, -2146233088),
    ],
)
def test_every_error_has_its_status_and_hresult(
    error: Exception, status: int, hresult: int
) -> None:
    found = failure(error)
    tree = json.loads(found.body)
    assert (found.status, tree["statusCode"], tree["error"]["hresult"]) == (status, status, hresult)


def test_an_unforeseen_error_shows_nothing_of_itself() -> None:
    found = failure(KeyError("password=secret"))
    assert json.loads(found.body)["error"]["message"] == "Internal error"
    assert b"secret" not in found.body


def test_a_refused_method_names_those_that_exist() -> None:
    assert failure(MethodNotAllowed(("GET", "PUT"))).headers["Allow"] == "GET, PUT, OPTIONS"


def test_too_many_attempts_say_how_long_to_wait() -> None:
    assert failure(errors.TooMany(60)).headers["Retry-After"] == "60"


@given(some.text())
def test_no_message_breaks_the_answer(text: str) -> None:
    json.loads(failure(errors.Invalid(text, text)).body)
    etree.fromstring(failure(errors.Invalid(text, text), representation=XML).body)


@pytest.mark.parametrize(
    ("accept", "suffix", "is_xml"),
    [
        ("", "", False),
        ("*/*", "", False),
        ("application/json", "", False),
        ("text/xml", "", True),
        ("Application/XML", "", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", True),
        ("text/xml, application/json;q=0.1", "", False),
        ("text/xml, application/json;q=0", "", True),
        ("text/xml;q=0.0", "", False),
        ("text/xml", "json", False),
        ("application/json", "xml", True),
        ("application/json", ".xml", True),
        ("text/html", "", False),
    ],
)
def test_the_suffix_decides_the_format_and_then_accept(
    accept: str, suffix: str, is_xml: bool
) -> None:
    assert negotiate(accept, suffix, False).xml is is_xml


@pytest.mark.parametrize(
    ("accept", "default", "documented"),
    [
        ("", False, False),
        ("", True, True),
        ('application/json; profile="documented"', False, True),
        ("application/json;PROFILE=Documented", False, True),
        ("*/* ; profile = documented", False, True),
        ('text/xml; q=0.5; profile="live"', True, False),
        ("application/json; profile=other", True, True),
        ("application/json; profile=other, */*; profile=documented", False, True),
        ("application/json; profile=live, */*; profile=documented", True, False),
    ],
)
def test_a_known_profile_on_any_range_decides_the_names(
    accept: str, default: bool, documented: bool
) -> None:
    assert negotiate(accept, "", default).documented is documented


@given(some.text(), some.booleans())
def test_no_accept_header_is_ever_refused(accept: str, default: bool) -> None:
    negotiate(accept, "", default)


def test_the_profile_stands_in_the_content_type_when_documented() -> None:
    assert LIVE.content_type == "application/json; charset=utf-8"
    assert XML.content_type == "text/xml; charset=utf-8"
    assert DOCUMENTED.content_type == 'application/json; profile="documented"; charset=utf-8'
