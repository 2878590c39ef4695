"""Erase what was left with the addresses that a customer's link proves, and lead to the rest.

An address that was left together with a proven one may be another person's: what was left with it alone stays until
the link that is sent there is opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from customer_page import acknowledging, page
from customer_page.deps import Deps
from customer_page.visit import AddressVisit, CustomerVisit, Visit
from lazo.customer.address_link import AddressLink, link_id_for
from lazo.errors import Problem, Rejected
from lazo.followup import model as followup
from lazo.runtime.error_logging import error_fields
from lazo.table import address_links, cases, erasure
from lazo.table.dynamodb.writes import Delete, Put
from lazo.table.erasure import Erasure, OtherAddress
from lazo.table.messaging import opt_outs
from lazo.table.messaging.acknowledgements import acknowledgement_put
from lazo.web.responses import Response
from lazo.workflows.case_commit import CONFLICTS, TRIES
from lazo.workflows.events import address_link_requested


@dataclass(frozen=True, slots=True)
class StayingAddress:
    """An address whose own answers stay for now. `silent`: its holder wants no messages, so no link is sent there."""

    address: OtherAddress
    silent: bool


def erase(visit: Visit, fields: dict[str, str], deps: Deps) -> Response:
    """Ask for confirmation, then send the links, record the request and erase as much as one call can; the sweep does
    the rest, and tells the customer that it was done. Sent again after a failure, it sends no link twice."""
    staying = [
        StayingAddress(each, opt_outs.has_holder_opted_out(deps.table, each.customer_key))
        for each in erasure.other_addresses(deps.table, visit.proven_keys)
    ]
    if fields.get("sure") != "yes":
        return page.confirm_erasure_page(visit, [(each.address.address, each.silent) for each in staying])
    # Before the request: it erases the addresses that the links go to.
    sent = [_send_link(each.address, visit, deps) for each in staying if not each.silent]
    # It holds the address itself, and is written with the request: before, it might not be true, and afterwards nobody
    # knows the address.
    told = [acknowledgement_put(each) for each in acknowledging.of_erasure(visit, deps)]
    request = _request(visit, deps, told)
    try:
        if request:
            erasure.erase_round(deps.table, request, visit.now)
    except Exception as error:
        # The request is recorded, so the customer need not send it again.
        deps.logger.warning("erasing goes on in the sweep", extra=error_fields(error))
    if isinstance(visit, AddressVisit):
        return page.erased_page(visit, link_sent=any(sent))
    return page.redirect_to_page(visit, "link_sent" if any(sent) else None)


def _request(visit: Visit, deps: Deps, told: Sequence[Put]) -> Erasure | None:
    """Record the request with the message that tells of it. Returns None if that was done before."""
    if isinstance(visit, AddressVisit):
        place = followup.digest_id(visit.link.link_id), visit.store.store_id
        more: list[Put | Delete] = [*address_links.removals(visit.link), *told]
        return erasure.request_erasure_by_keys(deps.table, visit.proven_keys, *place, visit.now, "page", more)
    return _request_with_case(visit, deps, told)


def _request_with_case(visit: CustomerVisit, deps: Deps, told: Sequence[Put]) -> Erasure | None:
    about = visit.case.followup
    for _ in range(TRIES):
        try:
            return erasure.request_erasure(deps.table, about, visit.proven_keys, visit.now, told)
        except CONFLICTS:
            about = (cases.load_case(deps.table, about.followup_id) or visit.case).followup
    raise Rejected(Problem("retry"))


def _send_link(other: OtherAddress, visit: Visit, deps: Deps) -> bool:
    """Have a link sent to another address; False if as many as a day allows were sent."""
    key, now = other.customer_key, visit.now
    asked_with = visit.proven_keys[0]
    link = AddressLink(
        link_id=link_id_for("erase", key, asked_with, now),
        purpose="erase",
        customer_key=key,
        address=other.address,
        store_id=visit.store.store_id,
        language=visit.language,
        at=now,
    )
    try:
        address_links.put_link(deps.table, link, asked_with)
    except address_links.TooManyLinks:
        return False
    deps.topic.publish(address_link_requested(link.store_id, link.link_id, now))
    return True
