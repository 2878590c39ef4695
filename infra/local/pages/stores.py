"""The stores as step 1 and the clock show them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from urllib.parse import quote

import segno
from markupsafe import Markup

from infra.local.pages.records import Records
from infra.local.pages.time_format import city_of, format_moment, format_time
from lazo.insight.bands import bands_of_scores
from lazo.insight.score import score_figure
from lazo.insight.statements import describe, score_statement
from lazo.store.model import Store
from lazo.timestamps import format_timestamp
from lazo.translations import LANGUAGES, translations

SCORE_OF = timedelta(days=30)
MINUTE = timedelta(minutes=1)
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
    """A store in step 1: `poster` is the first touchpoint in use, `qr` its code as inline SVG; `score` says that of
    the last 30 days, "" without answers. `opens` says when a closed store opens, `until_open` in how many seconds."""

    key: str
    name: str
    language: str
    city: str
    manager: str
    score: str
    doors: Sequence[Door]
    poster: Door
    qr: Markup
    opens: str
    until_open: int


@dataclass(frozen=True)
class StoreClock:
    """What a store's wall clock shows, and whether it is open."""

    name: str
    city: str
    time: str
    weekday: str
    is_open: bool
    hours: str


def store_cards(records: Records, base_url: str, now: datetime) -> list[StoreCard]:
    """List the stores that have a touchpoint in use."""
    return [card for store in records.stores.values() if (card := _card(store, records, base_url, now))]


def store_clocks(records: Records, now: datetime) -> list[StoreClock]:
    """Tell what each store's clock shows at `now`."""
    return [_clock(store, now) for store in records.stores.values()]


@lru_cache(maxsize=200)
def qr_svg(url: str) -> Markup:
    """Draw the QR code of an address as inline SVG: dark on white with its quiet zone, whatever the page's colours."""
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(border=QUIET_ZONE, dark="#1d2023", light="#fff", omitsize=True, svgclass="qr")
    return Markup(svg)  # noqa: S704 - segno writes numbers and our colours, no address  # nosec B704


def _card(store: Store, records: Records, base_url: str, now: datetime) -> StoreCard | None:
    doors = [
        _door(item["code"], item["label"], item["active"], base_url)
        for item in records.touchpoints
        if item["store_id"] == store.store_id
    ]
    poster = next((door for door in doors if door.active), None)
    if poster is None:
        return None
    is_open = store.hours.is_open(now)
    opening = now if is_open else store.hours.next_opening(now)
    return StoreCard(
        key=store.store_id,
        name=store.name,
        language=_language_name(store.language),
        city=city_of(store.timezone),
        manager=min(store.contacts, key=lambda contact: contact.level).name,
        score=_score(store, records, now),
        doors=doors,
        poster=poster,
        qr=qr_svg(poster.url),
        opens="" if is_open else format_moment(opening, store.hours.zone, now),
        until_open=ceil((opening - now) / MINUTE) * 60,
    )


def _score(store: Store, records: Records, now: datetime) -> str:
    """Return the score of the last 30 days in a sentence; "" without answers."""
    since = format_timestamp(now - SCORE_OF)
    scores = Counter(
        item["score"]
        for item in records.answers
        if item["store_id"] == store.store_id
        and item["at"] >= since
        and item.get("band")
        and not item["suspect"]
    )
    figure = score_figure(bands_of_scores(scores))
    return describe(score_statement(figure), "en") if figure.n else ""


def _door(code: str, label: str, active: bool, base_url: str) -> Door:
    url = f"{base_url}/s/{quote(code)}"
    return Door(
        label, active, url, [(lang, _language_name(lang), f"{url}?lang={lang}") for lang in LANGUAGES]
    )


def _language_name(language: str) -> str:
    name: str = translations("survey", language)["page"]["language"]
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
        city=city_of(store.timezone),
        time=format_time(now, zone),
        weekday=now.astimezone(zone).strftime("%a"),
        is_open=is_open,
        hours=hours,
    )
