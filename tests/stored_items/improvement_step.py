"""The step of the scenario in which an improvement is published, told to one customer, and asked about."""

from dataclasses import replace
from datetime import date

import followup_scheduler.app
from followup_scheduler import effects
from followup_scheduler.kinds.improvements import tell_customers
from lazo.insight.improvements import Improvement, ImprovementText
from lazo.table import followups, improvement_resurveys, improvements
from lazo.table.dynamodb import improvement_keys
from tests.product import Product


def tell_of_improvement(product: Product, followup_id: str) -> None:
    """What the customer of a case found is improved, of which they are to hear; in the brand something else is, told to
    nobody yet."""
    about = followups.get_followup(product.table, followup_id)
    assert about
    written = Improvement(
        improvement_id="01KMFW00000000000000000001",
        theme=about.themes[0],
        brand="Aurora",
        store_ids=(about.store_id,),
        texts=(ImprovementText("es", "Había vidrio en la ensalada", "Cambiamos todos los frascos"),),
        owner="Diego",
        in_place_from=date(2026, 3, 24),
        created_at=product.now(),
        published_at=product.now(),
        form_id="01KMFW00000000000000000001",
    )
    improvements.save_improvement(product.table, None, written, product.now())
    product.cloud.functions["FollowupScheduler"].load()
    context, key = followup_scheduler.app.wire().context, improvement_keys.telling(written.improvement_id)
    item = product.table.get(key)
    assert item
    effects.apply(tell_customers(item, product.now(), context), key, item, context)
    product.table.transact(improvement_resurveys.asked_writes(about, written.improvement_id, product.now()))
    everywhere = replace(written, improvement_id="01KMFW00000000000000000002", store_ids=(), version=2)
    improvements.save_improvement(product.table, None, everywhere, product.now())
