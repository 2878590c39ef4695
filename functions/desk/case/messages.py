"""What the page says of the messages to the customer, of their silence, and of what they say when they are asked
again."""

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
class Offer:
    """A message that can be begun: `template` "" for free text, `name` as the reader calls it; `link` is what is
    added to it when it is sent, if anything."""

    template: str
    channel: Channel
    name: str
    subject: str = ""
    text: str = ""
    link: str | None = None


def customer_contact_section(
    case: Case, store: Store, reader: Contact, reach: Answer | None, base_url: str, times: Times
) -> dict[str, Any]:
    """`offered`: what may be written; `silent`: since when a customer who waits, and whom somebody may write to, has
    heard nothing for too long, else None; `again`: what they said when they were asked again, if they were."""
    silent = customer_updates.silent_since(case, store, times.now) if reach else None
    return {
        "offered": _offered(store, reader, reach, base_url),
        "silent": silent,
        "again": case.followup.again,
    }


def _offered(store: Store, reader: Contact, reach: Answer | None, base_url: str) -> list[Offer]:
    """By each way that the customer left: the templates, and the reader's own words."""
    if reach is None:
        return []
    link = f"{base_url}/s/{reach.code}"
    own: str = translations("case", reader.language)["messages"]["own"]
    drafts = customer_templates.build_drafts(reach, store, reader, link)
    return [
        *(
            Offer(
                each.template,
                each.channel,
                each.name,
                each.subject,
                each.text,
                customer_templates.LINK_OF.get(each.template),
            )
            for each in drafts
        ),
        *(Offer("", channel, own) for channel in customer_templates.customer_channels(reach)),
    ]
