"""Send messages to customers: checked by the wording guard once more, claimed, sent and recorded.

The customer's own link is added here, so that nobody at the store ever reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from lazo.auth import links
from lazo.case import customer_updates, kept_promises
from lazo.followup.model import FollowUp
from lazo.messaging import customer_message, customer_templates, sms_pause
from lazo.messaging.customer_message import CustomerMessage
from lazo.messaging.send_state import is_claimable, is_exhausted
from lazo.phrases import wording_guard
from lazo.store.model import Store
from lazo.survey.answer import Answer
from lazo.table import answers, followups, promises
from lazo.table.messaging import opt_outs
from lazo.table.messaging.customer_messages import (
    CLAIMS,
    SAID_LATER,
    messages_of_followup,
    turn_into_email,
)
from lazo.text.gsm7 import spell_for_sms
from lazo.translations import translations
from lazo.workflows.events import Event
from notify.customer_channel import Letter
from notify.customer_sender import CustomerSender
from notify.send_steps import SendSteps


@dataclass(frozen=True, slots=True)
class CustomerMessages(CustomerSender):
    """Sends those of a follow-up."""

    steps: SendSteps[CustomerMessage]

    def send_due(self, event: Event) -> None:
        """Send the pending messages of the event's follow-up that may be sent now, oldest first.

        A message that fails by our own fault does not stop the others; its error is raised at the end.
        """
        pending = messages_of_followup(self.table, event.followup_id)
        self.steps.send_each(
            (each for each in pending if is_claimable(each, each.starts_at, self.clock())), self._deliver
        )

    def _deliver(self, message: CustomerMessage) -> None:
        """Send the message, unless it is not wanted any more, can never be sent, or has to wait."""
        followup = followups.get_followup(self.table, message.followup_id)
        answer = answers.get_answer(self.table, message.answered_at_store, message.answer_ulid)
        if followup is None or answer is None or not self._may_be_sent(message, followup, answer):
            CLAIMS.cancel(self.table, message)
            return
        if later := self._said_later(message, followup, answer):
            waits_until = max(each.starts_at for each in later)
            if waits_until >= self.clock() and all(each.template == "solved" for each in later):
                # That it is solved may be undone for as long, and is not said then.
                CLAIMS.postpone(self.table, message, waits_until + timedelta(seconds=1), "may_be_said_later")
            else:
                CLAIMS.end(self.table, message, "cancelled", {"failure": SAID_LATER})
            return
        if is_exhausted(message):
            self._give_up(message, "gave_up")
            return
        store = self.stores.get(message.store_id, self.clock())
        if message.channel == "sms" and (until := self.channel.sms_paused_until()):
            by_email = self._as_email(message, answer, store)
            if by_email is None:
                CLAIMS.postpone(self.table, message, until, sms_pause.CODE)
                return
            message = by_email
        elif message.channel == "sms" and self.channel.lacks_sms_sender(answer.phone or ""):
            message = self._as_email(message, answer, store) or message
        if self.steps.hold_back(message, message.starts_at, store.next_customer_contact_time):
            return
        try:
            # The message is made before the claim, so that it costs no lease when the guard blocks it.
            send = self._prepared(message, answer, store)
        except wording_guard.Blocked:
            # The stored text was changed from outside, or the rules have become stricter since: it is not sent.
            self._give_up(message, "wording")
            return
        claimed = CLAIMS.claim(self.table, message, self.clock())
        if claimed:
            self.steps.attempt(claimed, send)

    def _as_email(self, message: CustomerMessage, answer: Answer, store: Store) -> CustomerMessage | None:
        """Turn an SMS that would not arrive into an e-mail. Returns None if the customer has none, or another sender
        was first."""
        if "email" not in customer_templates.customer_channels(answer):
            return None
        subject = customer_templates.email_subject(message.template, message.language, store.name)
        return turn_into_email(self.table, message, subject)

    def _may_be_sent(self, message: CustomerMessage, followup: FollowUp, answer: Answer) -> bool:
        """Return whether the customer consents, can be reached and has not opted out, and the message is still true."""
        return (
            message.channel in customer_templates.customer_channels(answer)
            and customer_updates.is_still_relevant(message, followup)
            and self._is_still_promised(message)
            and self._is_still_solved(message)
            and self._is_still_published(message)
            and not opt_outs.has_opted_out(
                self.table, opt_outs.customer_keys_of(answer), *customer_updates.uses_of(message)
            )
        )

    def _is_still_promised(self, message: CustomerMessage) -> bool:
        """Return whether the promise that the message is about is open and has the date that it names; for one that
        says without a date that it will be late, whether it is at risk."""
        if message.promise_id is None:
            return True
        promise = promises.get_promise(self.table, message.followup_id, message.promise_id)
        if promise is None or message.until is None:
            return promise is not None and promise.is_at_risk(self.clock())
        return promise.open and promise.due == message.until

    def _is_still_solved(self, message: CustomerMessage) -> bool:
        """Return whether no promise is open, where an automatic message says that all is done."""
        if not message.automatic or message.template != "solved":
            return True
        return not any(each.open for each in promises.promises_of_followup(self.table, message.followup_id))

    def _is_still_published(self, message: CustomerMessage) -> bool:
        """Return whether the improvement that the message tells of is still published."""
        if message.improvement_id is None:
            return True
        from lazo.table import improvements  # few messages need it

        improvement = improvements.get_improvement(self.table, message.improvement_id)
        return improvement is not None and improvement.published_at is not None

    def _said_later(
        self, message: CustomerMessage, followup: FollowUp, answer: Answer
    ) -> list[CustomerMessage]:
        """Return the later messages, which will be or were sent, that say what this one does."""
        if message.template != "kept":
            return []
        others = kept_promises.later_news(message, messages_of_followup(self.table, message.followup_id))
        return [each for each in others if each.state == "sent" or self._may_be_sent(each, followup, answer)]

    def _prepared(self, message: CustomerMessage, answer: Answer, store: Store) -> Callable[[], str]:
        """Return the call that hands the message to the provider; raises Blocked when the wording guard refuses it."""
        language = message.language
        names = customer_message.known_names(store, answer, message.by_name)
        whole = message.text + self._ending(message, answer)
        sent = spell_for_sms(whole) if message.channel == "sms" else whole
        text = wording_guard.clear_text(sent, language, names)
        phone, email = answer.phone or "", answer.email or ""
        if message.channel == "sms":
            return lambda: self.channel.send_sms(phone, text)
        why = translations("customer_messages", language)["email_reason"]
        letter = Letter(
            language=language,
            subject=wording_guard.clear_text(message.subject, language, names, field="subject"),
            text=text,
            reason=wording_guard.clear_text(
                why.format(shop=store.name, link=self._page_url(message, answer)), language, names
            ),
        )
        return lambda: self.channel.send_email(email, store.brand, letter)

    def _ending(self, message: CustomerMessage, answer: Answer) -> str:
        """Return what follows the text, the customer's link with what leads to it; "" where there is none."""
        if message.link is None:
            return ""
        link = (
            self._survey_url(message, answer) if message.link == "survey" else self._page_url(message, answer)
        )
        lead: str = translations("customer_messages", message.language)["links"][message.channel][
            message.link
        ]
        if message.channel == "sms":
            return " " + lead.format(link=link)
        return f"\n\n{lead}\n{link}"

    def _page_url(self, message: CustomerMessage, answer: Answer) -> str:
        """Return the address of the customer's page; dated by the message, so that every attempt says the same."""
        version = answer.email_version if message.channel == "email" else answer.phone_version
        token = links.sign_customer_link(self.ring, message.followup_id, message.channel, message.at, version)
        return f"{self.base_url}/m/{token}"

    def _survey_url(self, message: CustomerMessage, answer: Answer) -> str:
        token = links.sign_resurvey_link(self.ring, message.followup_id, message.at, message.improvement_id)
        return f"{self.base_url}/s/{answer.code}?lang={message.language}&r={token}"

    def _give_up(self, message: CustomerMessage, code: str) -> None:
        self.steps.give_up(message, code)
        self.steps.log_not_sent(message, code, outcome="PermanentFailure")
