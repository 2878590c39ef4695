"""Restrict the use of a customer's data, lift that, and record what they object to."""

from functools import partial

from customer_page import page
from customer_page.deps import Deps
from customer_page.visit import Visit
from lazo.customer.rights import OBJECTIONS
from lazo.runtime.error_logging import error_fields
from lazo.table import customer_rights, restriction
from lazo.web.responses import Response


def change_restriction(visit: Visit, _fields: dict[str, str], deps: Deps, *, restrict: bool) -> Response:
    """Record the request for each key that the link proves and apply as much as one call can; the sweep does the
    rest."""
    record = restriction.restrict if restrict else restriction.lift
    record(deps.table, visit.proven_keys, "page", visit.now)
    try:
        for key in visit.proven_keys:
            restriction.restriction_round(
                deps.table, key, partial(deps.stores.find, now=visit.now), visit.now
            )
    except Exception as error:
        deps.logger.warning("restricting goes on in the sweep", extra=error_fields(error))
    return page.redirect_to_page(visit, "restrict" if restrict else "unrestrict")


def object_to(visit: Visit, fields: dict[str, str], deps: Deps) -> Response:
    """Record the ticked objections, in place of those before."""
    ticked = [each for each in OBJECTIONS if each in fields]
    customer_rights.record_objections(deps.table, visit.proven_keys, ticked, "page", visit.now)
    return page.redirect_to_page(visit, "objections")
