"""The OpenAPI document says what the routes declare, and every answer fits it."""

import json
from enum import IntEnum
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from dealwright import errors
from dealwright.wire.envelope import Answer, failure, success
from dealwright.wire.openapi import document, table, tags
from dealwright.wire.paging import Listing, Paging
from dealwright.wire.routes import Routes, resolved
from dealwright.wire.schema import Schemas
from dealwright.wire.shape import GuidText, MomentText, MoneyNumber, Shape
from dealwright.wire.values import Between, Guid, Id, Length, Moment, Money
from tests.documented_answers import answer_schema, assert_documented, operation
from tests.wire.declarations import instances, shapes


class BidType(IntEnum):
    FIXED_BID = 0
    PER_HOUR = 1


class Person(Shape, kw_only=True):
    """A user, in brief."""

    id: GuidText
    title: str | None = None


class Deal(Shape, kw_only=True):
    created_by: Person
    created: MomentText
    bid_type: BidType = BidType.FIXED_BID
    bid_value: MoneyNumber | None = None
    currency: Person | None
    parent: "Deal | None" = None
    access_list: list[Person]
    id: int


class Pair(msgspec.Struct, kw_only=True, frozen=True):
    key: int = 0
    value: str = ""


class DealId(msgspec.Struct, kw_only=True, frozen=True):
    deal_id: Annotated[Id, msgspec.Meta(description="The deal.")]


class Change(msgspec.Struct, kw_only=True, frozen=True):
    deal_id: Id = 0
    title: Annotated[str, Length(255), msgspec.Meta(description="What it is called.")]
    responsible_id: Guid = ""
    bid_type: BidType = BidType.FIXED_BID
    bid_value: Money = 0
    closed: Moment | None = None
    success_probability: Annotated[int, Between(0, 100)] = 0
    members: list[Id] = msgspec.field(default_factory=list)
    custom_field_list: list[Pair] = msgspec.field(default_factory=list)
    is_private: bool | None = None
    bid_currency_abbr: str = "USD"


class Filter(msgspec.Struct, kw_only=True, frozen=True):
    tags: list[str] = msgspec.field(default_factory=list)
    filter_value: str = ""


def crm(actor: object) -> None: ...


route = Routes("crm/", gate=crm)
sign_in = Routes()


@route.get("deal/{dealid:id}")
async def view(work: object, asked: DealId) -> Answer[Deal]:
    """One deal.

    With everything
    that it holds.
    """
    raise NotImplementedError


@route.get("deal/filter")
async def page(work: object, asked: Filter, paging: Paging) -> Listing[Deal]:
    """A page of deals | sorted."""
    raise NotImplementedError


@route.put("deal/{dealid:id}")
async def update(work: object, asked: Change) -> Deal:
    """Change a deal."""
    raise NotImplementedError


@route.delete("deal/{id:id}")
async def remove(work: object, asked: DealId) -> Deal | None:
    """Delete a deal."""
    raise NotImplementedError


@route.post("{entityType:(deal|contact)}/{entityid:id}/tag")
async def tag(work: object) -> str:
    """Add a tag."""
    raise NotImplementedError


@route.post("{entityType:(person|company)}/{entityid:id}/tag")
async def other_tag(work: object) -> list[str]:
    """Add a tag to all."""
    raise NotImplementedError


@sign_in.post("authentication", idempotent=False)
async def enter(work: object) -> dict[str, MomentText | None]:
    """Sign in."""
    raise NotImplementedError


@sign_in.get("people/{username}")
async def person(work: object) -> None:
    """One user."""
    raise NotImplementedError


route.pending("GET", "deal/{dealid:id}/report", "no numbers")
sign_in.pending("GET", "people", "nobody is here")

ROUTES = [*route.list, *sign_in.list]
DOCUMENT = json.loads(json.dumps(document(ROUTES, title="CRM", version="1")))
ANN = Person(id="4a515a15-d4d6-4b8e-828e-e0586f18f3a3")
DEAL = Deal(
    created_by=ANN, created="2020-01-01T00:00:00.0000000Z", currency=None, access_list=[], id=1
)


def test_the_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_route_is_documented_once_and_operation_ids_are_unique() -> None:
    operations = [one for item in DOCUMENT["paths"].values() for one in item.values()]
    ids = [one["operationId"] for one in operations]
    assert len(ids) == len(set(ids)) == len(ROUTES) + 2  # two choices of two words share a path
    assert "getCrmDealDealid" in ids


def test_paths_that_differ_in_names_only_are_one_path() -> None:
    item = DOCUMENT["paths"]["/api/2.0/crm/deal/{dealid}"]
    assert sorted(item) == ["delete", "get", "put"]
    assert item["delete"]["parameters"][0]["name"] == "dealid"
    assert item["get"]["parameters"][0]["description"] == "The deal."


def test_routes_that_share_a_path_are_documented_for_each_of_their_alternatives() -> None:
    assert {path for path in DOCUMENT["paths"] if path.endswith("/tag")} == {
        f"/api/2.0/crm/{each}/{{entityid}}/tag" for each in ("deal", "contact", "person", "company")
    }
    for each, summary in (("contact", "Add a tag."), ("company", "Add a tag to all.")):
        described = operation(DOCUMENT, "POST", f"/api/2.0/crm/{each}/7/tag")
        assert described["summary"] == summary
        assert [one["name"] for one in described["parameters"] if "name" in one] == ["entityid"]


def test_a_choice_of_words_keeps_its_path_beside_a_number() -> None:
    routes = Routes()
    routes.get("deal/{of:(stage|kind)}")(tag)
    routes.get("deal/{dealid:id}")(view)
    paths = document(routes.list, title="t", version="0")["paths"]
    assert sorted(paths) == [
        "/api/2.0/deal/kind",
        "/api/2.0/deal/stage",
        "/api/2.0/deal/{dealid}",
    ]


class Colour(IntEnum):
    RED = 0
    DARK_RED = 1


class Painted(msgspec.Struct):
    colour: Colour


async def painted(work: object, asked: Painted) -> None:
    """One colour."""


def test_an_enumeration_keeps_its_path_beside_a_number() -> None:
    routes = Routes()
    routes.get("deal/{dealid:id}")(view)
    routes.get("deal/{colour}")(painted)
    paths = document(routes.list, title="t", version="0")["paths"]
    assert sorted(paths) == [
        "/api/2.0/deal/darkred",
        "/api/2.0/deal/red",
        "/api/2.0/deal/{dealid}",
    ]
    assert paths["/api/2.0/deal/red"]["get"]["summary"] == "One colour."


def test_words_come_from_the_handler() -> None:
    described = operation(DOCUMENT, "GET", "/api/2.0/crm/deal/5.json")
    assert described["summary"] == "One deal."
    assert described["description"] == "With everything that it holds."


def test_input_of_a_change_is_a_body_in_json_or_as_a_form() -> None:
    content = operation(DOCUMENT, "PUT", "/api/2.0/crm/deal/5")["requestBody"]["content"]
    schema = content["application/json"]["schema"]
    assert content["application/x-www-form-urlencoded"]["schema"] == schema
    assert schema["required"] == ["title"]
    assert schema["properties"] == {
        "title": {"type": "string", "maxLength": 255, "description": "What it is called."},
        "responsibleid": {"type": "string", "format": "uuid"},
        "bidType": {
            "anyOf": [
                {"type": "string", "enum": ["FixedBid", "PerHour"]},
                {"type": "integer", "enum": [0, 1]},
            ],
            "default": "FixedBid",
        },
        "bidValue": {"type": "number"},
        "closed": {"type": "string", "format": "date-time"},
        "successProbability": {"type": "integer", "minimum": 0, "maximum": 100},
        "members": {
            "type": "array",
            "items": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 2147483647},
            "maxItems": 10000,
        },
        "customFieldList": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "key": {"type": "integer", "format": "int32"},
                    "value": {"type": "string"},
                },
            },
            "maxItems": 10000,
        },
        "isPrivate": {"type": "boolean"},
        "bidCurrencyAbbr": {"type": "string", "default": "USD"},
    }


def test_input_of_a_look_up_is_in_the_query_together_with_the_list_parameters() -> None:
    described = operation(DOCUMENT, "GET", "/api/2.0/crm/deal/filter")["parameters"]
    own = [one["name"] for one in described if "name" in one]
    shared = [one["$ref"].rpartition("/")[2] for one in described if "$ref" in one]
    assert own == ["tags", "filterValue"]
    assert shared == [
        "count",
        "startIndex",
        "sortBy",
        "sortOrder",
        "filterBy",
        "filterOp",
        "fields",
        "cursor",
    ]


def test_a_creation_takes_an_idempotency_key_and_a_change_an_if_match() -> None:
    def headers(method: str, path: str) -> list[str]:
        shared = operation(DOCUMENT, method, path)["parameters"]
        return [one["$ref"].rpartition("/")[2] for one in shared if "$ref" in one]

    assert headers("POST", "/api/2.0/crm/contact/7/tag") == ["Idempotency-Key"]
    assert headers("POST", "/api/2.0/authentication") == []
    assert headers("PUT", "/api/2.0/crm/deal/7") == ["If-Match"]


def test_only_routes_with_a_gate_ask_for_a_sign_in() -> None:
    assert operation(DOCUMENT, "POST", "/api/2.0/authentication")["security"] == []
    assert "security" not in operation(DOCUMENT, "GET", "/api/2.0/crm/deal/1")
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert {(one["type"], one.get("in", one.get("scheme"))) for one in schemes.values()} == {
        ("apiKey", "header"),
        ("http", "bearer"),
        ("http", "basic"),
        ("apiKey", "cookie"),
    }


def test_tags_are_the_first_noun_below_a_folder() -> None:
    found = dict(
        zip((one.template for one in ROUTES), tags([resolved(one) for one in ROUTES]), strict=True)
    )
    assert found["crm/deal/filter"] == "deal"
    assert found["crm/{entityType:(deal|contact)}/{entityid:id}/tag"] == "tag"
    assert found["people/{username}"] == found["people"] == "people"


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "/api/2.0/crm/deal/1", success(DEAL)),
        (
            "GET",
            "/api/2.0/crm/deal/filter",
            success(Listing([DEAL], 9, "x"), paging=Paging(count=1)),
        ),
        ("GET", "/api/2.0/crm/deal/filter", success(Listing([], 0))),
        ("DELETE", "/api/2.0/crm/deal/1", success(None)),
        ("DELETE", "/api/2.0/crm/deal/1", success(DEAL, paging=Paging(start_index=3))),
        ("POST", "/api/2.0/crm/deal/1/tag", success("new", status=201)),
        ("POST", "/api/2.0/crm/person/1/tag", success(["new"], status=201)),
        ("POST", "/api/2.0/authentication", success({"token": None}, status=201)),
        ("GET", "/api/2.0/people/ann", success(None)),
    ],
)
def test_an_answer_fits_its_documented_schema(method: str, path: str, answer: bytes) -> None:
    tree = json.loads(answer)
    assert_documented(DOCUMENT, method, path, tree["statusCode"], tree)


def test_a_member_that_is_not_documented_does_not_fit() -> None:
    tree = json.loads(success(DEAL))
    tree["response"]["surprise"] = 1
    with pytest.raises(AssertionError, match="surprise"):
        assert_documented(DOCUMENT, "GET", "/api/2.0/crm/deal/1", 200, tree)


def test_a_missing_member_does_not_fit() -> None:
    tree = json.loads(success(DEAL))
    del tree["response"]["currency"]
    with pytest.raises(AssertionError, match="currency"):
        assert_documented(DOCUMENT, "GET", "/api/2.0/crm/deal/1", 200, tree)


@pytest.mark.parametrize(
    "error",
    [
        errors.Invalid("title", "must not be empty"),
        errors.Unauthenticated(),
        errors.Forbidden(),
        errors.NotFound(),
        errors.Stale(),
        errors.Pending(),
        KeyError(),
    ],
)
def test_a_failure_fits_its_documented_schema(error: Exception) -> None:
    found = failure(error, start_index=2)
    tree = json.loads(found.body)
    assert_documented(DOCUMENT, "GET", "/api/2.0/crm/deal/1", found.status, tree)


def test_shapes_of_the_same_name_get_their_slice_as_prefix() -> None:
    def drawn(module: str) -> Any:
        return msgspec.defstruct(
            "Person", [("x", int)], bases=(Shape,), kw_only=True, module=module
        )

    schemas = Schemas()
    references = [
        schemas.output(shape)["$ref"] for shape in (Person, drawn("a.tags"), drawn("a.tags"))
    ]
    names = [reference.rpartition("/")[2] for reference in references]
    assert names == ["Person", "TagsPerson", "TagsTagsPerson"]


def test_the_table_lists_every_route_and_what_is_not_built() -> None:
    assert table(ROUTES) == (
        "| Method | Path | What it does |\n"
        "|---|---|---|\n"
        "| POST | `authentication` | Sign in. |\n"
        "| GET | `crm/deal/filter` | A page of deals \\| sorted. |\n"
        "| GET | `crm/deal/{dealid}` | One deal. |\n"
        "| PUT | `crm/deal/{dealid}` | Change a deal. |\n"
        "| GET | `crm/deal/{dealid}/report` | Not built yet: no numbers. |\n"
        "| DELETE | `crm/deal/{id}` | Delete a deal. |\n"
        "| POST | `crm/{entityType:(deal\\|contact)}/{entityid}/tag` | Add a tag. |\n"
        "| POST | `crm/{entityType:(person\\|company)}/{entityid}/tag` | Add a tag to all. |\n"
        "| GET | `people` | Not built yet: nobody is here. |\n"
        "| GET | `people/{username}` | One user. |\n"
    )


@settings(max_examples=50)
@given(some.data())
def test_any_answer_of_any_declared_shape_fits_its_schema(data: some.DataObject) -> None:
    shape = data.draw(shapes())
    value = data.draw(instances(shape))

    async def handler(work: object) -> object:
        raise NotImplementedError

    handler.__annotations__["return"] = Listing[shape]  # type: ignore[valid-type]
    declared = Routes("crm/", gate=crm)
    declared.get("thing")(handler)
    described = document(declared.list, title="x", version="1")
    schema = answer_schema(described, "GET", "/api/2.0/crm/thing", 200)
    Draft202012Validator(schema).validate(json.loads(success(Listing([value], 1))))
