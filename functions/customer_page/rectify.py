"""Correct the name or the address that a customer left; a new address first gets a link that proves it."""

from customer_page import page
from customer_page.deps import Deps
from customer_page.visit import AddressVisit, CustomerVisit
from lazo.customer.address_link import AddressLink, link_id_for
from lazo.customer.identity import customer_keys_of
from lazo.errors import Problem, Rejected
from lazo.survey.fields import LONGEST_NAME
from lazo.table import address_links, rectification
from lazo.text import contact_details
from lazo.text.cleaning import one_line
from lazo.web.responses import Response
from lazo.workflows.case_commit import CONFLICTS, TRIES
from lazo.workflows.events import address_link_requested


def change_name(visit: CustomerVisit, fields: dict[str, str], deps: Deps) -> Response:
    """Record the name with every answer that was left with the proven address."""
    name = one_line(fields.get("name", ""))
    if not name or len(name) > LONGEST_NAME:
        raise Rejected(Problem("name_invalid", "name"))
    rectification.change_name(deps.table, visit.proven_keys, name)
    return page.redirect_to_page(visit, "name")


def request_address(visit: CustomerVisit, fields: dict[str, str], deps: Deps) -> Response:
    """Send a link to the typed phone or e-mail. Nothing changes until it is opened and confirmed."""
    phone, email = _read_address(fields.get("address", ""), visit.store.country)
    found = customer_keys_of(deps.customers_ring, phone, email)
    answer, now = visit.answer, visit.now
    if found is None or answer is None:
        raise Rejected(Problem("address_invalid", "address"))
    asked_with = visit.proven_keys[0]
    link = AddressLink(
        link_id=link_id_for("change", found.key, asked_with, now),
        purpose="change",
        customer_key=found.key,
        address=str(phone or email),
        store_id=visit.store.store_id,
        language=visit.language,
        at=now,
        from_key=asked_with,
        answered_at_store=answer.store_id,
        answer_ulid=answer.ulid,
    )
    try:
        address_links.put_link(deps.table, link, asked_with)
    except address_links.TooManyLinks:
        raise Rejected(Problem("too_many_links", "address")) from None
    deps.topic.publish(address_link_requested(link.store_id, link.link_id, now))
    return page.redirect_to_page(visit, "address_link_sent")


def confirm_address(visit: AddressVisit, _fields: dict[str, str], deps: Deps) -> Response:
    """Make the address of the link the customer's."""
    for _ in range(TRIES):
        try:
            changed = rectification.change_address(deps.table, deps.customers_ring, visit.link, visit.now)
            break
        except CONFLICTS:
            continue
    else:
        raise Rejected(Problem("retry"))
    deps.table.transact(address_links.removals(visit.link))
    return page.address_changed_page(visit) if changed else page.not_found(visit.language)


def _read_address(typed: str, country: str) -> tuple[str | None, str | None]:
    """Return phone and e-mail, one of them None. Raises Rejected if nothing can be sent to what was typed."""
    text = one_line(typed)
    try:
        if "@" in text:
            email = contact_details.normalize_email(text)
            if contact_details.can_be_sent_email(email):
                return None, email
        else:
            phone = contact_details.to_e164(text, country)
            if not contact_details.is_landline(phone):
                return phone, None
    except ValueError:
        pass
    raise Rejected(Problem("address_invalid", "address"))
