"""What the sample has of figures besides counters of answers."""

from datetime import date

from lazo.insight.benchmark import Benchmark
from lazo.insight.touchpoint_activity import ActivityChange
from lazo.insight.touchpoint_watch import TouchpointSigns
from lazo.messaging.silence_notice import SilenceNotice
from lazo.table import rising
from lazo.table.benchmark import put_benchmark
from lazo.table.messaging.silence_notices import notice_put
from lazo.table.touchpoint_signs import signs_put
from lazo.table.visitors import enter_visitors
from tests.product import Product


def enter_figures(product: Product) -> None:
    """Visitors of a day, a benchmark; the look at what rises has its date; Marta is to be told of a silence."""
    table, now = product.table, product.now()
    enter_visitors(table, "norte", {date(2026, 3, 23): 412}, now)
    put_benchmark(table, Benchmark(34.5, "Panel", date(2026, 1, 31)))
    table.update(rising.look_date(date(2026, 3, 28), now))
    silent = ActivityChange("silent", 3, 0, 31.5)
    signs = TouchpointSigns(silent, date(2026, 3, 21), tens=6, tens_on=date(2026, 3, 20))
    table.put(signs_put("norte", {"caja3": signs}, now))
    table.put(notice_put(SilenceNotice("norte", "marta", date(2026, 3, 24), ("caja3",), now)))
