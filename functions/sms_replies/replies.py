"""Do what an inbound SMS asks for: take a follow-up on, pass it on, stop messages or start them again; a customer's own
words become a note on their case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from aws_lambda_powertools import Logger

from lazo.auth.keyring import KeyRing
from lazo.case import actions as case_actions
from lazo.case.customer_words import CustomerWords
from lazo.case.model import ActionContext, Case, CaseChange
from lazo.customer import identity as customer_identity
from lazo.customer.acknowledgement import Acknowledgement
from lazo.errors import Problem, Rejected
from lazo.followup import sms_keywords
from lazo.followup.model import FollowUp
from lazo.followup.sms_keywords import Keyword, ReplyKind
from lazo.phrases.themes import assess_comment
from lazo.runtime.error_logging import error_fields
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.survey.fields import LONGEST_COMMENT
from lazo.table import cases, stores, users
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import acknowledgements, opt_outs, sms_conversations
from lazo.text.cleaning import clean
from lazo.text.contact_details import normalize_address
from lazo.translations import LANGUAGES
from lazo.workflows.case_commit import CaseCommitter
from lazo.workflows.contacts import FollowUpLinks, ReadStore, contact_of_user
from lazo.workflows.customer_words import WordsRecorder
from lazo.workflows.events import Topic
from sms_replies.answering import SmsAnswerer
from sms_replies.stop_confirmation import confirmation_of_stop

_ANSWER_TO_PROBLEM: dict[str, ReplyKind] = {
    "taken": "somebody_has_it",
    "wrong_stage": "ended",
    "passed_before": "passed_before",
    "nobody_above": "nobody_above",
}
"""The answer when an action is refused, by the problem's code."""


class NotRecordedYet(Exception):
    """Somebody else keeps changing the case, so the message has to be delivered again."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """An inbound SMS. `message_id` is the provider's, the same when the SMS is delivered twice."""

    message_id: str
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class SmsReplyHandler:
    """What acting on an SMS needs."""

    table: Table
    links: FollowUpLinks
    customers_ring: KeyRing
    answering: SmsAnswerer
    clock: Callable[[], datetime]
    logger: Logger
    committer: CaseCommitter
    topic: Topic

    def handle(self, inbound: Inbound) -> None:
        """Do what the message asks for and answer it; the same message again does nothing more.

        Only a contact's own number can act on a follow-up, and only a contact gets an answer. A stop from a customer is
        confirmed once, unless the number itself does; other words of a customer go to the owner of their case.
        """
        phone = _sender_number(inbound.sender)
        meaning = sms_keywords.parse_keyword(inbound.text)
        if phone is None:
            self._log(inbound, meaning, "no_number")
            return
        # Each store is read once, consistently: the number may just have changed hands.
        read_store = cache(lambda store_id: stores.get_store(self.table, store_id, consistent=True))
        told = self._confirmation_of_stop(inbound, phone, read_store) if meaning == "stop" else None
        if meaning in ("stop", "start"):
            self._set_customer_opt_out(phone, stop=meaning == "stop")
        contacts = _contacts_with_number(self.table, phone, read_store)
        if not contacts:
            if told:
                acknowledgements.enqueue(self.table, told)
            self._take_customers_words(inbound, phone, meaning, read_store)
        elif meaning in ("stop", "start"):
            self._set_contact_opt_out(inbound, contacts, phone, stop=meaning == "stop")
        elif meaning == "unknown":
            self._send_help(inbound, contacts[0], phone)
        else:
            self._act(inbound, contacts, phone, meaning, read_store)

    def _confirmation_of_stop(
        self, inbound: Inbound, phone: str, read_store: ReadStore
    ) -> Acknowledgement | None:
        """Return the message that confirms a customer's stop, before that is recorded. An error of it fails nothing."""
        keys = customer_identity.customer_keys_of(self.customers_ring, phone, None)
        if keys is None:
            return None
        try:
            return confirmation_of_stop(self.table, keys, phone, inbound.text, read_store, self.clock())
        except Exception as error:
            self.logger.warning("stop not confirmed", inbound_id=inbound.message_id, **error_fields(error))
            return None

    def _set_customer_opt_out(self, phone: str, *, stop: bool) -> None:
        keys = customer_identity.customer_keys_of(self.customers_ring, phone, None)
        if keys:
            build = opt_outs.record_opt_out if stop else opt_outs.withdraw_opt_out
            self.table.put(build(keys.key, "sms", self.clock()))

    def _take_customers_words(
        self, inbound: Inbound, phone: str, meaning: Keyword, read_store: ReadStore
    ) -> None:
        """Record what a customer wrote on their case, or as a new one; a stranger's words are not kept. A wish to stop
        messages is recorded here only if a danger stands beside it."""
        text = clean(inbound.text)[:LONGEST_COMMENT]
        keys = customer_identity.customer_keys_of(self.customers_ring, phone, None)
        only_a_wish = meaning in ("stop", "start") and not assess_comment(text, (), LANGUAGES[0]).urgency
        if keys is None or not text or only_a_wish:
            self._log(inbound, meaning, "not_a_contact")
            return
        courtesy = meaning not in ("stop", "start") and sms_keywords.is_only_courtesy(inbound.text)
        words = CustomerWords(inbound.message_id, "sms", text, self.clock(), courtesy)
        recorder = WordsRecorder(self.table, self.topic, self.committer, read_store)
        recorded = recorder.record(words, [each for each in (keys.key, keys.also) if each])
        for problem in recorded.problems:
            self.logger.warning("customer's words not kept", code=problem.code, inbound_id=inbound.message_id)
            if problem.code == "retry":
                raise NotRecordedYet
        self._log(inbound, meaning, recorded.outcome)

    def _set_contact_opt_out(
        self, inbound: Inbound, contacts: list[Contact], phone: str, *, stop: bool
    ) -> None:
        sms_conversations.record_opt_out(self.table, phone, self.clock(), stop=stop)
        has_email = any(contact.email for contact in contacts)
        answer: ReplyKind = ("stopped" if has_email else "stopped_all") if stop else "started"
        self._answer(inbound, contacts[0], "stop" if stop else "start", answer)

    def _send_help(self, inbound: Inbound, contact: Contact, phone: str) -> None:
        silent = sms_conversations.has_opted_out(self.table, phone)
        message_id, now = inbound.message_id, self.clock()
        if silent or not sms_conversations.reserve_help(self.table, phone, message_id, now):
            self._log(inbound, "unknown", "left_unanswered")
        else:
            self._answer(inbound, contact, "unknown", "help")

    def _act(
        self,
        inbound: Inbound,
        contacts: list[Contact],
        phone: str,
        meaning: Keyword,
        read_store: ReadStore,
    ) -> None:
        alert = sms_conversations.alert_replied_to(self.table, inbound.message_id, phone, self.clock())
        found = (
            _current_contact(self.table, alert.store_id, alert.contact_id, phone, read_store)
            if alert
            else None
        )
        case = cases.load_case(self.table, alert.followup_id) if alert and found else None
        answer: ReplyKind = "nothing_open"
        if case is None or found is None:
            contact, followup_id = contacts[0], None
            text = sms_keywords.reply_text(answer, contact.language)
        else:
            store, contact = found
            context = ActionContext(f"sms-{inbound.message_id}", store, contact, self.clock())
            answer, followup = self._commit(context, case, meaning)
            followup_id = followup.followup_id
            text = self._reply_about(answer, contact, store, followup)
        self._log(inbound, meaning, answer)
        if not sms_conversations.has_opted_out(self.table, phone):
            self.answering.send(inbound.message_id, contact, text, followup_id)

    def _commit(self, context: ActionContext, case: Case, meaning: Keyword) -> tuple[ReplyKind, FollowUp]:
        """Take the follow-up on or pass it on, once; return the answer to send and the follow-up after it."""

        def build(case: Case) -> CaseChange | None:
            if case.has_processed(context):
                return None
            if case.followup.ended:
                raise Rejected(Problem("wrong_stage"))
            action = case_actions.take_on if meaning == "take_on" else case_actions.pass_on
            return action(case, context)

        result = self.committer.commit(case, context.store, build)
        followup = result.case.followup
        if result.problems:
            return _ANSWER_TO_PROBLEM.get(result.problems[0].code, "try_again"), followup
        # No change now and none by an earlier delivery of this SMS: the follow-up was theirs before.
        if result.change is None and not result.case.has_processed(context):
            return "already_yours", followup
        return ("taken_on" if meaning == "take_on" else "passed_on"), followup

    def _reply_about(self, answer: ReplyKind, contact: Contact, store: Store, followup: FollowUp) -> str:
        link = self.links.link_for(followup.followup_id, contact, self.clock())
        owner = store.contact(followup.owner or "")
        above = store.with_contacts_on_duty(self.clock()).contacts_at_level(followup.level)
        return sms_keywords.reply_text_about(
            answer,
            contact.language,
            followup,
            store,
            link,
            name=owner.name if owner else "",
            names=", ".join(each.name for each in above),
        )

    def _answer(self, inbound: Inbound, contact: Contact, meaning: Keyword, answer: ReplyKind) -> None:
        """Send an answer that is about no follow-up."""
        self._log(inbound, meaning, answer)
        self.answering.send(inbound.message_id, contact, sms_keywords.reply_text(answer, contact.language))

    def _log(self, inbound: Inbound, meaning: Keyword, outcome: str) -> None:
        self.logger.info("SMS came in", meaning=meaning, outcome=outcome, inbound_id=inbound.message_id)


def _sender_number(given: str) -> str | None:
    """Return a sender's number as E.164; None for a name or short code, which cannot be written to."""
    return normalize_address(given if given.startswith("+") else f"+{given}")


def _contacts_with_number(table: Table, phone: str, read_store: ReadStore) -> list[Contact]:
    """Return the contacts with this number (E.164), one for each user: usually one, none for a customer.

    A contact's language is the one that most of their stores use.
    """
    return [
        found[1]
        for user_id in sorted(users.users_at_address(table, phone))
        if (found := contact_of_user(users.load_scope(table, user_id), read_store, phone))
    ]


def _current_contact(
    table: Table, store_id: str, contact_id: str, phone: str, read_store: ReadStore
) -> tuple[Store, Contact] | None:
    """Return a store and the contact in it; None when the number is no longer theirs."""
    store = read_store(store_id)
    contact = store.contact(contact_id) if store else None
    if store is None or contact is None or contact.phone != phone:
        return None
    return store, users.in_chosen_language(table, contact)
