"""Messages without what usually leads to them: digests at once, and failures that are reported back."""

from dataclasses import asdict

from lazo.auth.users import user_id_of
from lazo.messaging.staff_mail import StaffMail
from lazo.store.contacts import Contact
from lazo.table import followups
from lazo.table.messaging import staff_mails
from lazo.workflows.events import staff_mail_due
from tests.builders import ANA, MARTA, consent
from tests.product import Product
from tests.provider_reports import bounce, complaint
from tests.provider_reports import tell as tell_report


def send_digests(product: Product) -> None:
    """Send the digest of last week: to Marta of all stores, to Ana of one."""
    for who in (MARTA, ANA):
        mail = StaffMail(user_id_of(Contact(**who)), "weekly", "2026-W10", "norte", product.now())
        staff_mails.plan_mail(product.table, mail)
        mail_id = staff_mails.id_of(staff_mails.MAIL_CLAIMS.key(mail))
        assert product.notify(asdict(staff_mail_due(mail_id, product.now()))) == []
    assert {item["state"] for item in product.items("MAIL#")} == {"sent"}


def report_failures(product: Product) -> None:
    """Report a bounced alert and a customer's spam complaint."""
    product.open_store(store_id="oeste", policy={"contact_messages_per_hour": 1000})
    given = {"phone": "+56987650001", "email": "eva@example.com", "consent": consent()}
    product.accept(store_id="oeste", score=2, customer_key="k" * 22, **given)
    product.drain()
    followup = followups.followup_from_item(
        next(f for f in product.followups() if f.get("store_id") == "oeste")
    )
    (alert, *_) = (
        i for i in product.items("DELIVERY#") if i.get("store_id") == "oeste" and i["channel"] == "email"
    )
    tell_report(product, bounce(alert["provider_id"], product.now()))
    product.notify(product.write_to_customer("Hola, ya arreglamos la caja.", "email", about_it=followup))
    (message,) = (i for i in product.items("MESSAGE#") if i.get("store_id") == "oeste")
    tell_report(product, complaint(message["provider_id"], product.now()))
