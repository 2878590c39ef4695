"""What the providers accepted: SMS handed to SNS, e-mail handed to SES."""

import base64
import email
import email.message
import email.policy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any

from moto.sesv2.responses import SESV2Response
from moto.sns.responses import SNSResponse

from infra.local.aws.destinations import timestamp
from infra.local.aws.patches import Patches
from lazo.channels.email_ses import HEADERS

_POLICY = email.policy.default.clone(header_factory=HEADERS)


@dataclass(frozen=True)
class Message:
    channel: str
    """"sms" or "email"."""
    to: str
    subject: str | None
    text: str | None
    html: str | None
    at: str
    provider_id: str


class Outbox:
    """Notes each accepted message in the order of acceptance. `now` gives the product's clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = Lock()
        self._messages: list[Message | Callable[[], Message]] = []
        """An e-mail is taken apart when somebody looks."""

    def install(self, patches: Patches) -> None:
        """Be told by moto of each message that it accepts."""
        patches.wrap(SNSResponse, "publish", self._note_sms)
        patches.wrap(SESV2Response, "send_email", self._note_email)

    def messages(self, deliveries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the messages, oldest first. followup_id, level and purpose are those of the delivery with the
        provider's id."""
        # A bundle and the deliveries that it told have one id; the bundle itself names no follow-up.
        known = {each["provider_id"]: each for each in deliveries if not each["sk"].startswith("BUNDLE#")}
        joined = []
        for message in self.accepted():
            fields = dict(vars(message))
            delivery = known.get(fields.pop("provider_id"), {})
            joined.append(fields | {key: delivery.get(key) for key in ("followup_id", "level", "purpose")})
        return joined

    def begin_with(self, messages: Iterable[Message]) -> None:
        """Take over the messages of an earlier run."""
        with self._lock:
            self._messages[:0] = messages

    def accepted(self, first: int = 0) -> list[Message]:
        """Return the messages from the `first` on, counted from 0, oldest first."""
        with self._lock:
            messages = [each if isinstance(each, Message) else each() for each in self._messages[first:]]
            self._messages[first:] = messages
        return messages

    def _note_sms(self, publish: Callable[..., Any], handler: SNSResponse) -> Any:
        accepted = publish(handler)
        if phone := handler.params.get("PhoneNumber"):
            message_id = accepted.result["MessageId"]
            self._keep(Message("sms", phone, None, handler.params["Message"], None, self._at(), message_id))
        return accepted

    def _note_email(self, send_email: Callable[..., str], handler: SESV2Response) -> str:
        accepted = send_email(handler)
        self._keep(partial(_email, json.loads(handler.body), self._at(), json.loads(accepted)["MessageId"]))
        return accepted

    def _at(self) -> str:
        return timestamp(self._now())

    def _keep(self, message: Message | Callable[[], Message]) -> None:
        with self._lock:
            self._messages.append(message)


def _email(request: dict[str, Any], at: str, message_id: str) -> Message:
    content = request["Content"]
    if "Raw" in content:
        parsed = email.message_from_bytes(base64.b64decode(content["Raw"]["Data"]), policy=_POLICY)
        subject, text, html = str(parsed["Subject"]), _part(parsed, "plain"), _part(parsed, "html")
        named = str(parsed["To"] or "")
    else:
        body = content["Simple"]["Body"]
        subject = content["Simple"]["Subject"]["Data"]
        text, html = body.get("Text", {}).get("Data"), body.get("Html", {}).get("Data")
        named = ""
    to = request.get("Destination", {}).get("ToAddresses") or [named]
    return Message("email", ", ".join(to), subject, text, html, at, message_id)


def _part(message: email.message.EmailMessage, subtype: str) -> str | None:
    body = message.get_body(preferencelist=(subtype,))
    return None if body is None else str(body.get_content())
