"""What a public form is: what becomes of a submission, and where the sender may go next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from dealwright.errors import Invalid

MOST = 100  # of anything that a form lists
LONGEST_ADDRESS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The choices of the administrators. The contact, and the opportunity if there is one, belong
    to `responsible_id`, by default the form's creator; `stage_id` 0 is the first stage.

    `lets_sender_choose`: the sender may set managers, share type and the users to notify, as in the
    reference; otherwise those fields are ignored.
    """

    makes_opportunity: bool = False
    stage_id: int = 0
    opportunity_title: str = ""
    responsible_id: str | None = None
    tags: tuple[str, ...] = ()
    share_type: int = 0
    manager_list: tuple[str, ...] = ()
    notify_list: tuple[str, ...] = ()
    return_urls: tuple[str, ...] = ()
    custom_fields: tuple[int, ...] = ()
    introduction: str = ""
    thanks: str = ""
    lets_sender_choose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebForm:
    """One form. `form_key` is public: everyone who knows it may submit the form."""

    id: int = 0
    title: str
    form_key: str
    is_disabled: bool = False
    choices: Choices
    created_by: str
    created_on: int


def check(form: WebForm) -> WebForm:
    """The form as it may be stored. Raises Invalid for everything that can be checked without the
    portal."""
    if not form.title.strip():
        raise Invalid("title", "must not be empty")
    chosen = form.choices
    for name, listed in (
        ("tags", chosen.tags),
        ("returnUrls", chosen.return_urls),
        ("managerList", chosen.manager_list),
        ("notifyList", chosen.notify_list),
        ("customFields", chosen.custom_fields),
    ):
        if len(listed) > MOST:
            raise Invalid(name, f"must hold at most {MOST}")
    if chosen.stage_id < 0:
        raise Invalid("stageid", "must be the id of a stage, or 0 for the first")
    if not all(tag.strip() for tag in chosen.tags):
        raise Invalid("tags", "must not be empty")
    for address in chosen.return_urls:
        _demand_address(address)
    return form


def _demand_address(address: str) -> None:
    expected = "must hold addresses that begin with https:// or http:// and name a host"
    if _parts(address) is None:
        raise Invalid("returnUrls", f"{expected}, not {address[:100]!r}")


def destination(params: str, allowed: Sequence[str]) -> str | None:
    """Where the sender goes next, if it is allowed: an address of the list, or one below an address
    of the list that ends with a slash. None: to the thanks."""
    target = _parts(params)
    if target is None:
        return None
    for address in allowed:
        base = _parts(address)
        if base is None or base[:2] != target[:2]:
            continue
        is_below = address.endswith("/") and target[2].startswith(base[2])
        if params == address or is_below:
            return params
    return None


def origins(allowed: Sequence[str]) -> list[str]:
    """The origins of the addresses, as a browser names them."""
    origins = [parts for address in allowed if (parts := _parts(address))]
    return list(dict.fromkeys(f"{scheme}://{host}" for scheme, host, _ in origins))


# Characters that browsers read differently, or that would start another header.
_STRANGE = re.compile(r"[\x00-\x20\x7f-\uffff\\;,'\"<>]|[\U00010000-\U0010ffff]")
_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?|\[[0-9a-f:.]+\](:[0-9]{1,5})?")


def _parts(address: str) -> tuple[str, str, str] | None:
    """Scheme, host with port, path; None for anything but a plain web address."""
    if len(address) > LONGEST_ADDRESS or _STRANGE.search(address):
        return None
    try:
        split = urlsplit(address)
    except ValueError:
        return None
    host = split.netloc.lower()
    if split.scheme not in ("https", "http") or not _HOST.fullmatch(host):
        return None
    path = split.path or "/"
    # `..` leads out of an allowed address.
    if ".." in path or "%2e" in path.lower():
        return None
    return split.scheme, host, path
