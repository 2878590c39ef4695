"""The shops as step 1 and the clock show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

import segno
from markupsafe import Markup

from infra.local.pages.records import Records
from infra.local.pages.spoken_time import moment, wall_time
from lazo.store.model import Store
from lazo.translations import LANGUAGES, words

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
class ShopCard:
    """A shop in step 1: `poster` is the first touchpoint in use, `qr` its code as inline SVG."""

    name: str
    language: str
    city: str
    manager: str
    doors: Sequence[Door]
    poster: Door
    qr: Markup


@dataclass(frozen=True)
class ShopClock:
    """What a shop's wall clock shows, and whether it is open."""

    name: str
    city: str
    time: str
    weekday: str
    is_open: bool
    hours: str


def cards(records: Records, base_url: str) -> list[ShopCard]:
    """The shops that have a touchpoint in use."""
    return [card for shop in records.shops.values() if (card := _card(shop, records, base_url))]


def clocks(records: Records, now: datetime) -> list[ShopClock]:
    """What each shop's clock shows at `now`."""
    return [_clock(shop, now) for shop in records.shops.values()]


def city(shop: Store) -> str:
    """The city of the shop's zone: `Sao Paulo` of `America/Sao_Paulo`."""
    return shop.timezone.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=200)
def qr_svg(url: str) -> Markup:
    """The QR code of an address as inline SVG: dark on white with its quiet zone, whatever the page's colours."""
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(border=QUIET_ZONE, dark="#1d2023", light="#fff", omitsize=True, svgclass="qr")
    return Markup(svg)  # noqa: S704 - segno writes numbers and our colours, no address  # nosec B704


def _card(shop: Store, records: Records, base_url: str) -> ShopCard | None:
    doors = [
        _door(item["code"], item["label"], item["active"], base_url)
        for item in records.touchpoints
        if item["store_id"] == shop.store_id
    ]
    poster = next((door for door in doors if door.active), None)
    if poster is None:
        return None
    return ShopCard(
        name=shop.name,
        language=_language_name(shop.language),
        city=city(shop),
        manager=min(shop.contacts, key=lambda contact: contact.level).name,
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


def _clock(shop: Store, now: datetime) -> ShopClock:
    zone = shop.hours.zone
    is_open = shop.hours.is_open(now)
    if shop.hours.always:
        hours = "always open"
    elif is_open:
        hours = "open"
    else:
        hours = f"opens {moment(shop.hours.next_opening(now), zone, now)}"
    return ShopClock(
        name=shop.name.removeprefix(f"{shop.brand} "),
        city=city(shop),
        time=wall_time(now, zone),
        weekday=now.astimezone(zone).strftime("%a"),
        is_open=is_open,
        hours=hours,
    )
