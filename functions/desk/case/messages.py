"""The page's section on messages to the customer, overdue contact, and the resurvey."""

from dataclasses import dataclass
from typing import Any

from desk.web.render import Times
from lazo.case import customer_updates
from lazo.case.model import Case
from lazo.messaging import customer_templates
from lazo.store.contacts import Channel, Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.translations import translations


@dataclass(frozen=True, slots=True)
class MessageDraft:
    """The start of a message: `template` is "" for free text, `name` its label; `link` is the kind of link that is
    added on sending, if any."""

    template: str
    channel: Channel
    name: str
    subject: str = ""
    text: str = ""
    link: str | None = None


def customer_contact_section(
    case: Case, store: Store, reader: Contact, reach: Answer | None, base_url: str, times: Times
) -> dict[str, Any]:
    """Return the section's template variables.

    `offered`: the drafts; `silent`: since when the customer has had no contact, if that is too long and they may be
    written to, else None; `resurvey`: the resurvey, if there was one.
    """
    silent = customer_updates.silent_since(case, store, times.now) if reach else None
    return {
        "offered": _offered(store, reader, reach, base_url),
        "silent": silent,
        "resurvey": case.followup.again,
    }


def _offered(store: Store, reader: Contact, reach: Answer | None, base_url: str) -> list[MessageDraft]:
    """Return the templates and an empty draft for each channel on which the customer can be reached."""
    if reach is None:
        return []
    link = f"{base_url}/s/{reach.code}"
    own: str = translations("case", reader.language)["messages"]["own"]
    drafts = customer_templates.build_drafts(reach, store, reader, link)
    return [
        *(
            MessageDraft(
                each.template,
                each.channel,
                each.name,
                each.subject,
                each.text,
                customer_templates.LINK_OF.get(each.template),
            )
            for each in drafts
        ),
        *(MessageDraft("", channel, own) for channel in customer_templates.customer_channels(reach)),
    ]
