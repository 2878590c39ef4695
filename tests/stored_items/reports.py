"""The last step of the scenario: what digests and a wall leave in the table."""

from lazo.auth.users import user_id_of
from lazo.insight.weeks import last_whole_week
from lazo.messaging.staff_mail import MailWishes
from lazo.table import stores, users, walls
from lazo.table.messaging import staff_mails
from lazo.workflows import closed_weeks
from tests.product import Product


def leave_reports(product: Product) -> None:
    """Two weeks were closed, and the digests of this one wait; a screen shows norte, Ana wants no praise,
    and chose her language."""
    table, now = product.table, product.now()
    store = stores.get_store(table, "norte")
    assert store is not None
    closed_weeks.plan_digests(table, store, last_whole_week(now, store.timezone).next)
    walls.make_wall_link(table, "norte", "Ana", now, "made")
    staff_mails.set_mail_wishes(
        table, user_id_of(store.contacts[0]), MailWishes(praise=False), "01KK0000000000000000000000"
    )
    users.choose_language(table, user_id_of(store.contacts[0]), "es")
