"""A new opportunity as it is sent, and what of it is stored, without asking whether it may be."""

import time
from datetime import datetime
from typing import Any

import msgspec

from bench.rows import USER, person_id, stage_title

# The columns that have no default, in the order of `New.row`.
COLUMNS = (
    "title", "title_key", "description", "responsible_id", "contact_id", "bid_type", "bid_value",
    "bid_currency", "per_period_value", "stage_id", "success_probability", "expected_close_on",
    "close_on", "is_private", "search_text", "created_by", "created_on", "modified_by",
    "modified_on", "rank", "stage_since", "touched_on",
)  # fmt: skip
CREATOR = person_id(USER)
LATEST = 500_000_000_000_000_000  # places in a column count down from here


class Custom(msgspec.Struct):
    key: int
    value: str


class Sent(msgspec.Struct):
    title: str
    description: str
    responsible_id: str = msgspec.field(name="responsibleid")
    contact_id: int = msgspec.field(name="contactid")
    members: list[int]
    stage_id: int = msgspec.field(name="stageid")
    bid_value: float = msgspec.field(name="bidValue")
    bid_currency: str = msgspec.field(name="bidCurrencyAbbr")
    probability: int = msgspec.field(name="successProbability")
    expected: datetime = msgspec.field(name="expectedCloseDate")
    custom: list[Custom] = msgspec.field(name="customFieldList")


class New:
    """`row` is in the order of COLUMNS. `told` is the user to notify of being responsible, `stay`
    what is noted of the time on its stage."""

    __slots__ = ("changes", "custom", "members", "now", "row", "stay", "told", "words")

    def __init__(self, body: bytes) -> None:
        sent = _decode(body)
        self.now = now = time.time_ns() // 1000
        self.members = sorted({*sent.members, sent.contact_id})
        self.custom = sent.custom
        title, description, person = sent.title, sent.description, sent.responsible_id
        self.told = None if person == CREATOR else person
        amount, expected = round(sent.bid_value * 10_000), int(sent.expected.timestamp()) * 10**6
        texts = " | ".join(each.value for each in sent.custom)
        self.words = f" {title} | {description} | {texts} ".lower()
        self.row = (
            title, title.lower(), description, person, sent.contact_id, 0, amount,
            sent.bid_currency, 0, sent.stage_id, sent.probability, expected, expected, False,
            self.words, CREATOR, now, CREATOR, now, f"{LATEST - now:015x}{now % 10**5:05}",
            now, now,
        )  # fmt: skip
        self.stay = sent.stage_id, stage_title(sent.stage_id), now, CREATOR
        self.changes = _text(
            [
                ("title", None, title),
                ("description", None, description),
                ("responsible_id", None, person),
                ("contact_id", None, sent.contact_id),
                ("bid_type", None, 0),
                ("bid_value", None, amount),
                ("bid_currency", None, sent.bid_currency),
                ("per_period_value", None, 0),
                ("stage_id", None, sent.stage_id),
                ("success_probability", None, sent.probability),
                ("expected_close_on", None, expected),
                ("is_private", None, False),
                ("members", None, self.members),
                ("access", None, ()),
                ("values", None, [(each.key, each.value) for each in sent.custom]),
            ]
        )


_decode = msgspec.json.Decoder(Sent).decode


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
