"""What can go wrong, in domain words; how each becomes an HTTP answer is `wire/envelope.py`'s
business.

    CrmError
    ├── Invalid            a value breaks a rule              (names parameter and expectation)
    │   └── Malformed      a value cannot even be read        (text for a number, a date in year 0)
    ├── Unauthenticated    nobody is signed in, or not any more
    │   └── WrongPassword  a sign-in that failed
    ├── Forbidden          the actor may not do this
    │   ├── NoCrm          the actor's account has no CRM at all
    │   └── NotNow         the right actor at the wrong moment
    ├── NotFound           it does not exist, or the actor may not know that it does
    │   └── NoSuchRoute    the address itself leads nowhere
    ├── Conflict           the state of the record stands in the way
    │   ├── Stale          If-Match names an older version
    │   └── KeyReused      an Idempotency-Key came back with another input
    ├── TooLarge           a body over its limit
    ├── TooMany            too many attempts; carries the seconds to wait
    └── Pending            a route of the contract that is not built yet

`ConcurrentUpdate` is no answer: somebody else changed the row between our look and our write, so
the action runs again."""


class CrmError(Exception):
    """The root of all errors that a caller may see. `text` is safe to show."""

    default = "Value does not fall within the expected range."

    def __init__(self, text: str = "") -> None:
        self.text = text or self.default
        super().__init__(self.text)


class Invalid(CrmError):
    """`Invalid("title", "must not be empty")`; `text` replaces the first sentence where clients
    search for one."""

    def __init__(self, parameter: str = "", expected: str = "", text: str = "") -> None:
        opening = text or self.default
        super().__init__(f"{opening}: {parameter} {expected}".rstrip() if parameter else opening)
        self.parameter = parameter


def demand_given(*values: tuple[bool, str, str]) -> None:
    """Raises Invalid that names everything that an input lacks. `values`: whether a value is given,
    its parameter, and what is expected; the first that is missing is the error's `parameter`."""
    missing = [(parameter, expected) for is_given, parameter, expected in values if not is_given]
    if missing:
        (first, expected), *others = missing
        raise Invalid(first, "; ".join((expected, *(" ".join(each) for each in others))))


class Malformed(Invalid):
    default = "Input string was not in a correct format."


class Unauthenticated(CrmError):
    default = "Unauthorized"


class WrongPassword(Unauthenticated):
    default = "User authentication failed"


class Forbidden(CrmError):
    default = "Access Denied"


class NoCrm(Forbidden):
    default = "Forbidden"


class NotNow(Forbidden):
    pass


class NotFound(CrmError):
    default = "Not found"


class NoSuchRoute(NotFound):
    default = "Method not found"


class Conflict(CrmError):
    default = "The record is in a state that does not allow this."


class Stale(Conflict):
    default = "The record has been changed since you read it: If-Match names an older version"


class KeyReused(Conflict):
    default = "This Idempotency-Key was used with another input"


class TooLarge(CrmError):
    default = "The request is too large"


class TooMany(CrmError):
    default = "Login Fail. Too many attempts"

    def __init__(self, retry_after: int, text: str = "") -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Pending(CrmError):
    default = "Not implemented"


class ConcurrentUpdate(Exception):
    """Run the action again: the row has changed since the action read it."""
