"""The page's section on messages to the customer, overdue contact, and the resurvey."""

from dataclasses import asdict
from typing import Any

from desk.web.render import Times
from lazo.case import customer_updates
from lazo.case.model import Case
from lazo.messaging import customer_templates
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.translations import translations


def customer_contact_section(
    case: Case, store: Store, reader: Contact, reach: Answer | None, base_url: str, times: Times
) -> dict[str, Any]:
    """Return the section's template variables.

    `offered`: the drafts; `silent`: since when the customer has had no contact, if that is too long and they may be
    written to, else None.
    """
    silent = customer_updates.silent_since(case, store, times.now) if reach else None
    return {"offered": _offered(store, reader, reach, base_url), "silent": silent}


def _offered(store: Store, reader: Contact, reach: Answer | None, base_url: str) -> list[dict[str, Any]]:
    """Return the templates and an empty draft for each channel on which the customer can be reached: the fields of a
    Draft, `template` "" for free text, and the kind of `link` that is added on sending, if any."""
    if reach is None:
        return []
    link = f"{base_url}/s/{reach.code}"
    own: str = translations("case", reader.language)["messages"]["own"]
    drafts = customer_templates.build_drafts(reach, store, reader, link)
    empty = {"template": "", "name": own, "subject": "", "text": "", "link": None}
    return [
        *({**asdict(each), "link": customer_templates.LINK_OF.get(each.template)} for each in drafts),
        *({**empty, "channel": channel} for channel in customer_templates.customer_channels(reach)),
    ]
