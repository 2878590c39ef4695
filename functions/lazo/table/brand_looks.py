"""The looks of brands: one item each, read with the stores that have the brand."""

import base64

from lazo.store.brand_look import PLAIN, BrandLook
from lazo.table.dynamodb import keys
from lazo.table.dynamodb.table import Table
from lazo.table.dynamodb.writes import Delete, Put


def get_look(table: Table, brand: str) -> BrandLook:
    """Return the look of a brand, PLAIN for one that has none of its own. Eventually consistent: it is kept for a
    minute anyway."""
    item = table.get(keys.brand_look(brand), consistent=False)
    if item is None:
        return PLAIN
    return BrandLook(
        item.get("colour"),
        base64.b64decode(item.get("logo", "")),
        item.get("logo_type", "image/png"),
        item.get("width", 0),
        item.get("height", 0),
    )


def put_look(table: Table, brand: str, look: BrandLook) -> None:
    """Write the look of a brand in place of the one before."""
    logo = {
        "logo": base64.b64encode(look.logo).decode(),
        "logo_type": look.logo_type,
        "width": look.width,
        "height": look.height,
    }
    table.put(Put(keys.brand_look(brand).item(colour=look.colour, **(logo if look.logo else {}))))


def clear_look(table: Table, brand: str) -> None:
    """Remove the look of a brand, if it has one."""
    table.transact([Delete(keys.brand_look(brand))])
