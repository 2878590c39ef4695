"""What the sample has of figures besides counters of answers."""

from datetime import date

from lazo.auth.users import user_id_of
from lazo.insight.benchmark import Benchmark
from lazo.insight.marked_answers import MarkedDay, SharedSource
from lazo.insight.touchpoint_activity import ActivityChange
from lazo.insight.touchpoint_watch import TouchpointSigns
from lazo.messaging.staff_mail import StaffMail
from lazo.store.brand_look import BrandLook
from lazo.store.contacts import Contact
from lazo.table import brand_looks, rising
from lazo.table.benchmark import put_benchmark
from lazo.table.messaging.staff_mails import plan_mail
from lazo.table.source_marks import look_writes
from lazo.table.touchpoint_signs import signs_put
from lazo.table.visitors import enter_visitors
from tests.builders import MARTA
from tests.product import Product


def enter_figures(product: Product) -> None:
    """Visitors of a day, a benchmark; the look at what rises has its date; Marta is to be told of a silence."""
    table, now = product.table, product.now()
    enter_visitors(table, "norte", {date(2026, 3, 23): 412}, now)
    brand_looks.put_look(table, "Aurora", BrandLook("#1c5d56", b"<svg/>", "image/svg+xml", 96, 48))
    put_benchmark(table, Benchmark(34.5, "Panel", date(2026, 1, 31)))
    table.update(rising.look_date(date(2026, 3, 28), now))
    silent = ActivityChange("silent", 3, 0, 31.5)
    device = SharedSource(1, 25, 8, 8)
    tens_on, device_on = date(2026, 3, 20), date(2026, 3, 19)
    signs = TouchpointSigns(
        silent, date(2026, 3, 21), tens=6, tens_on=tens_on, device=device, device_on=device_on
    )
    table.put(signs_put("norte", {"caja3": signs}, now))
    day = MarkedDay(date(2026, 3, 23), 25, 13, 8, 8, 2, 1)
    table.transact(list(look_writes("norte", date(2026, 3, 23), {"caja3": [day]})))
    user_id = user_id_of(Contact(**MARTA))
    plan_mail(table, StaffMail(user_id, "silence", "norte#2026-03-24", "norte", now, codes=("caja3",)))
