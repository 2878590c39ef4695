"""Fill in the templates of messages to customers with the facts of a case."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Literal, get_args

from lazo.store.contacts import Channel, Contact
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.text.contact_details import can_be_sent_email, is_landline, spellings_of_line
from lazo.translations import translations

Template = Literal["apology", "received", "progress", "delay", "kept", "solved", "ask_again", "improved"]

Link = Literal["page", "solved", "survey", "changes"]
"""Where the link leads that is added on sending: the customer's own page ("solved": the part that asks whether it is
solved; "changes": on the way to what was improved) or the survey. Only the customer may see it: it is in no text that
the store reads."""

TEMPLATES: Final[tuple[Template, ...]] = get_args(Template)

MANAGER_TEMPLATES: Final[tuple[Template, ...]] = ("apology", "progress", "solved", "ask_again")
"""The templates that a manager may start from at any time; each other one belongs to an event."""

OPTIONAL: Final[frozenset[Template]] = frozenset({"apology", "received", "progress", "ask_again", "improved"})
"""The templates of messages that a customer can do without; the others tell what they are owed, whatever the limit of
their week."""

LINK_OF: Final[Mapping[str, Link]] = {
    "received": "page",
    "progress": "page",
    "delay": "page",
    "kept": "page",
    "solved": "solved",
    "improved": "changes",
}

_FIRST_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

_LONGEST_FIRST_NAME = 20


@dataclass(frozen=True, slots=True)
class MessageContent:
    """What somebody wrote to a customer, as typed, and the template that they started from, if any."""

    channel: Channel
    text: str
    subject: str = ""
    template: str | None = None


def customer_channels(answer: Answer | None) -> tuple[Channel, ...]:
    """Return the channels by which a message reaches the customer of an answer, the best first; () without consent.

    A landline gets no SMS, and SES takes no e-mail whose part before the @ is not ASCII. An Argentine number may be a
    landline that was typed like a mobile: there an e-mail is the surer way.
    """
    if answer is None or answer.consent is None:
        return ()
    found: list[Channel] = []
    if answer.phone and not is_landline(answer.phone):
        found.append("sms")
    if answer.email and can_be_sent_email(answer.email):
        found.append("email")
    unsure = answer.phone is not None and len(spellings_of_line(answer.phone)) > 1
    return tuple(reversed(found) if unsure else found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(MessageContent):
    """A filled-in template that a manager may change before sending; `name` is in the manager's language."""

    template: Template
    name: str


def build_drafts(
    answer: Answer, store: Store, by: Contact, survey_link: str, *, only_asks: bool = False
) -> tuple[Draft, ...]:
    """Return each of the manager's templates for each channel of the customer, in the customer's language. Where
    nothing went wrong (`only_asks`) there is nothing to ask again about."""
    names = translations("customer_messages", by.language)["names"]
    own = {template: names.get(f"{template}_asked", name) for template, name in names.items()}
    return tuple(
        Draft(
            **asdict(
                fill_template(
                    template, channel, answer, store, by.name, link=survey_link, only_asks=only_asks
                )
            ),
            name=(own if only_asks else names)[template],
        )
        for template in MANAGER_TEMPLATES
        if not (only_asks and template == "ask_again")
        for channel in customer_channels(answer)
    )


def fill_template(
    template: Template,
    channel: Channel,
    answer: Answer,
    store: Store,
    manager: str,
    *,
    link: str = "",
    what: str = "",
    until: str = "",
    kept: str | None = None,
    late: bool = False,
    only_asks: bool = False,
    of_improvement: bool = False,
) -> MessageContent:
    """Return a template filled in, in the customer's language. `manager`: the name of who writes or is responsible;
    `link`: to the survey, for "ask_again"; `what`: what is late, for "delay", or what was done, for "improved" ("" if
    it is not named); `until`: the date of the next step in words (`lazo.messaging.date_format`), "" for none; `kept`:
    what was done as promised, for "kept" and "solved", "" if it is not named, and `late` whether it was late;
    `only_asks`: nothing went wrong. "ask_again" without a `link` is the automatic one: the customer's own link is added
    on sending; `of_improvement`: it asks about an improvement that the customer was told of, and `what` was done."""
    texts = translations("customer_messages", answer.language)
    text = texts[template]
    if of_improvement:
        text = text | text["of_improvement"]
    text = text.get("asked", text) if only_asks else text
    first = first_name(answer.name)
    facts = {
        "greeting": texts["greeting_named"].format(name=first) if first else texts["greeting"],
        "shop": store.name,
        "manager": manager,
        "link": link,
        "what": what.rstrip(" .;,"),
        "until": until,
        "kept": _kept_sentence(kept, texts["kept"], late=late),
    }
    if "next" in text:
        dated = "dated" if until else "undated"
        line = text["next"].get(dated) or text["next"][f"{channel}_{dated}"]
        facts["next"] = line.format_map(facts)
    if template == "ask_again" and not link and not of_improvement:
        text = text | text["by_itself"]
    elif (template == "improved" or of_improvement) and not what:
        text = text | text["unnamed"]
    return MessageContent(
        channel=channel,
        text=text[channel].format_map(facts).strip(),
        subject=text["subject"].format_map(facts) if channel == "email" else "",
        template=template,
    )


def email_subject(template: str | None, language: str, shop: str) -> str:
    """Return the subject of a message that was written as an SMS, for an e-mail; that of the apology, which names the
    visit and nothing else, for a text of the manager's own."""
    texts = translations("customer_messages", language)
    subject: str = texts[template or "apology"]["subject"]
    return subject.format(shop=shop)


def _kept_sentence(done: str | None, texts: Mapping[str, str], *, late: bool) -> str:
    """Return what follows the name of the store, with the space before it: that what was promised is `done`."""
    if done is None:
        return ""
    sentence = texts["done"].format(what=done.rstrip(" .;,")) if done else texts["done_unnamed"]
    return f" {sentence}" + (f" {texts['sorry']}" if late else "")


def first_name(name: str | None) -> str:
    """Return the first of a customer's names if it looks like one, else "": people type anything there."""
    first = (name or "").partition(" ")[0]
    return first if _FIRST_NAME.fullmatch(first) and 2 <= len(first) <= _LONGEST_FIRST_NAME else ""
