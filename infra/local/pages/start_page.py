"""The page at `/local`: answer as a customer, read the manager's phone, move the clock, see what just happened."""

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from infra.local.cloud import LocalCloud
from infra.local.pages import messages, stores, stories
from infra.local.pages.records import Records
from infra.local.pages.render import render
from infra.local.pages.time_format import (
    city_of,
    format_date,
    format_duration,
    format_time,
    until_next_morning,
)

STORIES_SHOWN = 5
MESSAGES_SHOWN = 6
THIS_MACHINE = ("127.0.0.1", "localhost")


def start_page(cloud: LocalCloud) -> str:
    """Render the page at `/local`: answer as a customer, read the manager's phone, move the clock, what just
    happened."""
    now, base_url = cloud.now(), cloud.base_url
    records = Records(cloud.items())
    sent = messages.outbox_messages(cloud.outbox(), records, base_url, now, cloud.two_way)
    written = messages.received_messages(cloud.received, records, now)
    told, untold = stories.newest_stories(records, now, STORIES_SHOWN)
    return render(
        "start.html.j2",
        stores=stores.store_cards(records, base_url, now),
        phones=messages.phones(sent, written, records, now, MESSAGES_SHOWN),
        base_url=base_url,
        in_network=urlsplit(base_url).hostname not in THIS_MACHINE,
        stories=told,
        untold=untold,
        answer_count=len(records.answers),
        sample_count=sum("sample" in answer for answer in records.answers),
        clock=_clock(records, now),
        coming_up=stories.coming_steps(records, now, 2),
    )


def _clock(records: Records, now: datetime) -> dict[str, Any]:
    first = next(iter(records.stores.values()), None)
    zone = first.hours.zone if first else ZoneInfo("UTC")
    ahead = now - datetime.now(UTC)
    return {
        "time": format_time(now, zone),
        "date": format_date(now, zone),
        "city": city_of(first.timezone) if first else "UTC",
        "stores": stores.store_clocks(records, now),
        "ahead": format_duration(ahead) if ahead > timedelta(minutes=1) else "",
        "to_next_morning": ceil(until_next_morning(now, zone).total_seconds()),
    }
