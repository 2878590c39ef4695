"""The stores as step 1 and the clock show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

import segno
from markupsafe import Markup

from infra.local.pages.records import Records
from infra.local.pages.time_format import format_moment, format_time
from lazo.store import LANGUAGES, Store
from lazo.wording import words

QUIET_ZONE = 4
"""Light modules around a QR code (ISO/IEC 18004: four)."""


@dataclass(frozen=True)
class Door:
    """A touchpoint and the ways into its survey: its address, and (language, name, address) for each language."""

    label: str
    active: bool
    url: str
    in_language: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class StoreCard:
    """A store in step 1: `poster` is the first touchpoint in use, `qr` its code as inline SVG."""

    name: str
    language: str
    city: str
    manager: str
    doors: Sequence[Door]
    poster: Door
    qr: Markup


@dataclass(frozen=True)
class StoreClock:
    """What a store's wall clock shows, and whether it is open."""

    name: str
    city: str
    time: str
    weekday: str
    is_open: bool
    hours: str


def store_cards(records: Records, base_url: str) -> list[StoreCard]:
    """List the stores that have a touchpoint in use."""
    return [card for store in records.stores.values() if (card := _card(store, records, base_url))]


def store_clocks(records: Records, now: datetime) -> list[StoreClock]:
    """Tell what each store's clock shows at `now`."""
    return [_clock(store, now) for store in records.stores.values()]


def city_of(store: Store) -> str:
    """Return the city of the store's zone: `Sao Paulo` of `America/Sao_Paulo`."""
    return store.timezone.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=200)
def qr_svg(url: str) -> Markup:
    """Draw the QR code of an address as inline SVG: dark on white with its quiet zone, whatever the page's colours."""
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(border=QUIET_ZONE, dark="#1d2023", light="#fff", omitsize=True, svgclass="qr")
    return Markup(svg)  # noqa: S704 - segno writes numbers and our colours, no address  # nosec B704


def _card(store: Store, records: Records, base_url: str) -> StoreCard | None:
    doors = [
        _door(item["code"], item["label"], item["active"], base_url)
        for item in records.touchpoints
        if item["store_id"] == store.store_id
    ]
    poster = next((door for door in doors if door.active), None)
    if poster is None:
        return None
    return StoreCard(
        name=store.name,
        language=_language_name(store.language),
        city=city_of(store),
        manager=min(store.contacts, key=lambda contact: contact.level).name,
        doors=doors,
        poster=poster,
        qr=qr_svg(poster.url),
    )


def _door(code: str, label: str, active: bool, base_url: str) -> Door:
    url = f"{base_url}/s/{quote(code)}"
    return Door(
        label, active, url, [(lang, _language_name(lang), f"{url}?lang={lang}") for lang in LANGUAGES]
    )


def _language_name(language: str) -> str:
    name: str = words("survey", language)["page"]["language"]
    return name


def _clock(store: Store, now: datetime) -> StoreClock:
    zone = store.hours.zone
    is_open = store.hours.is_open(now)
    if store.hours.always:
        hours = "always open"
    elif is_open:
        hours = "open"
    else:
        hours = f"opens {format_moment(store.hours.next_opening(now), zone, now)}"
    return StoreClock(
        name=store.name.removeprefix(f"{store.brand} "),
        city=city_of(store),
        time=format_time(now, zone),
        weekday=now.astimezone(zone).strftime("%a"),
        is_open=is_open,
        hours=hours,
    )
