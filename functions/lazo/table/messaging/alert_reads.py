"""Read what sending an alert looks at in two calls: for each, a customer in the store waits some milliseconds."""

from collections.abc import Iterator

from lazo.auth.users import user_id_of
from lazo.followup.model import FollowUp
from lazo.followup.staff_deliveries import Delivery
from lazo.store.model import Store
from lazo.table import followups
from lazo.table.dynamodb import keys, staff_keys
from lazo.table.dynamodb.table import ReadAhead, Table
from lazo.table.dynamodb.writes import Key
from lazo.table.messaging import deliveries


def followup_with_deliveries(
    table: Table, followup_id: str, level: int
) -> tuple[FollowUp | None, list[Delivery]]:
    """Return a follow-up, None if there is none, and its deliveries of one level, as `deliveries_at_level` does."""
    own, prefix = keys.followup(followup_id), keys.deliveries_of(level)
    # Of the items of a follow-up only deliveries stand between these keys.
    items = list(table.query_between(Key(own.pk, prefix), own))
    followup = next((followups.followup_from_item(item) for item in items if item["sk"] == own.sk), None)
    found = (deliveries.delivery_from_item(item) for item in items if item["sk"].startswith(prefix))
    return followup, deliveries.sms_first(found)


def read_for_delivery(table: Table, delivery: Delivery, followup: FollowUp, store: Store) -> ReadAhead:
    """Return the table with what decides whether and how a delivery goes out, as it is now: the follow-up, its answers,
    and what is known of the contact."""
    return table.read_ahead(_keys(delivery, followup, store))


def _keys(delivery: Delivery, followup: FollowUp, store: Store) -> Iterator[Key]:
    yield keys.followup(followup.followup_id)
    for ulid in filter(None, (followup.answer_ulid, *followup.more_answers)):
        yield keys.answer(followup.store_id, ulid)
    contact = store.contact(delivery.contact_id)
    if contact is None:
        return
    user_id = user_id_of(contact)
    yield keys.session_version(user_id)
    yield keys.chosen_language(user_id)
    if not followup.urgent:
        for unsigned in (False, True):
            yield staff_keys.recent_messages(user_id, delivery.channel, unsigned=unsigned)
    if delivery.channel == "sms" and contact.phone:
        yield keys.phone_opt_out(contact.phone)
        yield keys.sms_pause()
