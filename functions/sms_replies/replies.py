"""What an SMS that came in asks for, done: a follow-up taken on or passed on, messages stopped or started again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from lazo.auth import links
from lazo.auth.keyring import KeyRing
from lazo.auth.links import Principal
from lazo.auth.users import user_id_of
from lazo.case import actions as case_actions
from lazo.case.model import ActionContext, Case, CaseChange
from lazo.customer import identity as customer_identity
from lazo.errors import Problem, Rejected
from lazo.followup import sms_keywords
from lazo.followup.model import FollowUp
from lazo.followup.sms_keywords import Keyword, ReplyKind
from lazo.store.contacts import Contact
from lazo.store.model import Store
from lazo.table import cases, users
from lazo.table.dynamodb.table import Table
from lazo.table.messaging import opt_outs, sms_conversations
from lazo.workflows.case_commit import CaseCommitter
from sms_replies import people
from sms_replies.answering import SmsAnswerer

_ANSWERS: dict[str, ReplyKind] = {
    "taken": "somebody_has_it",
    "wrong_stage": "ended",
    "passed_before": "passed_before",
    "nobody_above": "nobody_above",
}
"""What is written back when an act is refused, by its code."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """An SMS that came in. `message_id` is the provider's; handed over twice it is the same."""

    message_id: str
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class SmsReplyHandler:
    """What replies need."""

    table: Table
    ring: KeyRing
    customers_ring: KeyRing
    answering: SmsAnswerer
    base_url: str
    clock: Callable[[], datetime]
    logger: Logger
    committer: CaseCommitter

    def handle(self, inbound: Inbound) -> None:
        """Do what the message asks for and answer it; the same message again does nothing more.

        Only a contact's own number can act on a follow-up or is written back to. Who else says stop, a customer, is
        obeyed in silence: a message after that would be one too many.
        """
        phone = people.sender_number(inbound.sender)
        meaning = sms_keywords.parse_keyword(inbound.text)
        if phone is None:
            self._log(inbound, meaning, "no_number")
            return
        if meaning in ("stop", "start"):
            self._as_customer(phone, stop=meaning == "stop")
        contacts = people.contacts_at(self.table, phone)
        if not contacts:
            self._log(inbound, meaning, "not_a_contact")
        elif meaning in ("stop", "start"):
            self._stop_or_start(inbound, contacts, phone, stop=meaning == "stop")
        elif meaning == "unknown":
            self._help(inbound, contacts[0], phone)
        else:
            self._act(inbound, contacts, phone, meaning)

    def _as_customer(self, phone: str, *, stop: bool) -> None:
        known_as = customer_identity.customer_keys_of(self.customers_ring, phone, None)
        if known_as:
            say = opt_outs.record_opt_out if stop else opt_outs.withdraw_opt_out
            self.table.put(say(known_as.key, "sms", self.clock()))

    def _stop_or_start(self, inbound: Inbound, contacts: list[Contact], phone: str, *, stop: bool) -> None:
        sms_conversations.record_opt_out(self.table, phone, self.clock(), stop=stop)
        has_email = any(contact.email for contact in contacts)
        what: ReplyKind = ("stopped" if has_email else "stopped_all") if stop else "started"
        self._log(inbound, "stop" if stop else "start", what)
        self.answering.send(
            inbound.message_id, contacts[0], sms_keywords.reply_text(what, contacts[0].language)
        )

    def _help(self, inbound: Inbound, contact: Contact, phone: str) -> None:
        silent = sms_conversations.has_opted_out(self.table, phone)
        if silent or not sms_conversations.may_help(self.table, phone, self.clock()):
            self._log(inbound, "unknown", "left_unanswered")
            return
        self._log(inbound, "unknown", "help")
        self.answering.send(inbound.message_id, contact, sms_keywords.reply_text("help", contact.language))

    def _act(self, inbound: Inbound, contacts: list[Contact], phone: str, meaning: Keyword) -> None:
        told = sms_conversations.alert_replied_to(self.table, inbound.message_id, phone, self.clock())
        at = people.as_contact(self.table, told.store_id, told.contact_id, phone) if told else None
        case = cases.load_case(self.table, told.followup_id) if told and at else None
        if case is None or at is None:
            self._log(inbound, meaning, "nothing_open")
            self._answer_unless_stopped(
                inbound, contacts[0], sms_keywords.reply_text("nothing_open", contacts[0].language), None
            )
            return
        store, contact = at
        act = ActionContext(f"sms-{inbound.message_id}", store, contact, self.clock())
        what, followup = self._done(act, case, meaning)
        self._log(inbound, meaning, what)
        text = self._about(what, contact, store, followup)
        self._answer_unless_stopped(inbound, contact, text, followup.followup_id)

    def _done(self, act: ActionContext, case: Case, meaning: Keyword) -> tuple[ReplyKind, FollowUp]:
        """Do it, once; what became of it, and the follow-up as it is then."""

        def build(case: Case) -> CaseChange | None:
            if case.has_processed(act):
                return None
            if case.followup.ended:
                raise Rejected(Problem("wrong_stage"))
            do = case_actions.take_on if meaning == "take_on" else case_actions.pass_on
            return do(case, act)

        result = self.committer.commit(case, act.store, build)
        followup = result.case.followup
        if result.problems:
            return _ANSWERS.get(result.problems[0].code, "try_again"), followup
        if result.change is None and not result.case.has_processed(act):
            return "already_yours", followup
        return ("taken_on" if meaning == "take_on" else "passed_on"), followup

    def _about(self, what: ReplyKind, contact: Contact, store: Store, followup: FollowUp) -> str:
        person_id = user_id_of(contact)
        who = Principal(person_id, users.session_version(self.table, person_id))
        link = (
            f"{self.base_url}/f/{links.sign_alert_link(self.ring, followup.followup_id, who, self.clock())}"
        )
        owner = store.contact(followup.owner or "")
        above = store.on_duty(self.clock()).at_level(followup.level)
        return sms_keywords.reply_text_about(
            what,
            contact.language,
            followup,
            store,
            link,
            name=owner.name if owner else "",
            names=", ".join(each.name for each in above),
        )

    def _answer_unless_stopped(
        self, inbound: Inbound, contact: Contact, text: str, followup_id: str | None
    ) -> None:
        if not sms_conversations.has_opted_out(self.table, contact.phone or ""):
            self.answering.send(inbound.message_id, contact, text, followup_id)

    def _log(self, inbound: Inbound, meaning: Keyword, outcome: str) -> None:
        self.logger.info("SMS came in", meaning=meaning, outcome=outcome, inbound_id=inbound.message_id)
