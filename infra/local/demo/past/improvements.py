"""What a demo store changed because of what its customers said."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from lazo.ids import ENTROPY_BYTES, new_ulid
from lazo.insight.improvements import Improvement, ImprovementText
from lazo.store.model import Store

_PUBLISHED_AFTER: Final = timedelta(days=1)


def past_improvement(store: Store, written: Mapping[str, Any], now: datetime) -> Improvement:
    """Return an improvement of past.toml, the text in the language of the store first. It was recorded, at this
    time of the day, on its first day."""
    created_at = now - timedelta(days=written["days_ago"])
    said, done = written["said"], written["done"]
    by = store.contact(written["owner"])
    ulid = new_ulid(created_at, store.store_id.encode()[:ENTROPY_BYTES].ljust(ENTROPY_BYTES))
    return Improvement(
        improvement_id=ulid,
        theme=written["theme"],
        brand=store.brand,
        store_ids=(store.store_id,),
        texts=tuple(
            ImprovementText(each, said[each], done[each])
            for each in sorted(said, key=lambda each: each != store.language)
        ),
        owner=by.name if by else store.name,
        in_place_from=store.hours.local_date(created_at),
        created_at=created_at,
        published_at=created_at + _PUBLISHED_AFTER if written["published"] else None,
        form_id=ulid,
    )
