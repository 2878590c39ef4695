"""Who answers when, and what: decided before the month begins."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.people import Customer, Dice, on_the_minute, ulid
from tests.simulation.stores import START, Settings
from tests.simulation.wall_clock import is_open

PHONES = {
    "CL": "+569876{:05}",
    "ES": "+346876{:05}",
    "BR": "+5511987{:06}",
    "MX": "+5255876{:05}",
    "GB": "+4474009{:05}",
}
NAMES = ("Eva", "Juan", "Rosa", "Liam", "Bia", "Tom")
SAID = {
    "es": ("Esperé 40 minutos y nadie me atendió", "Todo bien, gracias", "Encontré un vidrio en la comida"),
    "en": ("I waited 40 minutes and nobody came", "All good, thank you", "There was glass in my food"),
    "pt": ("Esperei 40 minutos e ninguém me atendeu", "Tudo certo, obrigado", "Encontrei vidro na comida"),
}


@dataclass(frozen=True)
class Arrival:
    """One answer: `body` as the survey's API takes it; `times` it is sent (a phone that lost the reply)."""

    at: datetime
    code: str
    customer: Customer
    body: dict[str, Any]
    times: int


def arrivals(stores: list[Settings], dice: Dice, many: int, days: int) -> list[Arrival]:
    """`many` answers in the first `days` days, most while the store is open."""
    return sorted((_arrival(stores, dice, number, days) for number in range(many)), key=lambda each: each.at)


def _arrival(stores: list[Settings], dice: Dice, number: int, days: int) -> Arrival:
    store = stores[number % len(stores)]
    at = _when(store, dice, number, days)
    # Every sixth customer is one who has been there before.
    who = number - len(stores) if number % 6 == 5 and number >= len(stores) else number
    customer = _customer(store, dice, who)
    kind = dice.pick({"unhappy": 6, "danger": 1, "passive": 1, "happy": 3}, "kind", number)
    low, high = {"unhappy": (0, 7), "danger": (0, 4), "passive": (7, 9), "happy": (9, 11)}[kind]
    said = SAID[customer.language][{"unhappy": 0, "danger": 2}.get(kind, 1)]
    body = {
        "score": int(dice.between(low, high, "score", number)),
        "comment": f"{said} ({customer.name} {number})",
        "name": customer.name,
        "lang": customer.language,
        "answer_id": ulid(at, number),
        "consent": customer.consents,
        **({"phone": customer.sms} if customer.sms and customer.consents else {}),
        **({"email": customer.email} if customer.email and customer.consents else {}),
    }
    return Arrival(at, store["store_id"], customer, body, 2 if dice.roll("twice", number) < 0.1 else 1)


def _when(store: Settings, dice: Dice, number: int, days: int) -> datetime:
    zone = ZoneInfo(store["timezone"])
    for attempt in range(200):
        minutes = int(dice.between(0, days * 1440, "when", number, attempt))
        at = on_the_minute(
            datetime.combine(START, time(8), zone).astimezone(UTC) + timedelta(minutes=minutes)
        )
        if is_open(store, at) or attempt > 8:
            break
    return at


def _customer(store: Settings, dice: Dice, number: int) -> Customer:
    ways = dice.pick({"phone": 5, "email": 2, "both": 2, "none": 2}, "ways", number)
    return Customer(
        name=NAMES[number % len(NAMES)],
        language=store["language"],
        sms=PHONES[store["country"]].format(number + 20_000) if ways in ("phone", "both") else None,
        email=f"customer{number}@example.org" if ways in ("email", "both") else None,
        consents=ways != "none",
    )
