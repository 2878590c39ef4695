"""A customer who, on the thanks page, leaves a phone and asks to be called at a time."""

import re
from datetime import timedelta
from urllib.parse import urlencode

from tests.stored_items.doors import FORM, Doors
from tests.surveys import Page

PHONE = "+56987654330"


def ask_for_a_call(doors: Doors) -> None:
    """Answer by the page's form, and ask for the first time that is offered."""
    cloud = doors.product.cloud
    page = Page(cloud.request("GET", "/s/caja3").text)
    doors.product.advance(timedelta(seconds=30))
    form = urlencode({**page.fields, "score": "4", "comment": "Sin bolsas"}, doseq=True).encode()
    thanks = cloud.request("POST", "/s/caja3", FORM, form).headers["location"]
    doors.product.drain()
    slot = re.search(r'option value="([^"]+)"', cloud.request("GET", thanks).text)
    assert slot
    asked = {
        "wish": "call",
        "slot": slot[1],
        "phone": PHONE,
        "consent": "yes",
        "t": thanks.partition("&t=")[2],
    }
    assert cloud.request("POST", "/s/caja3/thanks", FORM, urlencode(asked).encode()).status == 303
    doors.product.drain()
