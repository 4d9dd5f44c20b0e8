"""The spellings of attribute names: live (camelCase), documented (PascalCase), input parameters.

Regular names follow three rules; the others are in one of the two tables. Apart from these tables,
nothing in `wire` knows a word of the trade.
"""

from functools import cache

# quirk: spellings of the reference that no rule gives, its misspellings included.
LIVE = {
    "created_by": "createBy",
    "deadline": "deadLine",
    "deadline_is_fixed": "deadLineIsFixed",
    "is_convertible": "isConvertable",
    "is_ldap": "isLDAP",
    "is_sso": "isSSO",
    "last_modified_date": "lastModifedDate",
    "medium_photo_url": "mediumFotoUrl",
    "small_photo_url": "smallFotoUrl",
    "track_inventory": "trackInvenory",
}

# quirk: the reference documents most record ids in lower case (`contactid`), but not all of them.
PARAMETERS = {
    "billing_address_id": "billingAddressID",
    "call_id": "callId",
    "consignee_id": "consigneeId",
    "delivery_address_id": "deliveryAddressID",
    "external_id": "externalId",
    "group_id": "groupId",
    "invoice_item_id": "invoiceItemId",
    "invoice_tax1_id": "invoiceTax1Id",
    "invoice_tax2_id": "invoiceTax2Id",
    "last_modified_date": "lastModifedDate",
    "number_id": "numberId",
    "operator_id": "operatorId",
    "revision_id": "revisionId",
    "session_token": "asc_auth_key",
    "user_ids": "userIds",
}


@cache
def live(attribute: str) -> str:
    """The member name that live servers print: `bid_value` -> `bidValue`."""
    return LIVE.get(attribute) or camel(attribute)


@cache
def documented(attribute: str) -> str:
    """The member name of the documentation: `bid_value` -> `BidValue`; `id` stays `id`."""
    return documented_of(live(attribute))


@cache
def documented_of(name: str) -> str:
    """The documented spelling of a live name, for members whose declaration names them."""
    return name if name == "id" else name[:1].upper() + name[1:]


@cache
def parameter(attribute: str) -> str:
    """The documented spelling of an input: `stage_id` -> `stageid`, `bid_type` -> `bidType`."""
    return PARAMETERS.get(attribute) or camel(_with_lower_id(attribute))


@cache
def folded(attribute: str) -> str:
    """The name of an input after folding: `bid_currency_abbr` -> `bidcurrencyabbr`."""
    return parameter(attribute).lower()


def camel(attribute: str) -> str:
    first, *rest = attribute.strip("_").split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _with_lower_id(attribute: str) -> str:
    for ending in ("_id", "_ids"):
        if attribute.endswith(ending):
            return attribute.removesuffix(ending) + ending[1:]
    return attribute
