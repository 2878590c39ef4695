"""What a person sees of the local cloud: a start page, and the outbox.

Pages are whole in one response: style and script are part of them, nothing is fetched from anywhere else, and
their own content security policy holds them to it, the e-mails that they show included.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from infra.local.cloud import LocalCloud
from infra.local.pages import messages, shops, stories
from infra.local.pages.records import Records
from infra.local.pages.spoken_time import lasting, until_next_morning, wall_date, wall_time

TEMPLATES = Path(__file__).parent / "templates"

STORIES_SHOWN = 5
MAILS_SHOWN = 4
SMS_SHOWN = 6
OUTBOX_PAGE = 40


def start_page(cloud: LocalCloud) -> str:
    """The page at `/local`: answer as a customer, read the manager's phone, move the clock, what just happened."""
    now, base_url = cloud.now(), _base_url(cloud)
    records = Records(cloud.items())
    sent = messages.read(cloud.outbox(), records, base_url, now, cloud.two_way)
    written = messages.replies(cloud.received, records, now)
    mails = [message for message in sent if message.channel == "email"]
    return _render(
        "start.html.j2",
        shops=shops.cards(records, base_url),
        phones=messages.phones(sent, written, records, now, SMS_SHOWN),
        mails=mails[:MAILS_SHOWN],
        mail_count=len(mails),
        stories=stories.newest(records, now, STORIES_SHOWN),
        answer_count=len(records.answers),
        clock=_clock(records, now),
        coming_up=stories.coming_up(records, now, 2),
    )


def outbox_page(cloud: LocalCloud, query: Mapping[str, str]) -> str:
    """The page at `/local/outbox`: all messages, newest first.

    `query` may hold `to` (a phone or an e-mail), `channel` ("sms" or "email") and `page` (from 1).
    """
    now, base_url = cloud.now(), _base_url(cloud)
    records = Records(cloud.items())
    everything = messages.read(cloud.outbox(), records, base_url, now, cloud.two_way)
    to, channel = query.get("to", ""), query.get("channel", "")
    chosen = [m for m in everything if to in ("", m.to) and channel in ("", m.channel)]
    pages = max(ceil(len(chosen) / OUTBOX_PAGE), 1)
    page = min(max(int(query["page"]) if query.get("page", "").isdecimal() else 1, 1), pages)
    return _render(
        "outbox.html.j2",
        messages=chosen[(page - 1) * OUTBOX_PAGE : page * OUTBOX_PAGE],
        count=len(chosen),
        total=len(everything),
        recipients=sorted({m.to: m.name for m in everything}.items(), key=lambda r: (r[1], r[0])),
        to=to,
        channel=channel,
        page=page,
        pages=pages,
    )


def _clock(records: Records, now: datetime) -> dict[str, Any]:
    first = next(iter(records.shops.values()), None)
    zone = first.hours.zone if first else ZoneInfo("UTC")
    ahead = now - datetime.now(UTC)
    return {
        "time": wall_time(now, zone),
        "date": wall_date(now, zone),
        "city": shops.city(first) if first else "UTC",
        "shops": shops.clocks(records, now),
        "ahead": lasting(ahead) if ahead > timedelta(minutes=1) else "",
        "to_next_morning": ceil(until_next_morning(now, zone).total_seconds()),
    }


def _base_url(cloud: LocalCloud) -> str:
    """Where customers and managers reach the product."""
    return str(cloud.stack.outputs.get("BaseUrl", ""))


def _render(template: str, **shown: Any) -> str:
    script, style = _file("live.js"), _file("page.css")
    return _jinja().get_template(template).render(script=script, style=style, policy=_policy(script), **shown)


def _policy(script: str) -> str:
    """Styles may be inline, as e-mails have them; of scripts only our own runs. Frames with e-mails inherit it."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; "
        "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'"
    )


@cache
def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _jinja() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
