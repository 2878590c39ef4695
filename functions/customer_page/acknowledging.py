"""Tell a customer, at the address that their link proves, that what they asked for was done.

The page has said so already: an error of these messages is logged, and fails nothing.
"""

from customer_page.deps import Deps
from customer_page.visit import AddressVisit, CustomerVisit, Visit
from lazo.customer.acknowledgement import Acknowledgement
from lazo.runtime.error_logging import error_fields
from lazo.table.messaging import acknowledgements, opt_outs
from lazo.workflows.acknowledgements import build_acknowledgement


def of_erasure(visit: Visit, deps: Deps) -> tuple[Acknowledgement, ...]:
    """Return the message that tells of an erasure, to be stored with its request; () if there is none to send."""
    about = visit.link.link_id if isinstance(visit, AddressVisit) else visit.case.followup.followup_id
    keys = (
        opt_outs.customer_keys_of(visit.answer) if isinstance(visit, CustomerVisit) and visit.answer else ()
    )
    try:
        told = build_acknowledgement(
            deps.table,
            "erased",
            visit.address,
            keys or visit.proven_keys,
            visit.store,
            visit.language,
            visit.now,
            request=about,
        )
    except Exception as error:
        _log(error, deps)
        return ()
    return (told,) if told else ()


def tell_of_stop(visit: CustomerVisit, deps: Deps) -> None:
    """Have a stop that was asked for by an e-mail's link confirmed there, once for each stop.

    Done before the stop is recorded, which a repeated form would find done; it is sent only if the stop holds then.
    """
    if visit.channel != "email" or visit.stopped or visit.answer is None or visit.customer_key is None:
        return
    try:
        since = opt_outs.changed_at(deps.table, visit.customer_key)
        told = build_acknowledgement(
            deps.table,
            "stopped",
            visit.address,
            (visit.customer_key,),
            visit.store,
            visit.language,
            visit.now,
            request=f"{visit.customer_key}|{since}",
            followup_id=visit.case.followup.followup_id,
            address_version=visit.answer.email_version,
        )
        if told:
            acknowledgements.enqueue(deps.table, told)
    except Exception as error:
        _log(error, deps)


def _log(error: Exception, deps: Deps) -> None:
    deps.logger.warning("customer not told that it was done", extra=error_fields(error))
