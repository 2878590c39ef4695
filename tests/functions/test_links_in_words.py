"""Addresses in customers' words are readable and lead nowhere, in messages to staff and on pages of the desk."""

import re
from datetime import timedelta

from tests.builders import ANA, DIEGO, MARTA, consent
from tests.desk import Desk, link_to
from tests.dom import parse
from tests.product import Product
from tests.unit.text.gsm7_tables import CLICKABLE

EVIL = "Mire https://fotos.evil.example/login o www.evil.example, evil.example/a"
SHOWN = "Mire https[:]//fotos[.]evil[.]example/login o www[.]evil[.]example, evil[.]example/a"
EVAS_PHONE = "+56987654321"


def test_a_customers_addresses_lead_nowhere(product: Product) -> None:
    """From the alert over escalation, reminders, to what the customer wrote later and bundles."""
    product.open_store(contacts=[ANA, DIEGO, MARTA])
    given = {"name": "evil.example/Eva", "phone": EVAS_PHONE, "consent": consent()}
    product.accept(score=2, comment=f"Malo. {EVIL}", **given)
    product.accept(score=9, comment=EVIL, phone="+56987654322", consent=consent())
    product.drain()
    product.advance(timedelta(minutes=45))
    product.cloud.receive_sms(EVAS_PHONE, f"No me han llamado. {EVIL}")
    product.drain()
    product.advance(timedelta(hours=2))

    mails = [sent for sent in product.cloud.outbox() if sent["channel"] == "email"]
    staff = [mail for mail in mails if mail["to"].endswith("@aurora.example")]
    assert len(staff) > 4
    quoting = [mail for mail in staff if SHOWN in mail["text"].replace("\r\n", "\n")]
    assert len(quoting) > 2
    for mail in staff:
        assert "evil.example" not in mail["subject"] + mail["text"] + mail["html"]
        links = [anchor["href"] for anchor in parse(mail["html"]).all("a")]
        assert links
        assert all(link.startswith("https://lazo.example/") for link in links)
    for sent in product.cloud.outbox():
        if sent["channel"] == "sms" and sent["to"] in (ANA["phone"], DIEGO["phone"]):
            assert not CLICKABLE.search(re.sub(r"https://lazo\.example/\S+$", "", sent["text"]))

    desk = Desk(product)
    pages = [desk.open(link_to(product, ANA["phone"])).text]
    pages += [desk.get(path).text for path in ("/desk", "/desk/answers", "/desk/digest", "/desk/promises")]
    assert sum("evil.example" in page for page in pages) >= 2
    for page in pages:
        assert not [a for a in parse(page).all("a") if "evil" in a["href"]]
