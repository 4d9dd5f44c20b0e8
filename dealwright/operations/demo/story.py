"""What an invented sales team did in the last two years: the same story for the same day.

The result is plain values, oldest first; knows no database.
"""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from dealwright.operations.demo.addresses import reached
from dealwright.operations.demo.diary import Diary, diary
from dealwright.operations.demo.firms import Firm, firms
from dealwright.operations.demo.rules import (
    DAYS,
    OPPORTUNITY,
    Contact,
    Opportunity,
    Rates,
    Scene,
    Setting,
    Step,
    at_work,
    day,
    mates,
    midnight,
    setting,
    some,
    source,
    values,
)

OPPORTUNITIES = 300
OPEN, WON, LOST = 0, 1, 2
BY_CONTRACT = (4, 5)  # how an amount is paid: each month, each year
ADMINISTRATORS = 2  # who stand first among the people
FEW_MINUTES = 240_000_000


class Story(NamedTuple):
    setting: Setting
    rates: tuple[Rates, ...]
    contacts: tuple[Contact, ...]
    opportunities: tuple[Opportunity, ...]
    diary: Diary


def story(scene: Scene) -> Story:
    """Everything that happened until the evening before `scene.today`."""
    words = setting(scene)
    buyers, contacts = firms(words)
    drawn = source("opportunities")
    began = sorted((_began(drawn) for _ in range(OPPORTUNITIES)), reverse=True)
    opportunities = [
        _opportunity(words, drawn, buyers, contacts, place, ago) for place, ago in enumerate(began)
    ]
    opportunities.sort(key=lambda each: each.on)
    return Story(
        setting=words,
        rates=tuple(_rates(words)),
        contacts=reached(words, buyers, contacts),
        opportunities=tuple(opportunities),
        diary=diary(words, buyers, contacts, opportunities),
    )


def _began(drawn: Random) -> int:
    """So many days ago; the business grows."""
    return 1 + int((DAYS - 10) * drawn.random() ** 1.4)


def _rates(setting: Setting) -> Iterator[Rates]:
    """New rates every month, close to the previous ones."""
    drawn = source("rates")
    portal = setting.worth[setting.scene.currency]
    months = [ago for ago in range(DAYS - 1, 0, -1) if day(setting.scene, ago).day == 3]
    for ago in (DAYS, *months):
        worth = [
            (code, setting.worth[code] / portal * drawn.uniform(0.96, 1.04))
            for code in setting.currencies[1:]
        ]
        rates = tuple((code, max(1, round(rate * 10**5)) * 10**4) for code, rate in worth)
        yield Rates(at_work(setting.scene, drawn, ago), rates)


def _opportunity(
    setting: Setting,
    drawn: Random,
    buyers: Sequence[Firm],
    contacts: Sequence[Contact],
    place: int,
    ago: int,
) -> Opportunity:
    known = [firm for firm in buyers if firm.since > ago + 3]
    firm = known[int(len(known) * drawn.random() ** 1.3)]
    others = mates(setting, drawn, firm.owner, 2)
    by = _creator(setting, drawn, firm)
    responsible = drawn.choice((firm.owner, firm.owner, firm.owner, *others))
    product = firm.products.pop()
    firm.products.insert(0, product)
    bid_value = _price(setting, drawn, product, firm.currency)
    stages = _stages(setting, product)
    first, steps = _path(setting, stages, drawn, ago, responsible, bid_value)
    members = drawn.sample(firm.staff, drawn.randint(0, min(3, len(firm.staff))))
    listed = tuple(dict.fromkeys((by, responsible, *others)))
    texts = drawn.sample(setting.words["descriptions"], drawn.randint(1, 3))
    return Opportunity(
        on=at_work(setting.scene, drawn, ago),
        by=by,
        title=setting.title.format(product=product["title"], buyer=contacts[firm.place].name),
        description=" ".join(texts),
        contact=drawn.choice([firm.place, firm.place, *members]),
        members=tuple(members),
        responsible=responsible,
        bid_type=product["bid"],
        bid_value=bid_value,
        bid_currency=firm.currency,
        per_period_value=drawn.randint(*product.get("periods", (0, 0))),
        stage=first,
        expected_close_on=midnight(setting.scene, ago - drawn.randint(45, 160)),
        access=listed if drawn.random() < 0.12 else (),
        tags=some(drawn, setting.words["opportunity_tags"], 0.45),
        values=values(setting, drawn, (OPPORTUNITY,), share=0.4, ago=ago),
        external_id=f"ERP-{4000 + place}" if drawn.random() < 0.1 else None,
        steps=tuple(steps),
    )


def _creator(setting: Setting, drawn: Random, firm: Firm) -> int:
    """The responsible user of the contact, or sometimes an administrator or a colleague who sees
    it."""
    if drawn.random() < 0.1:
        return drawn.randrange(ADMINISTRATORS)
    if not firm.is_private and drawn.random() < 0.2:
        return drawn.choice(setting.sellers)
    return firm.owner


def _price(setting: Setting, drawn: Random, product: Mapping[str, Any], currency: str) -> int:
    low, high = product["price"]
    amount = (low + (high - low) * drawn.random() ** 2) / setting.worth[currency]
    return _quoted(int(amount)) * 10_000


def _quoted(amount: int) -> int:
    """An amount as people quote prices: two digits, then zeros."""
    unit = int("1" + "0" * (len(str(amount)) - 2))
    return max(1, amount // unit * unit)


def _stages(setting: Setting, product: Mapping[str, Any]) -> Sequence[int]:
    """The places of the stages that a product is sold through: what is paid month by month or year
    by year has a pipeline of its own."""
    own = len(setting.scene.stages)
    if product["bid"] in BY_CONTRACT:
        return range(own, own + len(setting.added))
    return range(own)


def _path(
    setting: Setting, stages: Sequence[int], drawn: Random, ago: int, by: int, bid_value: int
) -> tuple[int, list[Step]]:
    """The stage on which it begins, and its way through the pipeline until yesterday."""
    scene = setting.scene
    opens = _of_type(setting, stages, OPEN) or [*stages]
    here = min(drawn.choice((0, 0, 0, 0, 1, 2)), len(opens) - 1)
    first, steps = opens[here], list[Step]()
    # A few stop after a move or two.
    longest = drawn.randrange(1, 4) if drawn.random() < 0.06 else len(opens)
    while (ago := ago - drawn.randint(4, 48)) >= 1 and len(steps) < longest:
        is_last = here == len(opens) - 1
        is_lost = drawn.random() < (0.35 if is_last else 0.07)
        if is_last or is_lost:
            ends = _of_type(setting, stages, LOST if is_lost else WON)
            reason = drawn.randrange(len(setting.reasons)) if is_lost else None
            steps += [
                Step(at_work(scene, drawn, ago), by, stage=each, reason=reason) for each in ends[:1]
            ]
            break
        here = min(here + drawn.choice((1, 1, 1, 2)), len(opens) - 1)
        steps.append(Step(at_work(scene, drawn, ago), by, stage=opens[here]))
    if steps and drawn.random() < 0.25:
        bid_value = _quoted(bid_value // 10_000 * drawn.randint(80, 125) // 100) * 10_000
        steps.insert(0, Step(steps[0].on - FEW_MINUTES, by, bid_value=bid_value))
    return first, steps


def _of_type(setting: Setting, stages: Sequence[int], wanted: int) -> list[int]:
    return [place for place in stages if setting.kinds[place] == wanted]
