"""Write the e-mails of the weekly digest, of the praise of a day and of silence, in their reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from lazo.followup.model import FollowUp
from lazo.insight.statements import Statement, activity_statement, describe
from lazo.insight.touchpoint_activity import ActivityChange
from lazo.insight.weekly_digest import CATALOG, digest_lines, digest_subject, place_name
from lazo.insight.weeks import Week
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.text.links import defang
from lazo.text.regional_formats import format_day, format_plain_day
from lazo.translations import translations
from lazo.workflows.week_digest import PraiseFound, WeekRead
from notify.rendering import Email, render_email, render_line

QUOTED_OF_DAY: Final = 5
"""How many answers the praise of a day quotes."""


@dataclass(frozen=True, slots=True)
class ReportLinks:
    """The links of a report: each opens the desk for its reader, at another place."""

    base: str

    def to_week(self, week: Week) -> str:
        """Return the link to the page of a week."""
        return f"{self.base}?week={week}"

    def to_case(self, followup_id: str) -> str:
        """Return the link to a case."""
        return f"{self.base}?case={followup_id}"

    def to_praise(self, store_id: str) -> str:
        """Return the link to what delighted customers of a store said."""
        return f"{self.base}?praise={store_id}"

    def to_touchpoints(self, store_id: str) -> str:
        """Return the link to the figures of a store's touchpoints."""
        return f"{self.base}?touchpoints={store_id}"


def build_digest_email(
    read: WeekRead, names: Mapping[str, str], store: Store, contact: Contact, to: ReportLinks
) -> Email:
    """Return the digest of a week for a contact, of the stores in `names` (by id); `store` is one of theirs."""
    language, digest = contact.language, read.digest
    text, lines = translations(CATALOG, language), digest_lines(digest, language)
    page, place = text["page"], place_name(digest, store.name, language)
    days = week_days(digest.week, language, store.country)
    sections = [
        ("" if digest.is_quiet else page["heard"], lines.heard),
        (page["done"], lines.done),
        (page["open"], lines.open),
        (page["rising"], lines.rising),
    ]
    values = {
        "language": language,
        "subject": digest_subject(digest, place, days, language),
        "title": place,
        "lead": f"{page['title']}: {days}",
        "sections": [(heading, said) for heading, said in sections if said],
        "cases_title": page["cases"],
        "cases": [_case(each, names, store, language, to) for each in read.unattended],
        "quotes_title": page["words"],
        "quotes": [_quote(read.praise, language)] if read.praise else [],
        "more": "",
        "link": to.to_week(digest.week),
        "button": text["mail"]["open_page"],
        "why_you": render_line(
            text["mail"]["why_you"], {"shop": place if digest.stores == 1 else store.brand}
        ),
    }
    return render_email("report", store.brand, values)


def build_praise_email(
    found: Sequence[PraiseFound], store: Store, contact: Contact, to: ReportLinks
) -> Email:
    """Return the praise of a day for a contact of the store's team."""
    language, n = contact.language, len(found)
    text = translations(CATALOG, language)
    subject = describe(Statement("praise.subject", {"n": n, "place": store.name}), language, CATALOG)
    more = max(0, n - QUOTED_OF_DAY)
    values = {
        "language": language,
        "subject": subject,
        "title": store.name,
        "lead": text["praise"]["lead"],
        "sections": [],
        "cases_title": "",
        "cases": [],
        "quotes_title": "",
        "quotes": [_quote(each, language) for each in found[:QUOTED_OF_DAY]],
        "more": describe(Statement("praise.more", {"n": more}), language, CATALOG) if more else "",
        "link": to.to_praise(store.store_id),
        "button": text["mail"]["open_answers"],
        "why_you": render_line(text["mail"]["why_you"], {"shop": store.name}),
    }
    return render_email("report", store.brand, values)


def build_silence_email(
    silent: Sequence[tuple[str, ActivityChange]], store: Store, contact: Contact, to: ReportLinks
) -> Email:
    """Return the e-mail about touchpoints of a store, by their labels, that fell silent."""
    language = contact.language
    text = translations(CATALOG, language)
    facts = {"shop": store.name, "places": ", ".join(label for label, _ in silent)}
    values = {
        "language": language,
        "subject": render_line(text["silence"]["subject"], facts),
        "title": store.name,
        "lead": text["silence"]["lead"],
        "sections": [
            ("", [f"{label}: {describe(activity_statement(change), language)}" for label, change in silent])
        ],
        "cases_title": "",
        "cases": [],
        "quotes_title": "",
        "quotes": [],
        "more": text["silence"]["once"],
        "link": to.to_touchpoints(store.store_id),
        "button": text["silence"]["open"],
        "why_you": render_line(text["silence"]["why_you"], facts),
    }
    return render_email("report", store.brand, values)


def week_days(week: Week, language: str, country: str) -> str:
    """Return the first and the last day of a week as they are written in a language and country."""
    days = {
        "first": format_plain_day(week.monday, language, country),
        "last": format_plain_day(week.sunday, language, country),
    }
    return render_line(translations(CATALOG, language)["page"]["days"], days)


def _case(
    followup: FollowUp, names: Mapping[str, str], store: Store, language: str, to: ReportLinks
) -> dict[str, str]:
    """Return the line of a case, with the store's name where there are several, and the link to it."""
    opened = followup.opened_at.astimezone(ZoneInfo(store.timezone))
    where = names.get(followup.store_id, store.name) if len(names) > 1 else followup.touchpoint or store.name
    line = translations(CATALOG, language)["page"]["case"]
    day = format_day(opened.date(), language, store.country)
    return {
        "line": render_line(line, {"day": day, "time": f"{opened:%H:%M}", "shop": where}),
        "link": to.to_case(followup.followup_id),
    }


def _quote(found: PraiseFound, language: str) -> dict[str, Any]:
    """Return words of praise, and where and when they were written."""
    local = found.answer.at.astimezone(ZoneInfo(found.store.timezone))
    at = translations(CATALOG, language)["page"]["at"]
    day = format_day(local.date(), language, found.store.country)
    return {
        "words": defang(found.words(language)),
        "language": found.answer.language,
        "at": render_line(at, {"shop": found.store.name, "day": day}),
    }
