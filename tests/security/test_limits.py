"""Every string has its limit and every number its range; what is outside is a clear 4xx that loses
nothing, and what is inside survives whatever script it is written in."""

import json
import re
from collections.abc import Callable, Iterator
from secrets import token_urlsafe
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints
from urllib.parse import quote
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright import app
from dealwright.wire import casing
from dealwright.wire.multipart import Upload
from dealwright.wire.routes import Route
from dealwright.wire.values import Between, Length, Reader
from tests.each import Test, by_area, for_each
from tests.making import make_opportunity, make_person
from tests.running import Answer, Portal
from tests.security.hostile import Asked, requests

BUILT = [route for route in app.routes().routes if not route.is_pending]
# The request signs its user out.
ATTACKED = [route for route in BUILT if route.template != "authentication/logout"]
without_database = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


def message(answer: Answer, status: int = 400) -> str:
    assert answer.status == status, answer.text
    return str(answer.json["error"]["message"])


# ---------------------------------------------------------------------------------- anything at all


@pytest.fixture(scope="module")
def attacked() -> Iterator[dict[str, Portal]]:
    """By the database: portals of which an administrator's blind requests may leave anything."""
    portals: dict[str, Portal] = {}
    yield portals
    for each in portals.values():
        each.close()


@settings(max_examples=300)
@given(asked=requests(ATTACKED))
def test_no_query_exceeds_the_limits(portal: Portal, attacked: dict[str, Portal], asked: Asked):
    own = attacked.get(portal.database) or attacked.setdefault(portal.database, portal.kept())
    answer = own.call(asked.method, asked.path, body=asked.body, headers=asked.headers, as_="root")
    assert answer.status < 500, (answer.text, own.log[-1])
    if answer.status >= 400 and answer.headers["Content-Type"].startswith("application/json"):
        answered = answer.json.get("error") or answer.json["Error"]
        assert len(answered.get("message") or answered["Message"]) < 2000


def test_the_portal_answers_after_all_that(portal: Portal, attacked: dict[str, Portal]):
    own = attacked.get(portal.database) or attacked.setdefault(portal.database, portal.kept())
    new = {"title": "Next", "color": "#123456"}
    stage = own.call("POST", "crm/opportunity/stage", json=new, as_="root").response["id"]
    made = make_opportunity(own, "root", stageid=stage)
    assert own.call("GET", f"crm/opportunity/{made}", as_="root").status == 200
    assert own.call("GET", "crm/opportunity/filter?count=1", as_="root").json["total"] > 0


class Trap(NamedTuple):
    """A body that no route can read, and the words for it."""

    kind: str
    body: bytes
    words: str


JSON, XML = "application/json", "text/xml"
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
TRAPS = (
    Trap(JSON, b"\xff\xfe\x00", "not valid JSON"),
    Trap(JSON, b"[]", "must be a JSON object"),
    Trap(JSON, b"[" * 100_000, "at most 50000"),
    Trap(JSON, b'{"a":' * 1000 + b"1" + b"}" * 1000, "not valid JSON"),
    Trap(JSON, b'{"a":' + b"[" * 21 + b"]" * 21 + b"}", "at most 20 deep"),
    Trap(JSON, b'{"a":[' + b"[]," * 200_001 + b"1]}", "at most 50000"),
    Trap(JSON, b'{"title":NaN}', "not valid JSON"),
    Trap(JSON, b'{"title":-Infinity}', "not valid JSON"),
    Trap(JSON, b'{"title":"\\ud800"}', "JSON"),
    Trap(JSON, b'{"title":"\xed\xa0\x80"}', "JSON"),
    Trap(JSON, b'{"stageid":' + b"9" * 5000 + b"}", "JSON"),
    Trap(FORM, b"members[999999999]=1", "numbered from 0 without gaps"),
    Trap(FORM, b"members[99999999999999999999]=1", "numbered from 0 without gaps"),
    Trap(FORM, b"a" + b"[a]" * 21 + b"=1", "at most 20 deep"),
    Trap(FORM, b"&".join(b"a%d=1" % n for n in range(20_001)), "at most 20000 fields"),
    Trap(FORM, b"title=%ff%fe", "not valid UTF-8"),
    Trap(XML, b"<a>" * 300 + b"</a>" * 300, "XML"),
    Trap(XML, b"<r>" + b"<a>" * 22 + b"</a>" * 22 + b"</r>", "at most 20 deep"),
    Trap(XML, b"<r>" + b"<a/>" * 200_001 + b"</r>", "at most 200000"),
    Trap(XML, b"<r><title>&#0;</title></r>", "XML"),
    Trap(MULTIPART, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", "no name"),
    Trap(MULTIPART, b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx", "ends too early"),
    Trap("multipart/form-data", b"x", "no boundary"),
)


@without_database
@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: f"{trap.kind} {trap.body[:20]!r}")
def test_a_body_of_garbage_is_named_and_loses_nothing(place: Portal, trap: Trap):
    kept = make_opportunity(place)
    path = f"crm/opportunity/{kept}"
    before = place.call("GET", path).response
    headers = {"Content-Type": trap.kind}
    for method, address in (("PUT", path), ("DELETE", path), ("DELETE", "crm/opportunity/filter")):
        answer = place.call(method, address, body=trap.body, headers=headers)
        assert trap.words in message(answer)
    assert place.call("GET", path).response == before


@without_database
def test_a_title_of_ten_megabytes_is_refused_for_its_length(place: Portal):
    answer = place.call("POST", "crm/opportunity", json={"title": "t" * 10_000_000})
    assert "title must have at most 255 characters, not 10000000" in message(answer)
    much = {"title": "t" * (place.settings.body_limit + 1)}
    assert "may hold at most" in message(place.call("POST", "crm/opportunity", json=much), 413)


# -------------------------------------------------------------------------------- declared limits


class Limited(NamedTuple):
    """A declared input and what limits it: `place` is how a refusal names it."""

    route: Route
    place: str
    kind: Any
    limit: Length | Between | Reader | None

    def __str__(self) -> str:
        return f"{self.route.method} {self.route.template} {self.place}"


def declared(route: Route) -> Iterator[Limited]:
    if route.input:
        yield from _members(route, route.input, "")


def _members(route: Route, kind: type[msgspec.Struct], before: str) -> Iterator[Limited]:
    hints = get_type_hints(kind, include_extras=True)
    for field in msgspec.structs.fields(kind):
        is_renamed = field.encode_name != field.name
        name = field.encode_name if is_renamed else casing.parameter(field.name)
        if name.lower() not in route.path_names:
            yield from _limited(route, hints[field.name], before + name, None)


def _limited(route: Route, kind: Any, place: str, limit: Any) -> Iterator[Limited]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from _limited(route, arguments[0], place, arguments[1])
    elif arguments:
        inside = f"{place}[0]" if origin in (list, tuple) else place
        for each in arguments:
            if each not in (type(None), Ellipsis):
                yield from _limited(route, each, inside, limit)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _members(route, kind, f"{place}.")
    else:
        yield Limited(route, place, kind, limit)


DECLARED = [each for route in BUILT for each in declared(route)]
# Texts without a length are compared with what there is and never kept: codes of currencies,
# titles and tags to look for, names of kinds; a password, which is only hashed; a batch, of which
# every request has the limits of its own; and contents, which tests of events and files measure.
COMPARED = {
    *("bidCurrencyAbbr", "fromCurrency", "toCurrency", "currency", "titles[0]", "tags[0]"),
    *("rates[0].fromCurrency", "rates[0].toCurrency", "entityType", "items[0].entityType"),
    *("password", "batch", "content", "contactType", "undo"),
}
# By the place, or by the route and its place.
LONGEST = {
    **dict.fromkeys(("description", "about", "fieldValue", "mask"), 65_000),
    "customFieldList[0].value": 65_000,
    **dict.fromkeys(("terms", "invoiceLines[0].description"), 65_000),
    **{f"PUT crm/invoice/settings/name {name}": 100 for name in ("prefix", "number")},
    **dict.fromkeys(("prefix", "query", "storageUrl"), 1000),
    "listColumns": 200,  # names of columns
    **dict.fromkeys(("body", "template"), 500_000),  # the body of an e-mail, with its pictures
    **dict.fromkeys(("introduction", "thanks"), 5000),  # of a web form
    **{f"address.{part}": 1000 for part in ("street", "city", "state", "zip", "country")},
    **dict.fromkeys(("returnUrls[0]", "photourl"), 2000),
    **dict.fromkeys(("POST people comment", "PUT people/{userid} comment"), 65_000),
    **dict.fromkeys(("data", "items[0].data"), 65_000),  # by which a contact is reached
    "lossComment": 2000,
    "filter": 4000,  # of a saved view, as a query
    "next": 1000,  # where the next page of a column of the board begins
    "PUT settings/portal language": 10,
    "PUT settings/portal timeZone": 100,
    **{f"PUT people/@self/preferences {name}": 50 for name in ("language", "theme", "density")},
    **dict.fromkeys(("term", "GET crm/contact/bycontactinfo data"), 1000),
}
SHORT_TITLES = r"/stage|crm/pipeline|crm/lossreason"


def test_every_text_that_is_kept_has_the_length_of_the_contract():
    for each in DECLARED:
        if each.kind is str and each.limit is None:
            assert each.place in COMPARED, str(each)
        elif isinstance(each.limit, Length):
            is_short = each.place == "title" and re.search(SHORT_TITLES, each.route.template)
            usual = 250 if is_short else LONGEST.get(each.place, 255)
            expected = LONGEST.get(str(each), usual)
            assert each.limit.most == expected, str(each)


def payload(place: str, value: Any) -> dict[str, Any]:
    """A body that gives one place in it a value."""
    outer, _, inner = place.partition(".")
    name = outer.removesuffix("[0]")
    found = payload(inner, value) if inner else value
    return {name: [found] if name != outer else found}


def path_of(route: Route) -> str:
    return "/".join(_segment(part) for part in route.template.split("/"))


def _segment(part: str) -> str:
    if not part.startswith("{"):
        return part
    kind = part[1:-1].partition(":")[2]
    return kind[1:-1].split("|")[0] if kind.startswith("(") else "1"


def is_whole(each: Limited) -> bool:
    name = each.limit.name if isinstance(each.limit, Reader) else ""
    return each.kind is int and name in ("", "id")


def is_in_json(each: Limited) -> bool:
    """Not what only objects can be, nor what comes in parts of a body of its own form."""
    return each.place != "rates[0]" and each.kind is not Upload


def each_declared(is_meant: Callable[[Limited], bool]) -> Callable[[Test], Test]:
    """A test with the parameter `each`, for the declared inputs that are meant."""
    return for_each("each", by_area(filter(is_meant, DECLARED), lambda one: one.route))


@without_database
@each_declared(lambda each: isinstance(each.limit, Length))
def test_one_character_over_its_limit_is_refused_by_name(place: Portal, each: Limited):
    assert isinstance(each.limit, Length)
    most, path = each.limit.most, path_of(each.route)
    over = payload(each.place, "\U0001f600" * (most + 1))
    answer = message(place.call(each.route.method, path, json=over, as_="root"))
    assert f"{each.place} must have at most {most} characters, not {most + 1}" in answer
    full = place.call(
        each.route.method, path, json=payload(each.place, "\U0001f600" * most), as_="root"
    )
    assert "characters" not in full.text[:300]


@without_database
@each_declared(is_whole)
def test_what_is_no_number_in_its_range_is_refused_by_name(place: Portal, each: Limited):
    limit = each.limit if isinstance(each.limit, Between) else Between(-(2**31), 2**31 - 1)
    unreadable = ("1e400", "NaN", "1.5", "٣", "1_0", "9" * 41, "true", "0x", "1 2")
    for wrong in (*unreadable, limit.low - 1, limit.high + 1, 2**63, 2**64 - 1):
        answer = place.call(
            each.route.method, path_of(each.route), json=payload(each.place, wrong), as_="root"
        )
        assert f": {each.place} must be " in message(answer)


@without_database
@each_declared(lambda each: each.place.endswith("[0]") and is_in_json(each))
def test_more_than_ten_thousand_items_are_refused_by_name(place: Portal, each: Limited):
    name = each.place.removesuffix("[0]")
    many = json.dumps({name: ["1"] * 10_001}).encode()
    answer = place.call(
        each.route.method,
        path_of(each.route),
        body=many,
        headers={"Content-Type": JSON},
        as_="root",
    )
    assert f"{name} must have at most 10000 items, not 10001" in message(answer)


WHOLE: dict[str, Any] = {"title": "Deal", "stageid": 1, "bidCurrencyAbbr": "EUR"}
AMOUNTS = (
    "922337203685477.00005",
    "-922337203685478",
    "1e400",
    "1e99999999999",
    "NaN",
    "Infinity",
    "0x10",
    "1,5",
    "½",
    "",
    "--1",
)
DATES = (
    "0000-01-01T00:00:00",
    "0001-01-02T00:00:00",
    "1899-12-31T00:00:00Z",
    "2201-01-02T00:00:00Z",
    "9999-12-31T23:59:59.9999999+14:00",
    "10000-01-01",
    "2024-02-30",
    "2024-01-01T24:00:01",
    "2024-01-01T00:00:00+99:99",
    "-2024-01-01",
    "٢٠٢٤-01-01",
    "now",
)


@without_database
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("bidValue", AMOUNTS[:-2]),
        ("expectedCloseDate", DATES),
        ("actualCloseDate", DATES),
        ("perPeriodValue", ("-1", "2147483648")),
        ("bidType", ("-1", "6", "FixedBid,PerHour", "2147483648")),
        ("responsibleid", ("0", "{", "0" * 31, "g" * 32)),
        ("isPrivate", ("1", "yes", "тrue")),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(place: Portal, name: str, values: tuple[str, ...]):
    whole = WHOLE | {"responsibleid": place.id_of("ann")}
    for value in values:
        wrong = place.call("POST", "crm/opportunity", json=whole | {name: value})
        shown = message(wrong)
        assert name in shown or "Requested value" in shown or "Guid should" in shown, shown
    raw = json.dumps(whole | {name: "?"}).replace('"?"', "1e400").encode()
    answer = place.call("POST", "crm/opportunity", body=raw, headers={"Content-Type": JSON})
    assert answer.status == 400


def test_the_largest_and_smallest_values_are_kept(portal: Portal):
    for amount in ("922337203685477", "-922337203685477", "0.0001", "-0.0001"):
        made = make_opportunity(
            portal,
            bidValue=amount,
            perPeriodValue=2**31 - 1,
            bidType="PerYear",
            expectedCloseDate="2200-12-31T23:59:59.999999Z",
            actualCloseDate="1900-01-01T00:00:00Z",
        )
        answer = portal.call("GET", f"crm/opportunity/{made}")
        assert float(answer.response["bidValue"]) == float(amount)
        assert answer.response["perPeriodValue"] == 2**31 - 1
        assert answer.response["expectedCloseDate"] == "2200-12-31T23:59:59.9999990Z"
        assert answer.response["actualCloseDate"] == "1900-01-01T00:00:00.0000000Z"


# -------------------------------------------------------------------------------------- survival

# What XML 1.0 can carry: nothing else is text here.
CARRIED = st.characters(
    exclude_categories=("Cs",), exclude_characters="\ufffe\uffff", min_codepoint=0x20
) | st.sampled_from("\t\n\r😀\u202e\u200f\u0301𐍈")
SPECIMENS = (
    "😀👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "\u202eright to left\u202c שלום مرحبا",
    "𠜎𠜱𝟘𐍈",
    "e\u0301\u0327 \ufb01 Å ﷺ",
    "\u200b\ufeff\u00ad",
    " \t leading and trailing \n ",
    "'\"`\\/&<>]]>%_*?${}{{}}",
    "\x7f\x85\u2028\u2029",
    "null",
    "0001-01-01T00:00:00",
)


@settings(max_examples=25)
@given(text=st.text(CARRIED, min_size=1, max_size=60) | st.sampled_from(SPECIMENS))
def test_every_text_that_is_taken_comes_back_as_it_was(place: Portal, text: str):
    text = "." + text  # a title of nothing but spaces is none
    key = token_urlsafe(6) + text
    made = make_opportunity(place, title=text, description=text, externalId=key)
    person = make_person(place, firstName=text, lastName=text, jobTitle=text, about=text)
    deal = place.call("GET", f"crm/opportunity/{made}").response
    assert (deal["title"], deal["description"], deal["externalId"]) == (text, text, key)
    shown = place.call("GET", f"crm/contact/{person}").response
    assert [shown[name] for name in ("firstName", "lastName", "title", "about")] == [text] * 4
    as_xml = place.call("GET", f"crm/opportunity/{made}.xml").text
    assert f"<title>{escape(text)}</title>".replace("\r", "&#13;") in as_xml.replace("\r", "&#13;")


CALL = "task_category_call.png"


@pytest.mark.parametrize("text", SPECIMENS)
def test_texts_of_what_administrators_keep_come_back_as_they_were(portal: Portal, text: str):
    text = f"{token_urlsafe(6)} {text}."
    for path, name in (
        ("crm/opportunity/stage", "title"),
        ("crm/contact/status", "title"),
        ("crm/task/category", "title"),
        ("crm/opportunity/customfield", "label"),
    ):
        kept = {"color": "#ff0000", "imageName": CALL, "fieldType": "CheckBox"}
        payload = {name: text, "description": text} | kept
        made = portal.call("POST", path, json=payload, as_="root")
        assert made.status == 201, made.text
        assert made.response[name] == text
    tag = portal.call("POST", "crm/opportunity/tag", json={"tagName": text})
    assert (tag.status, tag.response) == (201, text)


def test_a_text_as_long_as_may_be_is_kept_whole(portal: Portal):
    title, long = "\U0001f600" * 255, "\U0001f600" * 65_000
    made = make_opportunity(portal, title=title, description=long)
    shown = portal.call("GET", f"crm/opportunity/{made}").response
    assert (shown["title"], shown["description"]) == (title, long)
    person = make_person(portal, firstName=title, lastName=title, about=long)
    assert portal.call("GET", f"crm/contact/{person}").response["about"] == long


# ---------------------------------------------------------------------------------- other inputs


@pytest.mark.parametrize("length", [255, 256, 60_000])
def test_an_idempotency_key_of_any_length_is_one_key(portal: Portal, length: int):
    # Random, since PostgreSQL would pack anything else into its index.
    key = {"Idempotency-Key": token_urlsafe(length)[:length]}
    sent = WHOLE | {"responsibleid": portal.id_of("ann")}
    first, again = (portal.call("POST", "crm/opportunity", json=sent, headers=key) for _ in "12")
    assert (first.status, again.body) == (201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = {"Idempotency-Key": key["Idempotency-Key"][:-1] + "~"}
    another = portal.call("POST", "crm/opportunity", json=sent, headers=other)
    assert another.response["id"] != first.response["id"]


def test_a_key_is_kept_for_an_address_of_any_length(portal: Portal):
    made, key = make_opportunity(portal), {"Idempotency-Key": token_urlsafe(9)}
    path, payload = f"crm/opportunity{'/' * 50_000}{made}/tag", {"tagName": token_urlsafe(9)}
    answers = [portal.call("POST", path, json=payload, headers=key) for _ in range(2)]
    assert [each.status for each in answers] == [201, 201]
    assert answers[1].headers["Idempotency-Replayed"] == "true"


@without_database
@pytest.mark.parametrize("parameter", ["filterValue", "prefix"])
def test_a_search_text_has_a_thousand_characters_at_most(place: Portal, parameter: str):
    where = "filter" if parameter == "filterValue" else "byprefix"
    for text, expected in (("ż" * 1000, 200), ("ż" * 1001, 400)):
        answer = place.call("GET", f"crm/opportunity/{where}?{parameter}={quote(text)}")
        assert answer.status == expected


# Each of these characters stands for several words, or for several characters that count as words.
SWELLING = ("\ufdfa", "\ufdfa1 ", "\u337f", "\u3316", "\ufb03 ", "\u2474", "\u00bcb")


@pytest.mark.parametrize("letters", SWELLING)
def test_a_text_that_grows_when_it_is_folded_is_kept_and_searched(place: Portal, letters: str):
    title, longest = (letters * 255)[:255], (letters * 1000)[:1000]
    make_opportunity(place, title=title, externalId=title, description=(letters * 65_000)[:65_000])
    make_person(place, firstName=title, lastName=title, jobTitle=title, about=longest)
    for path in (
        "crm/opportunity/filter?filterValue=",
        "crm/opportunity/byprefix?prefix=",
        "crm/opportunity/summary?filterValue=",
        "crm/contact/filter?filterValue=",
        "crm/contact/byprefix?prefix=",
        "crm/trash?filterValue=",
        "people/search?query=",
    ):
        answer = place.call("GET", path + quote(longest))
        assert answer.status == 200, (path, answer.text)
    found = place.call("GET", f"crm/opportunity/filter?filterValue={quote(title)}")
    assert found.json["total"] >= 1


@without_database
def test_list_parameters_are_bounded(place: Portal):
    make_opportunity(place)
    path = "crm/opportunity/filter"
    for query in ("startIndex=2147483647", f"startIndex={'9' * 99}"):
        answer = place.call("GET", f"{path}?{query}")
        assert (answer.status, answer.response) == (200, [])
    for query in ("count=-1", "count=x", f"count={'9' * 99}", "startIndex=-1", "count=1e400"):
        answer = place.call("GET", f"{path}?{query}")
        assert (answer.status, len(answer.response) > 0) == (200, True)
