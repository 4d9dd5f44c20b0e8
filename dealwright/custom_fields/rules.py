"""What a custom field may be."""

from enum import IntEnum


class FieldType(IntEnum):
    TEXT_FIELD = 0
    TEXT_AREA = 1
    SELECT_BOX = 2
    CHECK_BOX = 3
    HEADING = 4
    DATE = 5


class FieldOwner(IntEnum):
    """What a field belongs to. A contact's field belongs to persons and companies alike."""

    CONTACT = 0
    OPPORTUNITY = 1
    COMPANY = 4
    PERSON = 5
    CASE = 7
