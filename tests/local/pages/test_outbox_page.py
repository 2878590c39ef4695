"""The outbox: all messages that were sent, filtered and in pages."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.cloud import LocalCloud
from infra.local.pages.outbox_page import outbox_page
from tests.local.pages.documents import Elements, framed_emails
from tests.local.pages.evening import HOSTILE, EveningPages


def test_a_hostile_comment_stays_text_in_the_emails_too(evening: EveningPages) -> None:
    mails = [mail for mail in framed_emails(evening.outbox) if "evil[.]example" in mail.text]
    assert mails
    for mail in mails:
        assert HOSTILE.replace("https://evil.example", "https[:]//evil[.]example") in mail.text
        assert mail.named("script") == mail.named("img") == []
        assert not [a for a in mail.named("a") if "evil" in a["href"]]


def test_the_outbox_shows_all_messages_the_newest_first(evening: EveningPages) -> None:
    shown = [a["id"] for a in Elements(evening.outbox).named("article")]
    assert shown == [f"card-m{index}" for index in reversed(range(len(evening.sent)))]
    for message in evening.sent:
        assert " ".join(message["text"].split()) in Elements(evening.outbox).plain
        if message["subject"]:
            assert message["subject"] in Elements(evening.outbox).plain


def test_the_outbox_can_be_filtered(evening: EveningPages) -> None:
    only_sms = Elements(evening.chosen["sms"])
    assert only_sms.named("iframe") == []
    assert f"3 of {len(evening.sent)} messages" in only_sms.plain
    diego = Elements(evening.chosen["diego"])
    assert f"1 of {len(evening.sent)} messages" in diego.plain
    assert len(diego.named("article")) == 1
    assert "Nothing fits this filter." in Elements(evening.chosen["nobody"]).plain


def test_a_long_outbox_comes_in_pages(fresh_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    message: Mapping[str, Any] = {
        "channel": "sms", "to": "+447911123456", "subject": None, "text": "", "html": None,
        "at": "2026-11-21T23:00:00.000Z", "followup_id": None, "level": None, "purpose": None,
    }  # fmt: skip
    monkeypatch.setattr(
        fresh_cloud, "outbox", lambda: [{**message, "text": f"number {n}."} for n in range(41)]
    )
    first, second = (Elements(outbox_page(fresh_cloud, {"page": page})) for page in ("1", "2"))
    assert "number 40." in first.plain
    assert "number 0." not in first.plain
    assert "number 0." in second.plain
    assert [a["href"] for a in first.named("a") if a["href"].startswith("?")] == ["?to=&channel=&page=2"]
