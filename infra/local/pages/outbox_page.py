"""The page at `/local/outbox`: all messages, newest first."""

from collections.abc import Mapping
from math import ceil

from infra.local.cloud import LocalCloud
from infra.local.pages import messages
from infra.local.pages.records import Records
from infra.local.pages.render import render

OUTBOX_PAGE = 40


def outbox_page(cloud: LocalCloud, query: Mapping[str, str]) -> str:
    """Render the page at `/local/outbox`: all messages, newest first.

    `query` may hold `to` (a phone or an e-mail), `channel` ("sms" or "email") and `page` (from 1).
    """
    now, base_url = cloud.now(), cloud.base_url
    records = Records(cloud.items())
    everything = messages.outbox_messages(cloud.outbox(), records, base_url, now, cloud.two_way)
    to, channel = query.get("to", ""), query.get("channel", "")
    chosen = [m for m in everything if to in ("", m.to) and channel in ("", m.channel)]
    pages = max(ceil(len(chosen) / OUTBOX_PAGE), 1)
    page = min(max(int(query["page"]) if query.get("page", "").isdecimal() else 1, 1), pages)
    return render(
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
