"""Several requests in one: each runs as if it came alone, in order, and its answer is quoted as
text."""

import asyncio
from typing import Annotated, Any
from urllib.parse import unquote

import msgspec

from dealwright.errors import Conflict, Invalid, Malformed, TooLarge
from dealwright.wire.context import RequestContext
from dealwright.wire.exchange import Request, Response
from dealwright.wire.parse import folded
from dealwright.wire.router import clean
from dealwright.wire.shape import Shape

MOST = 100
LARGEST = 32 * 2**20  # bytes of all answers, which are kept until the last one is ready
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_METHODS = ("GET", "POST", "PUT", "DELETE")


_ITEM = {
    "type": "object",
    "properties": {
        "relativeUrl": {"type": "string", "description": "An address below /api/2.0/."},
        "relativeMethod": {"type": "string", "enum": list(_METHODS), "default": "GET"},
        "body": {"description": "The body: an object, or the text of a form or of JSON."},
        "bodyContentType": {"type": "string"},
        "name": {"type": "string", "description": "Comes back with the answer."},
        "order": {"type": "integer", "description": "Lower numbers run first."},
    },
    "required": ["relativeUrl"],
}
_EXAMPLE = [
    {"name": "stages", "relativeUrl": "/api/2.0/crm/opportunity/stage"},
    {
        "name": "person",
        "relativeUrl": "/api/2.0/crm/contact/person",
        "relativeMethod": "POST",
        "body": {"firstName": "Pat", "lastName": "Okafor"},
    },
]
_LIST_OR_TEXT = {"anyOf": [{"type": "array", "items": _ITEM, "maxItems": MOST}, {"type": "string"}]}


class Batch(msgspec.Struct, frozen=True):
    """`batch` is a list of objects with relativeUrl, relativeMethod or method, body,
    bodyContentType, name and order; in a form it is the JSON text of one."""

    batch: Annotated[
        object,
        msgspec.Meta(
            description="The requests, in order: a JSON list, or the JSON text of one.",
            examples=[_EXAMPLE],
            extra_json_schema=_LIST_OR_TEXT,
        ),
    ] = ""


class BatchAnswer(Shape, kw_only=True):
    """`data` is the body of one answer as text."""

    name: str | None = None
    status: int
    headers: dict[str, str]
    data: str


class Item(msgspec.Struct, frozen=True):
    name: str
    path: str
    query: bytes
    method: str
    body: bytes
    content_type: str
    order: int


async def run(context: RequestContext, params: Batch) -> list[BatchAnswer]:
    """Runs several requests in order and gives their answers.

    Nothing is undone if one of them fails. The headers of the batch apply to each. Once the answers
    together are too large, the remaining requests get 413 and do not run.
    """
    dispatcher = context.dispatcher
    assert dispatcher is not None  # this is a request to the API
    answers, size = [], 0
    for number, item in enumerate(_items(params.batch)):
        await asyncio.sleep(0)  # other requests come between, for each of these may take a while
        request = _request(context.request, item, number)
        if size > LARGEST:
            response = dispatcher.refusal(request, TooLarge("The previous answers are too large"))
        else:
            response = await dispatcher.answer(request)
        answers.append(_answer(item, response))
        size += len(response.body)
    return answers


def _items(sent: object) -> list[Item]:
    if not sent:
        raise Conflict("no batch specified")
    try:
        if isinstance(sent, str):
            sent = msgspec.json.decode(sent)
        listed = msgspec.convert(sent if isinstance(sent, list) else [sent], list[dict[str, Any]])
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError):
        raise Malformed("batch", "must be a list of objects, or the JSON text of one") from None
    if len(listed) > MOST:
        raise Invalid("batch", f"must hold at most {MOST} requests, not {len(listed)}")
    return sorted((_item(folded(each)) for each in listed), key=lambda item: item.order)


def _item(sent: dict[str, Any]) -> Item:
    path, _, query = str(sent.get("relativeurl") or "").partition("?")
    path = unquote(path)
    method = str(sent.get("relativemethod") or sent.get("method") or "GET").upper()
    cleaned = clean(path)
    if cleaned is None:
        raise Invalid("relativeUrl", f"must start with /api/2.0/, not {path!r}")
    if cleaned[0].lower() == "batch":
        raise Invalid("relativeUrl", "must not be a batch inside a batch")
    if method not in _METHODS:
        raise Invalid("method", f"must be one of {', '.join(_METHODS)}, not {method!r}")
    body, order = sent.get("body"), sent.get("order")
    return Item(
        name=str(sent.get("name") or ""),
        path=path,
        query=query.encode(),
        method=method,
        body=b""
        if body is None
        else body.encode()
        if isinstance(body, str)
        else msgspec.json.encode(body),
        content_type=str(
            sent.get("bodycontenttype") or (_FORM if isinstance(body, str) else "application/json")
        ),
        order=order if isinstance(order, int) else 0,
    )


_OF_THE_BATCH_ALONE = (
    b"content-type",
    b"content-length",
    b"transfer-encoding",
    b"if-match",
    b"if-none-match",
)


def _request(outer: Request, item: Item, number: int) -> Request:
    headers = {
        name: value for name, value in outer.headers.items() if name not in _OF_THE_BATCH_ALONE
    }
    headers[b"content-type"] = item.content_type.encode("latin-1", "replace")
    if key := headers.get(b"idempotency-key"):
        # Each request has its own key, the same when the batch is sent again.
        headers[b"idempotency-key"] = b"%d of %b" % (number, key)
    return Request(
        item.method,
        item.path,
        query=item.query,
        headers=headers,
        body=item.body,
        client=outer.client,
        scheme=outer.scheme,
    )


def _answer(item: Item, response: Response) -> BatchAnswer:
    return BatchAnswer(
        name=item.name or None,
        status=response.status,
        # quirk: header names are printed like members, with a small first letter.
        headers={name[:1].lower() + name[1:]: value for name, value in response.headers},
        data=response.body.decode(),
    )
