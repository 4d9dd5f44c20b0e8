"""Examples of the portal's currency and of the rates between currencies."""

from typing import Any

from tests.contract.examples import Example, Made
from tests.contract.of_opportunities import CURRENCY, DOCUMENTED_CURRENCY
from tests.contract.scene import made as posted
from tests.crm.tasks.making import LIVE
from tests.running import Portal

RATE = {"fromCurrency": "AMD", "toCurrency": "GEL", "rate": 0.007, "id": 1}
DOCUMENTED_RATE = {"FromCurrency": "AMD", "ToCurrency": "GEL", "Rate": 0.007, "id": 1}
# A pair that no other example uses.
PAYLOAD = {"fromCurrency": "AMD", "toCurrency": "GEL", "rate": 0.007}


def table(portal: Portal) -> Made:
    """A pair, and all current rates: setting them again changes nothing."""
    rate = posted(portal, "crm/currency/rates", PAYLOAD, as_="root")
    set_for_all = portal.call("GET", "crm/settings", as_="root", accept=LIVE).response
    rates = portal.call("GET", "crm/currency/rates", accept=LIVE).response
    return {"rate": rate["id"], "currency": set_for_all["currency"], "rates": rates}


def writing(method: str, path: str, *, many: bool = False, **more: Any) -> Example:
    answers = ([RATE], [DOCUMENTED_RATE]) if many else (RATE, DOCUMENTED_RATE)
    what = {"made": table, "as_": "root", "live": answers[0], "documented": answers[1], **more}
    return Example(method=method, path=f"crm/{path}", **what)


EXAMPLES = (
    writing(
        "PUT", "settings/currency", payload={"currency": "{currency}"}, live=CURRENCY,
        documented=DOCUMENTED_CURRENCY,
    ),
    writing("POST", "currency/rates", payload=PAYLOAD),
    writing("PUT", "currency/rates/{rate}", payload=PAYLOAD),
    writing("DELETE", "currency/rates/{rate}"),
    writing("POST", "currency/addrates", payload={"rates": [PAYLOAD]}, many=True),
    writing(
        "POST", "currency/setrates", payload={"currency": "{currency}", "rates": "{rates}"},
        many=True,
    ),
)  # fmt: skip
