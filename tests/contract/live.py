"""The members of live answers in wire order, as live servers print them."""

EMPLOYEE = ("id", "displayName", "title", "avatarSmall", "profileUrl")
CURRENCY = ("title", "symbol", "abbreviation", "cultureName", "isConvertable", "isBasic")
CONTACT = (
    *("smallFotoUrl", "mediumFotoUrl", "displayName", "isCompany", "accessList", "isPrivate"),
    *("isShared", "shareType", "currency", "canEdit", "canDelete", "id"),
)
STAGE = ("successProbability", "stageType", "title", "description", "color", "sortOrder", "id")
CUSTOM_FIELD = ("entityId", "label", "fieldValue", "fieldType", "position", "mask", "id")
OPPORTUNITY = (
    *("createBy", "created", "members", "contact", "title", "description", "responsible"),
    *("bidType", "bidValue", "bidCurrency", "perPeriodValue", "stage", "successProbability"),
    *("actualCloseDate", "expectedCloseDate", "isPrivate", "accessList", "canEdit"),
    *("customFields", "id"),
)
ENVELOPE = (
    *("count", "startIndex", "nextIndex", "nextCursor", "total", "status", "statusCode"),
    *("response", "error"),
)

# The shape of a member, by its name: in an opportunity each name has one meaning.
MEMBERS = {
    "createBy": EMPLOYEE,
    "responsible": EMPLOYEE,
    "accessList": EMPLOYEE,
    "contact": CONTACT,
    "members": CONTACT,
    "currency": CURRENCY,
    "bidCurrency": CURRENCY,
    "stage": STAGE,
    "customFields": CUSTOM_FIELD,
    "response": OPPORTUNITY,
    "result": ENVELOPE,
}
