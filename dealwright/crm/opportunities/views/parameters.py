"""The filter of a view in both of its spellings: as the parameters of pages, in which it is kept,
and as a query of the API's lists, in which clients read and write it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from dealwright.errors import Invalid

MOST = 40  # parameters that are read
# The parameter of pages, that of the API, and a value where both have a word of their own for it.
_PLAIN = {
    "pipeline": "pipelineId",
    "responsible": "responsibleId",
    "team": "teamId",
    "stage": "opportunityStagesId",
    "tag": "tags",
    "text": "filterValue",
    "amountfrom": "amountFrom",
    "amountto": "amountTo",
    "expectedfrom": "expectedFrom",
    "expectedto": "expectedTo",
    "closedfrom": "closedFrom",
    "closedto": "closedTo",
}
_WORDS = {
    ("status", "open"): ("stageType", "Open"),
    ("status", "won"): ("stageType", "ClosedAndWon"),
    ("status", "lost"): ("stageType", "ClosedAndLost"),
    ("overdue", "1"): ("isOverdue", "true"),
    ("rotting", "1"): ("isRotting", "true"),
    ("nonextstep", "1"): ("hasNextStep", "false"),
    ("pastclose", "1"): ("isPastClose", "true"),
}
_BY_API = {api.lower(): page for page, api in _PLAIN.items()}
_PAGES = {(api.lower(), value.lower()): page for page, (api, value) in _WORDS.items()}
_NAMES = sorted({*_PLAIN.values(), *(api for api, _ in _WORDS.values())})


def query_of(parameters: Mapping[str, str]) -> str:
    """The filter as a query of `crm/opportunity/filter`. What means every status on a page is left
    out: the API lists every status."""
    pairs = []
    for name, value in parameters.items():
        if name in _PLAIN:
            pairs.append((_PLAIN[name], value))
        elif word := _WORDS.get((name, value)):
            pairs.append(word)
    return urlencode(pairs)


def parameters_of(query: str) -> dict[str, str]:
    """A query of `crm/opportunity/filter` as the parameters of pages. Raises Invalid for a
    parameter that views do not keep."""
    try:
        pairs = parse_qsl(query.lstrip("?"), keep_blank_values=True, max_num_fields=MOST)
    except ValueError:
        raise Invalid("filter", f"must have at most {MOST} parameters") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        page = _PAGES.get((name.lower(), value.lower())) or (_BY_API.get(name.lower()), value)
        if page[0] is None:
            raise Invalid("filter", f"has {name}={value}; a view keeps {', '.join(_NAMES)}")
        if page[0] in found:
            raise Invalid("filter", f"must have {name} once")
        found[page[0]] = page[1]
    return found
