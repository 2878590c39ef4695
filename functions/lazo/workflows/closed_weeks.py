"""Close a store's week, and gather the praise of its day: what the sweep does for digests."""

from datetime import datetime
from typing import Final

from lazo.auth.users import user_id_of
from lazo.followup.contact_hours import next_reachable_time
from lazo.insight import praise
from lazo.insight.digest_times import digest_time
from lazo.insight.weeks import Week
from lazo.messaging.staff_mail import StaffMail
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import week_figures
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Put
from lazo.table.messaging import staff_mails
from lazo.table.views import answer_feed
from lazo.table.views.answer_feed import AnswerQuery, AnswerRow

PRAISE_OF_WEEK: Final = 3
"""How many answers a week keeps for its digest; more than one, since some may be erased."""


def praised_between(table: Table, store: Store, since: datetime, until: datetime) -> list[Answer]:
    """Return answers of a store from `since` on and before `until` whose words may be read to others, the most telling
    first: of the newest page of them."""
    found = _newest(table, store, since, until)
    return praise.most_telling(found, len(found))


def newest_praise(table: Table, store: Store, since: datetime, until: datetime) -> Answer | None:
    """Return the newest of these answers; None without any."""
    return next(iter(_newest(table, store, since, until)), None)


def _newest(table: Table, store: Store, since: datetime, until: datetime) -> list[Answer]:
    """Return the newest page of these answers, newest first: by nine calls at most."""

    def fits(row: AnswerRow) -> bool:
        return since <= row.answer.at < until and praise.is_praise(row.answer)

    query = AnswerQuery(frozenset({store.store_id}), since, until, sparse=True)
    return [row.answer for row in answer_feed.list_answers(table, query, fits).found]


def closed_week(table: Table, store: Store, week: Week, now: datetime) -> Put:
    """Return the write of a store's week: read by about six calls."""
    figures = week_figures.count_week(table, store.store_id, week)
    begins, ends = week.begins(store.timezone), week.ends(store.timezone)
    found = praised_between(table, store, begins, ends) if figures.bands.promoters else []
    telling = (answer.ulid for answer in found[:PRAISE_OF_WEEK])
    return week_figures.week_put(store.store_id, week, figures, telling, now)


def plan_digests(table: Table, store: Store, week: Week) -> None:
    """Plan the digest of each contact who has an e-mail, unless the store stays closed for the whole week after.
    Whoever is a contact of several stores gets one: that of the store whose week is closed first."""
    for contact in store.contacts:
        at = digest_time(store, contact, week)
        if contact.email and at < week.next.ends(store.timezone):
            mail = StaffMail(user_id_of(contact), "weekly", str(week), store.store_id, at)
            staff_mails.plan_mail(table, mail)


def plan_praise(table: Table, store: Store, since: datetime, now: datetime) -> None:
    """Plan an e-mail with the praise since then for each contact of the store's team who has an e-mail; none without
    praise. Planned again on the same day it is the same e-mail."""
    team = [contact for contact in store.contacts if contact.role == "store" and contact.email]
    found = praised_between(table, store, since, now) if team else []
    for contact in team if found else ():
        staff_mails.plan_mail(
            table,
            StaffMail(
                user_id_of(contact),
                "praise",
                f"{store.store_id}#{store.hours.local_date(now)}",
                store.store_id,
                next_reachable_time(store, contact, now, reminder=True),
                answers=tuple(answer.ulid for answer in found),
            ),
        )
